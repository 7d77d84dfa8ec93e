"""Welcoming whoever comes to the console: who they are, how long they stay, who is shown out.

In: a login and a password, or a token. Out: a visitor. Promise: wrong tries slow down as at every
other door; a visit ends when its time is up, when it is ended, and as soon as what proved it holds
no more: another password, another role, a closed account. A token is kept as a digest alone, and
each visit has one of its own.
"""

import hashlib
import hmac
import secrets
from typing import Final

import msgspec

from chappe.engine.desk import Desk
from chappe.engine.prove import Prove
from chappe.store.contract.staff import StaffMember, VisitKept
from chappe.words.account import Account, Claim
from chappe.words.answer import Refusal
from chappe.words.clock import HOUR
from chappe.words.visitor import Role, Visitor

BY: Final = "console"
_TOKEN_BYTES = 32
_TOKEN_MOST = 100  # letters; ours have 43


class Entered(msgspec.Struct, frozen=True):
    """Somebody came in. `token` is what they show from now on."""

    visitor: Visitor
    token: str


class Welcome:
    """The visitors of one installation; any of its nodes knows them."""

    def __init__(self, desk: Desk, prove: Prove, hours: int) -> None:
        self._desk = desk
        self._prove = prove
        self._stay_ms = hours * HOUR

    async def enter(self, login: str, password: str, peer: str) -> Entered | Refusal:
        """By the login of one of the staff, else by that of an account."""
        claim = Claim(login=login, secret=password)
        member = await self._member(login)
        if member is not None:
            refused = await self._prove.prove_by(member.password, claim, peer, BY)
            if refused is not None:
                return refused
            visitor = Visitor(member.login, Role(member.role), member.account, "")
            return await self._begin(visitor, 0, _proof_of(member))
        found = await self._prove.prove(claim, peer, BY)
        if isinstance(found, Refusal):
            return found
        visitor = Visitor(found.login, Role.owner, found.id, "")
        return await self._begin(visitor, found.id, self._proof(found))

    async def visitor(self, token: str, peer: str) -> Visitor | None:
        """Who shows this token; None: nobody who is in."""
        if not token or len(token) > _TOKEN_MOST:
            return None
        visit = await self._desk.store.visit(_digest(token), self._desk.clock.now())
        if visit is None:
            return None
        pledge = self._pledge(visit.digest)
        if visit.account:
            account = self._desk.accounts.by_id(visit.account)
            if account is None or not self._holds(visit, self._proof(account)):
                return None
            if isinstance(self._prove.admit(account, peer), Refusal):
                return None
            return Visitor(account.login, Role.owner, account.id, pledge)
        member = await self._member(visit.login)
        if member is None or not self._holds(visit, _proof_of(member)):
            return None
        return Visitor(member.login, Role(member.role), member.account, pledge)

    async def leave(self, token: str) -> None:
        """This visit is over."""
        await self._desk.store.end_visit(_digest(token))

    async def _member(self, login: str) -> StaffMember | None:
        name = login.casefold()
        found = await self._desk.store.staff(name) if name else ()
        return found[0] if found else None

    async def _begin(self, visitor: Visitor, account: int, proof: str) -> Entered:
        token, now = secrets.token_urlsafe(_TOKEN_BYTES), self._desk.clock.now()
        kept = VisitKept(_digest(token), visitor.login, account, proof, now, now + self._stay_ms)
        await self._desk.store.begin_visit(kept)
        pledged = msgspec.structs.replace(visitor, pledge=self._pledge(kept.digest))
        return Entered(pledged, token)

    def _proof(self, account: Account) -> str:
        """What an account's visit holds by."""
        return _short(self._desk.accounts.secrets(account.id).password)

    def _holds(self, visit: VisitKept, proof: str) -> bool:
        return hmac.compare_digest(visit.proof, proof)

    def _pledge(self, digest: str) -> str:
        return self._desk.accounts.digest(f"pledge {digest}")[:32]


def _proof_of(member: StaffMember) -> str:
    return _short(f"{member.role} {member.account} {member.password}")


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()

"""Proving who asks: by password or key, and whether they may ask from there.

In: a claim and the caller's address. Out: the account, or a refusal. Promise: hashing costs nothing
per message (verified credentials are remembered by keyed digest, for as long as they are used and
their account is proved by the same); wrong tries slow down their own address and lock nobody out
elsewhere; a claim that can't be looked at in time is answered 'not now', never that it is wrong.
"""

import asyncio
import hashlib
import ipaddress
import os
from typing import NamedTuple

from chappe.engine.accounts import Accounts
from chappe.engine.suspect import Suspect, address_of
from chappe.engine.verify import WaitingRoom, verify
from chappe.words.account import Account, Claim
from chappe.words.answer import NotAdmitted, Refusal, Trouble
from chappe.words.clock import DAY, MINUTE, Clock
from chappe.words.remembered import remembered

_REMEMBERED_MAX = 20_000
_REMEMBERED_MS = 5 * MINUTE
_PROVED_MS = 2 * MINUTE  # without being said; a memory that is in use is renewed before it ends
_HOMES_MAX = 8  # addresses of one account
_HOME_MS = DAY
_CLAIMED_MOST = 4_096  # letters of login and password; nobody has more

_STATES = {
    "pending": Trouble.account_pending,
    "suspended": Trouble.account_suspended,
    "closed": Trouble.account_closed,
}
_CLOSED = Refusal((Trouble.account_closed,))
_WRONG = Refusal((Trouble.bad_credentials,))
_NOT_NOW = Refusal((Trouble.not_now,))


class _Verdict(NamedTuple):
    """What a claim came to, and the account that it was held against (0: none)."""

    account: int
    version: int
    until: int


class Proved(NamedTuple):
    """A claim that was proved a moment ago. No secret stands in it."""

    account: Account
    version: int
    kind: str
    digest: str  # of its key; '' where it was a password
    until: int


class Prove:
    """The door-keeper of one node."""

    def __init__(self, accounts: Accounts, clock: Clock) -> None:
        self._accounts = accounts
        self._clock = clock
        self._key = os.urandom(32)
        self._right: dict[bytes, _Verdict] = {}
        self._wrong: dict[bytes, _Verdict] = {}  # apart, so that no guess drives out what is right
        self._homes: dict[int, dict[str, int]] = {}  # account -> addresses it came from -> until
        self.suspect = Suspect(clock)
        self.waiting_room = WaitingRoom()
        self._running: dict[tuple[bytes, str], asyncio.Future[Account | Refusal]] = {}

    async def prove(self, claim: Claim, peer: str, by: str = "") -> Account | Refusal:
        """The account that this claim proves. `by` is the way it came, for the log."""
        found = await self._found(claim, address_of(peer), by)
        return found if isinstance(found, Refusal) else self.admit(found, peer)

    async def prove_within(self, claim: Claim, account: Account) -> Refusal | None:
        """Refuse a claim in an account's own file that does not prove that account. The address of
        its sender was checked when the file came."""
        place = f"a file of {account.login}"
        found = await self._found(claim, place, "file")
        if isinstance(found, Refusal):
            return found
        if found.id != account.id:
            return await self._refused(claim, place, "file")
        trouble = self._trouble_of(found)
        return Refusal((trouble,)) if trouble is not None else None

    async def prove_by(self, kept: str, claim: Claim, peer: str, by: str) -> Refusal | None:
        """Refuse a claim of somebody who is no account, whose password does not have this hash."""
        address = address_of(peer)
        if _is_outsized(claim):
            return await self._refused(claim, address, by)
        tries = self.suspect.tries(address, claim.login)
        login = claim.login.casefold()
        async with self.waiting_room.turn(address, login, tries, is_known=False) as has_come:
            right = has_come and await verify(kept, claim.secret)
        if not has_come:
            await asyncio.sleep(tries.wait_s)
            return _NOT_NOW
        return None if right else await self._refused(claim, address, by)

    def admit(self, account: Account, peer: str) -> Account | Refusal:
        """Who asks is known; whether they may, and from there."""
        trouble = self._trouble_of(account)
        if trouble is Trouble.account_closed:
            return _CLOSED
        troubles: tuple[Trouble, ...] = () if trouble is None else (trouble,)
        if account.ips and not _allowed(peer, account.ips):
            troubles += (Trouble.bad_address,)
        return NotAdmitted(troubles, account=account) if troubles else account

    def _trouble_of(self, account: Account) -> Trouble | None:
        """What an account's state keeps it from, or its parent's: a family stands and falls with
        its parent. A closed account is nobody's."""
        trouble = _STATES.get(account.state)
        if trouble is None and account.parent:
            parent = self._accounts.parent(account)
            return _STATES.get(parent.state) if parent is not None else None
        return trouble

    @property
    def remembered(self) -> int:
        """How many claims are remembered, right and wrong ones."""
        return len(self._right) + len(self._wrong)

    def at_hand(self, claim: Claim, peer: str) -> Account | Refusal | None:
        """The account, if this claim was verified a moment ago; None if it must be looked into."""
        account = self._by_key(claim) if claim.key else self._remembered(claim, peer)
        return None if account is None else self.admit(account, peer)

    def proved(self, claim: Claim, peer: str) -> Proved | None:
        """A claim that need not be said again for a while."""
        account = self.at_hand(claim, peer)
        if not isinstance(account, Account):
            return None
        accounts, kind = self._accounts, claim.key_kind
        digest = accounts.key_digest(kind, claim.key) if claim.key else ""
        until = self._clock.steady() + _PROVED_MS
        return Proved(account, accounts.version(account.id), kind, digest, until)

    def holds(self, proved: Proved, peer: str, now: int) -> bool:
        """Whether it would be proved again, from there."""
        account, version, kind, digest, until = proved
        accounts = self._accounts
        if accounts.by_id(account.id) is not account or until <= self._clock.steady():
            return False
        if digest:
            is_right = accounts.by_digest(kind, digest, now) is account
        else:
            is_right = accounts.version(account.id) == version
        return is_right and self.admit(account, peer) is account

    async def _found(self, claim: Claim, address: str, by: str) -> Account | Refusal:
        if claim.key:
            found: Account | Refusal = self._by_key(claim) or _WRONG
        else:
            found = self._remembered(claim, address) or await self._by_password(claim, address)
        if found is _WRONG:
            return await self._refused(claim, address, by)
        if found is _NOT_NOW:
            await asyncio.sleep(self.suspect.tries(address, claim.login).wait_s)
        return found

    async def _refused(self, claim: Claim, address: str, by: str) -> Refusal:
        """Count a wrong try, and keep the answer back when there were too many."""
        await asyncio.sleep(self.suspect.wrong(address, claim.login, by).wait_s)
        return _WRONG

    def _by_key(self, claim: Claim) -> Account | None:
        now = self._clock.now()
        account = self._accounts.by_key(claim.key_kind, claim.key, now)
        if account is None or (claim.login and not _is_named(account, claim.login)):
            return None
        return account

    def _remembered(self, claim: Claim, peer: str) -> Account | None:
        """The account that this password proved a short while ago; asking again renews the
        memory."""
        if _is_outsized(claim):
            return None
        digest = self._digest(claim)
        known = self._right.get(digest)
        if known is None:
            return None
        left = known.until - self._clock.steady()
        if left <= 0 or known.version != self._accounts.version(known.account):
            del self._right[digest]
            return None
        if left < _REMEMBERED_MS // 2:
            del self._right[digest]
            self._keep(digest, known.account, address_of(peer))
        return self._accounts.by_id(known.account)

    def _keep(self, digest: bytes, account: int, address: str) -> None:
        """Remember that this claim proved this account, and that it came from this address."""
        now = self._clock.steady()
        version = self._accounts.version(account)
        _remember(self._right, digest, _Verdict(account, version, now + _REMEMBERED_MS))
        homes = self._homes.setdefault(account, {})
        homes.pop(address, None)
        if len(homes) >= _HOMES_MAX:
            del homes[next(iter(homes))]
        homes[address] = now + _HOME_MS

    def _digest(self, claim: Claim) -> bytes:
        """What a claim is remembered by: the same whatever the login's case, so that an account has
        few that are right."""
        whole = f"{len(claim.login)}:{claim.login.casefold()}{claim.secret}"
        encoded = whole.encode("utf-8", "replace")
        return hashlib.blake2b(encoded, key=self._key, digest_size=16).digest()

    async def _by_password(self, claim: Claim, address: str) -> Account | Refusal:
        if _is_outsized(claim):
            return _WRONG
        digest = self._digest(claim)
        running = self._running.get((digest, address))
        if running is None:
            # One hash serves all who ask the same at the same time.
            running = asyncio.ensure_future(self._hashed(claim, digest, address))
            self._running[digest, address] = running
            running.add_done_callback(lambda _: self._running.pop((digest, address), None))
        return await asyncio.shield(running)

    async def _hashed(self, claim: Claim, digest: bytes, address: str) -> Account | Refusal:
        account = self._accounts.by_login(claim.login)
        if self._is_known_wrong(digest, account):
            return _WRONG
        is_known = account is not None and self._is_home(account.id, address)
        login = claim.login.casefold()
        tries = self.suspect.tries(address, claim.login)
        async with self.waiting_room.turn(address, login, tries, is_known=is_known) as has_come:
            if not has_come:
                return _NOT_NOW
            account = self._accounts.by_login(claim.login)
            if self._is_known_wrong(digest, account):
                return _WRONG  # it was asked from elsewhere meanwhile
            ident = account.id if account is not None else 0
            version = self._accounts.version(ident)
            right = await verify(self._accounts.secrets(ident).password, claim.secret)
        if version != self._accounts.version(ident):
            return _NOT_NOW  # it was held against what holds no more
        if account is None or not right:
            until = self._clock.steady() + _REMEMBERED_MS
            _remember(self._wrong, digest, _Verdict(ident, version, until))
            return _WRONG
        self._keep(digest, ident, address)
        return self._accounts.by_id(ident) or _WRONG

    def _is_known_wrong(self, digest: bytes, account: Account | None) -> bool:
        known = self._wrong.get(digest)
        if known is None or known.until <= self._clock.steady():
            return False
        ident = account.id if account is not None else 0
        return (known.account, known.version) == (ident, self._accounts.version(ident))

    def _is_home(self, account: int, address: str) -> bool:
        return self._homes.get(account, {}).get(address, 0) > self._clock.steady()


def _is_named(account: Account, login: str) -> bool:
    if login in (account.login, account.email):
        return True
    return login.casefold() in (account.login.casefold(), account.email.casefold())


def _is_outsized(claim: Claim) -> bool:
    """Whether a claim is so long that it can be nobody's and is not worth a digest."""
    return len(claim.login) + len(claim.secret) > _CLAIMED_MOST


def _remember(memory: dict[bytes, _Verdict], key: bytes, verdict: _Verdict) -> None:
    """Keep a verdict. Where there is no room the oldest go; what is renewed counts as young."""
    if len(memory) >= _REMEMBERED_MAX:
        for old in list(memory)[: _REMEMBERED_MAX // 10]:
            del memory[old]
    memory[key] = verdict


def _allowed(peer: str, ips: tuple[str, ...]) -> bool:
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return any(mapped in network for network in _networks(ips))


@remembered(1_024)
def _networks(
    ips: tuple[str, ...],
) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(ipaddress.ip_network(one, strict=False) for one in ips)

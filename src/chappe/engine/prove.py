"""Proving who asks: passwords, keys, addresses, and the slowing down of guesses.

In: a claim and the caller's address. Out: the account, or a refusal. Promise: hashing costs nothing
per message (verified credentials are remembered by keyed digest and dropped on any change), and
guessing slows wrong tries only.
"""

import asyncio
import hashlib
import ipaddress
import os
from functools import lru_cache
from typing import TypeVar

from argon2.exceptions import Argon2Error, InvalidHashError

from chappe.engine.accounts import HASHER, Accounts
from chappe.words.account import Account, Claim
from chappe.words.answer import Refusal, Trouble
from chappe.words.clock import MINUTE, Clock

_REMEMBERED_MAX = 20_000
_REMEMBERED_MS = 5 * MINUTE
_FREE_TRIES = 10  # wrong ones in a minute, per address and per account
_WAIT_S = 0.5
_WAIT_MAX_S = 8.0
_CLAIMED_MOST = 4_096  # letters of login and password; nobody has more
_LOGIN_MOST = 256  # letters that a wrong try is remembered by
_HASHING_AT_ONCE = 2
_HASHING_WAITING = 64

_NOBODY = HASHER.hash("nobody")  # unknown logins take as long as known ones

_K = TypeVar("_K")
_V = TypeVar("_V")

_WITHIN = "a file of"

_STATES = {
    "pending": Trouble.account_pending,
    "suspended": Trouble.account_suspended,
    "closed": Trouble.account_closed,
}


class Prove:
    """The door-keeper of one node."""

    def __init__(self, accounts: Accounts, clock: Clock) -> None:
        self._accounts = accounts
        self._clock = clock
        self._key = os.urandom(32)
        self._version = -1
        self._right: dict[bytes, tuple[int, int]] = {}  # digest -> (account, until)
        self._wrong: dict[bytes, int] = {}  # digest -> until
        self._tries: dict[str, tuple[int, int]] = {}  # who -> (minute, wrong tries in it)
        self._hashing = asyncio.Semaphore(_HASHING_AT_ONCE)
        self._waiting = 0
        self._running: dict[bytes, asyncio.Future[Account | None]] = {}

    async def prove(self, claim: Claim, peer: str) -> Account | Refusal:
        """The account that this claim proves."""
        account = self._by_key(claim) if claim.key else await self._by_password(claim, peer)
        if account is None:
            await self._slow_down(claim, peer)
            return Refusal((Trouble.bad_credentials,))
        return _admitted(account, peer)

    async def prove_within(self, claim: Claim, account: Account) -> Refusal | None:
        """Whether a claim that came with an account's own file is that account's. Where the file
        came from was looked at when it came."""
        found = self._by_key(claim) if claim.key else await self._by_password(claim, _WITHIN)
        if found is None or found.id != account.id:
            await self._slow_down(claim, f"{_WITHIN} {account.login}")
            return Refusal((Trouble.bad_credentials,))
        trouble = _STATES.get(found.state)
        return Refusal((trouble,)) if trouble is not None else None

    def admit(self, account: Account, peer: str) -> Account | Refusal:
        """Who asks is known by other means; whether he may, and from there."""
        return _admitted(account, peer)

    def at_hand(self, claim: Claim, peer: str) -> Account | Refusal | None:
        """The same where it is known already; None where it has to be found out."""
        account = self._by_key(claim) if claim.key else self._remembered(claim)
        return None if account is None else _admitted(account, peer)

    def _by_key(self, claim: Claim) -> Account | None:
        account = self._accounts.by_key(claim.key_kind, claim.key)
        if account is None or (claim.login and claim.login not in (account.login, account.email)):
            return None
        return account

    def _remembered(self, claim: Claim) -> Account | None:
        """Whoever gave this password a short while ago."""
        if self._version != self._accounts.version:
            self._version = self._accounts.version
            self._right.clear()
            self._wrong.clear()
        if _is_outsized(claim):
            return None
        known = self._right.get(self._digest(claim))
        if known is None or known[1] <= self._clock.now():
            return None
        return self._accounts.by_id(known[0])

    def _digest(self, claim: Claim) -> bytes:
        whole = f"{len(claim.login)}:{claim.login}{claim.secret}".encode("utf-8", "replace")
        return hashlib.blake2b(whole, key=self._key, digest_size=16).digest()

    async def _by_password(self, claim: Claim, peer: str) -> Account | None:
        account = self._remembered(claim)
        if account is not None or _is_outsized(claim):
            return account
        digest = self._digest(claim)
        if self._wrong.get(digest, 0) > self._clock.now():
            return None
        running = self._running.get(digest)
        if running is None:
            # One hash serves all who ask the same at the same time.
            work = self._hashed(claim, digest, peer)
            running = self._running[digest] = asyncio.ensure_future(work)
            running.add_done_callback(lambda _: self._running.pop(digest, None))
        return await asyncio.shield(running)

    async def _hashed(self, claim: Claim, digest: bytes, peer: str) -> Account | None:
        if self._waiting >= _HASHING_WAITING and self._too_many(claim, peer):
            return None  # a flood of guesses must not keep others from being proved
        account = self._accounts.by_login(claim.login)
        kept = self._accounts.secrets(account.id).password if account else ""
        version = self._version
        self._waiting += 1
        try:
            async with self._hashing:
                right = await asyncio.to_thread(_verify, kept or _NOBODY, claim.secret)
        finally:
            self._waiting -= 1
        until = self._clock.now() + _REMEMBERED_MS
        if account is None or not kept or not right:
            _remember(self._wrong, digest, until)
            return None
        if version == self._accounts.version:
            _remember(self._right, digest, (account.id, until))
        return account

    def _too_many(self, claim: Claim, peer: str) -> bool:
        return max(self._count(who) for who in _whos(claim, peer)) > _FREE_TRIES

    def _count(self, who: str) -> int:
        minute, count = self._tries.get(who, (0, 0))
        return count if minute == self._clock.now() // MINUTE else 0

    async def _slow_down(self, claim: Claim, peer: str) -> None:
        """Count a wrong try, and let it wait when there were too many."""
        minute = self._clock.now() // MINUTE
        most = 0
        for who in _whos(claim, peer):
            count = self._count(who) + 1
            _remember(self._tries, who, (minute, count))
            most = max(most, count)
        if most > _FREE_TRIES:
            await asyncio.sleep(min(_WAIT_MAX_S, _WAIT_S * (most - _FREE_TRIES)))


def _admitted(account: Account, peer: str) -> Account | Refusal:
    """Who asks is known; whether he may, and from there."""
    if account.state in _STATES:
        return Refusal((_STATES[account.state],))
    if account.ips and not _allowed(peer, account.ips):
        return Refusal((Trouble.bad_address,))
    return account


def _is_outsized(claim: Claim) -> bool:
    """Nobody's: it is not worth a digest, let alone a hash."""
    return len(claim.login) + len(claim.secret) > _CLAIMED_MOST


def _whos(claim: Claim, peer: str) -> tuple[str, str]:
    return f"from {peer}", f"as {claim.login[:_LOGIN_MOST]}"


def _verify(kept: str, secret: str) -> bool:
    try:
        return HASHER.verify(kept, secret)
    except (Argon2Error, InvalidHashError):
        return False


def _remember(memory: dict[_K, _V], key: _K, value: _V) -> None:
    if len(memory) >= _REMEMBERED_MAX:
        for old in list(memory)[: _REMEMBERED_MAX // 10]:
            del memory[old]
    memory[key] = value


def _allowed(peer: str, ips: tuple[str, ...]) -> bool:
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return any(mapped in network for network in _networks(ips))


@lru_cache(1024)
def _networks(
    ips: tuple[str, ...],
) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(ipaddress.ip_network(one, strict=False) for one in ips)

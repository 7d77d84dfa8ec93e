"""A noun, since every verb looks accounts up: by login or by key, never with a plain secret.

In: rows of the store. Out: accounts. Promise: what the store has changed is seen at once.
"""

import asyncio
import contextlib
import hashlib
import hmac
import os
from collections.abc import Collection, Mapping, Sequence, Set
from pathlib import Path
from typing import TypeVar

import argon2
import msgspec

from chappe.engine.unlock import Keyring
from chappe.store.contract import Store, StoreAway
from chappe.store.contract.nodes import AccountChange, KnownChanges
from chappe.words.account import Account
from chappe.words.codes import ids_of
from chappe.words.money import HLR

_K = TypeVar("_K")

_KEY_BYTES = 32
# 19 MiB and two passes: what OWASP asks for at least; the caches make it a rare cost.
HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class ByFile(msgspec.Struct, kw_only=True):
    """The secrets that the file declared when it was read last. A secret is applied again only
    where the file has changed it since, so that what was set by hand stays."""

    password: str = ""  # its digest; '' where the file gives none
    keys: dict[str, str] = {}  # digest -> kind
    sealed: list[str] = []  # names
    sftp_keys: list[str] = []


class Secrets(msgspec.Struct, kw_only=True):
    """What is kept of an account's secrets: an argon2 hash, and digests of its keys by kind."""

    password: str = ""
    keys: dict[str, str] = {}  # digest -> kind ('api', 'token')
    sealed: dict[str, str] = {}  # 'dialect.name' -> a key that must be known in plain, sealed
    by_file: ByFile | None = None  # None: no file ever declared this account
    by_hand: bool = False  # the password was set by hand after the file gave one


class Purse(msgspec.Struct):
    """A purse's number; balances live in the store alone."""

    id: int
    free: bool


class Accounts:
    """All accounts of the installation. Logins and mail addresses are the same whatever their
    case; a change of one account costs nothing that grows with the others."""

    def __init__(self, store: Store, key: bytes) -> None:
        self._store = store
        self._key = key
        self._by_id: dict[int, Account] = {}
        self._by_login: dict[str, int] = {}
        self._by_email: dict[str, int] = {}
        self._by_key: dict[tuple[str, str], int] = {}
        self._children: dict[str, set[int]] = {}  # by their parent's login
        self._secrets: dict[int, Secrets] = {}
        self._purses: dict[int, Mapping[str, Purse]] = {}
        self._versions: dict[int, int] = {}
        self._ids = ids_of(hashlib.sha256(b"ids" + key).digest())
        self.sealing_key = hashlib.sha256(b"sealing" + key).digest()
        self.floors: dict[int, int] = {}  # account -> the balance to warn below, where it has one
        self.keyring = Keyring(store)  # keys that were made by asking
        self._heard: Set[int] = frozenset()  # changes of other nodes that were looked at
        self.since = 0  # the change of other nodes that is in all of this
        self.changing = asyncio.Lock()  # whoever changes one reads it, and then writes it

    async def load(self) -> None:
        if self._store.is_shared:
            self.since = await self._store.last_change()
        for account, secrets in await self._store.accounts():
            await self._take(account, msgspec.convert(secrets, Secrets))
        await self.keyring.load()

    async def _take(self, account: Account, secrets: Secrets) -> None:
        account = msgspec.structs.replace(account, ids=self._ids)
        ident, before, hidden = account.id, self._by_id.get(account.id), self.secrets(account.id)
        if before is None or before.post_paid != account.post_paid:
            await self._take_purses(ident)
        if _proof_of(before, hidden) != _proof_of(account, secrets):
            self._versions[ident] = self.version(ident) + 1
        if before is not None:
            _drop(self._by_login, before.login.casefold(), ident)
            _drop(self._by_email, before.email.casefold(), ident)
            self._children.get(before.parent.casefold(), set()).discard(ident)
        self._by_login[account.login.casefold()] = ident
        if account.parent:
            self._children.setdefault(account.parent.casefold(), set()).add(ident)
        if account.email:
            self._by_email[account.email.casefold()] = ident
        for digest, kind in hidden.keys.items():
            if secrets.keys.get(digest) != kind:
                _drop(self._by_key, (kind, digest), ident)
        for digest, kind in secrets.keys.items():
            if hidden.keys.get(digest) != kind:
                self._by_key[kind, digest] = ident
        self.floors.pop(ident, None)
        if account.warn_below:
            self.floors[ident] = account.warn_below
        self._by_id[ident], self._secrets[ident] = account, secrets

    async def _take_purses(self, ident: int) -> None:
        purses = await self._store.purses(ident)
        self._purses[ident] = {
            name: Purse(number, bool(free)) for name, (number, _, free) in purses.items()
        }

    async def refresh(self, changes: Sequence[AccountChange]) -> None:
        """Other nodes changed these accounts and made keys. They are told of each until nobody can
        still be at an earlier one, and look at it once."""
        fresh = [one for one in changes if one.id not in self._heard]
        if accounts := {one.account for one in fresh if one.account}:
            async with self.changing:
                await self._look_at(accounts)
        if keys := {one.digest for one in fresh if one.digest}:
            await self.keyring.refresh(keys)
        self._heard = {one.id for one in changes}
        self.since = max([self.since, *(one.id for one in changes if one.is_old)])

    async def catch_up(self) -> None:
        """Hear of what other nodes changed, without waiting to be told."""
        await self.refresh(await self._store.changes(self.since))

    async def _look_at(self, accounts: Collection[int]) -> None:
        for account, secrets in await self._store.some_accounts(sorted(accounts)):
            await self._take(account, msgspec.convert(secrets, Secrets))
            await self._take_purses(account.id)

    async def latest(self, login: str) -> Account | None:
        """The account of this login as the store has it, for whoever is about to change it."""
        known = self.by_login(login)
        if known is not None and self._store.is_shared:
            await self._look_at([known.id])
            return self._by_id[known.id]
        return known

    async def put(
        self,
        account: Account,
        secrets: Secrets,
        at: int,
        opening: Mapping[str, int] | None = None,
    ) -> Account | None:
        """Keep a new account, with what its purses have at first, or the changes of one that is
        there. None: other nodes were quicker with what is not known here: `catch_up`, and look
        again at what is to be put."""
        hidden = msgspec.to_builtins(secrets)
        heard = KnownChanges(self.since, self._heard)
        ident = await self._store.put_account(account, hidden, at, opening or {}, heard)
        if not ident:
            return None
        await self._take(msgspec.structs.replace(account, id=ident), secrets)
        return self._by_id[ident]

    async def close(self, child: Account, heir: Account, at: int) -> int:
        """Close an account for good: whatever proved it proves it no more, and what it has is the
        heir's, as is whatever comes back to it. How much it had."""
        secrets = Secrets(by_file=self.secrets(child.id).by_file)  # the file gives it none again
        closed = msgspec.structs.replace(child, state="closed", sftp_keys=(), details={})
        kept = msgspec.to_builtins(secrets)
        moved = await self._store.close_account(closed, kept, heir.id, (HLR,), at)
        await self._take(closed, secrets)
        with contextlib.suppress(StoreAway):  # it is decided, and only a new purse would be missed
            await self._take_purses(heir.id)
        return moved

    async def open_purse(self, account: int, name: str) -> None:
        """See to it that an account has a purse of this name."""
        if name not in self._purses.get(account, {}):
            await self._store.book(account, name, 0, 0, "opened")
            await self._take_purses(account)

    def version(self, ident: int) -> int:
        """Grows whenever the account is proved by something else than before: another name,
        password or key to sign with. What was proved by an older one is proved no more."""
        return self._versions.get(ident, 0)

    def payer(self, account: Account) -> int:
        """The account whose purses pay for this one's orders; 0 where there is no such account."""
        if not account.pays_from:
            return account.id
        return self._by_login.get(account.pays_from.casefold(), 0)

    def purse(self, account: Account, name: str) -> int:
        """The number of the purse that pays: the one of this name, else the payer's own; 0 where
        there is none."""
        purses = self._purses.get(self.payer(account), {})
        purse = purses.get(name) or purses.get("")
        return purse.id if purse else 0

    def own_purse(self, account: int, name: str) -> int:
        """The number of an account's purse of this name, else of its own."""
        purses = self._purses[account]
        return (purses.get(name) or purses[""]).id

    def children(self, account: Account) -> Set[int]:
        """The accounts that stand beneath this one, closed ones among them."""
        return self._children.get(account.login.casefold(), frozenset())

    def parent(self, account: Account) -> Account | None:
        return self.by_login(account.parent) if account.parent else None

    def is_closed(self, ident: int) -> bool:
        account = self._by_id.get(ident)
        return account is None or account.state == "closed"

    def by_id(self, ident: int) -> Account | None:
        return self._by_id.get(ident)

    def login_of(self, ident: int) -> str:
        """How an account is called; '' where it is nobody's."""
        known = self._by_id.get(ident)
        return known.login if known is not None else ""

    def by_login(self, login: str) -> Account | None:
        """The account of this login, or of this mail address."""
        name = login.casefold()
        return self._by_id.get(self._by_login.get(name) or self._by_email.get(name, 0))

    def by_key(self, kind: str, key: str, now: int) -> Account | None:
        """The account that has this key now. One that was made by asking ends with its account."""
        return self.by_digest(kind, self.key_digest(kind, key), now)

    def by_digest(self, kind: str, digest: str, now: int) -> Account | None:
        """The same, where the key's digest is known."""
        ident = self._by_key.get((kind, digest))
        if ident is not None:
            return self._by_id.get(ident)
        ident = self.keyring.owner(digest, now)
        return None if self.is_closed(ident) else self._by_id[ident]

    def secrets(self, ident: int) -> Secrets:
        return self._secrets.get(ident) or Secrets()

    def all(self) -> list[Account]:
        return list(self._by_id.values())

    def key_digest(self, kind: str, key: str) -> str:
        """The digest under which a key is looked up. It differs by kind, so that one word may be
        both an account's API key and its token."""
        return self.digest(f"{kind} {key}")

    def digest(self, key: str) -> str:
        """A keyed digest: a stolen database alone tells nothing of short keys."""
        return hmac.digest(self._key, key.encode("utf-8", "replace"), "sha256").hex()


def _proof_of(account: Account | None, secrets: Secrets) -> tuple[object, ...]:
    """What proves an account and is remembered once it did. Keys are not in it: they are looked up
    at each request."""
    if account is None:
        return ()
    return account.login, account.email, secrets.password, secrets.sealed


def _drop(index: dict[_K, int], key: _K, ident: int) -> None:
    """Take an account out of an index, unless its place is another account's by now."""
    if index.get(key) == ident:
        del index[key]


def installation_key(path: Path) -> bytes:
    """The key file of the installation, made at first need, readable by its owner alone."""
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        key = os.urandom(_KEY_BYTES)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
    if len(key) != _KEY_BYTES:
        raise ValueError(f"{path} is not a key file of Chappe: it must hold {_KEY_BYTES} bytes")
    return key

"""Accounts in memory: found by login or by key, never with a plain secret.

In: rows of the store. Out: accounts. Promise: what the store has changed is seen at once.
"""

import hashlib
import hmac
import os
from collections.abc import Mapping
from pathlib import Path

import argon2
import msgspec

from chappe.store.contract import Store
from chappe.words.account import Account

_KEY_BYTES = 32
# 19 MiB and two passes: what OWASP asks for at least; the caches make it a rare cost.
HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class Secrets(msgspec.Struct, kw_only=True):
    """What is kept of an account's secrets: an argon2 hash, and digests of its keys by kind."""

    password: str = ""
    keys: dict[str, str] = {}  # digest -> kind ('api', 'token')
    sealed: dict[str, str] = {}  # 'dialect.name' -> a key that must be known in plain, sealed
    declared: str = ""  # digest of the password that a file declared, to see that it changed


class Purse(msgspec.Struct):
    """A purse's number; balances live in the store alone."""

    id: int
    free: bool


class Accounts:
    """All accounts of the installation."""

    def __init__(self, store: Store, key: bytes) -> None:
        self._store = store
        self._key = key
        self._by_id: dict[int, Account] = {}
        self._by_login: dict[str, int] = {}
        self._by_key: dict[tuple[str, str], int] = {}
        self._secrets: dict[int, Secrets] = {}
        self._purses: dict[int, Mapping[str, Purse]] = {}
        self.sealing_key = hashlib.sha256(b"sealing" + key).digest()
        self.version = 0  # grows with every change: caches of verified credentials drop on it

    async def load(self) -> None:
        for account, secrets in await self._store.accounts():
            await self._take(account, msgspec.convert(secrets, Secrets))

    async def _take(self, account: Account, secrets: Secrets) -> None:
        purses = await self._store.purses(account.id)
        self._purses[account.id] = {
            name: Purse(ident, bool(free)) for name, (ident, _, free) in purses.items()
        }
        self._by_id[account.id] = account
        self._by_login[account.login] = account.id
        if account.email:
            self._by_login.setdefault(account.email, account.id)
        self._by_key = {
            key: owner for key, owner in self._by_key.items() if owner != account.id
        } | {(kind, digest): account.id for digest, kind in secrets.keys.items()}
        self._secrets[account.id] = secrets
        self.version += 1

    async def put(self, account: Account, secrets: Secrets, at: int) -> Account:
        """Make or change an account."""
        ident = await self._store.put_account(account, msgspec.to_builtins(secrets), at)
        kept = msgspec.structs.replace(account, id=ident)
        await self._take(kept, secrets)
        return kept

    async def open_purse(self, account: int, name: str) -> None:
        """See to it that an account has a purse of this name."""
        if name not in self._purses.get(account, {}):
            await self._store.book(account, name, 0, 0, "opened")
            await self._take(self._by_id[account], self._secrets[account])

    def payer(self, account: Account) -> int:
        """Whose purses an account draws on; 0 where it is nobody's."""
        return self._by_login.get(account.pays_from, 0) if account.pays_from else account.id

    def purse(self, account: Account, name: str) -> int:
        """The number of the purse that pays: the one of this name, else the payer's own; 0 where
        there is none."""
        purses = self._purses.get(self.payer(account), {})
        purse = purses.get(name) or purses.get("")
        return purse.id if purse else 0

    def by_id(self, ident: int) -> Account | None:
        return self._by_id.get(ident)

    def by_login(self, login: str) -> Account | None:
        return self._by_id.get(self._by_login.get(login, 0))

    def by_key(self, kind: str, key: str) -> Account | None:
        return self._by_id.get(self._by_key.get((kind, self.key_digest(kind, key)), 0))

    def secrets(self, ident: int) -> Secrets:
        return self._secrets.get(ident) or Secrets()

    def all(self) -> list[Account]:
        return list(self._by_id.values())

    def key_digest(self, kind: str, key: str) -> str:
        """One per kind, so that the same word may be both an account's API key and its token."""
        return self.digest(f"{kind} {key}")

    def digest(self, key: str) -> str:
        """A keyed digest: a stolen database alone tells nothing of short keys."""
        return hmac.new(self._key, key.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


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

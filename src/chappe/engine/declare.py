"""Declaring accounts: what a file or a hand says of an account becomes the account.

In: the keys that were given. Out: the account in the store and in memory. Promise: opening credit
is booked once, at creation; what was not given stays as it is; no plain secret is kept.
"""

import base64
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from chappe.engine.accounts import HASHER, Secrets
from chappe.engine.desk import Desk
from chappe.words.account import Account

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


class Declared(msgspec.Struct, kw_only=True):
    """What is said of one account. `facts` are fields of `Account`, those that were given."""

    login: str
    facts: Mapping[str, Any] = {}
    password: str | None = None
    api_keys: Sequence[str] = ()
    tokens: Sequence[str] = ()
    sealed: Mapping[str, str] = {}
    balance: int = 0
    purses: Mapping[str, int] = {}  # opening credit of purses by name


async def declare(desk: Desk, declared: Declared) -> Account:
    """Make the account, or change what was given."""
    now = desk.clock.now()
    accounts = desk.accounts
    known = accounts.by_login(declared.login)
    secrets = accounts.secrets(known.id) if known else Secrets()
    account = known or Account(id=0, login=declared.login)
    wanted = msgspec.structs.replace(account, **declared.facts)
    changed = _secrets(desk, secrets, declared)
    if known is None or wanted != known or changed != secrets:
        wanted = await accounts.put(wanted, changed, now)
    if known is None:
        for name, amount in {"": declared.balance, **declared.purses}.items():
            if amount:
                await desk.store.book(wanted.id, name, amount, now, "opening credit")
    for name in declared.purses:
        await accounts.open_purse(wanted.id, name)
    return wanted


def _secrets(desk: Desk, before: Secrets, declared: Declared) -> Secrets:
    digest = desk.accounts.digest
    after = msgspec.structs.replace(before, keys=dict(before.keys), sealed=dict(before.sealed))
    if declared.password is not None and before.declared != digest(declared.password):
        after.password = HASHER.hash(declared.password)
        after.declared = digest(declared.password)
    for kind, keys in (("api", declared.api_keys), ("token", declared.tokens)):
        after.keys |= {desk.accounts.key_digest(kind, key): kind for key in keys}
    for name, plain in declared.sealed.items():
        if name not in before.sealed or unseal(desk, before.sealed[name]) != plain:
            after.sealed[name] = _box(desk).encrypt(plain.encode()).decode()
    return after


def unseal(desk: Desk, sealed: str) -> str:
    """A key that must be known in plain."""
    return _box(desk).decrypt(sealed.encode()).decode()


def _box(desk: Desk) -> "Fernet":
    from cryptography.fernet import Fernet  # 8 MiB, and few installations seal anything

    return Fernet(base64.urlsafe_b64encode(desk.accounts.sealing_key))

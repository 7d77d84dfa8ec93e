"""Declaring accounts: what a file or a hand says of an account becomes the account.

In: the keys that were given. Out: the account in the store and in memory. Promise: opening credit
is booked once, at creation; facts that were not given stay as they are; a secret that the file
declared and declares no more is dropped, and one that a hand has replaced does not come back; no
plain secret is kept, and none is hashed on the loop.
"""

import asyncio
import base64
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from chappe.engine.accounts import HASHER, Accounts, ByFile, Secrets
from chappe.engine.desk import Desk
from chappe.words.account import Account

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


class Declared(msgspec.Struct, kw_only=True):
    """What the file or a hand says of one account; `facts` are the fields of `Account` it gives."""

    login: str
    facts: Mapping[str, Any] = {}
    password: str | None = None
    api_keys: Sequence[str] = ()
    tokens: Sequence[str] = ()
    sealed: Mapping[str, str] = {}
    balance: int = 0
    purses: Mapping[str, int] = {}  # opening credit of purses by name
    by_file: bool = False  # all that the file says of it, not a hand's one change
    ends: str = ""  # the kind of key of which all so far are no longer taken


async def declare(desk: Desk, declared: Declared) -> Account:
    """Make the account, or change those of its facts and secrets that were given."""
    hashed = await _hashed(desk.accounts, declared)
    while (done := await _declare(desk, declared, hashed)) is None:
        await desk.accounts.catch_up()
        hashed = hashed or await _hashed(desk.accounts, declared)
    return done


async def _declare(desk: Desk, declared: Declared, hashed: str) -> Account | None:
    """None: others changed accounts meanwhile, so that it fails or the password is a new one after
    all; and nothing was done."""
    now, accounts = desk.clock.now(), desk.accounts
    async with accounts.changing:
        known = await accounts.latest(declared.login)
        secrets = accounts.secrets(known.id) if known else Secrets()
        if not hashed and _is_new(accounts, secrets, declared):
            return None
        account = known or Account(id=0, login=declared.login)
        wanted = msgspec.structs.replace(account, **_facts(secrets, declared))
        changed = _changed(desk, secrets, declared, hashed)
        if known is None or wanted != known or changed != secrets:
            opening = {"": declared.balance, **declared.purses}
            put = await accounts.put(wanted, changed, now, opening)
            if put is None:
                return None
            wanted = put
        if known is not None and known.state != wanted.state:
            await _turn(desk, known, wanted)
        for name in declared.purses:
            await accounts.open_purse(wanted.id, name)
    return wanted


async def _turn(desk: Desk, before: Account, after: Account) -> None:
    """A closed account keeps no keys that it made; one that is opened again keeps its credit."""
    if after.state == "closed":
        ring = desk.accounts.keyring
        await ring.drop(ring.of(after.id))
    elif before.state == "closed":
        await desk.store.reopen_account(after.id)


def find_clash(accounts: Accounts, wanted: Sequence[Declared]) -> str:
    """Why the accounts of a file can't stand beside those that are there; '' where they can."""
    said = {one.login.casefold(): one for one in wanted}
    owners: dict[str, str] = {}
    for known in accounts.all():
        one = said.get(known.login.casefold())
        if one is not None and one.login != known.login:
            return (
                f"The account {one.login!r} of the file is there as {known.login!r}: logins that "
                "differ by case alone are the same. Write it as it is there."
            )
        if one is None:
            owners |= {name.casefold(): known.login for name in (known.login, known.email) if name}
    for one in wanted:
        before = accounts.by_login(one.login)
        above = accounts.by_login(one.facts.get("parent", ""))
        its = said.get(above.login.casefold()) if above is not None else None
        if above is not None and above.parent and not (its and "parent" in its.facts):
            return (
                f"{above.login!r}, which the file makes the parent of {one.login!r}, stands "
                f"beneath {above.parent!r} itself. Name one that does not."
            )
        email = one.facts.get("email", before.email if before else "")
        for name in filter(None, (one.login, email)):
            owner = owners.setdefault(name.casefold(), one.login)
            if owner != one.login:
                return (
                    f"{name!r}, which the file gives to the account {one.login!r}, names the "
                    f"account {owner!r} already. Change one of the two."
                )
    return ""


async def _hashed(accounts: Accounts, declared: Declared) -> str:
    """The hash of the given password, made in a thread; '' where none is given or the file still
    gives the same."""
    known = accounts.by_login(declared.login)
    secrets = accounts.secrets(known.id) if known else Secrets()
    if declared.password is None or not _is_new(accounts, secrets, declared):
        return ""
    return await asyncio.to_thread(HASHER.hash, declared.password)


def _is_new(accounts: Accounts, secrets: Secrets, declared: Declared) -> bool:
    """Whether a password is given, and not by a file that gave the same when it was read last."""
    if declared.password is None:
        return False
    last = secrets.by_file if declared.by_file else None
    return last is None or last.password != accounts.digest(declared.password)


def _facts(secrets: Secrets, declared: Declared) -> Mapping[str, Any]:
    """The facts to apply. Public keys that the file gave once and gives no more are taken away, as
    its secrets are."""
    if declared.by_file and secrets.by_file and secrets.by_file.sftp_keys:
        return {"sftp_keys": (), **declared.facts}
    return declared.facts


def _changed(desk: Desk, before: Secrets, declared: Declared, hashed: str) -> Secrets:
    digest_of = desk.accounts.key_digest
    given = (("api", declared.api_keys), ("token", declared.tokens))
    keys = {digest_of(kind, key): kind for kind, of_kind in given for key in of_kind}
    after = msgspec.structs.replace(
        before,
        keys={digest: kind for digest, kind in before.keys.items() if kind != declared.ends},
        sealed=dict(before.sealed),
    )
    for name, plain in declared.sealed.items():
        if name not in before.sealed or unseal(desk, before.sealed[name]) != plain:
            after.sealed[name] = _box(desk).encrypt(plain.encode()).decode()
    if declared.by_file:
        _apply_file(after, _by_file(desk, declared, keys), hashed)
        return after
    after.keys |= keys
    if hashed:
        after.password, after.by_hand = hashed, True
    return after


def _by_file(desk: Desk, declared: Declared, keys: dict[str, str]) -> ByFile:
    return ByFile(
        password=desk.accounts.digest(declared.password) if declared.password else "",
        keys=keys,
        sealed=sorted(declared.sealed),
        sftp_keys=list(declared.facts.get("sftp_keys", ())),
    )


def _apply_file(secrets: Secrets, said: ByFile, hashed: str) -> None:
    """Apply to these secrets what the file says otherwise than when it was read last."""
    last = secrets.by_file or ByFile()
    for digest in last.keys.keys() - said.keys.keys():
        secrets.keys.pop(digest, None)
    secrets.keys |= {digest: kind for digest, kind in said.keys.items() if digest not in last.keys}
    for name in set(last.sealed) - set(said.sealed):
        secrets.sealed.pop(name, None)
    if said.password and said.password != last.password:
        secrets.password, secrets.by_hand = hashed, False
    elif last.password and not said.password and not secrets.by_hand:
        secrets.password = ""
    secrets.by_file = said


def unseal(desk: Desk, sealed: str) -> str:
    """The plain key that `sealed` holds."""
    return _box(desk).decrypt(sealed.encode()).decode()


def _box(desk: Desk) -> "Fernet":
    from cryptography.fernet import Fernet  # 8 MiB, and few installations seal anything

    return Fernet(base64.urlsafe_b64encode(desk.accounts.sealing_key))

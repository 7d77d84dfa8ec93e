"""Accounts by hand: add, list, key, keys, revoke, credit, password, suspend, close, activate.

In: what was asked. Out: what is shown; a password or key that was made up here is shown this once.
Promise: the same rules as in the file; no plain secret is kept.
"""

import secrets
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from chappe.config.mistake import Wrong
from chappe.config.tables import sections
from chappe.engine.declare import Declared, declare
from chappe.hands.shown import CannotDo, NothingMore, Shown, moment, money
from chappe.node import Node
from chappe.words.account import Account
from chappe.words.money import COUNTED, EURO, HLR, mills, quotient

_CREDIT_MOST = 100_000_000 * EURO
_KEY_BYTES = 24
_KEYS_SHOWN = 10_000
_NOTE_MOST = 200
_LOOK_UPS = "hlr_credit"
# What is in a purse, with examples of amounts.
_EUROS = ("euros", "12.50 or -3")
_UNITS: Mapping[str, tuple[str, str]] = {HLR: ("look-ups", "100 or -3")}
OF_FILE = " The file declares one as well; it is no longer taken: change it there, or remove it."


class NewAccount(msgspec.Struct, kw_only=True):
    """An account to be made; `settings` are keys of [[account]] with values as the file has
    them."""

    login: str
    password: str = ""  # '': make one up
    balance: str = "0"
    settings: Mapping[str, Any] = {}


class NamedAccount(msgspec.Struct, kw_only=True):
    login: str


class NewKey(msgspec.Struct, kw_only=True):
    login: str
    kind: Literal["api", "token"] = "api"
    replace: bool = False  # whether the keys of that kind so far are no longer taken


class NamedKey(msgspec.Struct, kw_only=True):
    login: str
    id: str


class Booking(msgspec.Struct, kw_only=True):
    login: str
    amount: str
    purse: str = ""
    note: str = ""


class Password(msgspec.Struct, kw_only=True):
    login: str
    password: str = ""


async def add(node: Node, asked: NewAccount) -> Shown:
    login = _read(node, "login", asked.login)
    facts = {name: _read(node, name, value) for name, value in asked.settings.items()}
    look_ups = facts.pop(_LOOK_UPS, 0)  # no fact of the account, but what its purse begins with
    if node.accounts.by_login(login) is not None:
        raise CannotDo(f"{login} names an account already.")
    if await node.store.staff(login.casefold()):
        raise CannotDo(f"{login} is a login of the console's staff.")
    check_others(node, None, facts)
    password = _password(node, asked.password)
    key = _made_up()
    declared = Declared(
        login=login,
        facts=facts,
        password=password,
        api_keys=[key],
        balance=_read(node, "balance", asked.balance),
        purses={HLR: look_ups * COUNTED} if look_ups else {},
    )
    await declare(node.desk, declared)
    shown = {"login": login, "balance": money(declared.balance), "api_key": key}
    if not asked.password:
        shown["password"] = password
    return Shown(
        shown, f"Account {login} is made. What is secret above is shown this once.", more=True
    )


def check_others(node: Node, account: Account | None, facts: Mapping[str, Any]) -> None:
    """What a fact says of other accounts holds as in the file. `account` None: it is to be made."""
    own = account.id if account else 0
    email = facts.get("email")
    taken = node.accounts.by_login(email) if email else None
    if taken is not None and taken.id != own:
        raise CannotDo(f"{email} names an account already.")
    for name, does in (
        ("pays_from", "draws on another's balances itself"),
        ("parent", "stands beneath another account itself"),
    ):
        if not facts.get(name):
            continue
        other = account_of(node, facts[name])
        if other.id == own:
            raise CannotDo(f"{name}: it can't name the account itself.")
        if getattr(other, name):
            raise CannotDo(f"{facts[name]} {does}.")
        if account is not None and (below := _named_by(node, name, account)):
            raise CannotDo(f"{name}: {below} names {account.login} there, which so may name none.")


def _named_by(node: Node, name: str, account: Account) -> str:
    """The first account whose `name` is this account; '' where there is none."""
    login = account.login.casefold()
    found = [one.login for one in node.accounts.all() if getattr(one, name).casefold() == login]
    return min(found, default="")


async def listing(node: Node, asked: NothingMore) -> Shown:
    rows = []
    for account in sorted(node.accounts.all(), key=lambda account: account.login):
        purses = await node.store.purses(account.id)
        rows.append(
            {
                "login": account.login,
                "state": account.state,
                "balance": money(purses[""][1]),
                "purses": {
                    name: held_in(name, row[1]) for name, row in sorted(purses.items()) if name
                },
                "post_paid": account.post_paid,
                "parent": account.parent,
                "pays_from": account.pays_from,
                "warning": "low" if purses[""][1] < account.warn_below else "",
                "keys": len(node.accounts.secrets(account.id).keys)
                + node.accounts.keyring.count(account.id),
                "email": account.email,
                "callbacks": account.callbacks,
            }
        )
    return Shown(rows, "" if rows else "There is no account yet.")


async def key(node: Node, asked: NewKey) -> Shown:
    account = account_of(node, asked.login)
    made = _made_up()
    declared = Declared(login=account.login, ends=asked.kind if asked.replace else "")
    if asked.kind == "api":
        declared.api_keys = [made]
    else:
        declared.tokens = [made]
    kept = node.accounts.secrets(account.id)
    by_file = kept.by_file.keys if kept.by_file else {}
    ended = [digest for digest in kept.keys if by_file.get(digest) == declared.ends]
    await declare(node.desk, declared)
    if asked.replace:
        ring = node.accounts.keyring
        await ring.drop([one for one in ring.of(account.id) if one.kind == asked.kind])
    shown = {"login": account.login, "kind": asked.kind, "key": made}
    said = f"A new key of {account.login}, shown this once."
    if ended:
        said += OF_FILE
    return Shown(shown, said, more=True)


async def keys(node: Node, asked: NamedAccount) -> Shown:
    """Those that the account made itself; of others nothing is known but how many there are."""
    account, now = account_of(node, asked.login), node.clock.now()
    found = node.accounts.keyring.of(account.id)
    rows = [
        {
            "id": one.id,
            "kind": one.kind,
            "made": moment(one.at),
            "ends": moment(one.ends) if one.ends else "",
            "state": "ended" if one.ends and one.ends <= now else "active",
        }
        for one in found[-_KEYS_SHOWN:]
    ]
    if len(found) > _KEYS_SHOWN:
        return Shown(rows, f"Only the last {_KEYS_SHOWN} of {len(found)} are shown.", more=True)
    return Shown(rows, "" if rows else f"{account.login} has made no key itself.")


async def revoke(node: Node, asked: NamedKey) -> Shown:
    account, ring = account_of(node, asked.login), node.accounts.keyring
    found = [one for one in ring.of(account.id) if one.id == asked.id]
    if not found:
        raise CannotDo(
            f"{account.login} has no key {asked.id[:40]!r}; "
            f"`chappe account keys {account.login}` shows those that it made."
        )
    await ring.drop(found)
    shown = {"login": account.login, "id": asked.id}
    return Shown(shown, f"The key {asked.id} of {account.login} is no longer taken.")


async def credit(node: Node, asked: Booking) -> Shown:
    """Book an amount to a purse, or from it where the amount is negative."""
    account = account_of(node, asked.login)
    try:
        amount = mills(asked.amount)
    except ValueError:
        amount = 0
    unit, example = _UNITS.get(asked.purse, _EUROS)
    is_whole = asked.purse not in _UNITS or not amount % COUNTED
    if not (is_whole and 0 < abs(amount) <= _CREDIT_MOST):
        raise CannotDo(f"{asked.amount[:40]!r} is no amount of {unit} such as {example}.")
    purses = await node.store.purses(account.id)
    if asked.purse not in {*purses, HLR}:
        raise CannotDo(f"{account.login} has no purse {asked.purse[:40]!r}.")
    note = asked.note[:_NOTE_MOST] or "by hand"
    now = node.clock.now()
    balance = await node.store.book(account.id, asked.purse, amount, now, note)
    if balance is None:
        _, left, _ = purses.get(asked.purse, (0, 0, 0))
        held = held_in(asked.purse, left)
        raise CannotDo(f"{account.login} has {held} {unit}: no more can be taken.")
    await node.accounts.open_purse(account.id, asked.purse)
    node.dispatch.wake_all()
    booked, held = held_in(asked.purse, amount), held_in(asked.purse, balance)
    shown = {"login": account.login, "booked": booked, "balance": held}
    return Shown(shown, f"Booked: {account.login} has {held} {unit} now.")


async def password(node: Node, asked: Password) -> Shown:
    account = account_of(node, asked.login)
    new = _password(node, asked.password)
    kept = node.accounts.secrets(account.id)
    ended = kept.by_file is not None and kept.by_file.password and not kept.by_hand
    await declare(node.desk, Declared(login=account.login, password=new))
    more = OF_FILE if ended else ""
    if asked.password:
        return Shown({"login": account.login}, f"{account.login} has its new password.{more}")
    shown = {"login": account.login, "password": new}
    return Shown(shown, f"A new password of {account.login}, shown this once.{more}", more=True)


async def suspend(node: Node, asked: NamedAccount) -> Shown:
    return await _become(node, asked.login, "suspended", "what it sent goes on, it sends no more")


async def close(node: Node, asked: NamedAccount) -> Shown:
    return await _become(node, asked.login, "closed", "what it sent goes on, it sends no more")


async def activate(node: Node, asked: NamedAccount) -> Shown:
    return await _become(node, asked.login, "active", "it may send")


async def _become(node: Node, login: str, state: str, meaning: str) -> Shown:
    account = account_of(node, login)
    await declare(node.desk, Declared(login=account.login, facts={"state": state}))
    shown = {"login": account.login, "state": state}
    return Shown(shown, f"{account.login} is {state}: {meaning}.")


def held_in(purse: str, mills: int) -> str:
    """What is in a purse: euros, or how many where it holds what is counted."""
    return quotient(mills, COUNTED, 0) if purse in _UNITS else money(mills)


def account_of(node: Node, login: str) -> Account:
    """The account of this login or e-mail."""
    account = node.accounts.by_login(login)
    if account is None:
        raise CannotDo(f"There is no account {login[:100]!r}; `chappe account list` shows all.")
    return account


def _password(node: Node, given: str) -> str:
    plain: str = _read(node, "password", given).reveal() if given else secrets.token_urlsafe(12)
    return plain


def _made_up() -> str:
    return secrets.token_urlsafe(_KEY_BYTES)


def _read(node: Node, name: str, value: Any) -> Any:
    """A value, read by the rules of the file. No sentence quotes a secret."""
    known = sections(node.dialects)["account"]
    if name in known.idle:
        raise CannotDo(f"{name}: {known.idle[name]}, so it would do nothing.")
    if name not in known.keys:
        raise CannotDo(f"An account has no setting {name[:40]!r}.")
    try:
        return known.keys[name].reader.read(value)
    except Wrong as wrong:
        raise CannotDo(f"{name}: {wrong.what}. {wrong.remedy}") from wrong

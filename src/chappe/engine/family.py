"""Families: children are made and closed, and credit moves between those who belong together.

In: what an account asks. Out: what was done, or a refusal. Promise: whoever is not of the family is
not found, whether there is such an account or not; no child escapes what binds its parent; credit
moves whole or not at all; what a closed child had, and whatever comes back to it, is its parent's.
"""

import logging
from collections.abc import Mapping
from typing import Any

from chappe.engine.accounts import Secrets
from chappe.engine.decline import closed_for_now, or_not_now
from chappe.engine.desk import Desk
from chappe.store.contract.family import Passing
from chappe.words import family
from chappe.words.account import Account
from chappe.words.answer import Refusal, Trouble

log = logging.getLogger("chappe.engine")

_NOT_FOUND = Refusal((Trouble.not_found,))
_PASSED_MOST = 1_000_000_000_000  # mills; nobody has more

# What binds a parent binds the children that it makes.
_INHERITED = (
    *("ips", "hours", "channel", "countries", "senders"),
    *("rate", "queue_max", "in_doubt", "callback_hosts"),
)


@or_not_now
async def make_child(
    desk: Desk, account: Account, dialect: str, wanted: family.MakeChild
) -> family.MadeChild | Refusal:
    """A new account, which may be proved by its password at once."""
    trouble = closed_for_now(desk) or _why_not(desk, account, wanted)
    if trouble is None and await desk.store.staff(wanted.login.casefold()):
        trouble = Trouble.name_taken  # whoever comes into the console by it is somebody else
    if trouble is not None:
        return Refusal((trouble,))
    hashed = await desk.hardening.hashed(account.id, wanted.password)
    if hashed is None:
        return Refusal((Trouble.too_often,))
    while (made := await _make(desk, account, wanted, hashed)) is None:
        await desk.accounts.catch_up()
    if isinstance(made, Account):
        log.info("%s made the account %s", account.login, made.login)
        return family.MadeChild(made.login)
    return made


async def _make(
    desk: Desk, account: Account, wanted: family.MakeChild, hashed: str
) -> Account | Refusal | None:
    """None: other nodes changed accounts meanwhile, and nothing was done."""
    accounts = desk.accounts
    async with accounts.changing:
        # It may have changed while the password was hashed.
        trouble = _why_not(desk, account, wanted)
        if trouble is not None:
            return Refusal((trouble,))
        child = Account(
            id=0,
            login=wanted.login,
            parent=account.login,
            details=dict(wanted.details),
            **_inheritance(account),
        )
        return await accounts.put(child, Secrets(password=hashed), desk.clock.now())


def _why_not(desk: Desk, account: Account, wanted: family.MakeChild) -> Trouble | None:
    accounts = desk.accounts
    length = sum([len(name) + len(value) for name, value in wanted.details.items()])
    if len(wanted.login) > family.NAME_MOST or length > family.DETAILS_MOST:
        return Trouble.too_long
    if not wanted.password or len(wanted.password) > family.PASSWORD_MOST:
        return Trouble.too_long
    if not wanted.login.isprintable() or wanted.login != wanted.login.strip() or not wanted.login:
        return Trouble.name_taken
    if accounts.by_login(wanted.login) is not None:
        return Trouble.name_taken
    if account.parent or len(accounts.children(account)) >= family.CHILDREN_MOST:
        return Trouble.queue_full
    return Trouble.account_closed if accounts.is_closed(account.id) else None


def _inheritance(account: Account) -> Mapping[str, Any]:
    return {name: getattr(account, name) for name in _INHERITED}


@or_not_now
async def close_child(
    desk: Desk, account: Account, dialect: str, wanted: family.CloseChild
) -> family.ClosedChild | Refusal:
    """It is decided in one durable step. What is left to do is done before the answer where that is
    little, else after it, also after a restart."""
    if trouble := closed_for_now(desk):
        return Refusal((trouble,))
    accounts = desk.accounts
    async with accounts.changing:
        child = await accounts.latest(wanted.login)
        if child is None or child.id not in accounts.children(account):
            return _NOT_FOUND
        if accounts.is_closed(child.id):
            return _NOT_FOUND
        moved = await accounts.close(child, account, desk.clock.now())
    log.info("%s closed the account %s", account.login, child.login)
    await desk.emptying.close(child.id)
    return family.ClosedChild(child.login, moved)


@or_not_now
async def transfer(
    desk: Desk, account: Account, dialect: str, wanted: family.Transfer
) -> family.Transferred | Refusal:
    """From this account's own purse to another's own."""
    of = wanted.of
    if trouble := closed_for_now(desk):
        return Refusal((trouble,))
    if wanted.count < 1:
        raise ValueError("what is moved is at least one")
    if not _is_there(desk, account, wanted.to):
        return _NOT_FOUND
    if len(wanted.note) > family.NOTE_MOST:
        return Refusal((Trouble.too_long,))
    price = desk.tariff.price(of.channel, of.country, of.quality)
    if price is None:
        return Refusal((Trouble.not_served,))
    return await _pass_on(desk, account, wanted.to, price * wanted.count, of.purse, wanted.note)


@or_not_now
async def pass_on(
    desk: Desk, account: Account, to: str, amount: int, note: str = ""
) -> family.Transferred | Refusal:
    """The same of an amount, for whoever asks by hand."""
    if trouble := closed_for_now(desk):
        return Refusal((trouble,))
    if amount < 1:
        raise ValueError("what is moved is more than nothing")
    if not _is_there(desk, account, to):
        return _NOT_FOUND
    if len(note) > family.NOTE_MOST:
        return Refusal((Trouble.too_long,))
    return await _pass_on(desk, account, to, amount, "", note)


def _is_there(desk: Desk, account: Account, login: str) -> bool:
    other = desk.accounts.by_login(login)
    return other is not None and other.state != "closed" and _belong_together(account, other)


async def _pass_on(
    desk: Desk, account: Account, login: str, amount: int, purse: str, note: str
) -> family.Transferred | Refusal:
    accounts = desk.accounts
    other = accounts.by_login(login)
    assert other is not None  # it was looked at
    passing = Passing(
        accounts.own_purse(account.id, purse),
        accounts.own_purse(other.id, purse),
        amount,
        desk.clock.now(),
        _noted(f"to {other.login}", note),
        _noted(f"from {account.login}", note),
    )
    if amount > _PASSED_MOST or not await desk.store.pass_on(passing):
        return Refusal((Trouble.no_credit,))
    return family.Transferred(amount)


def _belong_together(one: Account, other: Account) -> bool:
    """Whether they are parent and child, or have one parent."""
    if one.id == other.id:
        return False
    first, second = _head(one), _head(other)
    return first == second


def _head(account: Account) -> str:
    return (account.parent or account.login).casefold()


def _noted(whom: str, note: str) -> str:
    return f"{whom}: {note}" if note else whom

"""Opt-outs by hand: the numbers that an account, or everybody, may not write to.

In: an account and numbers. Out: what is shown. Promise: it holds for the next message.
"""

import msgspec

from chappe.hands.accounts import account_of
from chappe.hands.shown import CannotDo, Shown, moment, number_of, phone
from chappe.node import Node

_EVERYBODY = 0
_LISTED_MOST = 100_000


class OptOutList(msgspec.Struct, kw_only=True):
    login: str = ""  # '': every list there is


class OptOutChange(msgspec.Struct, kw_only=True):
    numbers: list[str]
    login: str = ""


async def listing(node: Node, asked: OptOutList) -> Shown:
    """Show the list that holds for everybody, then each account's own."""
    accounts = sorted(node.accounts.all(), key=lambda account: account.login)
    lists = {account.id: account.login for account in accounts}
    if asked.login:
        account = account_of(node, asked.login)
        lists = {account.id: account.login}
    else:
        lists = {_EVERYBODY: "everybody"} | lists
    rows: list[dict[str, str]] = []
    for ident, whose in lists.items():
        # One row more is asked for than may be shown, to know whether there are more.
        found = await node.store.opt_outs(ident, _LISTED_MOST + 1 - len(rows))
        rows += [
            {"account": whose, "number": phone(number), "at": moment(at), "source": source}
            for number, at, source in found
        ]
        if len(rows) > _LISTED_MOST:
            return Shown(rows[:_LISTED_MOST], f"Only the first {_LISTED_MOST} are shown.")
    return Shown(rows, "" if rows else "Nobody has opted out.")


async def add(node: Node, asked: OptOutChange) -> Shown:
    account, numbers = _whose(node, asked.login), [number_of(text) for text in asked.numbers]
    for number in numbers:
        await node.store.opt_out(account, number, node.clock.now(), "by hand")
    return Shown(
        {"account": asked.login or "everybody", "numbers": [phone(number) for number in numbers]},
        f"Opted out: {', '.join(map(phone, numbers))}.",
    )


async def remove(node: Node, asked: OptOutChange) -> Shown:
    account, numbers = _whose(node, asked.login), [number_of(text) for text in asked.numbers]
    gone = [number for number in numbers if await node.store.opt_in(account, number)]
    if not gone:
        raise CannotDo("None of these numbers was on that list.")
    return Shown(
        {"account": asked.login or "everybody", "numbers": [phone(number) for number in gone]},
        f"No longer opted out: {', '.join(map(phone, gone))}.",
    )


def _whose(node: Node, login: str) -> int:
    return account_of(node, login).id if login else _EVERYBODY

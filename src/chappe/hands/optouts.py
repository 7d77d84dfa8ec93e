"""Opt-outs by hand: the numbers that an account, or everybody, may not write to.

In: an account, a list and numbers. Out: what is shown. Promise: it holds for the next message.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from chappe.hands.accounts import account_of
from chappe.hands.shown import CannotDo, Shown, moment, number_of, phone
from chappe.node import Node
from chappe.words.order import Lists

_EVERYBODY = 0
_LISTED_MOST = 100_000
_SOURCE = "by hand"


class OptOutList(msgspec.Struct, kw_only=True):
    login: str = ""  # '': every account's, and everybody's
    list: str = ""  # '': every one


class OptOutChange(msgspec.Struct, kw_only=True):
    numbers: list[str]
    login: str = ""
    list: str = Lists.stop.name or ""


async def listing(node: Node, asked: OptOutList) -> Shown:
    """The lists that hold for everybody first, then each account's own."""
    wanted = _list_of(asked.list) if asked.list else ~Lists(0)
    accounts = sorted(node.accounts.all(), key=lambda account: account.login)
    lists = {account.id: account.login for account in accounts}
    if asked.login:
        account = account_of(node, asked.login)
        lists = {account.id: account.login}
    else:
        lists = {_EVERYBODY: "everybody"} | lists
    rows: list[dict[str, str]] = []
    for ident, whose in lists.items():
        # One more than are shown tells whether there are more.
        found = await node.store.opt_outs(ident, int(wanted), _LISTED_MOST + 1 - len(rows))
        rows += [
            {
                "account": whose,
                "number": phone(number),
                "list": list_name(list_),
                "at": moment(at),
                "source": source,
            }
            for number, at, source, list_ in found
        ]
        if len(rows) > _LISTED_MOST:
            return Shown(rows[:_LISTED_MOST], f"Only the first {_LISTED_MOST} are shown.")
    return Shown(rows, "" if rows else "Nobody has opted out.")


async def add(node: Node, asked: OptOutChange) -> Shown:
    account, list_ = _whose(node, asked.login), _list_of(asked.list)
    numbers = [number_of(text) for text in asked.numbers]
    await node.store.opt_out(account, numbers, node.clock.now(), _SOURCE, list_)
    return Shown(_facts(asked, numbers), f"Opted out: {', '.join(map(phone, numbers))}.")


async def import_(node: Node, asked: OptOutChange) -> Shown:
    """Many at a time; only how many is shown."""
    account, list_ = _whose(node, asked.login), _list_of(asked.list)
    numbers = [number_of(text) for text in asked.numbers]
    fresh = await node.store.opt_out(account, numbers, node.clock.now(), _SOURCE, list_)
    return Shown({"numbers": len(numbers), "new": fresh})


async def remove(node: Node, asked: OptOutChange) -> Shown:
    account, list_ = _whose(node, asked.login), _list_of(asked.list)
    numbers = [number_of(text) for text in asked.numbers]
    gone = [number for number in numbers if await node.store.opt_in(account, [number], list_)]
    if not gone:
        raise CannotDo("None of these numbers was on that list.")
    return Shown(_facts(asked, gone), f"No longer opted out: {', '.join(map(phone, gone))}.")


def list_name(value: int) -> str:
    """How people name a list."""
    return Lists(value).name or ""


def _facts(asked: OptOutChange, numbers: Sequence[int]) -> Mapping[str, Any]:
    whose = asked.login or "everybody"
    return {"account": whose, "list": asked.list, "numbers": [phone(number) for number in numbers]}


def _list_of(name: str) -> Lists:
    if name not in Lists.__members__:
        raise CannotDo(f"There is no list {name[:40]!r}: write {' or '.join(Lists.__members__)}.")
    return Lists[name]


def _whose(node: Node, login: str) -> int:
    return account_of(node, login).id if login else _EVERYBODY

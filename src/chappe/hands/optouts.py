"""Opt-outs by hand: the numbers that an account, or everybody, may not write to.

In: an account, a list and numbers; or opt-outs as they were kept elsewhere. Out: what is shown.
Promise: it holds for the next message; what is exported and imported again is the same.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from chappe.hands.accounts import account_of
from chappe.hands.shown import CannotDo, Shown, moment, number_of, phone
from chappe.hands.when import exact, instant_of
from chappe.node import Node
from chappe.store.contract import NEVER
from chappe.store.contract.optouts import ListedNumber, OptOutsAsked
from chappe.words.order import Lists

_EVERYBODY = 0
_LISTED_MOST = 100_000
_SOURCE = "by hand"
_SOURCE_MOST = 1_000
_LOGIN_MOST = 100
_PAGE = 10_000


class OptOutList(msgspec.Struct, kw_only=True):
    login: str = ""  # '': every account's, and everybody's
    list: str = ""  # '': every one


class OptOutChange(msgspec.Struct, kw_only=True):
    numbers: list[str]
    login: str = ""
    list: str = Lists.stop.name or ""


class OptOutPage(msgspec.Struct, kw_only=True):
    """Some of all opt-outs, behind one of them: by account, number and list."""

    login: str = ""  # '': every account's, and everybody's
    list: str = ""
    behind: tuple[int, int, int] = (-1, 0, 0)


class OptOutLine(NamedTuple):
    """A line of what was exported; the account '' is everybody."""

    number: str
    account: str
    list: str
    date: str
    source: str


class OptOutLines(msgspec.Struct, kw_only=True):
    """Some such lines, each with its place in the file."""

    lines: list[tuple[int, OptOutLine]]


class OptOutOwners(msgspec.Struct, kw_only=True):
    """Logins, each with the first line that names it."""

    logins: dict[str, int]


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


async def export(node: Node, asked: OptOutPage) -> Shown:
    """A page: its lines, and what it ended with; nothing where there is no more."""
    wanted = _list_of(asked.list) if asked.list else ~Lists(0)
    last, behind = NEVER, asked.behind
    if asked.login:
        last = account_of(node, asked.login).id
        behind = max(behind, (last, -1, 0))
    found = await node.store.opt_outs_behind(OptOutsAsked(behind, last, int(wanted), _PAGE))
    lines = [_line(node, one) for one in found]
    end = [found[-1].account, found[-1].number, found[-1].list] if found else []
    return Shown({"lines": lines, "end": end})


async def owners(node: Node, asked: OptOutOwners) -> Shown:
    """Whether all of them are there."""
    for login, no in asked.logins.items():
        try:
            _whose(node, login)
        except CannotDo as why:
            raise CannotDo(f"line {no}: {why}") from why
    return Shown({"accounts": len(asked.logins)})


async def put(node: Node, asked: OptOutLines) -> Shown:
    """Keep what was exported as it was; what is there already stays as it is."""
    rows = []
    for no, line in asked.lines:
        try:
            rows.append(_kept(_whose(node, line.account), line, node.clock.now()))
        except CannotDo as why:
            raise CannotDo(f"line {no}: {why}") from why
    return Shown({"numbers": len(rows), "new": await node.store.keep_opt_outs(rows)})


def check_line(line: OptOutLine) -> None:
    """CannotDo where it can't be kept, whoever its account is."""
    _kept(_EVERYBODY, line, 0)


def _kept(account: int, line: OptOutLine, now: int) -> ListedNumber:
    if len(line.account) > _LOGIN_MOST:
        raise CannotDo(f"There is no account {line.account[:40]!r}...")
    if len(line.source) > _SOURCE_MOST:
        raise CannotDo(f"a source has at most {_SOURCE_MOST} characters.")
    at = instant_of(line.date) if line.date else now
    if not 0 <= at < NEVER:
        raise CannotDo(f"{line.date[:40]!r} was never a day of opt-outs.")
    return ListedNumber(account, number_of(line.number), int(_list_of(line.list)), at, line.source)


def _line(node: Node, one: ListedNumber) -> OptOutLine:
    account = node.accounts.login_of(one.account)
    return OptOutLine(phone(one.number), account, list_name(one.list), exact(one.at), one.source)


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

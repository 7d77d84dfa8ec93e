"""Listing opt-outs: a page of them, those of a number, and all of them as a file.

In: a visit with what is wanted in its address. Out: a page, or CSV piece by piece. Promise: a page
looks at a bounded number of rows; the file is one that `chappe optout import` takes as well.
"""

import csv
import io
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from chappe.console import sheets, whose
from chappe.console.form import Form
from chappe.console.shape import Missing, Outcome, View, Visit
from chappe.hands import optouts as hands
from chappe.store.contract import NEVER
from chappe.store.contract.optouts import ListedNumber, OptOutsAsked
from chappe.words.account import Account
from chappe.words.exchange import Response, turned
from chappe.words.order import Lists
from chappe.words.visitor import Right

EVERYBODY: Final = 0
LISTS: Final[Mapping[str, str]] = {"stop": "STOP list", "black": "Black list"}
_SHOWN: Final = 50
_LOT: Final = 1_000
_LOTS_MOST: Final = 10  # that a page looks at for one list alone
_ALL: Final = int(~Lists(0))

_Place = tuple[int, int, int]


class ListsWanted(NamedTuple):
    """Which opt-outs; what is not said fits all that may be seen."""

    account: Account | None
    is_everybodys: bool  # everybody's list alone
    list: str
    number: int

    @property
    def bits(self) -> int:
        return int(Lists[self.list]) if self.list else _ALL

    @property
    def bounds(self) -> tuple[_Place, int]:
        """Behind which they lie, and the last account."""
        if self.account is not None:
            return (self.account.id, -1, 0), self.account.id
        return (-1, 0, 0), EVERYBODY if self.is_everybodys else NEVER


async def page(visit: Visit) -> Outcome:
    """A page of a list, and the way to put more numbers on it."""
    return await shown(visit, Form([], visit.say))


async def shown(visit: Visit, form: Form) -> View:
    """The same, with what was typed to change it."""
    query = visit.query
    wanted = _wanted(visit)
    found, behind = await _found(visit, wanted) if query.is_right else ([], None)
    kept = _kept(query)
    facts = {
        "title": visit.say("Opt-outs"),
        "query": query,
        "form": form,
        "rows": [_row(visit, one) for one in found],
        "for_all": visit.seen is None,
        "with_account": whose.has_several(visit),
        "logins": whose.offered(visit),
        "own": wanted.account.login if wanted.account is not None else "",
        "lists": [(name, visit.say(label)) for name, label in LISTS.items()],
        "may_act": visit.may(Right.act),
        "export": whose.path("optouts", "export", **kept),
        "next": _address(kept, behind) if behind else "",
        "first": whose.path("optouts", **kept) if "behind" in query else "",
    }
    return View("rooms/optouts/page.html", facts, 200 if form.is_right and query.is_right else 422)


def _wanted(visit: Visit) -> ListsWanted:
    query = visit.query
    list_ = query.choice("list", LISTS, "")
    is_everybodys = query.flag("everybody") and visit.seen is None
    account = None if is_everybodys else whose.asked(visit, query)
    return ListsWanted(account, is_everybodys, list_, whose.phone_asked(visit, query))


def _kept(query: Form) -> Mapping[str, str]:
    """What stands in the addresses that lead on from a page."""
    names = ("account", "everybody", "list", "number")
    return {name: query.typed[name] for name in names if query.typed.get(name)}


def _address(kept: Mapping[str, str], behind: _Place) -> str:
    return whose.path("optouts", **kept, behind="-".join(map(str, behind)))


async def _found(visit: Visit, wanted: ListsWanted) -> tuple[Sequence[ListedNumber], _Place | None]:
    """A page, and behind which the next one lies."""
    if wanted.number:
        accounts = _accounts(visit, wanted)
        found = await visit.node.store.opt_outs_with(accounts, wanted.number)
        return [one for one in found if one.list & wanted.bits], None
    begin, last = wanted.bounds
    behind = max(begin, _behind(visit.query))
    page: list[ListedNumber] = []
    for _ in range(_LOTS_MOST):
        most = _LOT if wanted.list else _SHOWN + 1
        lot = await visit.node.store.opt_outs_behind(OptOutsAsked(behind, last, _ALL, most))
        page += [one for one in lot if one.list & wanted.bits]
        if len(page) > _SHOWN:
            return page[:_SHOWN], _place(page[_SHOWN - 1])
        if len(lot) < most:
            return page, None
        behind = _place(lot[-1])
    return page, behind


def _place(one: ListedNumber) -> _Place:
    return one.account, one.number, one.list


def _behind(query: Form) -> _Place:
    """A place that is none is the first one of all."""
    parts = query.text("behind").split("-")
    is_place = all(part.isascii() and part.isdecimal() and len(part) <= 18 for part in parts)
    if not is_place or len(parts) != 3:
        return -1, 0, 0
    account, number, list_ = map(int, parts)
    return account, number, min(list_, _LIST_MOST)


_LIST_MOST: Final = 1_000  # which every database can hold


def _accounts(visit: Visit, wanted: ListsWanted) -> Sequence[int]:
    if wanted.account is not None:
        return [wanted.account.id]
    if wanted.is_everybodys:
        return [EVERYBODY]
    return [EVERYBODY, *[account.id for account in visit.node.accounts.all()]]


def _row(visit: Visit, one: ListedNumber) -> Mapping[str, Any]:
    login = visit.node.accounts.login_of(one.account)
    name = hands.list_name(one.list)
    return {
        "number": one.number,
        "login": login,
        "list": name,
        "label": visit.say(LISTS.get(name, name)),
        "at": one.at,
        "source": _source(visit, one.source),
        "may_remove": visit.may(Right.act) and (bool(login) or one.account == EVERYBODY),
    }


def _source(visit: Visit, source: str) -> str:
    """Who put it there, in the visitor's words as far as these are ours."""
    for begin in ("reply to ", "asked by "):
        if source.startswith(begin):
            return visit.say(begin + "{whom}", whom=source.removeprefix(begin))
    return visit.say(source) if source == "by hand" else source


# all of them


async def export(visit: Visit) -> Outcome:
    """As CSV."""
    wanted = _wanted(visit)
    if not visit.query.is_right:
        return Missing()
    name = ("Content-Disposition", 'attachment; filename="optouts.csv"')
    stream = turned(_lines(visit, wanted), _written)
    return Response(type="text/csv; charset=utf-8", headers=(name,), stream=stream)


async def _lines(
    visit: Visit, wanted: ListsWanted
) -> AsyncGenerator[Sequence[hands.OptOutLine | tuple[str, ...]], None]:
    """WebPage after page, each once the one before it was taken."""
    yield [hands.OptOutLine._fields]
    login = wanted.account.login if wanted.account is not None else ""
    asked = hands.OptOutPage(login=login, list=wanted.list)
    while (page := (await hands.export(visit.node, asked)).value)["lines"]:
        lines = page["lines"]
        if wanted.is_everybodys:
            lines = [line for line in lines if not line.account]
        yield lines
        if len(lines) < len(page["lines"]):
            return
        asked = hands.OptOutPage(login=login, list=wanted.list, behind=tuple(page["end"]))


def _written(lines: Sequence[hands.OptOutLine | tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerows([(*line[:-1], sheets.bare(line[-1])) for line in lines])
    return text.getvalue().encode("utf-8", "replace")

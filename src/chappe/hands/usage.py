"""Usage by hand: what was sent and paid for, between two days.

In: days, whose, and by what to count. Out: a row for each, and their sum. Promise: exact to the
message and to the tenth of a thousandth of a euro, also of what is no longer kept.
"""

from collections.abc import Sequence

import msgspec

from chappe.engine.look.usage import BY, UsageRow, UsageWanted, usage
from chappe.hands.accounts import account_of
from chappe.hands.shown import CannotDo, Shown, money
from chappe.node import Node
from chappe.words import paris
from chappe.words.clock import DAY

_DAYS_MOST = 366 * 20


class UsageAsked(msgspec.Struct, kw_only=True):
    """Days as YYYY-MM-DD; '' is today, and for the first one the beginning of its month."""

    first: str = ""
    last: str = ""
    by: Sequence[str] = ("day", "account")
    login: str = ""  # '': of all accounts


async def show(node: Node, asked: UsageAsked) -> Shown:
    today = paris.day(node.clock.now())
    last = _day(asked.last, today)
    first = _day(asked.first, _first_of_month(last))
    if first > last:
        raise CannotDo("The first day is after the last one.")
    if last - first > _DAYS_MOST:
        raise CannotDo("That is more than twenty years.")
    if unknown := [name for name in asked.by if name not in BY]:
        raise CannotDo(f"Usage is not counted by {unknown[0][:40]!r}, but by {', '.join(BY)}.")
    if len(set(asked.by)) < len(asked.by):
        raise CannotDo("Each can be counted by once.")
    seen = {account_of(node, asked.login).id} if asked.login else None
    rows = await usage(node.desk, UsageWanted(first, last, asked.by), seen)
    messages, parts = sum(row.messages for row in rows), sum(row.parts for row in rows)
    paid = money(sum(row.price for row in rows))
    said = f"{messages} messages, {parts} parts, {paid} euros from {_text(first)} to {_text(last)}."
    return Shown([_shown(row) for row in rows], said)


def _shown(row: UsageRow) -> dict[str, object]:
    return {
        **row.common,
        "messages": row.messages,
        "parts": row.parts,
        "price": money(row.price),
    }


def _day(text: str, otherwise: int) -> int:
    if not text:
        return otherwise
    day = paris.date_of(text)
    if day is None:
        raise CannotDo(f"{text[:40]!r} is no day such as 2026-11-30.")
    return day.toordinal() - paris.EPOCH_DAY


def _first_of_month(day: int) -> int:
    return day - int(_text(day)[-2:]) + 1


def _text(day: int) -> str:
    return paris.utc_stamp(day * DAY, paris.DASHED_DAY)

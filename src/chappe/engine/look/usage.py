"""Looking at usage: what was sent and paid for, by day, account, country and whatever else.

In: days, what to count by, and whose may be seen. Out: rows, in order. Promise: whatever they are
counted by, they sum up to the same.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from chappe.engine.desk import Desk
from chappe.engine.look.seen import Seen
from chappe.store.contract import Used
from chappe.words import paris
from chappe.words.clock import DAY
from chappe.words.lifecycle import State
from chappe.words.order import Channel

_WAITING = frozenset((State.scheduled, State.queued, State.sending))


class UsageWanted(NamedTuple):
    """Which days, both included, as `paris.day` counts, and by what: names of BY."""

    first_day: int
    last_day: int
    by: Sequence[str]


class UsageRow(NamedTuple):
    """What all of them have in common, by name; and the sums."""

    common: Mapping[str, str]
    messages: int
    parts: int
    price: int


def _day(desk: Desk, used: Used) -> str:
    return paris.utc_stamp(used.day * DAY, paris.DASHED_DAY)


def _account(desk: Desk, used: Used) -> str:
    return desk.accounts.login_of(used.account)


def _outcome(desk: Desk, used: Used) -> str:
    state = State(used.state)
    return "waiting" if state in _WAITING else state.name


BY: Mapping[str, Callable[[Desk, Used], str]] = {
    "day": _day,
    "month": lambda desk, used: _day(desk, used)[:7],
    "account": _account,
    "dialect": lambda desk, used: used.dialect,
    "channel": lambda desk, used: Channel(used.channel).name,
    "country": lambda desk, used: used.country,
    "link": lambda desk, used: used.link,
    "outcome": _outcome,
}
"""What can be counted by -> how it is told."""


async def usage(desk: Desk, wanted: UsageWanted, seen: Seen) -> Sequence[UsageRow]:
    """Of the accounts that may be seen, which are all where none are named."""
    found = await desk.store.used(wanted.first_day, wanted.last_day)
    # There may be 100,000 of them, beside which requests are to be answered.
    return await asyncio.to_thread(_summed, desk, wanted.by, found, seen)


def _summed(desk: Desk, by: Sequence[str], found: Sequence[Used], seen: Seen) -> Sequence[UsageRow]:
    total: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    readers = [BY[name] for name in by]
    for one in found:
        if seen is not None and one.account not in seen:
            continue
        sums = total[tuple([reader(desk, one) for reader in readers])]
        sums[0] += one.messages
        sums[1] += one.parts
        sums[2] += one.price
    return [
        UsageRow(dict(zip(by, common, strict=True)), *sums)
        for common, sums in sorted(total.items())
    ]

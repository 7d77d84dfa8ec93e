"""Usage: what was sent, counted by what an operator wants to know of it, exact at any moment.

In: messages, a stretch of 4,096 numbers at a time. Out: rows of figures. Promise: what is told is
what stands in the messages that are kept and in the rows of those that were dropped, as of one
moment: what is remembered of a stretch is forgotten in the transaction that changes one of its
messages, and what is dropped is counted in the transaction that drops it.
"""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from typing import Any, cast

import msgspec

from chappe.store.contract.usage import Used
from chappe.store.recent import ALWAYS, Recent
from chappe.store.rows import USAGE
from chappe.store.script import Add, Ask, Into, Run, Script
from chappe.words import number as numbers
from chappe.words import paris
from chappe.words.clock import HOUR, MINUTE

STRETCH_BITS = 12
_CALM_MS = 2 * MINUTE  # after which a stretch is remembered; most receipts have come
_NEWEST = 2  # stretches that are never remembered: more is written into them
_COUNTED = Into("counted", ("stretch", "first_day", "last_day", "found"))

# hour, account, dialect, channel, number, link, state; messages, parts, price
_Found = tuple[int, int, str, int, int, str, int, int, int, int]
_Key = tuple[int, int, str, int, str, str, int]


def stretches_of(idents: Iterable[int]) -> set[int]:
    """The stretches that these messages lie in."""
    return {ident >> STRETCH_BITS for ident in idents}


def uncount(stretches: Iterable[int], recent: Recent) -> Generator[Any, Any, None]:
    """Forget what was counted of these: something in them is another now. Nearly always they are
    younger than all that was."""
    if recent.counted_to == ALWAYS and not recent.is_shared:
        recent.counted_to = yield Ask("counted_to")
    last = ALWAYS if recent.is_shared else recent.counted_to  # what others counted is not known
    known = sorted([one for one in stretches if one <= last])
    if known:
        yield Run("uncount", (known,))


def count_dropped(messages: Sequence[int], recent: Recent) -> Generator[Any, Any, None]:
    """These are about to be dropped: from now on they stand in the rows of those that were."""
    found = yield Ask("usage_of_messages", (messages,), list[_Found])
    rows = [msgspec.structs.astuple(one) for one in _summed(found)]
    if rows:
        yield Add(USAGE, rows)
    yield from uncount(stretches_of(messages), recent)


def count_one(now: int, recent: Recent) -> Generator[Any, Any, bool]:
    """Remember the newest stretch that is not counted and in which little happens any more; whether
    there was one."""
    low, high, missing = yield from _uncounted()
    for stretch in missing:
        ends = _ends(stretch)
        if stretch > high - _NEWEST:
            continue
        youngest = yield Ask("youngest_of", ends)
        if youngest > now - _CALM_MS:
            continue
        if not youngest:
            # Numbers leap after a restore: all that nobody had is counted at once.
            below = (yield Ask("last_before", (ends[0],))) >> STRETCH_BITS
            empty = [one for one in missing if below < one <= stretch]
            yield Add(_COUNTED, [(one, 0, 0, "[]") for one in empty])
            recent.counted_to = yield Ask("counted_to")
            return True
        counted = _summed((yield Ask("usage_of", ends, list[_Found])))
        days = [one.day for one in counted]
        found = msgspec.json.encode(counted).decode()
        yield Add(_COUNTED, [(stretch, min(days, default=0), max(days, default=0), found)])
        recent.counted_to = max(stretch, (yield Ask("counted_to")))
        return True
    yield Run("uncount_before", (low,))
    recent.counted_to = yield Ask("counted_to")
    return False


def used(first_day: int, last_day: int) -> Generator[Any, Any, list[Used]]:
    """All that was used between two days, both included."""
    total: dict[_Key, list[int]] = defaultdict(_nothing)
    _add(total, (yield Ask("usage_dropped", (first_day, last_day), list[Used])))
    for text in (yield Ask("counted_between", (first_day, last_day), list[str])):
        _add(total, msgspec.json.decode(text, type=list[Used]))
    *_, missing = yield from _uncounted()
    for stretch in missing:
        _add(total, _summed((yield Ask("usage_of", _ends(stretch), list[_Found]))))
    return [one for one in _rows(total) if first_day <= one.day <= last_day]


def _uncounted() -> Generator[Any, Any, tuple[int, int, list[int]]]:
    """The first stretch there is, the last, and those that nothing is remembered of, the newest
    first."""
    low, high = yield Ask("stretches")
    known = set((yield Ask("counted")))
    return low, high, [one for one in range(high, low - 1, -1) if one not in known]


def _ends(stretch: int) -> tuple[int, int]:
    first = stretch << STRETCH_BITS
    return first, first + (1 << STRETCH_BITS) - 1


def _summed(found: Sequence[_Found]) -> list[Used]:
    """By Paris days and by countries, which databases do not know."""
    total: dict[_Key, list[int]] = defaultdict(_nothing)
    for hour, account, dialect, channel, number, link, state, *figures in found:
        day, country = paris.day(hour * HOUR), numbers.country(number)
        _count(total[day, account, dialect, channel, country, link, state], figures)
    return _rows(total)


def _add(total: dict[_Key, list[int]], rows: Iterable[Used]) -> None:
    for one in rows:
        *key, messages, parts, price = msgspec.structs.astuple(one)
        _count(total[cast("_Key", tuple(key))], (messages, parts, price))


def _count(sums: list[int], figures: Sequence[int]) -> None:
    for place, figure in enumerate(figures):
        sums[place] += figure


def _rows(total: Mapping[_Key, list[int]]) -> list[Used]:
    return [Used(*key, *figures) for key, figures in sorted(total.items())]


def _nothing() -> list[int]:
    return [0, 0, 0]


class UsageIntents(ABC):
    """What a store does to count."""

    _recent: Recent

    @abstractmethod
    async def read(self, script: Callable[[], Script]) -> Any: ...

    @abstractmethod
    async def _do(self, script: Callable[[], Script], *, is_past_us: bool = True) -> Any: ...

    async def count_one(self, now: int) -> bool:
        return bool(await self._do(lambda: count_one(now, self._recent), is_past_us=False))

    async def used(self, first_day: int, last_day: int) -> Sequence[Used]:
        found: list[Used] = await self.read(lambda: used(first_day, last_day))
        return found

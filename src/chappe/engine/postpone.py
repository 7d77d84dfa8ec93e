"""Postponing: whether a message may leave now by law and by its order's window, or else when.

In: an instant (UTC ms), a window. Out: whether they allow it, else the next instant that they do.
Pure: the clock is the caller's.

Legal hours for marketing are 08:00:00 to 20:00:00 in Paris, never on a Sunday or a French public
holiday. Both rules are kept as one span a day, whose ends are due times like any other: right over
both clock changes, and cheap to ask at each claim.
"""

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import msgspec

from chappe.words import paris

OPENING: Final = 8 * 60
CLOSING: Final = 20 * 60
DAY_MINUTES: Final = 24 * 60

# (month, day) of the holidays that never move, and the days from Easter Sunday of those that do.
_FIXED: Final = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
_MOVABLE: Final = (1, 39, 50)  # Easter Monday, Ascension, Whit Monday

_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
# Nothing is ruled in the last months that a date can name, so no search runs out of the calendar.
_LAST_DAY: Final = date(9999, 1, 1).toordinal() - _EPOCH_DAY
_SUNDAY: Final = 3  # 1970-01-04, the fourth day, was one.

# No four days in a row are closed to marketing; a window misses the day of a clock change at most.
_SEARCH_DAYS: Final = 8
# Window and legal hours both repeat daily: if they have not met by then, they never do.
_MEETING_DAYS: Final = 14


class Window(msgspec.Struct, frozen=True):
    """The hours a push may leave in, as minutes of a Paris day; `stop` is no longer in it.

    A stop that is not after the start is the next day's, so equal ones mean all day.
    """

    start: int
    stop: int

    def __post_init__(self) -> None:
        if not (0 <= self.start < DAY_MINUTES and 0 <= self.stop <= DAY_MINUTES):
            raise ValueError(f"a window's ends are minutes of a day, not {self.start}, {self.stop}")


def next_leave(ms: int, *, legal: bool, window: Window | None) -> int | None:
    """The first instant from `ms` on that every rule allows; None where the rules never meet."""
    limit = ms + _MEETING_DAYS * paris.DAY_MS
    earliest = ms
    while earliest < limit:
        lawful = next_legal(earliest) if legal else earliest
        opened = next_open(lawful, window) if window else lawful
        if opened == lawful:
            return lawful
        earliest = opened
    return None


def is_legal(ms: int) -> bool:
    """May marketing leave at this instant?"""
    opens, closes = _legal_span(paris.day(ms))
    return opens <= ms < closes


def next_legal(ms: int) -> int:
    """The same instant where marketing may leave, else the next opening."""
    today = paris.day(ms)
    for day in range(today, today + _SEARCH_DAYS):
        opens, closes = _legal_span(day)
        if opens < closes and ms < closes:
            return max(ms, opens)
    raise AssertionError("a week without one legal hour")


def is_open(ms: int, window: Window) -> bool:
    """Is the window open at this instant?"""
    return next_open(ms, window) == ms


def next_open(ms: int, window: Window) -> int:
    """The same instant where the window is open, else its next opening.

    A window that falls into the hour which spring leaves out does not open that day.
    """
    today = paris.day(ms)
    first = today - 1 if window.stop <= window.start else today
    for day in range(first, today + _SEARCH_DAYS):
        opens, closes = _window_span(day, window)
        if opens < closes and ms < closes:
            return max(ms, opens)
    raise AssertionError("a week without one opening")


@lru_cache(maxsize=512)
def _window_span(day: int, window: Window) -> tuple[int, int]:
    over = DAY_MINUTES if window.stop <= window.start else 0
    return paris.at(day, window.start), paris.at(day, window.stop + over)


@lru_cache(maxsize=512)
def _legal_span(day: int) -> tuple[int, int]:
    """When marketing may leave on a Paris day; an empty span where it may not."""
    if day >= _LAST_DAY:
        return paris.at(day, 0), paris.at(day, DAY_MINUTES)
    if day % 7 == _SUNDAY or day in _holidays_of(date.fromordinal(_EPOCH_DAY + day).year):
        return 0, 0
    return paris.at(day, OPENING), paris.at(day, CLOSING)


@lru_cache(maxsize=16)
def _holidays_of(year: int) -> frozenset[int]:
    return frozenset(holiday.toordinal() - _EPOCH_DAY for holiday in holidays(year))


def holidays(year: int) -> frozenset[date]:
    """The public holidays of all France in a year."""
    sunday = easter(year)
    return frozenset(
        [date(year, month, day) for month, day in _FIXED]
        + [sunday + timedelta(days=days) for days in _MOVABLE]
    )


def easter(year: int) -> date:
    """Easter Sunday, by the Gregorian reckoning of Meeus, Jones and Butcher."""
    golden = year % 19
    century, rest = divmod(year, 100)
    skipped, leap = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - skipped - correction + 15) % 30
    fourth, odd = divmod(rest, 4)
    weekday = (32 + 2 * leap + 2 * fourth - epact - odd) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)

"""Paris time. In: wall time as clients write it, or an instant. Out: the other one, or its text.

An instant is an int, milliseconds since 1970 in UTC; wall time is a naive datetime. The promise,
for 1990 to 2100: a wall time that does not exist moves on by the gap (02:30 is 03:30), one that
exists twice is the first, and writing an instant costs about a microsecond. Outside these years
Paris keeps the offset of the nearest end.
"""

import re
from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

# The patterns that dialects write times in.
DASHED: Final = "%Y-%m-%d %H:%M:%S"
DASHED_MINUTES: Final = "%Y-%m-%d %H:%M"
DASHED_DAY: Final = "%Y-%m-%d"
ISO: Final = "%Y-%m-%dT%H:%M:%S"
SLASHED: Final = "%d/%m/%Y %H:%M:%S"
SLASHED_MINUTES: Final = "%d/%m/%Y %H:%M"
SLASHED_SHORT: Final = "%d/%m/%y %H:%M"
PACKED_MINUTES: Final = "%d%m%Y-%H:%M"
PACKED: Final = "%Y%m%d%H%M%S"

YEARS: Final = range(1990, 2101)
DAY_MS: Final = 86_400_000
MINUTE_MS: Final = 60_000
SECOND_MS: Final = 1_000

_ZONE: Final = ZoneInfo("Europe/Paris")  # From the system, else from the tzdata package.
_EPOCH: Final = datetime(1970, 1, 1)
EPOCH_DAY: Final = _EPOCH.toordinal()
_MS: Final = timedelta(milliseconds=1)
_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME: Final = re.compile(r"([0-9]{1,2}) *: *([0-9]{2})(?: *: *([0-9]{2}))?")
# The parts of a day that a pattern may ask for: always from the hour on, once, in this order.
_CLOCKS: Final[tuple[list[str], ...]] = ([], ["%H"], ["%H", "%M"], ["%H", "%M", "%S"])
_DAYS_KEPT: Final = 4_096


def _transitions() -> tuple[list[int], list[int]]:
    """When the offset changes, and the offsets before, between and after these instants, in ms."""
    instants: list[int] = []
    marks = [_instant_utc(year, month) for year in YEARS for month in (1, 7)]
    marks.append(_instant_utc(YEARS.stop, 1))
    offsets = [_zone_offset(marks[0])]
    for mark, following in pairwise(marks):
        if _zone_offset(mark) != _zone_offset(following):
            instants.append(_change(mark, following))
            offsets.append(_zone_offset(following))
    return instants, offsets


def _change(low: int, high: int) -> int:
    """The one instant between two at which the offset changes, to the second."""
    before = _zone_offset(low)
    while high - low > SECOND_MS:
        middle = (low + high) // 2 // SECOND_MS * SECOND_MS
        low, high = (middle, high) if _zone_offset(middle) == before else (low, middle)
    return high


def _instant_utc(year: int, month: int) -> int:
    return (datetime(year, month, 1) - _EPOCH) // _MS


def _zone_offset(ms: int) -> int:
    offset = datetime.fromtimestamp(ms // SECOND_MS, UTC).astimezone(_ZONE).utcoffset()
    assert offset is not None
    return offset // _MS


_CHANGES, _OFFSETS = _transitions()
# Wall times below a border still count by the offset before it: that moves a time in the gap on,
# and takes the first of two.
_BORDERS: Final = [change + max(_OFFSETS[i], _OFFSETS[i + 1]) for i, change in enumerate(_CHANGES)]


def instant(wall: datetime) -> int:
    """The instant of a naive Paris wall time."""
    return _instant_of((wall - _EPOCH) // _MS)


def _instant_of(wall_ms: int) -> int:
    return wall_ms - _OFFSETS[bisect_right(_BORDERS, wall_ms)]


def wall(ms: int) -> datetime:
    """The naive Paris wall time of an instant."""
    return _EPOCH + (ms + _OFFSETS[bisect_right(_CHANGES, ms)]) * _MS


def day(ms: int) -> int:
    """The Paris day an instant is in, counted from 1970-01-01."""
    return (ms + _OFFSETS[bisect_right(_CHANGES, ms)]) // DAY_MS


def at(days: int, minute: int) -> int:
    """The instant of a minute of a Paris day, as `day` counts; from minute 1440 on, the next's."""
    return _instant_of(days * DAY_MS + minute * MINUTE_MS)


def midnight(ms: int) -> int:
    """The instant at which the Paris day of `ms` began."""
    return at(day(ms), 0)


def stamp(ms: int, pattern: str) -> str:
    """Write an instant in Paris time, by a strftime pattern; %H, %M, %S stand in this order."""
    return _write(ms + _OFFSETS[bisect_right(_CHANGES, ms)], pattern)


def utc_stamp(ms: int, pattern: str) -> str:
    """Write an instant in UTC, by a strftime pattern."""
    return _write(ms, pattern)


def _write(wall_ms: int, pattern: str) -> str:
    days, second = divmod(wall_ms // SECOND_MS, 86_400)
    template, shown = _template(days, pattern)
    if shown == 3:
        return template % (second // 3_600, second // 60 % 60, second % 60)
    if shown == 2:
        return template % (second // 3_600, second // 60 % 60)
    return template % (second // 3_600) if shown else template


@lru_cache(maxsize=_DAYS_KEPT)
def _template(days: int, pattern: str) -> tuple[str, int]:
    """The text of a day with its clock left open, and how many clock parts are left open."""
    clock = re.findall("%[HMS]", pattern)
    if clock not in _CLOCKS:
        raise ValueError(f"the clock of a pattern must read %H, %M, %S in this order: {pattern!r}")
    opened = re.sub("%[HMS]", "%%02d", pattern)
    return date.fromordinal(EPOCH_DAY + days).strftime(opened), len(clock)


def date_of(text: str) -> date | None:
    """Read 'YYYY-MM-DD' strictly; None where it is no real day."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def time_of(text: str) -> time | None:
    """Read 'HH:MM' or 'HH:MM:SS' strictly, blanks around ':' and a zero before a single digit of
    the hour apart; None where it is no time."""
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    try:
        return time(int(found[1]), int(found[2]), int(found[3] or 0))
    except ValueError:
        return None

"""Times as people type them, and as a file keeps them.

In: `2026-10-25`, `2026-10-25 02:30`, `2026-10-25 02:30:15.250`, with `+02:00` behind it where it
is to be said whose hour that is. Out: an instant, or CannotDo. Promise: without that it is Paris
time; of an hour that Paris has twice the first is meant, and an hour that it has not is the next
one. What `exact` writes is read as the very same instant.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from chappe.hands.shown import CannotDo
from chappe.words import paris
from chappe.words.clock import MINUTE, SECOND

_EPOCH: Final = datetime(1970, 1, 1)
_MS: Final = timedelta(milliseconds=1)
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,3}))?)?([+-])?(?(4)(\d\d):(\d\d))",
    re.ASCII,
)


def instant_of(text: str) -> int:
    """The instant that is meant."""
    found = _TIME.fullmatch(text.strip())
    day = paris.date_of(found[1]) if found else None
    time = paris.time_of(found[2] or "00:00") if found else None
    if found is None or day is None or time is None:
        raise CannotDo(f"{text[:40]!r} is no time such as 2026-10-25 or '2026-10-25 14:30:00'.")
    wall = datetime.combine(day, time)
    part = int((found[3] or "").ljust(3, "0"))
    if found[4] is None:
        return paris.instant(wall) + part
    minutes = int(found[5]) * 60 + int(found[6])
    if minutes >= 24 * 60:
        raise CannotDo(f"{text[:40]!r}: no clock is that far from UTC.")
    ahead = minutes * MINUTE * (1 if found[4] == "+" else -1)
    return (wall - _EPOCH) // _MS - ahead + part


def exact(ms: int) -> str:
    """An instant in Paris time to the millisecond, with how far that is from UTC."""
    wall = paris.wall(ms)
    ahead = (wall - datetime.fromtimestamp(ms // SECOND, UTC).replace(tzinfo=None)) // _MS
    hours, minutes = divmod(round((ahead - ms % SECOND) / MINUTE), 60)
    return f"{paris.stamp(ms, paris.DASHED)}.{ms % SECOND:03d}+{hours:02d}:{minutes:02d}"

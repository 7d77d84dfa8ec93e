"""When a push leaves: `start_date`, `start_time`, `stop_time`, in Paris time.

In: the three as written, and the present. Out: a When, or None: what is given is no date or time.
"""

from datetime import datetime, time
from typing import NamedTuple

from chappe.words import paris

_MIDNIGHT = time(0, 0)


class When(NamedTuple):
    """UTC ms, 0 for at once; and the window's ends in minutes of the day, -1 for none."""

    start: int = 0
    opens: int = -1
    closes: int = -1


AT_ONCE = When()


def read_when(start_date: str, start_time: str, stop_time: str, now: int) -> When | None:
    """A past day means today; what is past today is at once."""
    if not (start_date or start_time or stop_time):
        return AT_ONCE
    today = paris.wall(now).date()
    day = paris.date_of(start_date) if start_date else today
    begin = paris.time_of(start_time) if start_time else _MIDNIGHT
    end = paris.time_of(stop_time) if stop_time else _MIDNIGHT
    if day is None or begin is None or end is None:
        return None
    start = paris.instant(datetime.combine(max(day, today), begin))
    start = start if start > now else 0
    if not stop_time:
        return When(start)
    return When(start, _minute(begin), _minute(end))


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute

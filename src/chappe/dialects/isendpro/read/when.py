"""Dates of iSendPro: `AAAA-MM-JJ HH:MM`, in Paris.

In: a date as it was given. Out: UTC ms, or None where it is none.
"""

import re
from datetime import datetime

from chappe.words import paris

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2}) ([0-9]{2}):([0-9]{2})")


def read_date(given: str) -> int | None:
    """The moment at which that minute begins; beyond the years of our clock there is none."""
    found = _DATE.fullmatch(given.strip())
    if found is None:
        return None
    try:
        year, month, day, hour, minute = map(int, found.groups())
        wall = datetime(year, month, day, hour, minute)
    except ValueError:
        return None
    return paris.instant(wall) if wall.year < paris.YEARS.stop else None

"""Dates of sMsmode: `ddMMyyyy-HH:mm`, in Paris, or `ddMMyyyy` for a day, or for its beginning.

In: a date as it was given. Out: UTC ms, or None where it is none; whether it is a day at all.
"""

import re
from datetime import date, datetime

from chappe.words import paris

_DAY = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})")
_DATE = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})(?:-([0-9]{2}):([0-9]{2}))?")


def read_date(given: str) -> int | None:
    """The moment at which that minute begins."""
    found = _DATE.fullmatch(given.strip())
    if found is None:
        return None
    day, month, year, hour, minute = (int(part or 0) for part in found.groups())
    if year >= paris.YEARS.stop:
        return None
    try:
        return paris.instant(datetime(year, month, day, hour, minute))
    except ValueError:
        return None


def is_day(given: str) -> bool:
    """Whether it is a day of the calendar, in whatever year: people are born long before anything
    is sent."""
    found = _DAY.fullmatch(given.strip())
    if found is None:
        return False
    day, month, year = map(int, found.groups())
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True

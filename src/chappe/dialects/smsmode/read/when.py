"""Dates of sMsmode: `ddMMyyyy-HH:mm`, in Paris, or `ddMMyyyy` for the beginning of a day.

In: a date as it was given. Out: UTC ms, or None where it is none.
"""

import re
from datetime import datetime

from chappe.words import paris

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

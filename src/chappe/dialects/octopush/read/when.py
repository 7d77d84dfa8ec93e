"""When a sending is to leave.

In: the fields, the present. Out: UTC ms, 0 for at once. Dates are plain Unix seconds.
"""

import re
from collections.abc import Mapping

from chappe.dialects.octopush.tables import LATER, LIMITS, NOW
from chappe.words.clock import SECOND

_SECONDS = re.compile(r"([0-9]{1,11})(?:\.[0-9]{0,9})?")


_AT_ONCE = 0
_TIMES = frozenset({"sms_mode", "sending_date", "sending_time", "sending_period"})


def read_when(fields: Mapping[str, str], now: int) -> int | None:
    """None where what is needed is not there, or is no date. What is past is at once."""
    if _TIMES.isdisjoint(fields):
        return _AT_ONCE
    mode = fields.get("sms_mode", "")
    if mode == NOW:
        return _AT_ONCE
    # The first that is given holds. Some clients send `sending_time` in the place of both.
    names = ("sending_date", "sending_time") if mode == LATER else ("sending_time",)
    for name in names:
        if name in fields:
            return _at(fields[name], now)
    if "sending_period" in fields:
        return _after(fields["sending_period"], now)
    return None if mode == LATER else _AT_ONCE


def _at(given: str, now: int) -> int | None:
    found = _SECONDS.fullmatch(given.strip())
    if found is None or int(found[1]) > LIMITS["until"]:
        return None
    start = int(found[1]) * SECOND
    return start if start > now else _AT_ONCE


def _after(given: str, now: int) -> int | None:
    found = _SECONDS.fullmatch(given.strip())
    if found is None or int(found[1]) > LIMITS["period"]:
        return None
    wait = int(found[1]) * SECOND
    return now + wait if wait else _AT_ONCE

"""Money: integers of 1/10,000 euro, called mills here.

In: amounts as people write them. Out: ints, and amounts as dialects print them.
Promise: no float ever touches an amount.
"""

import re

EURO = 10_000

COUNTED = EURO
"""One of what is counted and not priced, in a purse of such: ten look-ups are booked as 10.00."""

HLR = "hlr"
"""The purse of operator look-ups."""

_AMOUNT = re.compile(r"(-?)(\d{1,12})(?:\.(\d{1,4}))?", re.ASCII)


def mills(text: str) -> int:
    """'12.5' is 125000. ValueError for anything that is no plain decimal amount."""
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no amount such as '12.50'")
    sign, whole, part = match.groups()
    amount = int(whole) * EURO + int((part or "").ljust(4, "0"))
    return -amount if sign else amount


def euros(amount: int, decimals: int = 2) -> str:
    """1251800 is '125.18': rounded down (towards the customer having less)."""
    unit = EURO // 10**decimals
    scaled = amount // unit
    sign = "-" if scaled < 0 else ""
    whole, part = divmod(abs(scaled), 10**decimals)
    return f"{sign}{whole}.{part:0{decimals}d}" if decimals else f"{sign}{whole}"

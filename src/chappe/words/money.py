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
    return quotient(amount, EURO, decimals)


def quotient(amount: int, unit: int, most: int, least: int | None = None) -> str:
    """How many units an amount is, exact but for what is beyond `most` decimals, which is rounded
    down; with at least `least` of them, all where that is None. 125180 of 100 is '1251.80'."""
    scaled = amount * 10**most // unit
    sign = "-" if scaled < 0 else ""
    whole, part = divmod(abs(scaled), 10**most)
    decimals = f"{part:0{most}d}" if most else ""
    if least is not None:
        decimals = decimals.rstrip("0").ljust(least, "0")
    return f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}"

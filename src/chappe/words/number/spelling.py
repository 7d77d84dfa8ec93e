"""Spelling. In: a number. Out: its digits in the style a dialect, a link or a page asks for.

The promise: `read` with the fitting spelling brings the same number back.
"""

from enum import Enum

from chappe.words.number.plan import nine_of


class Style(Enum):
    """How a number is written."""

    PLUS = "plus"  # +33619896895
    BARE = "bare"  # 33619896895
    NATIONAL = "national"  # 0619896895, 0690001234; abroad 0032475123456


def spell(number: int, style: Style) -> str:
    """Write a number. A French one without a national form is written like one abroad."""
    if style is Style.PLUS:
        return f"+{number}"
    if style is Style.BARE:
        return str(number)
    nine = nine_of(number)
    return f"0{nine}" if nine else f"00{number}"

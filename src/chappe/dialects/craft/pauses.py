"""How long to wait before a call that was not heard is made again.

In: how often it was tried, since when it is owed, the present, how long it may be tried. Out: ms to
wait, or None: it is given up. Pure.
"""

from typing import Final

from chappe.words.clock import HOUR, MINUTE, SECOND

# The last is repeated for as long as it may be tried.
GROWING: Final = (
    10 * SECOND,
    MINUTE,
    5 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    4 * HOUR,
)


def growing(tries: int, since: int, now: int, lasting: int) -> int | None:
    """Soon at first, then ever later. `tries` counts the one that just failed."""
    wait = GROWING[min(tries, len(GROWING)) - 1]
    return wait if now + wait - since <= lasting else None

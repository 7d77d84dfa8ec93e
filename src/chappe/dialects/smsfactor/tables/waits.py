"""How long to wait before replies are told again, and when they are given up.

In: nothing. Out: data.
"""

from typing import Final

from chappe.words.clock import DAY, HOUR, MINUTE, SECOND

# How long to wait before each further try; the last is repeated until RETRY_FOR is over.
PAUSES: Final = (
    10 * SECOND,
    MINUTE,
    5 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    4 * HOUR,
)
RETRY_FOR: Final = 3 * DAY
HEARD: Final = 200

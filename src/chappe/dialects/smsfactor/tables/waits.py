"""How long replies are told again, and what hears them.

In: nothing. Out: data.
"""

from typing import Final

from chappe.words.clock import DAY

RETRY_FOR: Final = 3 * DAY
HEARD: Final = 200

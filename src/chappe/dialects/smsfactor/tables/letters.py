"""Letters: what a sender may hold.

In: nothing. Out: data.
"""

import string
from typing import Final

_PLAIN: Final = string.ascii_letters + string.digits
SENDER_LETTERS: Final = frozenset(_PLAIN + " .-_")
SENDER_NEEDS: Final = frozenset(_PLAIN)  # one of these at least

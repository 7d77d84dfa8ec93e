"""The stages of an order as a whole; what becomes of each message is told by its own state.

In: nothing. Out: the list. Promise: the numbers stand in databases and never change their meaning.
"""

from enum import IntEnum


class Stage(IntEnum):
    """How far an order is. Most are ordinary from their first moment to their last."""

    ordinary = 0
    called_off = 3  # nothing of it leaves any more; its messages are being cancelled
    emptied = 4  # called off, and done with

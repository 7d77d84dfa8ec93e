"""Bookings of a purse: what came in and went out, and what was left after each.

In: nothing. Out: words. Promise: a page says where the next one begins and what was in the purse
there, so that the balance of each row is exact wherever somebody reads on.
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec


class LedgerPlace(NamedTuple):
    """Where to read on: below a booking, whose purse held so much before it."""

    before: int
    balance: int


class Booked(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One booking. The field order is the store's."""

    id: int
    at: int
    amount: int
    kind: str  # credit | held | released | moved
    order: int  # 0: none
    note: str
    balance: int  # of the purse, after it


class Bookings(NamedTuple):
    """A page of them, the newest first; where it goes on, None: nowhere."""

    rows: Sequence[Booked]
    place: LedgerPlace | None


class Waits(NamedTuple):
    """How many of something wait, and since when the first of these does; 0: none does."""

    total: int
    since: int

"""The ledger: what was booked to a purse and from it; and what else is counted of an account.

In: calls of the engine. Out: words.
"""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from chappe.words.ledger import Bookings, LedgerPlace, Waits


class LedgerAsked(NamedTuple):
    """Bookings of a purse from `since` on and before `until`, from a place on; None: from the
    newest on, and then the first place is the purse as it is."""

    purse: int
    since: int
    until: int
    place: LedgerPlace | None
    most: int


class Ledgers(Protocol):
    """Bookings, and figures. What is counted is counted up to a limit."""

    async def bookings(self, asked: LedgerAsked) -> Bookings:
        """A page, the newest first. It may be short, or empty, and yet say where it goes on: so
        many are looked through at a time."""

    async def waiting_of(self, account: int, limit: int) -> Waits:
        """Messages of an account that wait for a link, and since when the first may leave."""

    async def owed_of(self, account: int, limit: int) -> Waits:
        """Callbacks that an account is owed."""

    async def listed_of(self, account: int, limit: int) -> Mapping[int, int]:
        """List -> how many numbers stand on an account's list."""

"""Who may come to a door, who gives way there, and for how long anybody stays.

In: those who come, and the clock. Out: a seat for each, or none. Promises: nobody holds more than a
share; while there is no room, whoever holds most gives way to whoever holds less; whatever one
occupant makes of the code, all others are looked after.
"""

import asyncio
from typing import Protocol

from chappe.doors.lobby.seats import Occupant, Place, Seat, Shares
from chappe.doors.turn import report


class SeatBounds(Protocol):
    """What of a door's limits decides who may come; `chappe.doors.http.limits` has the words."""

    @property
    def connections(self) -> int: ...

    @property
    def share(self) -> int: ...

    @property
    def guests(self) -> int: ...

    @property
    def body_share(self) -> int: ...


class Bodies:
    """How many bytes of bodies are held for all connections together."""

    __slots__ = ("held",)

    def __init__(self) -> None:
        self.held = 0


class Seating:
    """Open as long as its door."""

    def __init__(self, bounds: SeatBounds) -> None:
        self.seats: set[Seat] = set()
        self.bodies = Bodies()
        self.crowded = 0  # newcomers who found no room but a guest's, or none
        self.in_flight = 0
        self.now = 0.0
        self.draining = False
        self._bounds = bounds
        self._shares = {Place.SHARE: Shares(), Place.GUEST: Shares()}
        self._emptied: asyncio.Future[None] | None = None

    def seat_for(self, occupant: Occupant, holder: str) -> Seat:
        """A newcomer's. Where nobody knows yet whose it is, `holder` is empty."""
        place = Place.NONE
        if self._has_share(holder) and self._has_room(holder):
            place = Place.SHARE
        elif self._has_guest_room():
            place = Place.GUEST
        if place is not Place.SHARE:
            self.crowded += 1
        seat = Seat(occupant, holder, place)
        if place is not Place.NONE:
            self.seats.add(seat)
            self._shares[place].take(seat)
        return seat

    def hold_for(self, seat: Seat, holder: str) -> bool:
        """It is held for somebody else from now on; False where they hold their share already."""
        if holder == seat.holder or seat.place is not Place.SHARE:
            return True
        if not self._has_share(holder):
            return False
        shares = self._shares[Place.SHARE]
        shares.leave(seat)
        seat.holder = holder
        shares.take(seat)
        return True

    def carries(self, seat: Seat, size: int) -> bool:
        """So much has come of a body that is under way; False where its holder has too much."""
        if seat not in self.seats:
            return True
        carried = self._shares[seat.place].carry(seat, size)
        return not seat.holder or carried <= self._bounds.body_share

    def free(self, seat: Seat | None) -> None:
        """Its occupant is gone, and their last answer made."""
        if seat is None or seat not in self.seats:
            return
        self.seats.remove(seat)
        self._shares[seat.place].leave(seat)
        if not self.seats and self._emptied is not None and not self._emptied.done():
            self._emptied.set_result(None)

    def _has_share(self, holder: str) -> bool:
        shares = self._shares[Place.SHARE]
        if not holder or shares.held(holder) < self._bounds.share:
            return True
        return self._freed(shares.spared(holder, unfinished=False))

    def _has_room(self, holder: str) -> bool:
        shares = self._shares[Place.SHARE]
        if shares.taken < self._bounds.connections:
            return True
        largest = shares.largest()
        # To one who holds about as much, only what costs nothing gives way.
        unfinished = shares.held(largest) > shares.held(holder) + 1
        return self._freed(shares.spared(largest, unfinished=unfinished))

    def _has_guest_room(self) -> bool:
        guests = self._shares[Place.GUEST]
        if guests.taken < self._bounds.guests:
            return True
        return self._freed(guests.spared(guests.largest(), unfinished=True))

    def _freed(self, seat: Seat | None) -> bool:
        if seat is None:
            return False
        self.free(seat)
        seat.occupant.give_way()
        return True

    def drain(self) -> None:
        """From now on everybody leaves, once what is under way has ended."""
        self.draining = True
        for seat in tuple(self.seats):
            try:
                seat.occupant.leave()
            except Exception as fault:  # whatever it is, all others leave as they should
                report(fault)
                seat.occupant.cut()

    async def emptied(self) -> None:
        """Until no connection is left."""
        if self.seats:
            self._emptied = asyncio.get_running_loop().create_future()
            await self._emptied

    def sweep(self, now: float) -> None:
        """Close whoever is overdue. `now` is the clock of every deadline until the next sweep."""
        self.now = now
        for seat in tuple(self.seats):
            try:
                seat.occupant.close_if_overdue()
            except Exception as fault:  # whatever it is, all others are looked after
                report(fault)
                seat.occupant.cut()

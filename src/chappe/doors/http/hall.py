"""What all connections of one door share: limits, counts, the seats, the next step.

In: connections that come, and that have something to read. Out: a seat for each; the requests of
one turn of the loop, together, to the caller's `Answerer`. Promises: nobody holds more than a
share; while there is no room, whoever holds most gives way to whoever holds less, and a few may
still ask how we are; whatever one request makes of the code, the hall goes on with all the others.

Requests that come together are worked off together: the same step for all of them, then the next.
A processor that does one thing thirty times is two to three times as fast at it as one that does
thirty things in turn.
"""

import asyncio
from collections.abc import Collection
from typing import Protocol

from chappe.doors.http.answer import refusal
from chappe.doors.http.intake import Bodies
from chappe.doors.http.limits import Limits
from chappe.doors.http.peer import Networks, holder_of, is_trusted
from chappe.doors.http.seats import Occupant, Place, Seat, Shares
from chappe.doors.http.turn import Answerer, Turn, report


class Spoken(Protocol):
    """A connection over which something came."""

    def take_up(self) -> None:
        """Make turns of what has come. Never raises."""


class Hall:
    """Open as long as its door."""

    def __init__(
        self, answerer: Answerer, limits: Limits, trusted: Networks, vital: Collection[str] = ()
    ) -> None:
        self.answerer = answerer
        self.limits = limits
        self.trusted = trusted
        self.vital = frozenset(vital)  # paths that guests are answered
        self.seats: set[Seat] = set()
        self.bodies = Bodies()
        self.crowded = 0  # newcomers who found no room but a guest's, or none
        self.in_flight = 0
        self.answered = [0] * 6  # by the first digit of the status
        self.now = 0.0
        self.draining = False
        self._shares = {Place.SHARE: Shares(), Place.GUEST: Shares()}
        self._emptied: asyncio.Future[None] | None = None
        self._spoken: list[Spoken] = []  # connections with something to take up
        self._turns: list[Turn] = []
        self._step: asyncio.Handle | None = None

    # Seats.

    def seat(self, occupant: Occupant, peer: str) -> Seat:
        """A newcomer's."""
        # Whom a proxy speaks for is seen once a head is read; until then all its connections, which
        # are many for good reason, are nobody's.
        holder = "" if is_trusted(peer, self.trusted) else holder_of(peer)
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
        return not seat.holder or carried <= self.limits.body_share

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
        if not holder or shares.held(holder) < self.limits.share:
            return True
        return self._freed(shares.spared(holder, unfinished=False))

    def _has_room(self, holder: str) -> bool:
        shares = self._shares[Place.SHARE]
        if shares.taken < self.limits.connections:
            return True
        largest = shares.largest()
        # To one who holds about as much, only what costs nothing gives way.
        unfinished = shares.held(largest) > shares.held(holder) + 1
        return self._freed(shares.spared(largest, unfinished=unfinished))

    def _has_guest_room(self) -> bool:
        guests = self._shares[Place.GUEST]
        if guests.taken < self.limits.guests:
            return True
        return self._freed(guests.spared(guests.largest(), unfinished=True))

    def _freed(self, seat: Seat | None) -> bool:
        if seat is None:
            return False
        self.free(seat)
        seat.occupant.give_way()
        return True

    async def emptied(self) -> None:
        """Until no connection is left."""
        if self.seats:
            self._emptied = asyncio.get_running_loop().create_future()
            await self._emptied

    # Turns.

    def has_spoken(self, connection: Spoken) -> None:
        """Something came over a connection."""
        self._spoken.append(connection)
        self._work_soon()

    def line_up(self, turn: Turn) -> None:
        """A turn has come."""
        self._turns.append(turn)
        self._work_soon()

    def _work_soon(self) -> None:
        if self._step is None:
            self._step = asyncio.get_running_loop().call_soon(self._work)

    def _work(self) -> None:
        """One step: everything that came since the last one, together."""
        # The next step is planned by whoever speaks next, so this one must not stand in the way,
        # not even where it fails.
        self._step = None
        spoken, self._spoken = self._spoken, []
        for connection in spoken:
            connection.take_up()
        turns, self._turns = self._turns, []
        if turns:
            self._hand_over(turns)

    def _hand_over(self, turns: list[Turn]) -> None:
        """Let the answerer answer. Where it fails as a whole, whoever it left out hears so."""
        try:
            self.answerer.take(turns)
        except Exception as fault:  # whatever it is, the door stays open
            report(fault)
            for turn in turns:
                if turn.task is None and turn.connection.awaits(turn):
                    turn.answer(refusal(500))

    # Time.

    def sweep(self, now: float) -> None:
        """Close whoever is overdue. `now` is the clock of every deadline until the next sweep."""
        self.now = now
        for seat in tuple(self.seats):
            try:
                seat.occupant.close_if_overdue()
            except Exception as fault:  # whatever it is, all others are looked after
                report(fault)
                seat.occupant.cut()

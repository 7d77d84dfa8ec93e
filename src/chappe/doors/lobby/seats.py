"""Who holds how many of a door's connections, and who gives way.

In: connections that come and go. Out: how many a holder has; who has most; which of a holder's
could be spared first. Promise: each question costs the same however many connections there are.

A holder is an address, since that is what nobody has without end. To be asked which of thousands is
the oldest at each newcomer would be a way to keep us busy, so some are looked at, in turn.
"""

import asyncio
from collections import Counter, OrderedDict
from enum import Enum
from itertools import islice
from typing import Protocol

_LOOKS = 16

Place = Enum("Place", ["SHARE", "GUEST", "NONE"])


class Occupant(Protocol):
    """A connection, or a TLS handshake that may become one."""

    def spared_since(self, unfinished: bool) -> float | None:
        """Since when nothing would be lost with it; None where something would. `unfinished` spares
        also what is on its way, but never what is being answered."""

    def give_way(self) -> None:
        """Go at once."""

    def close_if_overdue(self) -> None: ...

    def leave(self) -> None: ...

    def cut(self) -> asyncio.Task[None] | None: ...


class Seat:
    """A connection's, from accept to its end. Who found no room at all has one of no place."""

    __slots__ = ("carried", "holder", "occupant", "place")

    def __init__(self, occupant: Occupant, holder: str, place: Place) -> None:
        self.occupant = occupant
        self.holder = holder
        self.place = place
        self.carried = 0  # bytes of a body that is under way


class Shares:
    """The seats of one place, by holder."""

    def __init__(self) -> None:
        self._of: dict[str, OrderedDict[Seat, None]] = {}
        self._carried: Counter[str] = Counter()
        # The holders of so many seats, in the order in which they came to have so many.
        self._levels: list[dict[str, None]] = [{}]
        self._most = 0
        self.taken = 0

    def held(self, holder: str) -> int:
        """How many seats it has."""
        return len(self._of.get(holder, ()))

    def largest(self) -> str:
        """Who has most; of several, who has so many for the longest time."""
        return next(iter(self._levels[self._most]), "")

    def take(self, seat: Seat) -> None:
        """One more."""
        seats = self._of.setdefault(seat.holder, OrderedDict())
        seats[seat] = None
        self._carried[seat.holder] += seat.carried
        self.taken += 1
        self._moved(seat.holder, len(seats) - 1, len(seats))

    def leave(self, seat: Seat) -> None:
        """One less."""
        seats = self._of[seat.holder]
        del seats[seat]
        self._carried[seat.holder] -= seat.carried
        self.taken -= 1
        self._moved(seat.holder, len(seats) + 1, len(seats))
        if not seats:
            del self._of[seat.holder], self._carried[seat.holder]

    def carry(self, seat: Seat, size: int) -> int:
        """So much has come of the body that is under way; how much its holder has in all."""
        self._carried[seat.holder] += size - seat.carried
        seat.carried = size
        return self._carried[seat.holder]

    def _moved(self, holder: str, was: int, now: int) -> None:
        levels = self._levels
        if was:
            del levels[was][holder]
        if now == len(levels):
            levels.append({})
        if now:
            levels[now][holder] = None
        if now > self._most or (was == self._most and not levels[was]):
            self._most = now

    def spared(self, holder: str, *, unfinished: bool) -> Seat | None:
        """Whose going would cost least: the oldest of some that nothing is lost with."""
        seats = self._of.get(holder)
        if seats is None:
            return None
        found, oldest = None, float("inf")
        for seat in list(islice(seats, _LOOKS)):
            seats.move_to_end(seat)  # so that all are looked at in turn
            since = seat.occupant.spared_since(unfinished)
            if since is not None and since < oldest:
                found, oldest = seat, since
        return found

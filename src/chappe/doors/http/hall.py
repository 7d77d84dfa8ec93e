"""What all connections of the HTTP door share: limits, counts, the seats, the next step.

In: connections that come, and that have something to read. Out: a seat for each; the requests of
one turn of the loop, together, to the caller's `Answerer`. Promises: while there is no room, a few
may still ask how we are; whatever one request makes of the code, the hall goes on with all others.

Requests that come together are worked off together: the same step for all of them, then the next.
A processor that does one thing thirty times is two to three times as fast at it as one that does
thirty things in turn.
"""

import asyncio
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final, Protocol

from chappe.doors.http.answer import refusal
from chappe.doors.http.limits import Limits
from chappe.doors.http.turn import Answerer, HttpTurn
from chappe.doors.lobby.peer import Networks, holder_of, is_trusted
from chappe.doors.lobby.seating import Seating
from chappe.doors.lobby.seats import Occupant, Seat
from chappe.doors.turn import report

NOBODY: Final = "nobody"  # whose paths are not known
NOBODYS: Final[Mapping[str, str]] = MappingProxyType({})


class Spoken(Protocol):
    """A connection over which something came."""

    def take_up(self) -> None:
        """Make turns of what has come. Never raises."""


class Hall(Seating):
    """Open as long as its door."""

    def __init__(
        self,
        answerer: Answerer,
        limits: Limits,
        trusted: Networks,
        vital: Collection[str] = (),
        owners: Mapping[str, str] = NOBODYS,
    ) -> None:
        super().__init__(limits)
        self.answerer = answerer
        self.limits = limits
        self.trusted = trusted
        self.vital = frozenset(vital)  # paths that guests are answered
        self.broken = 0  # answers that failed half-way, so that their client was cut off
        # Whose path it was -> how many were answered, by the first digit of the status.
        self.answered = {owner: [0] * 6 for owner in (NOBODY, *owners.values())}
        self._tallies = {path: self.answered[owner] for path, owner in owners.items()}
        self._spoken: list[Spoken] = []  # connections with something to take up
        self._turns: list[HttpTurn] = []
        self._step: asyncio.Handle | None = None

    # Seats.

    def seat(self, occupant: Occupant, peer: str) -> Seat:
        """A newcomer's."""
        # Whom a proxy speaks for is seen once a head is read; until then all its connections, which
        # are many for good reason, are nobody's.
        holder = "" if is_trusted(peer, self.trusted) else holder_of(peer)
        return self.seat_for(occupant, holder)

    # Turns.

    def tally(self, path: str) -> list[int]:
        """Where an answer is counted, by the first digit of its status."""
        return self._tallies.get(path) or self.answered[NOBODY]

    def has_spoken(self, connection: Spoken) -> None:
        """Something came over a connection."""
        self._spoken.append(connection)
        self._work_soon()

    def line_up(self, turn: HttpTurn) -> None:
        """A turn has come."""
        if turn.is_packed:
            turn.unpack(self.line_up)
            return
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

    def _hand_over(self, turns: list[HttpTurn]) -> None:
        """Let the answerer answer. Where it fails as a whole, whoever it left out hears so."""
        try:
            self.answerer.take(turns)
        except Exception as fault:  # whatever it is, the door stays open
            report(fault)
            for turn in turns:
                if turn.task is None and turn.connection.awaits(turn):
                    turn.answer(refusal(500))

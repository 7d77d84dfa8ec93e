"""Whose a connection is: who came over it, whom a proxy speaks for, and what they may have.

In: a seat and its peer; heads as they come. Out: who asks, and whether they may. Promise: a guest
is answered what is vital and nothing else; nobody keeps more than their share, whoever speaks for
them.
"""

from chappe.doors.http.hall import Hall
from chappe.doors.http.head import Head
from chappe.doors.lobby.peer import forwarded, holder_of, is_trusted
from chappe.doors.lobby.seats import Place, Seat


class Behalf:
    """A connection's, from its first to its last moment."""

    __slots__ = ("_hall", "is_guest", "is_proxied", "is_watched", "peer", "seat")

    def __init__(self, hall: Hall, seat: Seat, peer: str) -> None:
        self._hall = hall
        self.seat = seat
        self.peer = peer
        self.is_guest = seat.place is Place.GUEST
        # Somebody else's words may come over it.
        self.is_proxied = is_trusted(peer, hall.trusted)
        self.is_watched = self.is_guest or self.is_proxied

    def may_have(self, head: Head) -> bool:
        """Whether a guest, or whom a proxy speaks for, may have this answered."""
        if self.is_guest:
            return head.path in self._hall.vital
        return self._hall.hold_for(self.seat, holder_of(self.asker(head)))

    def may_go_on(self, head: Head | None, size: int) -> bool:
        """Whether so much of a body that is under way may be kept for its holder; none is, where
        there is no head."""
        allowed = head is None or not self.is_watched or self.may_have(head)
        size = size if head is not None and allowed else 0
        if self._hall.carries(self.seat, size) and allowed:
            return True
        self._hall.carries(self.seat, 0)
        return False

    def asker(self, head: Head) -> str:
        """The address that it comes from."""
        forwarded_for = head.headers.get("x-forwarded-for") if self.is_proxied else None
        if forwarded_for is None:
            return self.peer
        return forwarded(self.peer, forwarded_for, self._hall.trusted)

    def rest(self) -> None:
        """Nothing is under way: a proxy speaks for nobody."""
        if self.is_proxied:
            self._hall.hold_for(self.seat, "")

    def leave(self) -> None:
        """The connection is gone, and its last answer made."""
        self._hall.free(self.seat)

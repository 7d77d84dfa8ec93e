"""The bounds of an HTTP door. In: nothing. Out: one value; nothing of the door is unbounded."""

import msgspec

KIB = 1024
MIB = 1024 * KIB


class Limits(msgspec.Struct, frozen=True):
    """Sizes are bytes, times are seconds; what is said of excess is said beside each.

    A holder is an address (of IPv6 its /64), or whom a trusted proxy speaks for. "Gives way" is
    cut without a word.
    """

    # One request.
    body: int = 32 * MIB  # 413
    line: int = MIB  # the request line: 414
    head: int = 64 * KIB  # all header fields, and all trailers: 431
    pipelined: int = 16  # requests that wait for the one being answered: no longer read
    unread: int = 64 * KIB  # bytes that nobody has looked at yet: no longer read

    # All connections together, TLS handshakes among them.
    bodies_total: int = 256 * MIB  # bodies held: 503
    body_shares: int = 4  # a holder may keep one in so many of these bytes under way: 503
    connections: int = 4096  # one of the largest holder gives way; else the newcomer is a guest
    shares: int = 8  # a holder has one in so many: its oldest idle one gives way, or: guest
    guests: int = 16  # no room but for one request of a vital path, else 503; the oldest gives way

    # Time; whoever exceeds it is closed, or cut where it would not notice.
    handshake_s: float = 5  # TLS, from accept on
    idle_s: float = 75  # between requests
    head_s: float = 20  # a whole head, from its first byte
    body_s: float = 300  # a whole body; and for all of an answer that the client reads too slowly
    pace: int = KIB  # bytes a second that a body makes, and an answer on its way, ...
    pace_s: float = 15  # ... in each stretch of so many seconds
    linger_s: float = 5  # for a refused client to go on sending, and for a goodbye
    guest_s: float = 2  # for all of a guest's stay

    @property
    def share(self) -> int:
        """How many connections a holder may have."""
        return max(1, self.connections // self.shares)

    @property
    def body_share(self) -> int:
        """How many bytes of bodies that are not whole yet a holder may have."""
        return self.bodies_total // self.body_shares

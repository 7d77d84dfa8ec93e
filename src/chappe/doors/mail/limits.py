"""The bounds of a mail door. In: nothing. Out: one value; nothing of the door is unbounded."""

import msgspec

from chappe.doors.http.limits import KIB, MIB


class MailLimits(msgspec.Struct, frozen=True):
    """Sizes are bytes, times are seconds; what is said of excess is said beside each. A holder is
    an address (of IPv6 its /64)."""

    # One mail.
    body: int = 10 * MIB  # 552; as much again is read and dropped, then the line is cut
    recipients: int = 100  # 452

    # One session.
    line: int = 2 * KIB  # a command: 500, and goodbye
    commands: int = 1_000  # 421, and goodbye
    mistakes: int = 20  # commands that were refused: 421, and goodbye

    # All sessions together.
    bodies: int = 8  # of the largest are held: 452
    bodies_each: int = 2  # of the largest may a holder have under way: 452
    connections: int = 256  # one of the largest holder gives way; else 421, and goodbye
    shares: int = 8  # a holder has one in so many: its oldest idle one gives way, or 421
    guests: int = 0  # there is nothing here that one must be able to ask at any time

    # Time; whoever exceeds it is told 421, or cut where it would not notice.
    handshake_s: float = 10  # TLS, from STARTTLS on
    command_s: float = 300  # until the next command is whole
    body_s: float = 600  # a whole mail
    session_s: float = 3_600
    pace: int = KIB  # bytes a second that a mail makes, ...
    pace_s: float = 15  # ... in each stretch of so many seconds
    linger_s: float = 5  # for whoever was said goodbye to go on sending

    @property
    def share(self) -> int:
        """How many connections a holder may have."""
        return max(1, self.connections // self.shares)

    @property
    def bodies_total(self) -> int:
        """How many bytes of mails are held."""
        return self.bodies * self.body

    @property
    def body_share(self) -> int:
        """How many bytes of mails that are under way a holder may have."""
        return self.bodies_each * self.body

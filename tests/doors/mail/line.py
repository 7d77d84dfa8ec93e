"""A line to the mail door without a socket: what the client says goes in, what it hears comes out.

In: octets, a client that stops reading. Out: everything the door did to the transport, to be
compared whole, and the mails that came of it.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence

from chappe.doors.mail.connection import MailConnection
from chappe.doors.mail.hall import MailHall
from chappe.doors.mail.limits import MailLimits
from chappe.doors.turn import Turn
from chappe.words.exchange import Request, Response
from tests.doors.handmade import HandTransport
from tests.doors.http.line import settle

__all__ = ["Door", "Line", "lines", "settle", "spoken"]

Answer = Callable[[Request], Awaitable[Response]]
GREETING = b"220 chappe ESMTP\r\n"


def spoken(*commands: bytes) -> bytes:
    """Commands, as a client sends them."""
    return b"".join(command + b"\r\n" for command in commands)


def lines(heard: bytes) -> list[str]:
    """What a client has heard, line by line, without the greeting."""
    return heard.removeprefix(GREETING).decode().removesuffix("\r\n").split("\r\n")


class Line(HandTransport):
    """`heard` is what the client has got; `cut` is an end without manners."""

    def __init__(self, hall: MailHall, peer: str = "192.0.2.7") -> None:
        super().__init__(peer)
        self.connection: MailConnection = MailConnection(hall)
        self.connection.connection_made(self)

    def say(self, *pieces: bytes) -> None:
        """The client sends, as long as the door listens."""
        for piece in pieces:
            if not self.closed:
                self.connection.data_received(piece)

    def end(self) -> None:
        """The client has said all."""
        if not self.closed and not self.connection.eof_received():
            self.close()

    @property
    def over(self) -> bool:
        """The door has said all."""
        return self.said_eof or self.closed


class Door:
    """A hall, and the requests that reached it. They are kept, unless `answer` says otherwise."""

    def __init__(
        self,
        answer: Answer | None = None,
        *,
        names: Sequence[str] = ("sms",),
        limits: MailLimits | None = None,
    ) -> None:
        self.asked: list[Request] = []
        self._answer = answer
        self.counts: Counter[str] = Counter()
        self.hall = MailHall(self, names, self.counts, limits or MailLimits(), None)

    def line(self, peer: str = "192.0.2.7") -> Line:
        """A client comes."""
        return Line(self.hall, peer)

    def take(self, turns: Sequence[Turn]) -> None:
        for turn in turns:
            self.asked.append(turn.request)
            if self._answer is None:
                turn.answer(Response(b"nobody reads this"))
            else:
                turn.answer_later(self._answer(turn.request))

"""The door of the figures: /metrics, on an address of its own.

In: the running verbs. Out: Prometheus' format. Promise: customers never see it, as it tells the
volume of all of them and the names of operators; no secret, no text of a message.
"""

from collections.abc import Callable

from chappe.doors.http.door import HttpDoor, Limits
from chappe.doors.http.limits import KIB
from chappe.engine.desk import Desk
from chappe.engine.dispatch import Dispatch
from chappe.engine.notify import Notify
from chappe.words.exchange import Request, Response

PATH = "/metrics"

# Only a few machines ask, and a short head is all that they send.
LIMITS = Limits(
    line=8 * KIB, head=8 * KIB, body=0, bodies_total=0, connections=8, shares=2, guests=0
)

_FORMAT = "text/plain; version=0.0.4; charset=utf-8"
_NOT_FOUND = Response(b"Not found\n", status=404)
_WRONG_METHOD = Response(b"Only GET\n", status=405, headers=(("Allow", "GET, HEAD"),))


class Figures:
    """The door at which the counters of the verbs and of the customers' door are shown."""

    def __init__(
        self,
        desk: Desk,
        dispatch: Dispatch,
        notify: Notify,
        away: Callable[[], str],  # why the store takes nothing; '' while it does
        door: HttpDoor,
    ) -> None:
        self._desk = desk
        self._dispatch = dispatch
        self._notify = notify
        self._away = away
        self._shown = door
        self.door = HttpDoor(self._answer, limits=LIMITS)

    async def _answer(self, request: Request) -> Response:
        if request.path != PATH:
            return _NOT_FOUND
        if request.method not in ("GET", "HEAD"):
            return _WRONG_METHOD
        from chappe.doors.metrics import exposition  # its library is 5 MiB, and many never ask

        counts = self._shown.counts()
        gauges = {
            "flying": self._dispatch.flying,
            "calls_flying": self._notify.flying,
            "store_away": int(bool(self._away())),
            "connections": counts.connections,
            "requests": counts.in_flight,
        }
        happened = {**self._desk.counts, "crowded": counts.crowded, "broken_answers": counts.broken}
        text = exposition(happened, gauges, self._dispatch.standings())
        return Response(text, type=_FORMAT)

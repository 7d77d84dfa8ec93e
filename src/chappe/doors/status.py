"""/healthz, /readyz and /metrics: how the node is, for machines.

In: the running verbs. Out: short texts, and Prometheus' format. No secret, no text of a message.
Promise: /healthz is 200 while the loop lives; /readyz is 200 only while messages are taken and can
leave, else it says why in a line.
"""

from collections.abc import Callable, Mapping

from chappe.doors.http.door import HttpDoor
from chappe.doors.pipeline import Extra
from chappe.engine.desk import Desk
from chappe.engine.dispatch import Dispatch
from chappe.engine.notify import Notify
from chappe.words.exchange import Request, Response

_METRICS = "text/plain; version=0.0.4; charset=utf-8"
_SIMULATED = b"ready; nothing leaves this machine: only the simulated network sends\n"


class Status:
    """What a watchman asks."""

    def __init__(
        self,
        desk: Desk,
        dispatch: Dispatch,
        notify: Notify,
        simulated: Callable[[], bool],
        away: Callable[[], str],  # why the store takes nothing; '' while it does
    ) -> None:
        self._desk = desk
        self._dispatch = dispatch
        self._notify = notify
        self._simulated = simulated
        self._away = away
        self.door: HttpDoor | None = None
        self.ready = False

    def paths(self) -> Mapping[tuple[str, str], Extra]:
        return {
            ("GET", "/healthz"): self._healthz,
            ("GET", "/readyz"): self._readyz,
            ("GET", "/metrics"): self._metrics,
        }

    async def _healthz(self, request: Request) -> Response:
        return Response(b"ok\n")

    async def _readyz(self, request: Request) -> Response:
        if why := self._why_not():
            return Response(f"{why}\n".encode(), status=503)
        return Response(_SIMULATED if self._simulated() else b"ready\n")

    def _why_not(self) -> str:
        """What keeps messages from being taken, or from leaving; ''."""
        if not self.ready or self._desk.draining:
            return "not ready"
        if self._desk.paused:
            return "paused by hand"
        if away := self._away():
            return f"the store takes nothing: {away}"
        links = self._dispatch.standings().values()
        if not self._simulated() and links and not any(figures["up"] for figures in links):
            return "no link is up: what is taken waits"
        return ""

    async def _metrics(self, request: Request) -> Response:
        from chappe.doors.metrics import exposition  # its library is 5 MiB, and many never ask

        gauges = {
            "flying": self._dispatch.flying,
            "calls_flying": self._notify.flying,
            "store_away": int(bool(self._away())),
        }
        if self.door is not None:
            counts = self.door.counts()
            gauges |= {"connections": counts.connections, "requests": counts.in_flight}
        return Response(
            exposition(self._desk.counts, gauges, self._dispatch.standings()), type=_METRICS
        )

"""/healthz and /readyz: how the node is, for machines.

In: the running verbs. Out: short texts. No secret, no text of a message.
Promise: /healthz is 200 while the loop lives; /readyz is 200 only while messages are taken and can
leave, else it says why in a line.
"""

from collections.abc import Callable, Mapping

from chappe.doors.pipeline import Extra
from chappe.engine.desk import Desk
from chappe.engine.dispatch import Dispatch
from chappe.words.exchange import Request, Response

HEALTHZ, READYZ = "/healthz", "/readyz"

_SIMULATED = b"ready; nothing leaves this machine: only the simulated network sends\n"


class StatusDoor:
    """Answers the machines that watch the node."""

    def __init__(
        self,
        desk: Desk,
        dispatch: Dispatch,
        simulated: Callable[[], bool],
        away: Callable[[], str],  # why the store takes nothing; '' while it does
        waits_for: Callable[[], str],  # before it lets customers in; '' once it does
    ) -> None:
        self._desk = desk
        self._dispatch = dispatch
        self._simulated = simulated
        self._away = away
        self._waits_for = waits_for

    def paths(self) -> Mapping[tuple[str, str], Extra]:
        return {
            ("GET", HEALTHZ): self._healthz,
            ("GET", READYZ): self._readyz,
        }

    async def _healthz(self, request: Request) -> Response:
        return Response(b"ok\n")

    async def _readyz(self, request: Request) -> Response:
        if why := self._why_not():
            return Response(f"{why}\n".encode(), status=503)
        return Response(_SIMULATED if self._simulated() else b"ready\n")

    def _why_not(self) -> str:
        """What keeps messages from being taken, or from leaving; ''."""
        if self._desk.draining:
            return "not ready"
        if waits_for := self._waits_for():
            return waits_for
        if self._desk.paused:
            return "paused by hand"
        if away := self._away():
            return f"the store takes nothing: {away}"
        if not self._simulated() and self._dispatch.all_down:
            return "no link is up: what is taken waits"
        return ""

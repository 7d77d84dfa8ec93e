"""Hearing: what links hand over is brought to the verbs.

In: answers, reports, arrivals and fragments of them. Out: calls of dispatch and track.
"""

from collections.abc import Sequence

from chappe.engine.dispatch import Dispatch
from chappe.engine.track import Track
from chappe.links.contract import Acknowledge, Answer
from chappe.words.report import Arrival, Fragment, Report


class Sinks:
    """The `Sink` of all links."""

    def __init__(self, dispatch: Dispatch, track: Track) -> None:
        self._dispatch = dispatch
        self._track = track

    def answered(self, link: str, answers: Sequence[Answer]) -> None:
        self._dispatch.answered(link, answers)

    def reported(self, link: str, reports: Sequence[Report], acknowledge: Acknowledge) -> None:
        self._track.reported(link, reports, acknowledge)

    def arrived(self, link: str, arrivals: Sequence[Arrival], acknowledge: Acknowledge) -> None:
        self._track.arrived(link, arrivals, acknowledge)

    def pieced(self, link: str, fragments: Sequence[Fragment], acknowledge: Acknowledge) -> None:
        self._track.pieced(link, fragments, acknowledge)

    async def fragments(self, link: str) -> Sequence[Fragment]:
        return await self._track.fragments(link)

    def changed(self, link: str) -> None:
        self._dispatch.wake_all()

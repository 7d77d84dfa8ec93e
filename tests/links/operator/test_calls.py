"""The simulated handset that is called: each call is answered for, whatever happens to its link."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from chappe.links.contract import Answer, Verdict
from chappe.links.operator import CallsLink
from chappe.words.calls import CannotSpeak, Recording
from chappe.words.clock import HandClock
from chappe.words.lifecycle import Happening, Reason
from chappe.words.order import Speech
from tests.links.exercise import Listener, part
from tests.links.ground import START, turn

CALL = replace(part(1, 50), speech=Speech("", "fr-FR"))


class _Ground:
    """A link of calls, and an engine that speaks when it is let."""

    def __init__(self, folder: Path) -> None:
        self.clock = HandClock(START)
        self.may_speak = asyncio.Event()
        self.fault: Exception | None = None
        self.heard = Listener()
        self.tasks: list[asyncio.Task[None]] = []
        journal = folder / "calls.log"
        self.link = CallsLink("calls", self.clock, journal, self._speak, self._run)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        self.tasks.append(asyncio.create_task(work))

    async def spoken(self) -> None:
        """The engine has said what it was asked to, or why not."""
        self.may_speak.set()
        await asyncio.gather(*self.tasks)
        await turn()

    async def _speak(self, speech: Speech, text: str) -> Recording:
        await self.may_speak.wait()
        if self.fault is not None:
            raise self.fault
        return Recording(Path("x.wav"), 2_000)


async def test_nobody_is_called_before_what_they_hear_is_spoken(tmp_path: Path) -> None:
    """E35: then it rings for 3 s and is listened to; and a text is never taken for a call."""
    ground = _Ground(tmp_path)
    await ground.link.start(ground.heard)
    ground.link.submit([CALL, part(2)])
    await turn()
    assert ground.heard.answers == [Answer(2, 1, Verdict.refused, "", Reason.form)]
    await ground.spoken()
    (_, placed) = ground.heard.answers
    assert (placed.message, placed.verdict) == (1, Verdict.taken)
    ground.clock.advance(START + 4_999)
    await turn()
    assert ground.heard.reports == []
    ground.clock.advance(START + 5_000)
    await turn()
    assert ground.heard.fates() == [(1, 1, Happening.was_delivered, Reason.heard)]
    await ground.link.stop()


async def test_what_can_not_be_spoken_is_refused_and_what_can_not_be_kept_now_is_called_later(
    tmp_path: Path,
) -> None:
    """E35: a fault of ours that stays, and a disk that is full for a while."""
    ground = _Ground(tmp_path)
    await ground.link.start(ground.heard)
    for message, fault in ((1, CannotSpeak("it broke off")), (2, OSError("the disk is full"))):
        ground.fault = fault
        ground.link.submit([replace(CALL, message=message)])
        await ground.spoken()
    assert ground.heard.answers == [
        Answer(1, 1, Verdict.refused, "", Reason.fault),
        Answer(2, 1, Verdict.later),
    ]
    await ground.link.stop()


async def test_a_call_that_is_not_yet_spoken_when_its_link_stops_is_made_later(
    tmp_path: Path,
) -> None:
    """E35: it never left us, and is answered for once."""
    ground = _Ground(tmp_path)
    await ground.link.start(ground.heard)
    ground.link.submit([CALL])
    await turn()
    await ground.link.stop()
    await ground.spoken()
    assert ground.heard.answers == [Answer(1, 1, Verdict.later)]

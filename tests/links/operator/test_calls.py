"""The simulated handset that is called: each call is answered for, whatever happens to its link."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from chappe.links.contract import Answer, Part, Verdict
from chappe.links.operator import CallsLink, OperatorSettings
from chappe.links.operator.inside import calls
from chappe.links.operator.mind.journal import Journal
from chappe.words.calls import CannotSpeak, Gesture, Recording
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
        self._folder = folder
        self.link = self.make()

    def make(self, **settings: Any) -> CallsLink:
        """A link on the same log: what the next start makes of it."""
        log, chosen = self._folder / "calls.log", OperatorSettings(**settings)
        return CallsLink("calls", self.clock, log, self._speak, self._run, chosen)

    async def ring(self, *parts: Part) -> None:
        """These are called, and what they will hear is spoken."""
        self.link.submit(parts or [CALL])
        await self.spoken()

    async def let(self, wait_ms: int) -> None:
        self.clock.advance(self.clock.now() + wait_ms)
        await turn()

    @property
    def ends(self) -> list[tuple[Happening, Reason]]:
        """How calls ended, in their order."""
        return [(how, why) for _, _, how, why in self.heard.fates()]

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


BY_HAND = 33_639_980_050
ENDED = (Happening.was_undelivered, Reason.deleted)
HEARD = (Happening.was_delivered, Reason.heard)
HUNG_UP = (Happening.was_delivered, Reason.hung_up)
DECLINED = (Happening.was_undelivered, Reason.busy)
LEFT_ALONE = (Happening.was_undelivered, Reason.no_answer)


async def test_a_call_that_is_ended_rings_no_more(tmp_path: Path) -> None:
    """S31: at once, while others ring on; one that is being heard is hung up, what is not spoken
    yet is never placed, and what is over is over."""
    ground = _Ground(tmp_path)
    await ground.link.start(ground.heard)
    await ground.ring(CALL, replace(CALL, message=2), replace(CALL, message=9))
    ground.link.end(2, 8)
    await ground.let(50)
    assert (ground.ends, len(ground.link.on_call())) == ([ENDED], 2)
    await ground.let(3_500)
    ground.link.end(1, 1)
    await turn()
    assert ground.ends == [ENDED, HUNG_UP]
    ground.may_speak.clear()
    ground.link.submit([replace(CALL, message=3), replace(CALL, message=10)])
    await turn()
    ground.link.end(1, 8)
    await ground.spoken()
    assert ground.heard.answers[3:] == [
        Answer(3, 1, Verdict.refused, "", Reason.deleted),
        Answer(10, 1, Verdict.taken, ground.heard.answers[4].ref),
    ]
    await ground.let(60_000)
    assert ground.ends == [ENDED, HUNG_UP, HEARD, HEARD]
    await ground.link.stop()


async def test_an_ended_call_is_ended_after_a_restart_as_well(tmp_path: Path) -> None:
    """S31: whether its end was taken down or not, it is given once."""
    ground = _Ground(tmp_path)
    await ground.link.start(ground.heard)
    await ground.ring(CALL, replace(CALL, message=2))
    ground.link.end(1, 1)
    await ground.link.stop()
    again = ground.make()
    await again.start(ground.heard)
    await turn()
    assert ground.ends == [ENDED]
    await ground.let(60_000)
    await again.stop()
    third = ground.make()
    await third.start(ground.heard)
    await ground.let(60_000)
    assert ground.ends == [ENDED, HEARD]
    await third.stop()


async def test_a_handset_that_is_answered_by_hand_rings_until_somebody_does(tmp_path: Path) -> None:
    """S32: taken and played to the end, closed before, declined, left alone."""
    ground = _Ground(tmp_path)
    await ground.link.start(ground.heard)
    link = ground.link
    assert link.set_by_hand(BY_HAND, True)
    await ground.ring(*(replace(CALL, message=message) for message in (1, 2, 3, 4)))
    (first, *_) = link.on_call()
    assert (first.message, first.number, first.by_hand) == (1, BY_HAND, True)
    await ground.let(10_000)
    assert ground.ends == []
    assert not link.answer(1, Gesture.close)
    assert link.answer(1, Gesture.take)
    assert link.answer(2, Gesture.take)
    assert link.answer(3, Gesture.decline)
    assert not link.answer(1, Gesture.take)
    assert not link.answer(1, Gesture.decline)
    assert not link.answer(77, Gesture.take)
    await ground.let(1_000)
    assert link.answer(2, Gesture.close)
    await turn()
    assert ground.ends == [DECLINED, HUNG_UP]
    await ground.let(999)
    assert ground.ends == [DECLINED, HUNG_UP]
    await ground.let(1)
    assert ground.ends == [DECLINED, HUNG_UP, HEARD]
    assert not link.answer(1, Gesture.close)
    await ground.let(18_000)
    assert ground.ends == [DECLINED, HUNG_UP, HEARD, LEFT_ALONE]
    assert link.on_call() == []
    await link.stop()


async def test_a_handset_stays_by_hand_until_it_is_set_back(tmp_path: Path) -> None:
    """S32: over a restart and a log that turned over; a call keeps what it was taken for."""
    ground = _Ground(tmp_path)
    ground.link = ground.make(log_max=1)
    await ground.link.start(ground.heard)
    assert ground.link.set_by_hand(BY_HAND, True)
    assert ground.link.set_by_hand(BY_HAND + 1, True)
    assert ground.link.set_by_hand(BY_HAND + 1, False)
    await ground.ring(CALL)
    await ground.let(5_000)
    assert ground.link.answer(1, Gesture.take)
    await ground.link.stop()
    assert (tmp_path / "calls.log.1").exists()
    ground.link = ground.make()
    await ground.link.start(ground.heard)
    assert ground.link.by_hand() == [BY_HAND]
    assert ground.link.set_by_hand(BY_HAND, False)
    await ground.let(2_000)
    assert ground.ends == [HEARD]
    await ground.ring(replace(CALL, message=2))
    assert not ground.link.answer(2, Gesture.take)
    await ground.let(5_000)
    assert ground.ends == [HEARD, HEARD]
    await ground.link.stop()


async def test_calls_and_handsets_have_bounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E33: what is too much is to come later, and no more handsets are set."""
    monkeypatch.setattr(calls, "BY_HAND_MOST", 1)
    ground = _Ground(tmp_path)
    ground.link = ground.make(owed_max=1)
    await ground.link.start(ground.heard)
    assert ground.link.set_by_hand(1, True)
    assert ground.link.set_by_hand(1, True)
    assert not ground.link.set_by_hand(2, True)
    assert ground.link.set_by_hand(2, False)
    await ground.ring(CALL)
    await ground.ring(replace(CALL, message=2))
    assert ground.heard.answers[1:] == [Answer(2, 1, Verdict.later, "", Reason.throttled)]
    await ground.link.stop()


async def test_what_a_full_disk_does_not_take_down_did_not_happen(tmp_path: Path) -> None:
    """S32: but a call that is ended is over, and rings on after a restart at the worst."""
    ground = _Ground(tmp_path)
    await ground.link.start(ground.heard)
    assert ground.link.set_by_hand(BY_HAND, True)
    await ground.ring(CALL)

    def full(journal: Journal, lines: object) -> None:
        raise OSError("the disk is full")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Journal, "append", full)
        with pytest.raises(OSError, match="full"):
            ground.link.answer(1, Gesture.take)
        with pytest.raises(OSError, match="full"):
            ground.link.set_by_hand(BY_HAND, False)
        ground.link.end(1, 1)
    assert ground.link.by_hand() == [BY_HAND]
    assert ground.link.answer(1, Gesture.take)
    await ground.link.stop()

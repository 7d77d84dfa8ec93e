"""Steps: written once, taken together or alone, from wherever one has to wait."""

import asyncio
import sys
from collections.abc import Coroutine, Sequence
from typing import Any

from chappe.words.account import Account
from chappe.words.answer import NotAdmitted, Refusal, Trouble
from chappe.words.steps import OneStep, Waited

_NO = Refusal((Trouble.not_found,))
_NOT_ADMITTED = NotAdmitted((Trouble.bad_address,), account=Account(id=1, login="fred"))


class One:
    """Something on its way: what befell it, and at which step it waits, is refused or fails."""

    def __init__(self, name: str, **fate: int) -> None:
        self.fate = fate
        self.took: list[str] = []
        self.turn: Waited[str] = Waited()
        self.name = name


class Answering:
    def refuse(self, one: One, refusal: Refusal) -> None:
        one.turn.answer("refused")

    def fail(self, one: One, fault: Exception) -> None:
        assert sys.exc_info()[1] is fault  # whoever logs it has its traceback
        one.turn.answer(f"failed: {fault}")

    def later(self, one: One, work: Coroutine[Any, Any, str]) -> None:
        one.turn.answer_later(work)

    async def refused(self, one: One, refusal: Refusal) -> str:
        return "refused alone"

    async def failed(self, one: One, fault: Exception) -> str:
        return f"failed alone: {fault}"


class End:
    """The last step notes who came together."""

    def __init__(self) -> None:
        self.came: list[list[str]] = []

    def together(self, ones: Sequence[One]) -> None:
        self.came.append([one.name for one in ones])
        for one in ones:
            one.turn.answer("done")

    async def alone(self, one: One) -> str:
        return "done alone"


def steps(end: End) -> OneStep[One, One, str]:
    following: End | OneStep[One, One, str] = end
    for place in (3, 2, 1):
        following = _step(place, following)
    assert isinstance(following, OneStep)
    return following


def _step(place: int, then: End | OneStep[One, One, str]) -> OneStep[One, One, str]:
    def now(one: One) -> One | Refusal | None:
        one.took.append(f"{place}")
        if one.fate.get("fails") == place:
            raise ValueError(place)
        if one.fate.get("runs_over") == place:
            next(iter(()))
        if one.fate.get("turned_away") == place:
            return _NOT_ADMITTED
        if one.fate.get("waits") == place:
            return None
        return _NO if one.fate.get("refused") == place else one

    async def wait(one: One) -> One | Refusal:
        await asyncio.sleep(0)
        one.took.append(f"{place} waited")
        if one.fate.get("fails_waiting") == place:
            raise ValueError(place)
        return _NO if one.fate.get("refused_waiting") == place else one

    return OneStep[One, One, str](Answering(), now, wait, then)


async def test_those_that_need_not_wait_go_together_and_the_others_take_the_same_steps() -> None:
    end = End()
    ones = [
        One("quick"),
        One("waits", waits=2),
        One("refused", refused=2),
        One("fails", fails=2),
        One("quick too"),
        One("waits, then refused", waits=1, refused=3),
        One("waits, then fails", waits=1, fails=3),
        One("refused waiting", waits=2, refused_waiting=2),
        One("fails waiting", waits=3, fails_waiting=3),
    ]
    steps(end).together(ones)
    assert [await one.turn.heard() for one in ones] == [
        "done",
        "done alone",
        "refused",
        "failed: 2",
        "done",
        "refused alone",
        "failed alone: 3",
        "refused alone",
        "failed alone: 3",
    ]
    assert end.came == [["quick", "quick too"]]
    assert [one.took for one in ones] == [
        ["1", "2", "3"],
        ["1", "2", "2 waited", "3"],
        ["1", "2"],
        ["1", "2"],
        ["1", "2", "3"],
        ["1", "1 waited", "2", "3"],
        ["1", "1 waited", "2", "3"],
        ["1", "2", "2 waited"],
        ["1", "2", "3", "3 waited"],
    ]


async def test_a_step_that_runs_past_an_end_fails_for_one_alone() -> None:
    """Python takes that one fault for the end of what is gone through, and never raises it."""
    end = End()
    ones = [One("over", runs_over=1), One("quick"), One("over too", runs_over=2)]
    steps(end).together(ones)
    over = "failed: a step ran past the end of something"
    assert [await one.turn.heard() for one in ones] == [over, "done", over]
    assert end.came == [["quick"]]


async def test_every_kind_of_refusal_is_one() -> None:
    end = End()
    ones = [One("turned away", turned_away=2), One("quick")]
    steps(end).together(ones)
    assert [await one.turn.heard() for one in ones] == ["refused", "done"]
    assert end.came == [["quick"]]


async def test_nothing_comes_together_where_nobody_is_left() -> None:
    end = End()
    steps(end).together([One("refused", refused=1)])
    assert end.came == []

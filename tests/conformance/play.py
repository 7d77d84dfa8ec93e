"""A case, played step by step.

In: a case, and a house where it may happen. Out: nothing; what does not come as the page says is an
AssertionError that shows both.
"""

from typing import Protocol

from chappe.words.clock import SECOND
from tests.conformance.pages import Case, Step
from tests.conformance.runner import (
    AT_ONCE,
    SIGHTS,
    Answer,
    Told,
    expected_of,
    mail_bytes,
    request_bytes,
    same,
    seen_by,
    told_of,
    wait_ms,
)

MAILBOX = "sms"  # to whom a mail is, unless its block says otherwise
_LIFE_MS = 2 * SECOND  # what ordinary messages need from the request to the reply


class Stage(Protocol):
    """What a case needs of a house."""

    @property
    def place(self) -> str: ...

    @property
    def calls(self) -> list[Told]: ...

    async def ask(self, head: bytes, body: bytes, *, pieces: bool) -> Answer: ...

    async def mail(self, name: str, raw: bytes, *, pieces: bool) -> Answer: ...

    async def go_by(self, wait: int) -> None: ...

    def write(self, number: str, code: str, text: str) -> None: ...


async def play(case: Case, stage: Stage, *, pieces: bool) -> None:
    """All steps, and no call that the page does not mention."""
    await _Playing(stage, pieces).play(case)


class _Playing:
    """One case on its way."""

    def __init__(self, stage: Stage, pieces: bool) -> None:
        self._stage = stage
        self._pieces = pieces
        self._bound: dict[str, str] = {}
        self._answer: Answer | None = None

    async def play(self, case: Case) -> None:
        for step in case.steps:
            if step.kind not in SIGHTS and step.note != AT_ONCE and self._answer is not None:
                await self._stage.go_by(_LIFE_MS)
                self._answer = None
            await self._take(step)
        assert self._stage.calls == [], "the page does not mention these calls"

    async def _take(self, step: Step) -> None:
        stage = self._stage
        if step.kind == "request":
            head, body = request_bytes(step, stage.place, self._bound)
            self._answer = await stage.ask(head, body, pieces=self._pieces)
        elif step.kind == "mail":
            raw = mail_bytes(step, stage.place, self._bound)
            self._answer = await stage.mail(step.note or MAILBOX, raw, pieces=self._pieces)
        elif step.kind in SIGHTS:
            assert self._answer is not None, f"nothing was asked before this {step.kind}"
            self._expect(expected_of(step, stage.place), seen_by(step, self._answer))
        elif step.kind == "callback":
            expected = told_of(step, stage.place)
            assert stage.calls, f"no call came, but {expected} was to come"
            self._expect(expected, stage.calls[0])
            del stage.calls[0]
        elif step.kind == "handset":
            stage.write(*step.text.rstrip("\n").split(" ", 2))
            if step.note != AT_ONCE:
                await stage.go_by(_LIFE_MS)
        elif step.kind == "wait":
            await stage.go_by(wait_ms(step))
        else:
            raise AssertionError(f"a page has no blocks of kind {step.kind!r}")

    def _expect(self, expected: Told, actual: Told) -> None:
        said, was = "\n".join(expected), "\n".join(actual)
        assert same(expected, actual, self._bound), f"\nthe page says: {said}\nit was: {was}"

"""The simulated handset that is called: a Link of kind 'calls', with nothing behind it but a log.

In: calls. Out: to the sink, that each was placed, and how it ended. Promise: nobody is called
before what they are to hear is spoken, which holds up nobody else; the number decides who takes a
call, it rings and lasts on the operator's clock as a real one would; what was placed and is not
over is over in its time after a restart. A trunk that places real calls is another Link of this
kind: it is given the same parts and has them spoken by the same `Speak`.
"""

import itertools
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from chappe.links.contract import Answer, Condition, Part, Speak, Verdict
from chappe.links.operator.inside.link import OperatorLink
from chappe.links.operator.inside.settings import OperatorSettings
from chappe.links.operator.mind import records
from chappe.links.operator.mind.courses import outcome_of, takes_ms
from chappe.words.calls import CannotSpeak
from chappe.words.clock import Clock
from chappe.words.lifecycle import Reason
from chappe.words.order import Speech

# What runs without anybody waiting for it, until the node is quiet.
Background = Callable[[Coroutine[Any, Any, None]], None]
_Said = tuple[Speech | None, str]


class CallsLink(OperatorLink):
    """The way out to simulated handsets that are called."""

    kind = "calls"

    def __init__(
        self,
        name: str,
        clock: Clock,
        journal_path: Path,
        speak: Speak,
        background: Background,
        settings: OperatorSettings | None = None,
    ) -> None:
        super().__init__(name, clock, journal_path, settings)
        self._speak = speak
        self._background = background
        self._unspoken: dict[int, Sequence[Part]] = {}
        self._submits = itertools.count()

    def submit(self, parts: Sequence[Part]) -> None:
        texts = [part for part in parts if part.speech is None]
        self._refuse(texts, Reason.form)
        calls = [part for part in parts if part.speech is not None] if texts else parts
        if calls and self.condition is Condition.up:
            place = next(self._submits)
            self._unspoken[place] = calls
            self._background(self._call(place, calls))
        else:
            super().submit(calls)

    async def stop(self) -> None:
        for calls in self._unspoken.values():
            self._turn_away(calls, Reason.none)
        self._unspoken.clear()
        await super().stop()

    async def _call(self, place: int, calls: Sequence[Part]) -> None:
        """Call them all, once it is known what they will hear and how long that takes."""
        lasts: dict[_Said, int] = {}
        mute: set[_Said] = set()
        for said in {(part.speech, part.text) for part in calls}:
            speech, text = said
            assert speech is not None  # texts were refused
            try:
                lasts[said] = (await self._speak(speech, text)).ms
            except CannotSpeak:
                mute.add(said)
            except OSError:
                continue  # there is no room for it now
        if self._unspoken.pop(place, None) is None:
            return  # stopped, and answered
        ready: list[Part] = []
        for part in calls:
            said = (part.speech, part.text)
            if said in mute:
                self._refuse([part], Reason.fault)
            elif said not in lasts or self.condition is not Condition.up:
                self._turn_away([part], Reason.none)
            else:
                ready.append(part)
        if ready:
            self._place(ready, [lasts[part.speech, part.text] for part in ready])

    def _refuse(self, parts: Sequence[Part], reason: Reason) -> None:
        refused = Verdict.refused
        answers = [Answer(part.message, part.no, refused, "", reason) for part in parts]
        self._answers.add(self._clock.now(), answers)

    def _place(self, parts: Sequence[Part], lasts: Sequence[int]) -> None:
        """They ring. What becomes of each is settled, and stands in the log."""
        now = self._clock.now()
        placed_at = now + self._settings.answer_ms
        numbers = list(itertools.islice(self._refs, len(parts)))
        outcomes = [outcome_of(part.number, voice=True) for part in parts]
        owed = [
            (
                placed_at + max(self._receipt_ms, takes_ms(outcome, ms)),
                ref,
                0,
                part.number,
                outcome,
            )
            for part, ref, outcome, ms in zip(parts, numbers, outcomes, lasts, strict=True)
        ]
        refs = [str(ref) for ref in numbers]
        lines = records.submitted(now, refs, parts, outcomes)
        try:
            self._journal.append([*lines, *map(records.report_owed, owed)])
        except OSError:
            self._turn_away(parts, Reason.none)  # what is not in the log was never placed
            return
        taken = Verdict.taken
        answers = [
            Answer(part.message, part.no, taken, ref) for part, ref in zip(parts, refs, strict=True)
        ]
        self._answers.add(placed_at, answers)
        self._reports.add_each(owed)
        self._turn_over_if_full()

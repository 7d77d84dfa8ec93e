"""The simulated handset that is called: a Link of kind 'calls', with nothing behind it but a log.

In: calls; by hand, what somebody does with a handset. Out: to the sink, that each was placed, and
how it ended. Promise: nobody is called before what they are to hear is spoken, which holds up
nobody else; the number decides who takes a call, unless its handset is answered by hand; it rings
and lasts on the operator's clock as a real one would; what was placed and is not over is over in
its time after a restart. A trunk that places real calls is another Link of this kind: it is given
the same parts and has them spoken by the same `Speak`.
"""

import contextlib
import itertools
from collections.abc import Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from chappe.links.contract import Answer, Condition, Part, Sink, Speak, Verdict
from chappe.links.operator.inside.backlog import Outstanding
from chappe.links.operator.inside.calls_backlog import CallsBacklog, read_calls
from chappe.links.operator.inside.link import OperatorLink
from chappe.links.operator.inside.settings import OperatorSettings
from chappe.links.operator.mind import records
from chappe.links.operator.mind.ringing import Ringing, set_line
from chappe.links.operator.timed import TimedQueue
from chappe.words.calls import CannotSpeak, Gesture, OnCall
from chappe.words.clock import Clock
from chappe.words.lifecycle import Reason
from chappe.words.order import Speech

# What runs without anybody waiting for it, until the node is quiet.
Background = Callable[[Coroutine[Any, Any, None]], None]
_Said = tuple[Speech | None, str]

BY_HAND_MOST: Final = 1_000
"""How many handsets may be answered by hand."""


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
        self._kept = CallsBacklog({}, set(), Outstanding([], [], 0))
        # Each with the instant it ends; one that ends otherwise meanwhile stands here twice.
        self._ends: TimedQueue[Ringing] = TimedQueue(self._clock, self._over)

    async def start(self, sink: Sink) -> None:
        await super().start(sink)
        for call in list(self._calls.values()):
            self._ends.add(call.ends_at, [call])

    def submit(self, parts: Sequence[Part]) -> None:
        texts = [part for part in parts if part.speech is None]
        self._refuse(texts, Reason.form)
        calls = [part for part in parts if part.speech is not None] if texts else parts
        owed = len(self._calls) + len(self._reports)
        if not calls or self.condition is not Condition.up:
            super().submit(calls)
        elif owed >= self._settings.owed_max:
            self._turn_away(calls, Reason.throttled)
        else:
            place = next(self._submits)
            self._unspoken[place] = calls
            self._background(self._call(place))

    def end(self, first: int, last: int) -> None:
        """The messages of this stretch are no more."""
        for place, calls in self._unspoken.items():
            gone = [part for part in calls if first <= part.message <= last]
            self._refuse(gone, Reason.deleted)
            self._unspoken[place] = [part for part in calls if not first <= part.message <= last]
        found = [call for call in self._calls.values() if first <= call.message <= last]
        now = self._clock.now()
        # Should the log have no room for it, a restart lets them ring on.
        with contextlib.suppress(OSError):
            self._change([call.called_off(now) for call in found if now < call.ends_at])

    async def stop(self) -> None:
        for calls in self._unspoken.values():
            self._turn_away(calls, Reason.none)
        self._unspoken.clear()
        self._ends.close()
        await super().stop()

    # --- handsets ---

    def on_call(self) -> Sequence[OnCall]:
        now = self._clock.now()  # what is over may have yet to be reported
        return [call.shown for call in self._calls.values() if now < call.ends_at]

    def by_hand(self) -> Sequence[int]:
        return sorted(self._kept.by_hand)

    def set_by_hand(self, number: int, on: bool) -> bool:
        known = self._kept.by_hand
        if on and number not in known and len(known) >= BY_HAND_MOST:
            return False
        self._journal.append([set_line(self._clock.now(), number, on)])
        (known.add if on else known.discard)(number)
        return True

    def answer(self, message: int, gesture: Gesture) -> bool:
        now = self._clock.now()
        for call in self._calls.values():
            if call.message == message:
                changed = call.answered(gesture, now)
                self._change([changed] if changed is not None else [])
                return changed is not None
        return False

    # --- calls ---

    @property
    def _calls(self) -> dict[int, Ringing]:
        """Those that are under way, by their references."""
        return self._kept.calls

    def _read(self, log: Path) -> tuple[Outstanding, int]:
        self._kept, size = read_calls(log)
        return self._kept.outstanding, size

    async def _call(self, place: int) -> None:
        """Call them all, once it is known what they will hear and how long that takes."""
        lasts: dict[_Said, int] = {}
        mute: set[_Said] = set()
        for said in {(part.speech, part.text) for part in self._unspoken.get(place, ())}:
            speech, text = said
            assert speech is not None  # texts were refused
            try:
                lasts[said] = (await self._speak(speech, text)).ms
            except CannotSpeak:
                mute.add(said)
            except OSError:
                continue  # there is no room for it now
        ready: list[Part] = []
        for part in self._unspoken.pop(place, ()):  # what was ended or stopped is answered
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
        """They ring. What becomes of each stands in the log."""
        now = self._clock.now()
        placed_at = now + self._settings.answer_ms
        numbers = list(itertools.islice(self._refs, len(parts)))
        by_hand = self._kept.by_hand
        calls = [
            Ringing.begun(
                ref, part.message, part.number, placed_at, ms, by_hand=part.number in by_hand
            )
            for part, ref, ms in zip(parts, numbers, lasts, strict=True)
        ]
        refs = [str(ref) for ref in numbers]
        lines = records.submitted(now, refs, parts, [call.outcome for call in calls])
        try:
            self._journal.append([*lines, *[call.line for call in calls]])
        except OSError:
            self._turn_away(parts, Reason.none)  # what is not in the log was never placed
            return
        taken = Verdict.taken
        answers = [
            Answer(part.message, part.no, taken, ref) for part, ref in zip(parts, refs, strict=True)
        ]
        self._answers.add(placed_at, answers)
        self._ring(calls)
        self._turn_over_if_full()

    def _ring(self, calls: Sequence[Ringing]) -> None:
        self._calls.update([(call.ref, call) for call in calls])
        for call in calls:
            # One that never rings is reported a moment after it was placed.
            self._ends.add(max(call.ends_at, call.placed_at + self._receipt_ms), [call])

    def _change(self, calls: Sequence[Ringing]) -> None:
        """They stand otherwise from now on. Raises OSError, and then they are as they were."""
        if calls:
            self._journal.append([call.line for call in calls])
            self._ring(calls)

    def _over(self, calls: list[Ringing]) -> None:
        """Those that stand as they did when they were given this end are reported."""
        over = [call for call in calls if self._calls.get(call.ref) is call]
        for call in over:
            del self._calls[call.ref]
        self._reports.add(self._clock.now(), [call.report for call in over])

    def _carried(self) -> Iterator[str]:
        yield from super()._carried()
        yield from [call.line for call in self._calls.values()]
        now = self._clock.now()
        yield from [set_line(now, number, True) for number in self.by_hand()]

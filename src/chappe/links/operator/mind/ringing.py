"""A call from its first ring to its end, and the lines of the log that tell of it.

    V placed ref number message outcome taken ends said hand   how a call stands now
    M at number on                                             whether a handset waits for a hand

In: what the number wills, what somebody does by hand. Out: the call as it stands then. Promise:
pure; a call that is read back from its line is the same.
"""

from collections.abc import Sequence
from typing import Self

import msgspec

from chappe.links.operator.mind.courses import (
    BUSY,
    CALLED_OFF,
    COURSES,
    HEARD,
    HUNG_UP,
    NO_ANSWER,
    outcome_of,
    rings_ms,
    takes_ms,
)
from chappe.links.operator.mind.records import ROWS, OwedReport
from chappe.words.calls import Gesture, OnCall

_GESTURES = {Gesture.take: HEARD, Gesture.decline: BUSY, Gesture.close: HUNG_UP}


class Ringing(msgspec.Struct, frozen=True, gc=False):
    """One call, as it stands and as it will end unless somebody does something."""

    ref: int
    message: int
    number: int
    outcome: int
    placed_at: int
    taken_at: int
    ends_at: int
    said_ms: int
    by_hand: bool

    @classmethod
    def begun(
        cls, ref: int, message: int, number: int, at: int, said_ms: int, *, by_hand: bool
    ) -> Self:
        """Its first ring. A handset that is answered by hand rings until somebody does."""
        outcome = NO_ANSWER if by_hand else outcome_of(number, voice=True)
        taken, ends = at + rings_ms(outcome), at + takes_ms(outcome, said_ms)
        return cls(ref, message, number, outcome, at, taken, ends, said_ms, by_hand)

    def answered(self, gesture: Gesture, now: int) -> Self | None:
        """What a hand does with it; None where that can't be done."""
        is_taken = now >= self.taken_at
        if not self.by_hand or now >= self.ends_at or is_taken is not (gesture is Gesture.close):
            return None
        outcome = _GESTURES[gesture]
        if gesture is Gesture.take:
            return self._with(outcome, taken_at=now, ends_at=now + self.said_ms)
        return self._with(outcome, ends_at=now)

    def called_off(self, now: int) -> Self:
        """Who ordered it wants it no more."""
        is_taken = now >= self.taken_at
        return self._with(HUNG_UP if is_taken else CALLED_OFF, ends_at=now)

    def _with(self, outcome: int, **times: int) -> Self:
        return msgspec.structs.replace(self, outcome=outcome, **times)

    @property
    def shown(self) -> OnCall:
        return OnCall(
            self.message, self.number, self.placed_at, self.taken_at, self.ends_at, self.by_hand
        )

    @property
    def report(self) -> OwedReport:
        """What is owed once it is over."""
        return self.ends_at, self.ref, 0, self.number, self.outcome

    @property
    def line(self) -> str:
        return (
            f"V\t{self.placed_at}\t{self.ref}\t{self.number}\t{self.message}\t{ROWS[self.outcome]}"
            f"\t{self.taken_at}\t{self.ends_at}\t{self.said_ms}\t{int(self.by_hand)}\n"
        )


def read_ringing(fields: Sequence[str]) -> Ringing:
    """The fields of a V line. Raises ValueError or KeyError if they are not."""
    at, ref, number, message, outcome, taken, ends, said, by_hand = map(int, fields[1:])
    COURSES[outcome]
    return Ringing(ref, message, number, outcome, at, taken, ends, said, bool(by_hand))


def set_line(at: int, number: int, on: bool) -> str:
    return f"M\t{at}\t{number}\t{int(on)}\n"

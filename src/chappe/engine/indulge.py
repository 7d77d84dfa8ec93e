"""Leeway: how much an account may have us keep that nobody pays for.

In: orders made ready, and what commits brought. Out: whether an order is one too many. Promise: who
sends to recipients that can't be served is not refused for it as long as others of theirs are paid
for; but who pays for nothing fills no disk.

A recipient in error weighs one, and its text one for each 160 letters. Each paid recipient of the
same order makes up for one of these, and of other orders too, once they are kept.
"""

from collections.abc import Sequence

from chappe.store.contract import Batch, DraftLetter, Settled
from chappe.words.answer import Receipt
from chappe.words.clock import MINUTE, Clock

_MOST = 20_000  # two of the largest calls
_A_MINUTE = 100
_LETTERS = 160


class Leeway:
    """Of all accounts; who never used any has all of it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._left: dict[int, tuple[float, int]] = {}  # account -> how much there was, and when

    def is_over(self, account: int, weight: int) -> bool:
        """Whether there is none left for an order; else it is taken from it, as a whole."""
        if weight <= 0:
            return False
        left = self._now_left(account)
        if left < 1:
            return True
        self._left[account] = left - weight, self._clock.steady()
        return False

    def settled(self, batch: Batch, settled: Settled) -> None:
        """What is paid for makes up for what is not."""
        if not self._left:
            return
        for draft, answer in zip(batch.drafts, settled.answers, strict=False):
            if draft.account in self._left and isinstance(answer, Receipt):
                self.earn(draft.account, -weight(draft.letters))

    def earn(self, account: int, paid: int) -> None:
        """So many were paid for, beyond what they make up for in their own order."""
        left = self._now_left(account) + max(0, paid)
        if left >= _MOST:
            self._left.pop(account, None)
        else:
            self._left[account] = left, self._clock.steady()

    def _now_left(self, account: int) -> float:
        left, at = self._left.get(account, (_MOST, 0))
        return min(_MOST, left + max(0, self._clock.steady() - at) * _A_MINUTE / MINUTE)


def is_in_vain(letters: Sequence[DraftLetter]) -> bool:
    """Whether so many more of an order are in error than are paid for that no leeway would do."""
    unpaid = sum([len(letter.bad) for letter in letters])
    return 2 * unpaid - sum([len(letter.numbers) for letter in letters]) > _MOST


def weight(letters: Sequence[DraftLetter]) -> int:
    """What an order keeps for nothing, less what is paid for. Below nothing it pays for itself."""
    heavy = 0
    for letter in letters:
        bad = letter.bad
        if bad:
            texts = [letter.texts[index] for index in bad] if letter.texts else [letter.text]
            heavy += 2 * len(bad) + sum(map(len, texts)) // _LETTERS
        heavy -= len(letter.numbers)
    return heavy

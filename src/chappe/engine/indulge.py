"""Indulging: how much that nobody pays for an account may have us keep.

In: orders made ready, and what commits brought. Out: whether an order is one too many. Promise:
whoever sends to some recipients that can't be served is not refused for it, as long as they pay for
others; but whoever pays for nothing fills no disk.

A recipient in error weighs one, and its text one for each 160 letters. Each paid recipient of the
same order makes up for one of these, and of other orders too, once they are kept. One that stands
apart weighs nothing: the answer names it, and nothing of it is kept.
"""

from collections.abc import Sequence

from chappe.store.contract import Batch, DraftLetter, Settled
from chappe.words.answer import Receipt
from chappe.words.clock import MINUTE, Clock
from chappe.words.order import APART_MOST

_MOST = 20_000  # two of the largest calls
_A_MINUTE = 100
_LETTERS = 160


class Leeway:
    """What each account has left; one that never used any has all of it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._left: dict[int, tuple[float, int]] = {}  # account -> how much there was, and when

    def is_over(self, account: int, weight: int) -> bool:
        """Whether an account has none left. If it has, the whole weight of the order is taken from
        it."""
        if weight <= 0:
            return False
        left = self._now_left(account)
        if left < 1:
            return True
        self._left[account] = left - weight, self._clock.steady()
        return False

    def settled(self, batch: Batch, settled: Settled) -> None:
        """Give back for the paid recipients of orders that were kept."""
        if not self._left:
            return
        for draft, answer in zip(batch.drafts, settled.answers, strict=False):
            if draft.account in self._left and isinstance(answer, Receipt):
                self.earn(draft.account, -weight(draft.letters))

    def earn(self, account: int, paid: int) -> None:
        """Give back for recipients that are paid for and do not make up for others of their
        order."""
        left = self._now_left(account) + max(0, paid)
        if left >= _MOST:
            self._left.pop(account, None)
        else:
            self._left[account] = left, self._clock.steady()

    def _now_left(self, account: int) -> float:
        left, at = self._left.get(account, (_MOST, 0))
        return min(_MOST, left + max(0, self._clock.steady() - at) * _A_MINUTE / MINUTE)


def is_in_vain(kept: int, apart: int, paid: int) -> bool:
    """Whether so many more of an order's recipients would be kept in error than are paid for that
    the leeway of no account would do; or so many more stand apart, only to be told."""
    return kept - paid > _MOST or apart - paid > APART_MOST


def weight(letters: Sequence[DraftLetter]) -> int:
    """How much of an order is kept for nothing, less what is paid for; below 0 it pays for
    itself."""
    heavy = 0
    for letter in letters:
        bad = letter.bad
        if bad:
            texts = [letter.texts[index] for index in bad] if letter.texts else [letter.text]
            heavy += 2 * len(bad) + sum(map(len, texts)) // _LETTERS
        heavy -= len(letter.numbers)
    return heavy

"""Throttling a link: by its own rate, and below that for a while where its operator throttles.

In: the steady time, what leaves, how answers went. Out: how many parts may leave now. Promise:
once a second, if all answers throttle the pace is halved, if a tenth do it loses a twentieth; it
comes back by a twentieth of the full pace a second, without a timer.
"""

import sys

from chappe.words.clock import SECOND

NO_BOUND = sys.maxsize

_BURST_S = 0.1  # how much of a second's pace may leave at once
_BACK_S = 20.0  # from next to nothing to the full pace
_PROOF = 20  # answers; fewer count as if the rest of them had gone well
_SLOWEST = 1.0  # parts per second; a link that stood still would never learn that it may go on


class Throttle:
    """The pace of one link."""

    def __init__(self, rate: float, window: int, now: int) -> None:
        self.bounds = rate > 0  # whether it keeps anything back at present
        self._rate = rate  # parts per second, 0 is no bound
        self._window = window
        self._tokens = 0.0  # parts that may leave, below nothing where a long message did
        self._filled = now
        self._full = 0.0  # the pace before the operator throttled, 0 where it does not
        self._slowed = 0.0  # the pace after that
        self._slowed_at = now
        self._heard = self._throttled = 0  # answers since they were last looked at
        self._looked = now - SECOND

    def pace(self, now: int) -> float:
        """Parts per second as things stand, 0 is no bound."""
        if not self._full:
            return self._rate
        passed = max(0, now - self._slowed_at)
        pace = self._slowed + passed / SECOND * self._full / _BACK_S
        if pace < self._full:
            return pace
        self._full, self.bounds = 0.0, self._rate > 0
        return self._rate

    def burst(self, now: int) -> int:
        """How many parts may leave at once."""
        pace = self.pace(now)
        return max(1, int(pace * _BURST_S)) if pace > 0 else NO_BOUND

    def room(self, now: int) -> int:
        """How many parts may leave now."""
        pace = self.pace(now)
        if pace <= 0:
            return NO_BOUND
        earned = max(0, now - self._filled) * pace / SECOND
        self._tokens = min(max(1.0, pace * _BURST_S), self._tokens + earned)
        self._filled = now
        return int(self._tokens)

    def wait_ms(self, parts: int, now: int) -> int:
        """How long until so many parts may leave at once, or as many as ever may; 0 is now."""
        if self.room(now) >= parts:
            return 0
        return max(1, int((parts - self._tokens) * SECOND / self.pace(now)) + 1)

    def spend(self, parts: int) -> None:
        """Count parts that leave; below nothing, parts that do not leave after all."""
        self._tokens -= parts

    def heard(self, answers: int, throttled: int, now: int) -> None:
        """Count answers, and those of them that throttle. Once a second the pace follows them."""
        self._heard += answers
        self._throttled += throttled
        passed = now - self._looked
        if passed < SECOND:
            return
        if self._throttled:
            self._slow_down(self._heard * SECOND / passed, now)
        self._heard = self._throttled = 0
        self._looked = now

    def _slow_down(self, measured: float, now: int) -> None:
        pace = self.pace(now)
        if not pace:
            # The link has no rate, so what it was given in the last second was too much. If that
            # was little, it is still trusted with a window a second.
            pace = max(float(self._window), measured)
            self._tokens, self._filled = 0.0, now
        if not self._full:
            self._full, self.bounds = pace, True
        # One number may be throttled for its own sake. That alone must not slow down all others.
        share = self._throttled / max(self._heard, min(_PROOF, pace))
        self._slowed = max(_SLOWEST, pace * (1.0 - share / 2))
        self._slowed_at = now

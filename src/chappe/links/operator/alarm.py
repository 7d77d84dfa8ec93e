"""One timer for many waits.

In: the next instant at which something is due. Out: one call then. Promise: there is never more
than one timer on the clock, however many things wait.
"""

from collections.abc import Callable

from chappe.words.clock import Clock, Timer


class Alarm:
    """Rings once at the instant it was last set to."""

    def __init__(self, clock: Clock, ring: Callable[[], None]) -> None:
        self._clock = clock
        self._ring = ring
        self._at: int | None = None
        self._timer: Timer | None = None

    def set(self, at: int | None) -> None:
        """Ring at `at` instead of when it was set to before; None: don't ring."""
        if at == self._at:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._at = at
        self._timer = None if at is None else self._clock.later(at - self._clock.now(), self._rung)

    def _rung(self) -> None:
        self._at = self._timer = None
        self._ring()

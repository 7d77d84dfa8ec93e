"""How long a connection may take for what it is about, and how fast it must get on.

In: what time it is, and how far it has come. Out: whether it is overdue. Promise: who gets on drop
by drop, or not at all, is overdue within two stretches, however much was made before.
"""

from typing import Protocol


class LeastPace(Protocol):
    """How fast whoever sends must get on."""

    @property
    def pace(self) -> int:
        """Bytes a second ..."""

    @property
    def pace_s(self) -> float:
        """... in each stretch of so many seconds."""


class Deadline:
    """Starts anew with all that a connection turns to."""

    __slots__ = ("_last", "_made", "_stretch", "began", "deadline")

    def __init__(self) -> None:
        self.began = 0.0
        self.deadline = 0.0
        self._stretch: float | None = None  # when the one under way began
        self._made = 0  # how far the connection was then
        self._last = False

    def restart(self, now: float, allowed_s: float) -> None:
        """Something else is under way."""
        if self._last:
            return
        self.began = now
        self.deadline = now + allowed_s
        self._stretch = None

    def stay(self, now: float, allowed_s: float) -> None:
        """This holds for all that is still to come."""
        self.restart(now, allowed_s)
        self._last = True

    def lags(self, now: float, made: int, asked: LeastPace) -> bool:
        """Whether it made less in a whole stretch than the pace asks."""
        if self._stretch is not None:
            spent = now - self._stretch
            if spent < asked.pace_s:
                return False
            if made - self._made < asked.pace * spent:
                return True
        self._stretch, self._made = now, made
        return False

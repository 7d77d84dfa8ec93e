"""Moving an account from one cell to another, while its requests go on.

In: an account, two cells, the map. Out: a step at a time. Promise: between the commit that fences
it in the one cell and the one that takes it into the other nobody has its purse; no row that bears
a number moves, so whatever is under way ends where it is. The old cell keeps answering for the
numbers that it drew.
"""

from math import ceil

from bench.cells.capacity import CHANGED_MEANWHILE, MOVED_ROWS_S, STEP_S
from bench.cells.cell import Cell
from bench.cells.directory import Directory
from bench.cells.load import Sender

_ROUNDS = 2  # steps: the fence is committed, and the map is changed


class Moving:
    """One move. `fences` and `carries` are taken out by whoever wants to see what they are for."""

    def __init__(
        self,
        sender: Sender,
        source: Cell,
        target: Cell,
        at: int,
        *,
        fences: bool = True,
        carries: bool = True,
    ) -> None:
        rest = sender.rows * CHANGED_MEANWHILE
        self.copied_in = _steps(sender.rows)
        self.held_for = _ROUNDS + _steps(rest)
        self._rest = rest
        self._sender = sender
        self._source = source
        self._target = target
        self._fences = fences
        self._carries = carries
        self._next = [(at, self._copy), (0, self._hold), (0, self._point)]

    def step(self, step: int, directory: Directory, living: set[int]) -> None:
        """What is due by now. It waits for a cell that is dead."""
        if not living.issuperset((self._source.number, self._target.number)):
            return
        if self._next and step >= self._next[0][0]:
            _, act = self._next.pop(0)
            wait = act(step, directory)
            if self._next:
                self._next[0] = (step + wait, self._next[0][1])

    def _copy(self, step: int, directory: Directory) -> int:
        """What it has but for its purse, while it goes on."""
        self._target.book(self._sender.rows)
        return self.copied_in

    def _hold(self, step: int, directory: Directory) -> int:
        """The fence; then what changed since it was copied."""
        if self._fences:
            self._source.fence(self._sender.account)
            directory.hold(self._sender.account, step)
        self._target.book(self._rest)
        return self.held_for

    def _point(self, step: int, directory: Directory) -> int:
        """It is there."""
        papers = self._source.export(self._sender.account)
        self._target.take_in(papers if self._carries else papers._replace(known={}))
        directory.point(self._sender.account, self._target.number, step)
        return 0


def _steps(rows: float) -> int:
    return ceil(rows / (MOVED_ROWS_S * STEP_S))

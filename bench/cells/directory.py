"""The map of accounts, and the doors that remember it.

In: where an account is, and from which step on. Out: where it is, and where a door believes it to
be. Promise: a door that remembers what was so a second ago does no harm: the cell that it asks
refuses whatever it does not have, and then the door asks the map itself.
"""

from collections.abc import Mapping

from bench.cells.capacity import STEPS_S

DOORS = 4


class Directory:
    """Account -> cell. None: it is being moved, and whoever asks for it waits at the door."""

    def __init__(self, placed: Mapping[int, int]) -> None:
        self._changes: dict[int, list[tuple[int, int | None]]] = {
            account: [(-STEPS_S, cell)] for account, cell in placed.items()
        }

    def hold(self, account: int, step: int) -> None:
        self._changes[account].append((step, None))

    def point(self, account: int, cell: int, step: int) -> None:
        self._changes[account].append((step, cell))

    def cell_of(self, account: int) -> int | None:
        """As it is."""
        return self._changes[account][-1][1]

    def seen_by(self, door: int, account: int, step: int) -> int | None:
        """As a door knows it that reads the map once a second."""
        changes = self._changes[account]
        if len(changes) == 1:
            return changes[0][1]
        read = step - (step - door) % STEPS_S
        return next(cell for changed, cell in reversed(changes) if changed <= read)

"""All cells, their doors, their links, and what befalls them, a tenth of a second at a time.

In: accounts, their places, what befalls whom. Out: cells as they stand in the end, and an audit.
Promise: the same seed gives the same run; customers who get no answer ask again, with the same
request, until they have one.
"""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bench.cells.capacity import FAILOVER_STEPS, LINK_RATES, RETRY_STEPS, ROWS_STEP, STEP_S
from bench.cells.cell import Asked, Cell, Range
from bench.cells.directory import DOORS, Directory
from bench.cells.links import LinkShares
from bench.cells.load import Demand, Lot, Sender
from bench.cells.moving import Moving
from bench.cells.numbers import cell_of

CREDIT = 1 << 40
_DRAINED_WITHIN = 6_000  # steps


class Death(NamedTuple):
    """A cell's database dies in this step; its standby goes on after the time of a failover."""

    cell: int
    at: int


class Audit(NamedTuple):
    """What must not be. All are zero where nothing went wrong."""

    lost: int  # requests that nobody kept, though their customers asked until they had an answer
    doubled: int  # requests that were kept twice
    unbooked: int  # credit that is in two purses, or in none
    sent_twice: int
    strange: int  # numbers that another cell than theirs sent
    unaccounted: int  # messages that are neither told of, nor on their way, nor in doubt
    over_capacity: float  # the part of a step's rows that were written beyond them
    over_rate: int  # messages that left beyond a link's rate


NOTHING_WRONG = Audit(0, 0, 0, 0, 0, 0, 0.0, 0)


class Town:
    """A simulation. `spare` cells have no accounts at first."""

    def __init__(
        self,
        known: Sequence[Sender],
        placed: Mapping[int, int],
        *,
        seed: int = 1,
        answers_lost: float = 0.02,
        deaths: Sequence[Death] = (),
        spare: int = 0,
    ) -> None:
        links = {one.account: one.link for one in known}
        count = max(placed.values()) + 1 + spare
        self.cells = [
            Cell(number, links, {one: CREDIT for one, cell in placed.items() if cell == number})
            for number in range(count)
        ]
        self.directory = Directory(placed)
        self.asked: dict[Asked, int] = {}
        self.filled: list[float] = []  # how full each cell was while there was load
        self._known = known
        self._demand = Demand(known, seed)
        self._random = random.Random(seed)
        self._answers_lost = answers_lost
        self._deaths = deaths
        self._moves: list[Moving] = []
        self._shares = LinkShares(LINK_RATES, count)
        self._again: dict[int, list[Lot]] = defaultdict(list)  # step -> who asks once more
        self._held: list[Lot] = []  # at the doors
        self._over_rate = 0
        self._step = 0

    def move(self, moving: Moving) -> None:
        self._moves.append(moving)

    def run(self, seconds: float) -> "Town":
        """Load for so long."""
        for _ in range(round(seconds / STEP_S)):
            lots = [*self._demand.lots(self._step)]
            self.asked.update({(lot.account, lot.asked): lot.size for lot in lots})
            self._go(lots)
        self.filled = [cell.rows / (cell.steps * ROWS_STEP) for cell in self.cells]
        return self

    def drain(self) -> "Town":
        """No more load, until all is over."""
        until = self._step + _DRAINED_WITHIN
        while self._is_busy():
            if self._step > until:
                raise RuntimeError("the town does not come to rest")
            self._go([])
        return self

    def _is_busy(self) -> bool:
        waits = any(cell.waiting or cell.at_gate for cell in self.cells)
        return waits or bool(self._held) or any(self._again.values())

    def _go(self, lots: list[Lot]) -> None:
        step = self._step
        living = {cell.number for cell in self.cells if not self._is_dead(cell.number, step)}
        for moving in self._moves:
            moving.step(step, self.directory, living)
        held, self._held = self._held, []
        for lot in held:  # the map itself is asked
            self._ask(lot, self.directory.cell_of(lot.account), living)
        for lot in [*self._again.pop(step, ()), *lots]:
            door = (lot.account + lot.asked) % DOORS
            self._ask(lot, self.directory.seen_by(door, lot.account, step), living)
        total = [0] * len(LINK_RATES)
        for cell in self.cells:
            if cell.number in living:
                for link, count in enumerate(self._work(cell)):
                    total[link] += count
        for link, rate in enumerate(LINK_RATES):
            # A message can't be halved: each cell may have a part of one left over.
            most = rate * STEP_S + len(self.cells)
            self._over_rate += max(0, total[link] - int(most))
        self._shares.agree(step, {number: self.cells[number].demand for number in living})
        self._step += 1

    def _ask(self, lot: Lot, where: int | None, living: set[int]) -> None:
        if where is None:
            self._held.append(lot)
        elif where in living:
            self.cells[where].ask(lot)
        else:
            self._again[self._step + RETRY_STEPS].append(lot)

    def _work(self, cell: Cell) -> Sequence[int]:
        dies = any((death.cell, death.at) == (cell.number, self._step) for death in self._deaths)
        worked = cell.work(self._step, self._shares.room(cell.number), dies=dies)
        again = self._again[self._step + RETRY_STEPS]
        if dies:
            again += [*worked.answered, *worked.refused, *cell.leave_gate()]
            return worked.sent
        again += [lot for lot in worked.answered if self._random.random() < self._answers_lost]
        self._held += worked.refused
        return worked.sent

    def _is_dead(self, number: int, step: int) -> bool:
        return any(
            death.cell == number and death.at < step <= death.at + FAILOVER_STEPS
            for death in self._deaths
        )

    def audit(self) -> Audit:
        kept: dict[Asked, list[Range]] = defaultdict(list)
        spent: dict[int, int] = defaultdict(int)
        for cell in self.cells:
            for asked, ranges in cell.kept.items():
                kept[asked] += ranges
                spent[asked[0]] += sum([end - first for first, end in ranges])
        lost = doubled = 0
        for asked, count in self.asked.items():
            covered = _covered(kept[asked])
            lost += count - covered
            doubled += sum([end - first for first, end in kept[asked]]) - covered
        balances = {
            one.account: sum([cell.purses.get(one.account, 0) for cell in self.cells])
            for one in self._known
        }
        sent = [(first, first + count) for cell in self.cells for first, count in cell.sent]
        return Audit(
            lost,
            doubled,
            sum([abs(CREDIT - spent[one] - balance) for one, balance in balances.items()]),
            sum([end - first for first, end in sent]) - _covered(sent),
            sum([cell_of(one) != cell.number for cell in self.cells for one, _ in cell.sent]),
            sum(
                [abs(cell.drawn - cell.told - cell.waiting - cell.in_doubt) for cell in self.cells]
            ),
            max(0.0, max([cell.fullest_step for cell in self.cells]) - 1),
            self._over_rate,
        )


def _covered(ranges: Sequence[Range]) -> int:
    """How many numbers lie in any of them."""
    count = at = 0
    for first, end in sorted(ranges):
        count += max(0, end - max(first, at))
        at = max(at, end)
    return count

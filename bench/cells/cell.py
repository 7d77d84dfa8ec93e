"""A cell: one PostgreSQL with its nodes, as so many row writes a second.

In: requests, how much its links may send, papers of accounts that come. Out: what it answered, and
what it can't answer: an account that is fenced, or none of its own. Promise: what is under way goes
before what is new, so that too much load waits at the gate; a request is kept once, however often
it is asked; no step writes more rows than there is room for.
"""

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bench.cells.capacity import (
    ACCEPTED_ROWS,
    CLAIMED_ROWS,
    ENDED_ROWS,
    RECEIPT_STEPS,
    ROWS_STEP,
    SENT_ROWS,
    STEPS_S,
    TOLD_ROWS,
)
from bench.cells.load import Lot
from bench.cells.numbers import first_of

Range = tuple[int, int]
Asked = tuple[int, int]  # account, step: what all requests of a lot have in common
Known = Mapping[Asked, Sequence[Range]]


class Parcel(NamedTuple):
    """Messages whose numbers lie in a row."""

    first: int
    size: int
    asked: int
    kept: int


class Papers(NamedTuple):
    """What goes with an account: its purse, and which requests were kept."""

    account: int
    balance: int
    known: Known


class Worked(NamedTuple):
    """What a step came to."""

    answered: list[Lot]
    refused: list[Lot]
    sent: list[int]  # by links


class Cell:
    """One of them. `purses` are those of its accounts."""

    def __init__(self, number: int, links: Mapping[int, int], purses: Mapping[int, int]) -> None:
        self.number = number
        self.purses = {**purses}
        self.kept: dict[Asked, list[Range]] = {}
        self.sent: list[Range] = []  # numbers, as they left
        self.told = self.in_doubt = self.drawn = self.repeated = 0
        self.rows = 0.0  # written in all
        self.steps = 0  # lived
        self.fullest_step = 0.0
        self.at_gate_most = self.queued_most = 0
        self.gate_waits: Counter[int] = Counter()  # steps until it was kept -> messages
        self.leave_waits: Counter[int] = Counter()  # ... until it left
        self._links = links  # account -> link
        self._fenced: set[int] = set()
        self._elsewhere: dict[Asked, list[Range]] = {}  # kept in the cell that it came from
        self._gate: deque[Lot] = deque()
        self._queues: list[deque[Parcel]] = [deque() for _ in range(max(links.values()) + 1)]
        self._queued = [0] * len(self._queues)
        self._coming = [deque([0], maxlen=STEPS_S) for _ in self._queues]  # of the last second
        self._flying: deque[tuple[int, Parcel]] = deque()
        self._untold: deque[Parcel] = deque()
        self._left = 0.0  # rows that this step may still write
        self._booked = 0.0  # rows of an import that are still to be written

    # asked by doors, and by whoever moves an account

    def ask(self, lot: Lot) -> None:
        self._gate.append(lot)

    def fence(self, account: int) -> None:
        """From the next commit on nothing is kept for it."""
        self._fenced.add(account)

    def export(self, account: int) -> Papers:
        """Its papers; where it is fenced, its purse is gone from here."""
        known = {asked: [*ranges] for asked, ranges in self.kept.items() if asked[0] == account}
        for asked, ranges in self._elsewhere.items():
            if asked[0] == account:
                known.setdefault(asked, []).extend(ranges)
        is_fenced = account in self._fenced
        balance = self.purses.pop(account) if is_fenced else self.purses[account]
        self._fenced.discard(account)
        return Papers(account, balance, known)

    def take_in(self, papers: Papers) -> None:
        self.purses[papers.account] = papers.balance
        self._elsewhere.update({asked: [*ranges] for asked, ranges in papers.known.items()})

    def book(self, rows: float) -> None:
        """Rows of an import, written before anything else."""
        self._booked += rows

    @property
    def demand(self) -> list[int]:
        """How much is to leave within a second, by links: what waits, and what will come."""
        return [
            waiting + sum(come) for waiting, come in zip(self._queued, self._coming, strict=True)
        ]

    @property
    def waiting(self) -> int:
        """Messages that are kept and not yet over."""
        return (
            sum(self._queued)
            + sum([parcel.size for _, parcel in self._flying])
            + sum([parcel.size for parcel in self._untold])
        )

    @property
    def at_gate(self) -> int:
        return sum([lot.size for lot in self._gate])

    # a step

    def work(self, step: int, room: Sequence[int], *, dies: bool = False) -> Worked:
        """A tenth of a second. One that dies in it comes half as far, and tells nobody."""
        self._left = budget = ROWS_STEP / 2 if dies else ROWS_STEP
        booked = min(self._booked, self._left)
        self._booked -= booked
        self._left -= booked
        self._tell()
        self._end(step)
        sent = [self._send(step, link, most, dies=dies) for link, most in enumerate(room)]
        for come in self._coming:
            come.append(0)
        answered, refused = self._accept(step)
        self.steps += 1
        self.rows += budget - self._left
        self.fullest_step = max(self.fullest_step, (budget - self._left) / ROWS_STEP)
        self.at_gate_most = max(self.at_gate_most, self.at_gate)
        self.queued_most = max(self.queued_most, sum(self._queued))
        return Worked(answered, refused, sent)

    def leave_gate(self) -> list[Lot]:
        """Their connections are gone."""
        lots = [*self._gate]
        self._gate.clear()
        return lots

    def _afford(self, wanted: int, rows: float) -> int:
        """How many of them this step still has room for; their rows are written."""
        count = min(wanted, int(self._left / rows))
        self._left -= count * rows
        return count

    def _tell(self) -> None:
        while self._untold:
            parcel = self._untold.popleft()
            count = self._afford(parcel.size, TOLD_ROWS)
            self.told += count
            if count < parcel.size:
                self._untold.appendleft(_rest(parcel, count))
                return

    def _end(self, step: int) -> None:
        while self._flying and self._flying[0][0] <= step:
            ready, parcel = self._flying.popleft()
            count = self._afford(parcel.size, ENDED_ROWS)
            if count:
                self._untold.append(parcel._replace(size=count))
            if count < parcel.size:
                self._flying.appendleft((ready, _rest(parcel, count)))
                return

    def _send(self, step: int, link: int, most: int, *, dies: bool) -> int:
        sent, queue = 0, self._queues[link]
        while queue and sent < most:
            parcel = queue.popleft()
            waited = step - parcel.kept > 1
            rows = SENT_ROWS + CLAIMED_ROWS if waited else SENT_ROWS
            count = self._afford(min(parcel.size, most - sent), rows)
            if count < parcel.size:
                queue.appendleft(_rest(parcel, count))
            if not count:
                break
            self.sent.append((parcel.first, count))
            self.leave_waits[step - parcel.asked] += count
            if dies:
                self.in_doubt += count  # the operator has it, and nobody wrote that down
            else:
                self._flying.append((step + RECEIPT_STEPS, parcel._replace(size=count)))
            sent += count
        self._queued[link] -= sent
        return sent

    def _accept(self, step: int) -> tuple[list[Lot], list[Lot]]:
        answered: list[Lot] = []
        refused: list[Lot] = []
        while self._gate:
            lot = self._gate.popleft()
            if lot.account in self._fenced or lot.account not in self.purses:
                refused.append(lot)
                continue
            done = 0
            for first, end, is_new in self._pieces(lot):
                count = self._afford(end - first, ACCEPTED_ROWS) if is_new else end - first
                if is_new:
                    self._keep(step, lot, first, count)
                else:
                    self.repeated += count
                done = first + count - lot.first
                if count < end - first:
                    break
            if done:
                answered.append(lot._replace(size=done))
            if done < lot.size:
                self._gate.appendleft(lot._replace(first=lot.first + done, size=lot.size - done))
                break
        return answered, refused

    def _pieces(self, lot: Lot) -> list[tuple[int, int, bool]]:
        """A lot cut where it was kept before: from, to, and whether that is new."""
        asked, end = (lot.account, lot.asked), lot.first + lot.size
        known = [*self.kept.get(asked, ()), *self._elsewhere.get(asked, ())]
        if not known:
            return [(lot.first, end, True)]
        found, at = [], lot.first
        for first, last in sorted(known):
            begins, ends = max(first, at), min(last, end)
            if begins >= ends:
                continue
            if at < begins:
                found.append((at, begins, True))
            found.append((begins, ends, False))
            at = ends
        return [*found, (at, end, True)] if at < end else found

    def _keep(self, step: int, lot: Lot, first: int, count: int) -> None:
        if not count:
            return
        self.kept.setdefault((lot.account, lot.asked), []).append((first, first + count))
        self.purses[lot.account] -= count
        number = first_of(self.number) + self.drawn + 1
        self.drawn += count
        link = self._links[lot.account]
        self._queued[link] += count
        self._coming[link][-1] += count
        self.gate_waits[step - lot.asked] += count
        queue = self._queues[link]
        if queue and _goes_on(last := queue[-1], number, lot.asked, step):
            queue[-1] = last._replace(size=last.size + count)
        else:
            queue.append(Parcel(number, count, lot.asked, step))


def _goes_on(last: Parcel, number: int, asked: int, step: int) -> bool:
    return (last.first + last.size, last.asked, last.kept) == (number, asked, step)


def _rest(parcel: Parcel, count: int) -> Parcel:
    return parcel._replace(first=parcel.first + count, size=parcel.size - count)

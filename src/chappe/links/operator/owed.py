"""What the centre owes its clients: receipts and replies, and when each is due.

In: what a submit or a handset brought about. Out: all that is due at an instant. Promise: what is
owed in line costs no more than its place in it; nothing here has a timer.
"""

import heapq
import itertools
from collections import deque
from collections.abc import Iterable
from typing import Final, NamedTuple

import msgspec

PARTS_MAX: Final = 255
"""A header counts the parts of a message in one octet."""


class Asking(NamedTuple):
    """Who submitted, and how: what a receipt, or a handset's reply, is addressed by."""

    system_id: str = ""  # empty: whoever is bound
    ton: int = 0  # of the sender's address
    npi: int = 0
    registered: int = 1  # registered_delivery (5.2.17)


NOBODY: Final = Asking()


class Owed(msgspec.Struct, kw_only=True, gc=False):
    """One deliver_sm that is to come."""

    due: int
    ref: int
    n: int  # from 0: which of the receipts, or which part of the reply
    number: int  # of the handset
    asking: Asking = NOBODY
    line: int = 0  # the connection that submitted; 0: no longer known
    tries: int = 0

    @property
    def key(self) -> int:
        return self.ref << 8 | self.n


class OwedReceipt(Owed, kw_only=True, gc=False):
    """A receipt. `ident` is the reference that the client knows the message by."""

    ident: int
    outcome: int
    sender: str
    at: int  # when it was submitted
    text: str = ""  # as much of it as a receipt repeats


class OwedReply(Owed, kw_only=True, gc=False):
    """A part of what a handset wrote."""

    code: str
    text: str  # all of it
    octets: bytes
    data_coding: int
    joined: bool = False  # it begins with a header
    total: int = 1


class Dues:
    """All that is not due yet, in the order it will be."""

    def __init__(self) -> None:
        # Nearly everything waits equally long, and a line is cheaper than a heap.
        self._line: deque[Owed] = deque()
        self._heap: list[tuple[int, int, Owed]] = []
        self._order = itertools.count()

    def add_in_line(self, owed: Iterable[Owed]) -> None:
        """Owe these, each due no sooner than the one before it. What is out of line comes later."""
        self._line.extend(owed)

    def add(self, owed: Iterable[Owed]) -> None:
        """Owe these, due at any instant."""
        for one in owed:
            self.add_at(one.due, one)

    def add_at(self, at: int, owed: Owed) -> None:
        """Owe this at another instant than it was due."""
        heapq.heappush(self._heap, (at, next(self._order), owed))

    def take(self, now: int) -> list[Owed]:
        """All that is due now, once."""
        due: list[Owed] = []
        line, heap = self._line, self._heap
        while heap and heap[0][0] <= now:
            due.append(heapq.heappop(heap)[2])
        while line and line[0].due <= now:
            due.append(line.popleft())
        return due

    @property
    def next(self) -> int | None:
        """When something is due."""
        if not self._line:
            return self._heap[0][0] if self._heap else None
        first = self._line[0].due
        return min(first, self._heap[0][0]) if self._heap else first

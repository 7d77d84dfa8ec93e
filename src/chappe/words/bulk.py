"""A file that a customer dropped, and the order in it, which may be too large to be held at once.

In: made by a door, a dialect, a store. Out: taken by the engine. An order that comes in loads
has the meaning of one that comes whole: letters and recipients keep their sequence.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from chappe.words.answer import Receipt, Refusal
from chappe.words.asks import Asks
from chappe.words.order import Letter, Order


class Portion(NamedTuple):
    """Some recipients of a letter. The portions of one letter follow each other, and differ in
    nothing but what is each recipient's own."""

    place: int  # of the letter in its order
    letter: Letter


# All of an order, load by load: each has a bounded number of recipients. A Refusal ends it.
Loads = Iterator[Sequence[Portion] | Refusal]


class Bulk(msgspec.Struct, frozen=True):
    """An order that will come in loads, as a first look through its file found it. A recipient who
    can't be served becomes a message in error, or refuses the order: none can stand apart."""

    order: Order  # without letters
    counts: Sequence[int]  # the recipients of each letter


class Pieced(msgspec.Struct, Asks[Receipt], frozen=True):
    """An order in pieces, which is to be taken."""

    bulk: Bulk
    pieces: Loads


class Dropped(msgspec.Struct, frozen=True, array_like=True):
    """A file that is being taken, or that an order was made of. The field order is the store's."""

    id: int
    account: int
    name: str  # as its customer named it
    at: int  # when it was taken up
    size: int
    order: int = 0  # the order that is being made of it; 0: none yet
    first: int = 0
    total: int = 0
    taken: int = 0  # 1: that order was taken, 2: and its customer sees it
    gone: int = 0  # how many of its messages were let go
    sent_at: int = 0  # when operators had been given all of it
    told_at: int = 0  # when its customer was last told how it stands

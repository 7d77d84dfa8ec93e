"""Messages as the store holds them, and those that this node wrote a moment ago.

In: what was written. Out: the same, without asking the database. Promise: it never knows better
than the database: what was not committed, or what anybody else may have changed, is not known.
Where others write too, each row bears the transaction that wrote it, so that the database can say
in one answer which of them nobody has touched since.
Most of the traffic leaves, is acknowledged, reported and told within seconds; reading each message
again at every step would cost as much as writing it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any, cast

import msgspec

from chappe.store.contract import PartRef
from chappe.store.floors import Floors
from chappe.store.rows import TERMS_FROM
from chappe.words.news import Message

ALWAYS = 1 << 62
_LONG = 2_000  # characters: what is longer is read when it is needed

# The columns of a message that never change: those before its state.
HEAD = Message.__struct_fields__[: Message.__struct_fields__.index("state")]
DIALECT, NUMBER = HEAD.index("dialect"), HEAD.index("number")
_TEXT = HEAD.index("text")
_ORDER_FACTS, _LETTER_FACTS = HEAD.index("order_facts"), HEAD.index("letter_facts")


Balance = tuple[int, int]
"""How much a purse holds, and whether it has no floor."""


class Unchanging(msgspec.Struct, array_like=True, gc=False):
    """What else a teller needs to know of a message, and what never changes."""

    head: Sequence[Any]  # as HEAD names it
    parts: int
    url: str
    form: str


class Row(msgspec.Struct, array_like=True, gc=False):
    """One message while its happenings are folded: what statements give as {row}, as numbers, and
    what came of it."""

    id: int
    state: int
    reason: int
    money: int
    price: int
    sending: int
    fold: str
    news: int
    at: int
    due: int
    sent_at: int
    operator: str
    account: int
    route: int
    channel: int
    order: int
    purse: int
    events: int
    silent_h: int
    silence: int
    lane: int
    hold_m: int
    lapse: int
    speech: str  # how it is spoken; then `fold` has a letter for each call that was missed
    behind: bool | int  # news of it are owed: the next ones wait behind them
    stamp: int  # the transaction that wrote it; 0 where nobody else writes
    given_back: int = 0
    touched: int = 0
    said: Unchanging | None = None  # where it is remembered


# Where the columns of a Row stand that are neither a message's nor its terms'. {lapse}, {behind}
# and {stamp} are each database's own.
_ELSEWHERE = {
    "order": "l.ordr",
    "lapse": "{lapse}",
    "speech": "l.speech",
    "behind": "{behind}",
    "stamp": "{stamp}",
}


def row_columns() -> str:
    """What statements give of a Row, in its order."""
    names = Row.__struct_fields__
    read = names[: names.index("given_back")]
    return ", ".join(
        _ELSEWHERE.get(name) or f"{'t' if name in TERMS_FROM else 'm'}.{name}" for name in read
    )


class Recent:
    """Two generations of messages and parts: where the young one is full, the old one is
    forgotten. `most` is how many messages are known at most; `is_shared`, whether others write."""

    def __init__(self, most: int, *, is_shared: bool = False) -> None:
        self._most = most // 2
        self.is_shared = is_shared
        self.stamp = 0  # of the transaction that is tried
        self._rows: dict[int, Row] = {}
        self._old_rows: dict[int, Row] = {}
        self._parts: dict[tuple[str, str], tuple[int, int]] = {}
        self._old_parts: dict[tuple[str, str], tuple[int, int]] = {}
        self._staged: dict[tuple[str, str], tuple[int, int]] = {}  # parts of this transaction
        self._is_sure = True
        self.counted_to = ALWAYS  # the last stretch that usage is remembered of, at the most
        self.balances: dict[int, Balance] = {}  # of purses that paid lately
        self.terms: dict[tuple[Any, ...], int] = {}  # those of the last letters -> their number
        self.parked: bool | None = None  # whether reports wait for their part
        self.crowd: Counter[str] = Counter()  # link -> how many were parked since they were counted
        self.surplus: Counter[str] = Counter()  # link -> how many of these must go
        self.floors = Floors(is_shared)
        self.unparked()

    def __bool__(self) -> bool:
        return self._most > 0

    # transactions

    def begin(self, stamp: int = 0) -> None:
        """A transaction is tried. Where the last one was not kept, nothing is known."""
        if not self._is_sure:
            self.clear()
            self.floors.clear()
        self._is_sure = False
        self.stamp = stamp

    def kept(self, as_expected: bool = True) -> None:
        """What was tried last is on disk; all of its rows, as far as they were to be new."""
        self._is_sure = True
        if as_expected:
            self._parts |= self._staged
        self._staged = {}

    def clear(self) -> None:
        """Somebody wrote past us."""
        for known in (self._rows, self._old_rows, self._parts, self._old_parts, self._staged):
            known.clear()
        self.terms.clear()
        self.balances.clear()
        self.unparked()

    def doubt(self) -> None:
        """What was taken for kept may not be, or others wrote."""
        self.clear()
        self.floors.clear()
        self.counted_to = ALWAYS

    def unparked(self) -> None:
        """Whether more are parked must be asked."""
        self.parked = None if self and not self.is_shared else True

    # messages

    def remember(self, rows: Iterable[Row]) -> None:
        if len(self._rows) >= self._most:
            self._old_rows, self._rows = self._rows, {}
        self._rows |= {row.id: row for row in rows if row.said and _length(row.said.head) < _LONG}

    def rows(self, idents: Collection[int]) -> dict[int, Row]:
        """Those that are known."""
        young, old = self._rows, self._old_rows
        if old or not young:
            return {ident: row for ident in idents if (row := young.get(ident) or old.get(ident))}
        found = dict(zip(idents, map(young.get, idents), strict=True))
        if None in found.values():
            return {ident: row for ident, row in found.items() if row}
        return cast("dict[int, Row]", found)

    def row(self, ident: int) -> Row | None:
        """The same of one."""
        return self._rows.get(ident) or self._old_rows.get(ident)

    def forget(self, idents: Iterable[int]) -> None:
        """They are over, or written past us."""
        young, old = self._rows, self._old_rows
        if young or old:
            for ident in idents:
                if young.pop(ident, None) is None:
                    old.pop(ident, None)

    # parts

    def remember_parts(self, parts: Sequence[PartRef]) -> None:
        """Once this transaction is kept."""
        if len(self._parts) >= self._most:
            self._old_parts, self._parts = self._parts, {}
        self._staged |= {(part.link, part.ref): (part.message, part.no) for part in parts}

    def part(self, key: tuple[str, str]) -> tuple[int, int] | None:
        """The one that is known by this (link, id)."""
        return self._parts.get(key) or self._old_parts.get(key)


def _length(head: Sequence[Any]) -> int:
    return len(head[_TEXT]) + len(head[_ORDER_FACTS]) + len(head[_LETTER_FACTS])

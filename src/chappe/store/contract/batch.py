"""The open batch: what wants to become durable with the next commit, and what it brought about.

In: drafts, moves, reports, claims: appended by many callers, who share one commit. Out: `Settled`,
once per commit. Promise: what a batch holds becomes durable together, or not at all; no caller is
answered before.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from chappe.store.contract.orders import Draft
from chappe.words.answer import Receipt, Refusal
from chappe.words.lifecycle import Happening, Reason
from chappe.words.news import News
from chappe.words.report import Arrival, Fragment, Report

NEVER = 1 << 62  # a due time that does not come by itself


class Move(msgspec.Struct, frozen=True, gc=False):
    """Something that happened to a message. `part` 0 is the message as a whole."""

    message: int
    happening: Happening
    reason: Reason = Reason.none
    at: int = 0
    operator: str = ""
    part: int = 0
    due: int = 0  # for put_back: not before
    route: int = 0  # for put_back: where to go on; 0 stays
    parts: int = 0  # for acknowledged: how many its link made of it; 0: as many as were counted


class Parked(NamedTuple):
    """A report that waits for its part, by what it is known by."""

    link: str
    ref: str
    forms: tuple[str, ...]  # ids that its part may have; () is `ref` alone


class PartRef(msgspec.Struct, frozen=True, gc=False):
    """An operator's id for a part."""

    link: str
    ref: str
    message: int
    no: int
    forms: tuple[str, ...] = ()  # ids that an early report of it may have; () is `ref` alone


class Told(msgspec.Struct, frozen=True, gc=False):
    """How one call to a customer ended. `due` 0: it is over."""

    subject: int
    seq: int
    heard: bool
    at: int
    answer: str
    due: int
    wanted: bool = True  # False: the dialect has no words for it, nothing was called
    took: int = 0  # milliseconds


class Doubted(msgspec.Struct, frozen=True, gc=False):
    """What was decided of a message in doubt."""

    message: int
    at: int
    choice: str


class ClaimWish(NamedTuple):
    """A link with room asks for messages of some routes, the foremost channel first."""

    link: str
    routes: Sequence[tuple[int, int]]  # (route, channel) in the order to be served
    room: int
    after: int  # the account served last: fairness goes on from there
    now: int


class Leaving(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A message claimed for sending, with all that a link needs."""

    id: int
    number: int
    text: str
    sender: str
    alphabet: int
    udh: str
    flash: int
    validity_h: int
    sending: int
    account: int
    route: int
    channel: int
    speech: str = ""  # how it is spoken, as `words.calls` writes it; '' is a text
    since: int = 0  # when it might have left at the earliest
    refitted: bool = False  # `sending` is what its link makes of it, not what was counted


class Claimed(NamedTuple):
    """What a claim brought."""

    wish: ClaimWish
    leaving: Sequence[Leaving]
    last: int  # the account served last
    dry: Sequence[tuple[int, int]]  # (route, channel) where nothing more is due


class Batch:
    """What wants to become durable with the next commit. Plain lists: rooms append to them."""

    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self.waiters: list[Callable[[Receipt | Refusal], None]] = []
        self.moves: list[Move] = []
        self.refs: list[PartRef] = []
        self.reports: list[tuple[str, Report]] = []
        self.parked: list[Parked] = []  # reports whose part may be there by now
        self.arrivals: list[tuple[str, Arrival]] = []
        self.fragments: list[tuple[str, Fragment]] = []
        self.told: list[Told] = []
        self.doubts: list[Doubted] = []
        self.claims: list[ClaimWish] = []
        self.afterwards: list[Callable[[bool], None]] = []  # called when it is on disk, or not

    def __bool__(self) -> bool:
        return bool(
            self.drafts
            or self.moves
            or self.refs
            or self.reports
            or self.parked
            or self.arrivals
            or self.fragments
            or self.told
            or self.doubts
            or self.claims
            or self.afterwards
        )


class Settled(msgspec.Struct):
    """What one commit brought about."""

    answers: list[Receipt | Refusal] = []
    claimed: list[Claimed] = []
    news: list[News] = []
    held_back: set[int] = set()  # lanes that have owed news which nobody holds
    queued: set[tuple[int, int]] = set()  # (route, channel) where something may wait now
    to_confirm: bool = False  # a STOP came whose writer is to be told that it was heard
    # When the first of those is due that claims found outside their hours, or that is to be called
    # again.
    put_off: int = NEVER
    idle: int = 0  # happenings that the table does not know in that state
    strange: int = 0  # reports that no part of ours answers to
    parked: list[Parked] = []  # ... where another node may have that part
    crowded_out: int = 0  # such reports that had to go, since their link had too many

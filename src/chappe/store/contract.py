"""What the engine may ask of a store: intent-named operations, and one open batch.

In: drafts, moves, reports, claims: appended to the open `Batch`, many callers in one commit.
Out: `Settled`, once per commit. Promise: what a batch holds becomes durable together, or not at
all; no caller is answered before.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec

from chappe.words.account import Account
from chappe.words.answer import Receipt, Refusal
from chappe.words.lifecycle import Happening, Reason
from chappe.words.news import Message, News, Reply
from chappe.words.order import Letter
from chappe.words.report import Arrival, Fragment, Report

NEVER = 1 << 62  # a due time that does not come by itself


class DraftLetter(msgspec.Struct, kw_only=True):
    """A letter made ready: every figure known, recipients in columns of one length. What was asked
    for and needs no making ready is read from `asked`."""

    asked: Letter
    first: int  # its first message's number, and its own
    text: str
    purse: int
    hours: int
    bars: int  # an opt-out stops it: checked once more when it is claimed
    lane: int
    facts: str
    route: int
    due: int
    happening: Happening  # what the good ones are born by
    numbers: Sequence[int]
    given: Sequence[str]
    refs: Sequence[str]
    texts: Sequence[str]  # () where all have the letter's text
    parts: Sequence[int]  # billed
    sending: Sequence[int]  # on the air
    prices: Sequence[int]
    bad: Mapping[int, Reason]  # index -> why this one is turned away
    routes: Sequence[int] = ()  # per recipient, where they differ
    tinies: Sequence[tuple[str, str]] = ()  # (short URL, its target); '' leads nowhere


class Draft(msgspec.Struct, kw_only=True):
    """An order made ready to be kept."""

    id: int
    account: int
    dialect: str
    at: int
    reference: str
    request_id: str
    facts: str
    first: int
    total: int
    cost: Mapping[int, int]  # purse -> what it pays
    letters: Sequence[DraftLetter]


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
    put_off: int = NEVER  # when the first of those is due that claims found outside their hours
    idle: int = 0  # happenings that the table does not know in that state
    strange: int = 0  # reports that no part of ours answers to
    crowded_out: int = 0  # such reports that had to go, since their link had too many


class CalledOff(NamedTuple):
    """An order that was called off, and the stretch of its messages."""

    id: int
    first: int
    last: int


class Heir(msgspec.Struct, frozen=True):
    """A message that a dead node left in `sending`."""

    id: int
    account: int
    channel: int


class AnswersAsked(NamedTuple):
    """Replies to an account from `since` on, after the reply `after` of that instant; all, or those
    to orders of a reference, in whose place an order's fact may bear it."""

    account: int
    since: int
    after: int
    until: int
    dialect: str
    ref: str
    fact: str
    limit: int


class ReplyTell(NamedTuple):
    """Where replies that answer nothing are told, by one of an account's dialects."""

    dialect: str
    url: str
    form: str
    event: int  # what such a reply is to it
    stop_event: int  # ... and one that opts out; 0: that is not told


class StoreAway(Exception):
    """The store can't take anything at present: full, locked or gone. Trying again may help."""


class Store(Protocol):
    """One database. Anything may raise StoreAway, but for the three that touch the open batch."""

    on_settled: Callable[[Batch, Settled], None]
    leave_at: Callable[[int, int, int, int], int]  # the engine's calendar, for claims
    stop_everywhere: bool
    reply_tells: Callable[[int], Sequence[ReplyTell]]  # an account -> whom to tell
    lanes_full: set[int]  # lanes whose news are not to be held by this node now

    async def open(self) -> None:
        """Bring the schema up to date and be the one that writes; StoreAway says why not."""

    async def close(self) -> None: ...

    # the open batch
    @property
    def batch(self) -> Batch: ...

    @property
    def commits(self) -> int: ...

    def keep(self, draft: Draft, waiter: Callable[[Receipt | Refusal], None]) -> None:
        """Put a draft into the open batch and see to it that it is committed soon."""

    def flush(self, within_ms: float) -> None:
        """Commit the open batch at the latest in so many (real) milliseconds."""

    async def settled(self) -> bool:
        """Wait until everything that was appended so far is on disk, or could not be kept."""

    async def kept(self) -> None:
        """Wait until what happened so far is on disk, however long the store is away."""

    # ids and names
    async def draw(self, name: str, count: int) -> int:
        """The first of `count` numbers that were never drawn before."""

    async def route_id(self, links: Sequence[str]) -> int: ...

    async def routes(self) -> Mapping[int, Sequence[str]]: ...

    # accounts
    async def accounts(self) -> Sequence[tuple[Account, Mapping[str, Any]]]: ...

    async def put_account(self, account: Account, secrets: Mapping[str, Any], at: int) -> int:
        """Make or change the account of this login; its purse stands from the first moment."""

    async def book(self, account: int, purse: str, amount: int, at: int, note: str) -> int | None:
        """Credit or take an amount; the new balance, or None where so much is not there."""

    async def purses(self, account: int) -> Mapping[str, tuple[int, int, int]]:
        """Name -> (number, balance, post-paid)."""

    async def ledger(self, account: int, limit: int) -> Sequence[Sequence[Any]]:
        """(purse, at, amount, kind, order, note), the newest first."""

    async def audit(self) -> Sequence[Sequence[Any]]:
        """Purses whose balance is not the sum of their ledger: there must be none."""

    # after a crash, and what waits for its time
    async def heirs(self, limit: int) -> Sequence[Heir]: ...

    async def doubts(self, limit: int) -> Sequence[Sequence[Any]]:
        """(message, at, choice, times, number, state), the newest first."""

    async def renew(self, messages: Sequence[int], now: int) -> None:
        """Their validity counts from now, and that of what else is of their letters."""

    async def release_news(self) -> int: ...

    async def claim_news(self, lane: int, now: int, limit: int) -> Sequence[News]: ...

    async def lanes(self, now: int) -> Sequence[tuple[int, int]]:
        """Where news are owed that nobody holds: (lane, due)."""

    async def due_scheduled(self, now: int, limit: int) -> Sequence[int]: ...

    async def next_scheduled(self) -> int:
        """When the next scheduled message is due that is not called off; 0: there is none. While
        many are called off and not yet emptied, the earliest time at which one may be due."""

    # calling off
    async def call_off(
        self, account: int, dialect: str, ref: str, begins: int, limit: int
    ) -> Sequence[CalledOff]:
        """Orders of a reference that begin at `begins` or later: none of their messages comes due
        any more, from this one step on."""

    async def called_off(self, limit: int) -> Sequence[CalledOff]:
        """Orders whose messages have yet to be cancelled."""

    async def scheduled(self, stretches: Sequence[tuple[int, int]], limit: int) -> Sequence[int]:
        """The first messages of some stretches that wait for their time, stretch by stretch."""

    async def emptied(self, orders: Sequence[int]) -> None:
        """None of their messages waits any more."""

    async def fallen_silent(self, now: int, limit: int) -> Sequence[int]: ...

    async def lapsed(self, now: int, limit: int) -> Sequence[int]: ...

    async def hasten(self, now: int, limit: int) -> int:
        """Messages that were queued after `now`, by a clock that was fast, are due; how many."""

    async def waiting(self) -> Sequence[tuple[int, int]]:
        """(route, channel) of every queue that is not empty."""

    async def backlog(self, account: int, limit: int) -> int:
        """How many messages of an account wait for a link, counted up to `limit`."""

    async def forget(
        self, texts_before: int, records_before: int, strangers_before: int, limit: int
    ) -> int:
        """Erase old texts, then old records, then reports of nobody, a bounded number at a time;
        0: all is done."""

    # looking
    async def order(self, account: int, order: int) -> Mapping[str, Any] | None: ...

    async def orders_by_ref(
        self, account: int, dialect: str, ref: str, limit: int
    ) -> Sequence[Mapping[str, Any]]: ...

    async def messages(self, first: int, last: int, limit: int) -> Sequence[Message]:
        """The messages of a stretch of numbers, in order."""

    async def stretch(self, first: int, last: int) -> Sequence[Message]: ...

    async def messages_by_ref(
        self, account: int, dialect: str, ref: str, limit: int
    ) -> Sequence[Message]: ...

    async def tally(self, first: int, last: int) -> Sequence[Sequence[int]]:
        """(state, reason, messages, parts) of a stretch of numbers."""

    # numbers and opt-outs
    async def opted_out(self, account: int, numbers: Sequence[int]) -> Sequence[int]: ...

    async def opt_out(self, account: int, number: int, at: int, source: str) -> None: ...

    async def opt_in(self, account: int, number: int) -> bool: ...

    async def opt_outs(self, account: int, limit: int) -> Sequence[Sequence[Any]]:
        """(number, at, source), by number."""

    async def number_story(self, number: int) -> Mapping[str, Any]:
        """All that is kept about a number: `messages`, `replies`, `opt_outs`."""

    async def erase_number(self, number: int) -> int:
        """Forget who it was: number, texts and references go; counters and opt-outs stay."""

    async def replies(self, account: int, since: int, limit: int) -> Sequence[Reply]: ...

    async def answers(self, asked: AnswersAsked) -> Sequence[tuple[Reply, Message | None]]:
        """A page of replies, the oldest first, each with the message that it answers."""

    # callbacks and strangers
    async def calls(self, account: int, limit: int) -> Sequence[Sequence[Any]]:
        """(subject, seq, event, at, due, tries, done, answer), the newest first."""

    async def attempts(self, subject: int, seq: int) -> Sequence[Sequence[Any]]:
        """(at, answer) of each call that was not heard."""

    async def replay(self, subject: int, seq: int, now: int) -> bool: ...

    async def fragments(self, link: str) -> Sequence[Fragment]:
        """Pieces of messages of a link that did not come whole, the oldest first."""

    async def strangers(self, limit: int) -> Sequence[Sequence[Any]]:
        """(link, ref, at, report) of reports that no part of ours answers to."""

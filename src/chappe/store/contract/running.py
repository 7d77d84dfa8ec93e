"""Running: what a node asks of its store besides the batch.

In: calls of the engine. Out: words.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol

import msgspec

from chappe.store.contract.nodes import KnownChanges
from chappe.words.account import Account
from chappe.words.news import News

NOTHING: Final[Mapping[str, int]] = {}
LANES_AT_ONCE = 100  # of one account, that one look goes through
Owing = Sequence[tuple[int, int]]  # (lane, due) where news is owed; NEVER where all of it is held


class CalledOff(NamedTuple):
    """An order that was called off, and the stretch of its messages."""

    id: int
    first: int
    last: int
    is_calls: int = 0  # then what of it is under way may be ended as well

    @property
    def total(self) -> int:
        """How many messages there are of it."""
        return self.last - self.first + 1


class Deletion(NamedTuple):
    """An order that was deleted, and whether it had not begun: then all of it was called off with
    that. Of calls nothing more is to be placed, whenever they began."""

    order: CalledOff
    is_off: bool


class Confirmation(msgspec.Struct, frozen=True, array_like=True):
    """An opt-out whose writer has yet to be told that it was heard. The field order is the
    store's."""

    reply: int
    account: int
    dialect: str
    number: int
    code: str
    at: int
    text: str


class Heir(msgspec.Struct, frozen=True):
    """A message that a node which is over left in `sending`."""

    id: int
    account: int
    channel: int


class Names(Protocol):
    """Numbers that never repeat, and names that are numbers."""

    async def draw(self, name: str, count: int) -> int:
        """The first of `count` numbers that were never drawn before."""

    async def route_id(self, links: Sequence[str]) -> int: ...

    async def routes(self) -> Mapping[int, Sequence[str]]: ...


class Owners(Protocol):
    """Accounts and their purses."""

    async def accounts(self) -> Sequence[tuple[Account, Mapping[str, Any]]]: ...

    async def some_accounts(
        self, accounts: Sequence[int]
    ) -> Sequence[tuple[Account, Mapping[str, Any]]]:
        """Those of these numbers that there are."""

    async def put_account(
        self,
        account: Account,
        secrets: Mapping[str, Any],
        at: int,
        opening: Mapping[str, int] = NOTHING,
        heard: KnownChanges | None = None,
    ) -> int:
        """Make or change the account of this login; its purse stands from the first moment, and has
        what an account that is new has at first. 0: other nodes changed accounts in a way that was
        not heard yet, and nothing was done."""

    async def book(
        self, account: int, purse: str, amount: int, at: int, note: str, *, free: bool = False
    ) -> int | None:
        """Credit or take an amount; the new balance, or None where so much is not there, unless it
        may be taken all the same."""

    async def purses(self, account: int) -> Mapping[str, tuple[int, int, int]]:
        """Name -> (number, balance, post-paid)."""

    async def ledger(self, account: int, limit: int) -> Sequence[Sequence[Any]]:
        """(purse, at, amount, kind, order, note), the newest first."""

    async def audit(self) -> Sequence[Sequence[Any]]:
        """Purses whose balance is not the sum of their ledger: there must be none."""


class Waiting(Protocol):
    """What is left after a crash, and what waits for its time."""

    async def heirs(self, limit: int) -> Sequence[Heir]: ...

    async def doubts(self, limit: int) -> Sequence[Sequence[Any]]:
        """(message, at, choice, times, number, state), the newest first."""

    async def renew(self, messages: Sequence[int], now: int) -> None:
        """Restart the validity of these messages, and of the other messages of their letters."""

    async def claim_news(self, lanes: Sequence[int], now: int, each: int) -> Sequence[News]: ...

    async def lanes(self, after: int, begins: Mapping[int, int]) -> Mapping[int, Owing]:
        """By account, of some accounts behind `after`; of each from the lane in `begins` on."""

    async def due_scheduled(self, now: int, limit: int) -> Sequence[int]: ...

    async def next_scheduled(self) -> int:
        """When the next scheduled message is due that is not called off; 0: there is none. While
        many are called off and not yet emptied, the earliest time at which one may be due."""


class CallingOff(Protocol):
    """Orders that are called off, and what else ran out."""

    async def call_off(
        self, account: int, dialect: str, ref: str, begins: int, limit: int
    ) -> Sequence[CalledOff]:
        """Orders of a reference that begin at `begins` or later: none of their messages comes due
        any more, from this one step on."""

    async def call_off_order(self, account: int, order: int) -> CalledOff | None:
        """An order by its number, whether it has begun or not: nothing of it comes due any more,
        from this one step on. None where the account has none such, or it is called off."""

    async def delete_order(
        self, account: int, dialect: str, order: int, begins: int
    ) -> Deletion | None:
        """An order that is looked up no more, from this one step on; one that begins at `begins` or
        later is called off with it, and so is one of calls whenever it began. None where the
        account has none such."""

    async def called_off(self, limit: int) -> Sequence[CalledOff]:
        """Orders whose messages have yet to be cancelled."""

    async def unplaced(self, stretches: Sequence[tuple[int, int]], limit: int) -> Sequence[int]:
        """The first messages of some stretches that wait for their time or for their link, stretch
        by stretch."""

    async def emptied(self, orders: Sequence[int]) -> None:
        """None of their messages waits any more."""

    async def due_again(self, now: int, limit: int) -> Sequence[tuple[int, int]]:
        """Calls that nobody took and that are to be made again now, each with whether its order was
        deleted: then it is not."""

    async def next_again(self) -> int:
        """When the next of these is due; 0: there is none."""

    async def fallen_silent(self, now: int, limit: int) -> Sequence[int]: ...

    async def lapsed(self, now: int, limit: int) -> Sequence[int]: ...

    async def waiting(self) -> Sequence[tuple[int, int]]:
        """(route, channel) of every queue that is not empty."""

    async def backlog(self, account: int, limit: int) -> int:
        """How many messages of an account wait for a link, counted up to `limit`."""

    async def hasten(self, now: int, limit: int) -> int:
        """Messages that were queued after `now`, by a clock that was fast, are due; how many."""

    async def forget(
        self, texts_before: int, records_before: int, strangers_before: int, limit: int
    ) -> int:
        """Erase old texts, then old records, then reports of nobody, a bounded number at a time;
        0: all is done."""

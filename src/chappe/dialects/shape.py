"""The shape of a dialect: what its folder must offer, the same for all.

A dialect is a package of five files: README.md, tables.py, read.py, write.py, tell.py (a file that
passes 400 lines becomes a folder of its name). Plain functions and tables, no I/O, no clock of its
own, nothing of the engine. Its `__init__` gathers the names below, FILES where the provider takes
files, TOGETHER where it tells several replies in one call, PAGES where it serves some to anybody,
and `counted` where its answers say what is left.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, BinaryIO, NamedTuple, Protocol

import msgspec

from chappe.words.account import Account, Claim, Proof
from chappe.words.answer import Refusal, Trouble
from chappe.words.asked import Purchase
from chappe.words.bulk import Bulk, Pieces
from chappe.words.exchange import Call, Heard, Request, Response
from chappe.words.found import Campaign
from chappe.words.lifecycle import Reason, State
from chappe.words.news import News
from chappe.words.order import Tell


def _unproved(proof: Proof) -> bool:
    return False


class Opened(msgspec.Struct):
    """A request that was opened: who claims to ask, and what stands in it."""

    claim: Claim
    content: Any  # the dialect's own structure, handed on to its reader
    form: str = ""  # the dialect's own word for the form of the answer
    signature: str = ""  # what a reader may then ask about by `holds`
    holds: Callable[[Proof], bool] = _unproved  # set once the account is known
    # How many are left of what `counted` names, -1: no bound. Set with the answer to a proved
    # account; None where it can't be found out.
    left: int | None = None


# identify: opens a request for an action, or refuses what can't even be opened
Identify = Callable[[Request, str], Opened | Refusal]
# read_<action>: what is asked, in our words (words.order.Order, or one of words.asked), or why not
Reader = Callable[[Opened, Account, int], Any]
# write_<action>: the engine's answer, worded
Writer = Callable[[Any, Opened, Account], Response]


class Dialect(Protocol):
    """What the package offers. A package has no self: these are its plain functions."""

    NAME: str
    ROUTES: Mapping[tuple[str, str], str]  # (method, path) -> action
    STATUS: Mapping[tuple[State, Reason], Any]  # every state and reason -> its word
    REASONS: Mapping[Trouble, Any]  # every trouble, in the order in which they are worded
    UNDEVELOPED: frozenset[str]  # actions that `identify` always refuses: no reader, no writer
    LIMITS: Mapping[str, int]
    READERS: Mapping[str, Reader]
    WRITERS: Mapping[str, Writer]

    def identify(self, request: Request, action: str) -> Opened | Refusal: ...

    def write_refused(
        self,
        refusal: Refusal,
        action: str,
        request: Request,
        opened: Opened | None,
        account: Account | None,
    ) -> Response:
        """`opened` is None where it could not be opened, `account` where none is proved."""

    def tell(self, news: News, account: Account) -> Call | None:
        """The call that tells it; None where the provider has no such call."""

    def replies_to(self, account: Account) -> Tell:
        """Where replies are told that answer nothing which the account sent."""

    def was_heard(self, news: News, heard: Heard) -> bool:
        """Whether the customer's side took it."""

    def next_try(self, news: News, heard: Heard, tries: int, now: int) -> int | None:
        """How many ms to wait before the next try; None: give up. `tries` counts this one."""


class Together(NamedTuple):
    """What a dialect offers that tells replies in one call where they come close together; its
    `tell` is then never asked about replies."""

    most: int  # of them in a call
    wait_ms: int  # for company
    tell: Callable[[Sequence[News], Account], Call | None]


def together_of(dialect: Dialect) -> Together | None:
    """Most dialects tell each reply by itself."""
    return getattr(dialect, "TOGETHER", None)


def pages_of(dialect: Dialect) -> Mapping[str, Response]:
    """What whoever asks may read, by path. Most dialects have nothing of the kind."""
    pages: Mapping[str, Response] = getattr(dialect, "PAGES", {})
    return pages


def counted_of(dialect: Dialect, action: str, account: Account) -> Purchase | None:
    """What the answers to an action count, so as to say how much is left. Most dialects' don't."""
    counted: Callable[[str, Account], Purchase | None] | None = getattr(dialect, "counted", None)
    return counted(action, account) if counted is not None else None


class Survey(msgspec.Struct):
    """A file that was looked through once: who claims to ask, and how much stands in it."""

    claim: Claim
    bulk: Bulk
    content: Any  # the dialect's own, handed on to its reader


class Files(NamedTuple):
    """What a dialect offers for files that are dropped: they hold the same as a call."""

    endings: Mapping[str, int]  # '.xml' -> how many octets such a file may have
    # the file, its ending, the present -> what is in it, or why it can't be taken
    survey: Callable[[BinaryIO, str, int], Survey | Refusal]
    # the same file once more, for the account that it is proved for
    read_pieces: Callable[[BinaryIO, Survey, Account], Pieces]
    write_refused: Callable[[Refusal], bytes]
    # how an order stands: a line for each of some messages, which it counts, ...
    write_lines: Callable[[Campaign, Account, Counter[str]], bytes]
    # ... and what stands above all of them
    write_sums: Callable[[Campaign, Account, int, Counter[str]], bytes]


def files_of(dialect: Dialect) -> Files | None:
    """Most dialects know no files."""
    return getattr(dialect, "FILES", None)


def first_trouble(refusal: Refusal, reasons: Mapping[Trouble, Any]) -> Trouble:
    """The trouble that a dialect words: the first by the order of its table."""
    for trouble in reasons:
        if trouble in refusal.troubles:
            return trouble
    return refusal.troubles[0]

"""The shape of a dialect: what its folder must offer, the same for all.

A dialect is a package of eight files: README.md, tables, read, write, actions, tell, settings,
sample (a file that passes 400 lines becomes a folder of its name). Reading, writing and telling do
not import each other: what more than one of them spells stands in a ninth, names. Plain functions
and tables, no I/O, no clock of its own, nothing of the engine. Its `__init__` gathers the names
below, FILES where the provider takes files, TOGETHER where it tells several replies in one call,
REPEATED where the same is asked again and again, and PAGES where it serves some to anybody.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import msgspec

from chappe.words.account import Account, Claim, Proof
from chappe.words.answer import Refusal, Trouble, Wordable
from chappe.words.asked import Purchase
from chappe.words.asks import Asks, Question
from chappe.words.exchange import MAIL, Call, Heard, Request, Response
from chappe.words.found import Campaign
from chappe.words.lifecycle import Event, Reason, State
from chappe.words.news import News
from chappe.words.order import Tell
from chappe.words.setting import SettingsOfDialect

C_co = TypeVar("C_co", covariant=True)
C = TypeVar("C")
A = TypeVar("A", bound=Wordable)

# What a dialect's `identify` found, for its own readers and writers: nobody else looks into it.
Content = Any


def _unproved(proof: Proof) -> bool:
    return False


class Opened(msgspec.Struct, Generic[C_co]):
    """A request that was opened: who claims to ask, and what stands in it."""

    claim: Claim
    content: C_co  # the dialect's own structure, handed on to its reader
    action: str = ""  # which of its path's actions this is, where the path has several
    form: str = ""  # the dialect's own word for the form of the answer
    signature: str = ""  # what a reader may then ask about by `holds`
    holds: Callable[[Proof], bool] = _unproved  # set once the account is known
    # How many are left of what its action counts, -1: no bound. Set with the answer to a proved
    # account; None where it can't be found out.
    left: int | None = None


class Action(NamedTuple, Generic[A]):
    """What can be asked in one way, and how it is answered; `action` and `question` make one."""

    read: Callable[[Opened[Content], Account, int], Asks[A] | Refusal]
    write: Callable[[A, Opened[Content], Account], Response]
    left: Callable[[Account], Purchase] | None
    changes: bool  # whether anything may be sent, kept or called off by it


# A dialect's actions, by name; each has an answer of its own.
Actions = Mapping[str, Action[Any]]


def action(
    read: Callable[[Opened[C], Account, int], Asks[A] | Refusal],
    write: Callable[[A, Opened[C], Account], Response],
    left: Callable[[Account], Purchase] | None = None,
) -> Action[A]:
    """`read` says in our words what is asked, or why not; `write` words what that is answered with.
    `left` names what the answers count, where they say how much of it is left."""
    return Action(read, write, left, changes=True)


def question(
    read: Callable[[Opened[C], Account, int], Question[A] | Refusal],
    write: Callable[[A, Opened[C], Account], Response],
    left: Callable[[Account], Purchase] | None = None,
) -> Action[A]:
    """The same of what changes nothing, so that HEAD is answered too."""
    return Action(read, write, left, changes=False)


class Speaks(Protocol):
    """What takes requests, and words their answers."""

    @property
    def NAME(self) -> str: ...

    @property
    def ACTIONS(self) -> Actions: ...

    @property
    def identify(self) -> Callable[[Request, str], Opened[Content] | Refusal]: ...

    @property
    def write_refused(
        self,
    ) -> Callable[[Refusal, str, Request, Opened[Content] | None, Account | None], Response]:
        """The action, the request; what could be opened of it, and the account that is proved."""


class Dialect(Protocol):
    """What the package offers. A package has no self: these are its plain functions."""

    NAME: str
    ROUTES: Mapping[tuple[str, str], str]  # (method, path) -> action
    # The action of a path -> the others that it may be, each by the parameter that makes it so, or
    # by 'parameter=value'; the first that is given. `identify` sets it.
    CHOICE: Mapping[str, Sequence[tuple[str, str]]]
    ACTIONS: Actions
    UNDEVELOPED: frozenset[str]  # actions that `identify` always refuses, so that they have no row
    REFUSALS: Mapping[Trouble, str]  # every trouble of ours -> one of them
    LIMITS: Mapping[str, int]
    SETTINGS: SettingsOfDialect
    SAMPLE: "Sample"

    @property
    def ERRORS(self) -> Mapping[str, object]:
        """The provider's errors, in the order in which they win, each with what is said of it."""

    @property
    def STATUS(self) -> Mapping[tuple[State, Reason], object]:
        """Every state and reason -> the provider's word."""

    def identify(self, request: Request, action: str) -> Opened[Content] | Refusal: ...

    def write_refused(
        self,
        refusal: Refusal,
        action: str,
        request: Request,
        opened: Opened[Content] | None,
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


def confirmation_of(dialect: Dialect, account: Account) -> str:
    """What whoever wrote STOP is told, for which the account pays. With most dialects that is
    nothing; others offer `confirm_stop`, by account."""
    words: Callable[[Account], str] | None = getattr(dialect, "confirm_stop", None)
    return words(account) if words is not None else ""


def mailboxes_of(dialects: Iterable[Dialect]) -> tuple[str, ...]:
    """The local parts of addresses that they take mail for. Most dialects know no mail."""
    return tuple(
        path.removesuffix("@")
        for dialect in dialects
        for method, path in dialect.ROUTES
        if method == MAIL
    )


def pages_of(dialect: Dialect) -> Mapping[str, Response]:
    """What whoever asks may read, by path. Most dialects have nothing of the kind."""
    pages: Mapping[str, Response] = getattr(dialect, "PAGES", {})
    return pages


class Cut(NamedTuple):
    """A call, cut at its number and its text: what stands around these is its kind."""

    kind: tuple[bytes, ...]
    number: bytes
    text: bytes


class Repeated(Protocol):
    """What a dialect offers of an action that callers ask for again and again, with another number
    and another text each time; `craft.repeated` makes one. A call is told from the next of its kind
    without being read."""

    @property
    def headers(self) -> Sequence[str]:
        """Those that matter to it."""

    @property
    def letters(self) -> str:
        """Of which a text is made that leaves as it came."""

    def cut(self, request: Request) -> Cut | None:
        """None where it is no such call."""

    def is_sound(self, cut: Cut) -> bool:
        """Whether nothing else in the call can be one of the two."""

    def number(self, cut: Cut) -> tuple[str, int]:
        """As it was given, and read; 0 where it is none."""

    def text(self, cut: Cut) -> str:
        """'' where it has to be read at length."""

    def filled(self, request: Request, cut: Cut, text: str) -> Request:
        """The same call with another text."""

    def content(self, given: str, number: int) -> Content:
        """What its writer looks into of a call that was taken."""


def repeated_of(dialect: Dialect) -> Mapping[str, Repeated]:
    """By action. Most actions are nothing of the kind."""
    repeated: Mapping[str, Repeated] = getattr(dialect, "REPEATED", {})
    return repeated


class Files(NamedTuple):
    """What a dialect offers for files that are dropped: they hold the same as a call. One is asked
    for like a request of the method FILE, whose path is its ending."""

    NAME: str
    endings: Mapping[str, int]  # '.xml' -> how many octets such a file may have
    ACTIONS: Actions  # one, FILE: its reader makes a `Pieced`
    # The file is read through once, so that it is known how much stands in it.
    identify: Callable[[Request, str], Opened[Content] | Refusal]
    write_refused: Callable[
        [Refusal, str, Request, Opened[Content] | None, Account | None], Response
    ]
    # how an order stands: a line for each of some messages, which it counts, ...
    write_lines: Callable[[Campaign, Account, Counter[str]], bytes]
    # ... and what stands above all of them
    write_sums: Callable[[Campaign, Account, int, Counter[str]], bytes]


FILE = "FILE"


def files_of(dialect: Dialect) -> Files | None:
    """Most dialects know no files."""
    return getattr(dialect, "FILES", None)


def chosen(
    route: str, choice: Mapping[str, Sequence[tuple[str, str]]], given: Mapping[str, str]
) -> str:
    """The action of a path, by the parameters that are given."""
    for wanted, named in choice.get(route, ()):
        parameter, value = _wanted(wanted)
        if parameter in given and (value is None or given[parameter] == value):
            return named
    return route


@cache
def _wanted(written: str) -> tuple[str, str | None]:
    """A parameter, and the value that it must have, if that matters."""
    parameter, mark, value = written.partition("=")
    return parameter, value if mark else None


class First(NamedTuple):
    """The error that a dialect words, and what it is about."""

    error: str
    hint: str


def first_error(refusal: Refusal, errors: Iterable[str], refusals: Mapping[Trouble, str]) -> First:
    """The first by the order of the dialect's table, whoever found it."""
    ours = {refusals[trouble] for trouble in refusal.troubles}
    apart = {*refusal.recipients_wrong.values()}
    for error in errors:
        if error in refusal.wrong:
            return First(error, refusal.wrong[error])
        if error in ours:
            return First(error, refusal.detail)
        if error in apart:
            return First(error, "")
    raise LookupError("a refusal without a reason")


class ToldCall(NamedTuple):
    """One call in a line's worth of words, for the demo's page."""

    dialect: str
    kind: str
    number: str
    status: str
    text: str


# What a call tells of, by its kind.
KINDS: Mapping[str, Event] = {
    "receipt": Event.final,
    "reply": Event.reply,
    "stop": Event.stop,
    "click": Event.click,
}


class Sample(NamedTuple):
    """What the demo shows of a dialect."""

    heading: str  # the name as its provider writes it
    # Lines to copy into a shell. `{url}` is the door, `{mail}` the one for mails, `{page}` the
    # callback page; `{login}`, `{email}`, `{password}` and `{key}` are those of the demo's account.
    lines: tuple[str, ...]
    # the fields of a call's query and body -> what it says; None: another dialect worded it
    recognise: Callable[[Mapping[str, Any]], ToldCall | None]
    account: str = ""  # what the demo's account has in its [account.NAME]
    answer: bytes = b"OK"  # what a page says to have heard one of its calls
    kinds: Mapping[str, Event] = KINDS  # every kind of its calls, with what it tells of

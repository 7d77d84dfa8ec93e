"""What a client asks for, in our words: an order of letters, each to many recipients.

In: filled by a dialect's `read`. Out: taken by `engine.accept`. Recipients stand in columns
(numbers, refs, texts, values), since orders of 10,000 recipients are ordinary and objects cost.
"""

from collections.abc import Mapping, Sequence
from enum import IntEnum, IntFlag
from types import MappingProxyType
from typing import Final, NamedTuple

import msgspec

from chappe.words.alphabet import STANDARD, Alphabet, Weights
from chappe.words.answer import Receipt
from chappe.words.asks import Asks
from chappe.words.lifecycle import Event, Reason

EVERY: frozenset[Reason] = frozenset(Reason)

# The table that replaces nothing: one object for all, since tables are known by their identity.
AS_IT_IS: Mapping[int, str | int | None] = MappingProxyType({})


OURS = "\ufffe"
"""No letter: what an order of ours has before its occasion, where others have a request id."""


class Channel(IntEnum):
    """What kind of message it is. The least number leaves first."""

    notification = 0
    voice = 1
    international = 2
    marketing = 3


class Hours(IntEnum):
    """What the legal hours of marketing mean for a letter."""

    any = 0
    wait = 1
    refuse = 2


class Excess(IntEnum):
    """What becomes of a text that needs more parts than allowed."""

    refuse = 0
    keep = 1  # kept as a message in error, unpaid
    cut = 2


class Crowd(IntEnum):
    """What it means for an order that many messages wait already."""

    bound = 0  # beyond the account's bound it is refused
    boundless = 1  # it waits with them
    bound_and_up = 2  # as the first; and it is refused while no link of its route is up


class Reach(IntEnum):
    """To which countries an order may go, as far as its recipients are numbers at all."""

    any = 0
    one = 1  # to one, whichever it is
    one_abroad = 2  # to one, and not to metropolitan France


class OptOut(IntEnum):
    """What an opt-out of the recipient means."""

    marketing = 0  # stops marketing only
    always = 1  # stops everything
    never = 2


class Lists(IntFlag):
    """Lists of numbers that are not to be written to; an account has one of each, and so has the
    installation. The values stand in databases and never change their meaning."""

    stop = 1  # who wrote STOP, or said so otherwise; START takes them off
    black = 2  # whom a customer barred by hand: no word of the number's own takes them off


class NewsKind(IntEnum):
    """The kinds of news that may have a URL of their own; each is its place in `Urls`."""

    status = 0
    reply = 1
    stop = 2  # a reply that opts out
    click = 3


class Urls(NamedTuple):
    """Where each kind of news is told; '': where its likes are."""

    status: str = ""
    reply: str = ""
    stop: str = ""
    click: str = ""

    def of(self, kind: NewsKind) -> str:
        """A STOP goes where replies go unless it has a URL of its own; all else where statuses
        go. '' is nowhere."""
        if kind is NewsKind.stop:
            return self.stop or self.reply or self.status
        return self[kind] or self.status


class Tell(msgspec.Struct, frozen=True):
    """Where and of what the customer wants to be told. `form` is the dialect's own word for how."""

    urls: Urls = Urls()
    events: Event = Event.nothing
    form: str = ""
    hold_m: int = 0  # news of statuses are held back and told together, every so many minutes


class Target(msgspec.Struct, frozen=True):
    """Where the short URL in a letter leads: an address with variables of its own."""

    url: str  # where the scheme is missing, https is meant
    mark: str  # what stands in the text in place of the short URL
    values: Sequence[Mapping[str, str] | None] = ()  # per recipient
    shared: Mapping[str, str] = {}


class Mention(msgspec.Struct, frozen=True):
    """What a text must say, whatever it is cut to: STOP, and a code's digits behind it."""

    code: str
    wording: str  # as the provider writes it
    is_added: bool = False  # at the end of a text that lacks it, which refuses the order otherwise


class Speech(NamedTuple):
    """How a text is spoken to whoever takes the call, in place of being sent."""

    title: str  # said before the text, and paid by nobody
    language: str  # such as fr-FR
    again_min: tuple[int, ...] = ()  # how long after each call that nobody took the next is made


_MANY = 500


class Letter(msgspec.Struct, kw_only=True):
    """One text with its settings, to one or many recipients."""

    text: str
    # What is said in its place to those who are not in France, '': the same. Nothing is filled in
    # then, nor has anybody a text of their own.
    abroad: str = ""
    numbers: Sequence[int]  # E.164 digits; 0 where what was given is no number
    # Of the account's address book: whoever is in it gets the letter as well. One that is not
    # there, or that nobody is in, is `not_found`, and refuses the order.
    group: int = 0
    group_name: str = ""  # the same by its name, of which the oldest counts
    given: Sequence[str] = ()  # as written, where a number is 0 or the answer echoes it
    refs: Sequence[str] = ()  # the client's own reference per recipient; () where none has one
    ref: str = ""  # the same, of those of them who have none
    texts: Sequence[str] = ()  # one per recipient, in place of `text`; () where all have that
    values: Sequence[Mapping[str, str] | None] = ()  # personalisation per recipient
    shared: Mapping[str, str] = {}  # personalisation for all of them
    target: Target | None = None
    mention: Mention | None = None
    speech: Speech | None = None  # for those of channel voice, and for no others
    sender: str = ""  # '' is the account's short code
    code: str = ""  # the short code that stands for '' and that replies come to
    channel: Channel = Channel.notification
    quality: str = ""
    purse: str = ""  # name of the purse that pays, where the payer has one; else its own
    price: int | None = None  # what each recipient costs, whatever the price list says
    zones: tuple[str, ...] = ()  # columns of the price list it may go to; () is all
    mobiles: bool = True  # only numbers that can be a mobile are served
    alphabet: Alphabet = Alphabet.gsm
    closest: Mapping[int, str | int | None] = AS_IT_IS  # the dialect's replacement table
    weights: Weights = STANDARD
    parts_max: int = 0
    excess: Excess = Excess.refuse
    flash: bool = False
    udh: str = ""  # hex; a header of the message itself, such as a WAP push's ports
    start: int = 0  # UTC ms; 0 is now
    opens: int = -1  # minute of the day in Paris at which a window opens, -1: no window
    closes: int = -1
    hours: Hours = Hours.any
    opt_out: OptOut = OptOut.marketing
    lists: Lists = Lists.stop  # an opt-out is a number that stands on one of these
    validity_h: int = 48
    silent_h: int = 72
    silence: Reason = Reason.silent
    tell: Tell = Tell()
    # The recipients that the reader found wrong, by their place, each with the dialect's own
    # error. They stand apart, whatever else is wrong with them.
    wrong: Mapping[int, str] = {}
    facts: Mapping[str, str] = {}  # what the dialect wants to find again; ours to keep only


def goes_to_group(letter: Letter) -> bool:
    """Whether whoever is in a group of the account's gets it."""
    return letter.group > 0 or letter.group_name != ""


def are_many(letters: Sequence[Letter]) -> bool:
    """Whether to look at each of them once is too much for one step of the loop."""
    return len(letters) > _MANY


APART_MOST = 100_000
"""How many more recipients of an order may stand apart than are served. Nothing of them is kept,
but the answer holds each of them, and so does what it is made of."""


CONSOLE: Final = "console"
"""The dialect of what people compose in the console. No door speaks it, so that no callback is owed
of such an order; everything else that goes by dialect (usage, figures, searching) knows it."""


LEFT_OUT: Final = "left_out"
"""The one fact of an order that people are shown: what of its file was not taken, in words."""


class Order(msgspec.Struct, Asks[Receipt], kw_only=True):
    """What one request asks for."""

    dialect: str
    letters: Sequence[Letter]
    reference: str = ""
    request_id: str = ""  # one that was used up is refused
    occasion: str = ""  # the same of what we send by ourselves, which no request id is mistaken for
    # What becomes of a recipient who can't be served depends on the reason. One of `apart`: the
    # answer names them, they are not kept, and the others leave. Else, one of `fatal`: the whole
    # order is refused. Else they become a message in error, unpaid.
    apart: frozenset[Reason] = frozenset()
    fatal: frozenset[Reason] = EVERY
    crowd: Crowd = Crowd.bound
    reach: Reach = Reach.any
    wrong: Mapping[str, str] = {}  # what its reader found wrong: the dialect's own error -> a hint
    facts: Mapping[str, str] = {}
    # Given by the door that it came by, and by nobody else:
    origin: str = ""  # by which action, and from where
    trace: str = ""  # the trace that it belongs to, as its sender names it
    span: str = ""  # what its request is in that trace, or in one of ours; '' is not traced

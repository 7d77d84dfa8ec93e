"""What the engine answers: a receipt for what was taken, or a refusal with its reasons.

In: made by the engine (and by a dialect's `read`). Out: worded by a dialect's `write`.
Refusals are ordinary and therefore values.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

import msgspec

from chappe.words.account import Account
from chappe.words.lifecycle import Reason


class Trouble(IntEnum):
    """Every reason of ours why something asked for is not done. What a reader finds wrong with the
    form of a request is none of these: it has the dialect's own errors for that."""

    # who asks
    bad_credentials = 2
    account_pending = 3
    account_suspended = 4
    account_closed = 5
    bad_address = 6  # the caller's IP address is not on the account's list
    # whether we can take anything at all
    not_now = 10  # disk full, database away
    fault = 11  # our own
    draining = 12
    too_often = 13  # the account's rate is exceeded
    queue_full = 14
    # how it was asked
    wrong_method = 22
    bad_url = 28
    no_speech = 29  # nobody here speaks that language, or nothing here places calls
    no_file = 30  # it was announced, and never came
    no_stop = 31
    too_many = 32  # octets in one file
    too_long = 33
    outside_hours = 34
    duplicate = 35  # this request id was used up
    name_taken = 36  # a login that somebody has
    not_found = 37
    sender_not_allowed = 38  # well-formed, but not on the account's list
    in_use = 39  # an order goes to it that has not begun
    # the recipients
    no_recipient = 40
    scattered = 46  # not all in one country
    at_home = 47  # in metropolitan France, to which that may not go
    bad_number = 41
    not_served = 42
    no_route = 43
    opted_out = 44
    no_quality = 45
    # the money
    no_credit = 50
    no_look_ups = 51  # they have a credit of their own


# Why a recipient is in error, as an answer says it.
TROUBLE_OF: Mapping[Reason, Trouble] = {
    Reason.bad_number: Trouble.bad_number,
    Reason.not_served: Trouble.not_served,
    Reason.no_quality: Trouble.no_quality,
    Reason.no_route: Trouble.no_route,
    Reason.too_long: Trouble.too_long,
    Reason.opted_out: Trouble.opted_out,
}


# The errors that a reader found, in its dialect's own words, each with a hint of what it is about.
# Of two that are the same the first stands.
Wrong = dict[str, str]


class Wordable:
    """What something that was asked is answered with: unless it is refused, a dialect words it."""

    __slots__ = ()

    @property
    def lines(self) -> int:
        """About how many lines it takes to word."""
        return 1


class Refusal(msgspec.Struct, frozen=True):
    """Why a request is not taken. `troubles` are all of ours, `wrong` all of the dialect's own with
    their hints, in no order: the dialect words whichever comes first by its own order. Recipients
    are named by their places in the order as given, all letters together."""

    troubles: tuple[Trouble, ...] = ()
    detail: str = ""
    recipients: Mapping[int, Trouble] = {}  # what is wrong with which one
    wrong: Mapping[str, str] = {}
    recipients_wrong: Mapping[int, str] = {}


class NotAdmitted(Refusal, frozen=True, kw_only=True):
    """Who asks is proved; that they may ask now, and from there, is not."""

    account: Account


class Fate(NamedTuple):
    """What became of one recipient."""

    message: int  # its number; 0 where it stands apart
    parts: int  # billed
    price: int
    trouble: Trouble | None  # what is wrong with it, by our words
    wrong: str  # ... and by the dialect's own


class Receipt(msgspec.Struct, Wordable, frozen=True):
    """It is on disk; or it would be, where the order was but rehearsed, and then `order` is 0.
    Columns run over the recipients in the order given, all letters together."""

    order: int
    at: int
    first: int  # the first message's number; the others follow without a gap
    total: int  # messages that were kept
    cost: int
    balance: int  # of the purse, afterwards
    parts: Sequence[int] = ()
    prices: Sequence[int] = ()
    troubles: Mapping[int, Trouble] = {}  # of recipients that stand apart or are kept in error
    apart: Collection[int] = ()  # those that were not kept
    wrong: Mapping[int, str] = {}  # of recipients that stand apart by the dialect's own error
    begins: int = 0  # when the first of them may leave, as far as its hours go

    @property
    def lines(self) -> int:
        return len(self.parts)

    def fates(self) -> Iterator[Fate]:
        """What became of each recipient, in the order given."""
        following = self.first
        for place, (parts, price) in enumerate(zip(self.parts, self.prices, strict=True)):
            message = 0 if place in self.apart else following
            following += message > 0
            trouble, wrong = self.troubles.get(place), self.wrong.get(place, "")
            yield Fate(message, parts, price, trouble, wrong)

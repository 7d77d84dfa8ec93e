"""A sending in our words: one letter to all its numbers, or to a directory.

In: what a call says, the account, the present. Out: an order, with every error that is found; those
of one number stand beside it. Promise: recipients stand in the order of their X, so that an answer
can name them.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from chappe.dialects.isendpro.names import EVERYBODY, TRACKER, Asked
from chappe.dialects.isendpro.read.numbers import TEN_DIGITS, read_numbers
from chappe.dialects.isendpro.read.terms import CallTerms, channel_of, read_terms, tell_of
from chappe.dialects.isendpro.read.texts import Manner, Worded, read_text
from chappe.dialects.isendpro.tables.errors import Error
from chappe.dialects.isendpro.tables.letters import COUNTED
from chappe.dialects.isendpro.tables.paths import LIMITS, NAME
from chappe.words.account import Account
from chappe.words.answer import Wrong
from chappe.words.lifecycle import Reason
from chappe.words.order import EVERY, Hours, Letter, Lists, OptOut, Order, Reach

# Where one of these is found, nothing that the engine could find goes before it.
_FIRST = frozenset(
    {
        Error.no_text,
        Error.no_number,
        Error.too_many,
        Error.bad_length,
        Error.no_sender,
        Error.short_sender,
        Error.strange_sender,
        Error.digits_sender,
    }
)
_NOBODYS = 2**62
_DIGITS_MOST = 18
_LISTS = Lists.stop | Lists.black


def read_order(asked: Asked, account: Account, now: int, *, counted: bool = False) -> Order:
    """One that is but counted keeps no hours."""
    wrong: Wrong = {}
    if not any(_is_text(name) for name in asked.fields):
        wrong[Error.no_text] = ""
    _read_recipients(asked, wrong)
    terms = read_terms(asked.fields, account, now, wrong)
    letters = []
    if wrong.keys().isdisjoint(_FIRST):
        letters = [_letter(asked, account, terms, Hours.any if counted else Hours.refuse, wrong)]
    reach = Reach.one_abroad if terms.way.wide else Reach.one
    return Order(dialect=NAME, letters=letters, apart=_APART, reach=reach, wrong=wrong)


_APART = EVERY - {Reason.none}


def _is_text(name: str) -> bool:
    return name == "sms" or (name.startswith("sms") and name[3:].isdigit())


def _read_recipients(asked: Asked, wrong: Wrong) -> None:
    """A directory needs no numbers."""
    given = asked.fields.get("repertoireId")
    missing: Wrong = {}
    read_numbers(asked, missing)
    if given is not None:
        missing.pop(Error.no_number, None)
        asked.directory = read_directory(given)
    wrong |= missing


def read_directory(given: str) -> int:
    """The number of a directory; where it is none, one that nobody has."""
    given = given.strip()
    is_number = given.isascii() and given.isdigit() and len(given) < _DIGITS_MOST
    return (int(given) if is_number else 0) or _NOBODYS


def _letter(asked: Asked, account: Account, terms: CallTerms, hours: Hours, wrong: Wrong) -> Letter:
    words = _words(asked, terms.way, wrong)
    fields = asked.fields
    shared, places = _tracker(fields, ""), () if asked.directory else asked.places
    trackers = [own if own != shared else "" for own in [_tracker(fields, one) for one in places]]
    return Letter(
        text=words.text,
        texts=words.texts,
        numbers=asked.numbers,
        group=asked.directory,
        refs=trackers if any(trackers) else (),
        sender=terms.sender,
        code=terms.code,
        channel=channel_of(account),
        alphabet=terms.way.alphabet,
        weights=COUNTED,
        start=terms.start,
        hours=hours,
        opt_out=OptOut.always,
        lists=_LISTS,
        silent_h=LIMITS["silent_h"],
        tell=tell_of(account),
        facts={TRACKER: shared} if shared else {},
        wrong=words.wrong,
    )


def _tracker(fields: Mapping[str, str], place: str) -> str:
    return fields.get(f"tracker{place}", "")[: LIMITS["tracker"]]


class _Words(NamedTuple):
    """What is said to whom. `wrong` is that of recipients by themselves."""

    text: str
    texts: Sequence[str] = ()
    wrong: Mapping[int, str] = {}


def _words(asked: Asked, way: Manner, wrong: Wrong) -> _Words:
    """A text that several share is wrong for all of them; their own, for one alone."""
    fields = asked.fields
    weights: dict[int, int] = {}
    figures: dict[int, Sequence[int]] = {}
    apart: dict[int, str] = {}
    asked.weights, asked.figures = weights, figures
    shared = read_text(fields["sms"], way) if "sms" in fields else None
    if asked.directory and shared is None:
        wrong[Error.no_own_text] = ""
    if asked.directory and 0 in asked.numbers:
        wrong[Error.bad_number] = ""
    said = [] if asked.directory else [_own(fields, place, way) for place in asked.places]
    if shared is not None and (None in said or asked.directory):
        weights[EVERYBODY], figures[EVERYBODY] = shared.weight, shared.figures
        if shared.error is not None:
            wrong[shared.error] = ""
    for at, own in enumerate(said):
        error = own.error if own is not None else None if shared else Error.no_own_text
        if error is not Error.no_own_text and not asked.numbers[at]:
            is_ten = TEN_DIGITS.search(asked.given[at])
            error = Error.no_mobile if is_ten else Error.bad_number
        if error is not None:
            apart[at] = error
        if own is not None:
            weights[at], figures[at] = own.weight, own.figures
    text = shared.text if shared is not None else ""
    if not any(said):
        return _Words(text, wrong=apart)
    return _Words(text, [text if own is None else own.text for own in said], apart)


def _own(fields: Mapping[str, str], place: str, way: Manner) -> Worded | None:
    given = fields.get(f"sms{place}") if place else None
    return None if given is None else read_text(given, way)

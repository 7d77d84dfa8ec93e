"""A sending in our words: letters to recipients who are alike, in the order in which they stand.

In: a Sending, the account, the present. Out: letters, and every Error with its hint. Promise: the
recipients of all letters together stand as they were given, so that an answer can name them.

Recipients differ by channel, as not all are in France, and by alphabet, where merged values are
beyond GSM 03.38. Those in a row that are alike share a letter.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, repeat
from typing import NamedTuple

from msgspec.structs import replace

from chappe.dialects.octopush.names import Sending
from chappe.dialects.octopush.read.recipients import read_recipients
from chappe.dialects.octopush.read.terms import SendingTerms, read_terms
from chappe.dialects.octopush.read.when import read_when
from chappe.dialects.octopush.tables import (
    CODE_MARK,
    COUNTED_BY_70,
    LIMITS,
    MERGED,
    PREMIUM_MENTION,
    Error,
)
from chappe.words.account import Account
from chappe.words.alphabet import Alphabet
from chappe.words.answer import Wrong
from chappe.words.number import are_mainland_mobiles, country
from chappe.words.order import Channel, Crowd, Letter
from chappe.words.text import fits_gsm, parts_billed

_MAIL_ID = re.compile(r"[a-zA-Z0-9]{12,30}")


class Letters(NamedTuple):
    """What a sending becomes."""

    letters: Sequence[Letter]
    crowd: Crowd


_NONE = Letters((), Crowd.bound)
_NOTHING: Mapping[str, str] = {}
_GSM, _UCS2 = Alphabet.gsm, Alphabet.ucs2  # spares look-ups: each costs as much as a short text


def read_letters(sending: Sending, account: Account, now: int, wrong: Wrong) -> Letters:
    """The letters; they count only where `wrong` stayed empty. All errors are noted."""
    fields = sending.fields
    _look_over(sending, wrong)
    terms = read_terms(fields, account)
    for error, hint in terms.wrong.items():
        wrong.setdefault(error, hint)
    start = read_when(fields, now)
    if start is None:
        wrong.setdefault(Error.bad_value, "sending_date")
    text = fields.get("sms_text", "").replace("\r\n", "\n")
    read_recipients(sending, wrong)
    if terms.mentions and not any(mention in text for mention in terms.mentions):
        wrong[terms.unmentioned] = ""
    if len(text) > LIMITS["text"]:
        wrong[Error.too_long] = ""
    values = () if MERGED.keys().isdisjoint(fields) else _merged(sending, text, wrong)
    if PREMIUM_MENTION in text:
        own = PREMIUM_MENTION.replace(CODE_MARK, terms.letter.code)
        text = text.replace(PREMIUM_MENTION, own)
    if not values and _is_too_long(terms, text):
        wrong[Error.long_lowcost] = ""
    if wrong or start is None:
        return _NONE
    runs = _runs(sending.numbers, terms, _alphabets(text, values))
    letters = [_letter(terms, start, sending, run, text, values) for run in runs]
    return Letters(letters, Crowd.boundless if start else terms.crowd)


def _look_over(sending: Sending, wrong: Wrong) -> None:
    """What must be there, and whether it may be told from others as it wants."""
    fields = sending.fields
    if "sms_text" not in fields:
        wrong[Error.no_text] = ""
    if "sms_recipients" not in fields:
        wrong[Error.no_recipients] = ""
    request_id = fields.get("request_id", "")
    sound = not sending.mailed or _MAIL_ID.fullmatch(request_id)
    if not sound or len(request_id) > LIMITS["request_id"]:
        wrong.setdefault(Error.bad_value, "request_id")


def _is_too_long(terms: SendingTerms, text: str) -> bool:
    """Whether it needs more than the one SMS that it may be: an error that goes before what is
    wrong with recipients."""
    most = terms.letter.parts_max
    if not most:
        return False
    alphabet = _GSM if fits_gsm(text) else _UCS2
    return parts_billed(text, alphabet, terms.letter.weights) > most


def _merged(sending: Sending, text: str, wrong: Wrong) -> Sequence[Mapping[str, str]]:
    """The values of each recipient, by their marks; () where the text has none. Nobody fills in
    those of a wrong number, of which a comma is enough to make one."""
    fields = sending.fields
    count = fields.get("sms_recipients", "").count(",") + 1
    columns: dict[str, list[str]] = {}
    for name, mark in MERGED.items():
        if name not in fields:
            continue
        column = fields[name].split(",")
        if len(column) != count or len(max(column, key=len)) > LIMITS["field"]:
            wrong[Error.merge] = name
        elif mark in text:
            columns[mark] = column
    if not columns or wrong:
        return ()
    rows = zip(*columns.values(), strict=True)
    return [
        dict(zip(columns, row, strict=True)) if number else _NOTHING
        for number, row in zip(sending.numbers, rows, strict=True)
    ]


# letters


class _Run(NamedTuple):
    """Recipients in a row who are alike."""

    begin: int
    end: int
    channel: Channel
    alphabet: Alphabet


# One for each recipient; or one alone, where it is the same for all.
_Alphabets = Sequence[Alphabet] | Alphabet


def _runs(numbers: Sequence[int], terms: SendingTerms, alphabets: _Alphabets) -> Iterator[_Run]:
    channels = _channels(numbers, terms)
    if isinstance(channels, Channel) and isinstance(alphabets, Alphabet):
        yield _Run(0, len(numbers), channels, alphabets)
        return
    kinds = zip(
        repeat(channels) if isinstance(channels, Channel) else channels,
        repeat(alphabets) if isinstance(alphabets, Alphabet) else alphabets,
        strict=False,  # as what is repeated has no end
    )
    begin = 0
    for (channel, alphabet), alike in groupby(kinds):
        end = begin + sum(1 for _ in alike)
        yield _Run(begin, end, channel, alphabet)
        begin = end


def _alphabets(text: str, values: Sequence[Mapping[str, str]]) -> _Alphabets:
    """GSM 03.38 as far as it has every letter."""
    if not fits_gsm(text):
        return _UCS2
    if not values:
        return _GSM
    return [_GSM if all(map(fits_gsm, own.values())) else _UCS2 for own in values]


def _channels(numbers: Sequence[int], terms: SendingTerms) -> Sequence[Channel] | Channel:
    home, abroad = terms.home, terms.abroad
    if home is abroad or are_mainland_mobiles(numbers):
        return home
    # What is no number at all is told to be wrong on either channel.
    return [home if not number or country(number) == "FR" else abroad for number in numbers]


def _letter(
    terms: SendingTerms,
    start: int,
    sending: Sending,
    run: _Run,
    text: str,
    values: Sequence[Mapping[str, str]],
) -> Letter:
    begin, end = run.begin, run.end
    numbers = sending.numbers[begin:end]
    return replace(
        terms.letter,
        text=text,
        numbers=numbers,
        given=_given(numbers, sending.given[begin:end]) if 0 in numbers else (),
        values=values[begin:end],
        channel=run.channel,
        alphabet=run.alphabet,
        weights=terms.letter.weights if run.alphabet is _GSM else COUNTED_BY_70,
        start=start,
    )


def _given(numbers: Sequence[int], given: Sequence[str]) -> Sequence[str]:
    """What was written in place of a number, where there is none."""
    return ["" if number else one for number, one in zip(numbers, given, strict=True)]

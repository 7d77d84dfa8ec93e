"""A sending in our words: letters to recipients who are alike, in the order in which they stand.

In: a Sending, the account, the present. Out: letters, and every Error with its hint. Promise: the
recipients of all letters together stand as they were given, so that an answer can name them.

Recipients differ by channel, as not all are in France, and by alphabet, where merged values are
beyond GSM 03.38. Those in a row that are alike share a letter.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from chappe.dialects.octopush.names import Sending
from chappe.dialects.octopush.read.recipients import read_recipients
from chappe.dialects.octopush.read.when import When, read_when
from chappe.dialects.octopush.tables import (
    CODE_MARK,
    COUNTED,
    COUNTED_BY_137,
    LIMITS,
    LOW,
    LOWCOST,
    LOWCOST_MENTIONS,
    MERGED,
    MODES,
    NAME,
    NO_STOPS,
    PREMIUM,
    PREMIUM_MENTION,
    QUIET,
    REAL,
    SHORT_CODE,
    SIMULATION,
    SWITCH,
    SWITCHES,
    TYPES,
    Error,
)
from chappe.words import gsm7
from chappe.words.account import Account
from chappe.words.alphabet import Alphabet
from chappe.words.answer import Wrong
from chappe.words.lifecycle import Event
from chappe.words.number import country
from chappe.words.order import Channel, Crowd, Excess, Hours, Letter, Tell, Urls

_SENDER = re.compile(rf"[0-9A-Za-z]{{{LIMITS['sender_least']},{LIMITS['sender']}}}")
_PHONE = re.compile(rf"(?=.{{{LIMITS['sender_least']},{LIMITS['phone']}}}\Z)\+?[0-9]+")
_MAIL_ID = re.compile(r"[a-zA-Z0-9]{12,30}")

# All numbers from here to there are metropolitan French mobiles.
_MOBILE_LOW, _MOBILE_HIGH = 33_600_000_000, 33_799_999_999


# All that terms are made of; whatever else a call says has no part in them.
_CHOICES = frozenset(
    ("sms_type", "sms_sender", "sms_mode", "request_mode", *SWITCHES),
)
_KEPT_MOST = 1_024
_KEPT_LETTERS = 1_024  # longer choices are read anew each time

Fields = Mapping[str, str]


class Letters(NamedTuple):
    """What a sending becomes."""

    letters: Sequence[Letter]
    crowd: Crowd


_NONE = Letters((), Crowd.bound)


def look_over(sending: Sending, wrong: Wrong) -> None:
    """What must be there, and values outside their lists."""
    fields = sending.fields
    for name, error in _NEEDED.items():
        if name not in fields:
            wrong[error] = ""
    if fields.get("sms_type", "") not in TYPES:
        wrong[Error.no_type] = ""
    for name in SWITCHES:
        if fields.get(name, "") not in SWITCH:
            wrong.setdefault(Error.bad_value, name)
    if fields.get("request_mode", REAL) not in (REAL, SIMULATION):
        wrong.setdefault(Error.bad_value, "request_mode")
    if fields.get("sms_mode", "") not in MODES:
        wrong.setdefault(Error.bad_value, "sms_mode")
    request_id = fields.get("request_id", "")
    sound = not sending.mailed or _MAIL_ID.fullmatch(request_id)
    if not sound or len(request_id) > LIMITS["request_id"]:
        wrong.setdefault(Error.bad_value, "request_id")


_NEEDED: Mapping[str, Error] = {
    "sms_text": Error.no_text,
    "sms_recipients": Error.no_recipients,
}


def read_letters(sending: Sending, account: Account, now: int, wrong: Wrong) -> Letters:
    """The letters; they count only where `wrong` stayed empty. All errors are noted."""
    fields = sending.fields
    when = read_when(fields, now)
    if when is None:
        wrong.setdefault(Error.bad_value, "sending_date")
        when = When(0)
    text = fields.get("sms_text", "").replace("\r\n", "\n")
    read_recipients(sending, wrong)
    sender = _sender(fields, account, wrong)
    _mentions(fields, account, text, wrong)
    if len(text) > LIMITS["text"]:
        wrong[Error.too_long] = ""
    values = _merged(fields, text, len(sending.given), wrong)
    if wrong:
        return _NONE
    code = account.short_code or SHORT_CODE
    text = text.replace(PREMIUM_MENTION, PREMIUM_MENTION.replace(CODE_MARK, code))
    terms = _terms(fields, account, sender, code, when)
    runs = _runs(sending, fields, text, values)
    letters = [_letter(terms, sending, run, text, values) for run in runs]
    return Letters(letters, _crowd(fields, when))


def _crowd(fields: Mapping[str, str], when: When) -> Crowd:
    """LowCost that is to leave at once is not taken where it could not."""
    if fields["sms_type"] == LOWCOST and not when.start:
        return Crowd.bound_and_up
    return Crowd.boundless


# who it is from


def _sender(fields: Mapping[str, str], account: Account, wrong: Wrong) -> str:
    """The sender that is shown; '' is the short code. LowCost shows one where it is sound."""
    given = fields.get("sms_sender", "")
    phones = SWITCH.get(fields.get("msisdn_sender", ""), False)
    sound = bool(_SENDER.fullmatch(given) or (phones and _PHONE.fullmatch(given)))
    replied = SWITCH.get(fields.get("with_replies", ""), False)
    if fields.get("sms_type") == LOWCOST:
        allowed = sound and (not account.senders or given in account.senders)
        return given if allowed and not replied else ""
    if not sound:
        wrong[Error.sender] = ""
    return "" if replied else given


# what it says


def _mentions(fields: Mapping[str, str], account: Account, text: str, wrong: Wrong) -> None:
    if SWITCH.get(fields.get("transactional", ""), False):
        return
    kind = fields.get("sms_type")
    if kind == PREMIUM and PREMIUM_MENTION not in text:
        wrong[Error.premium_mention] = ""
    asked = kind == LOWCOST and account.wish(NAME, "lowcost_mention")
    if asked and not any(mention in text for mention in LOWCOST_MENTIONS):
        wrong[Error.lowcost_mention] = ""


def _merged(
    fields: Mapping[str, str], text: str, count: int, wrong: Wrong
) -> Sequence[Mapping[str, str]]:
    """The values of each recipient, by their marks; () where the text has none."""
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
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


# letters


class _Run(NamedTuple):
    """Recipients in a row who are alike."""

    begin: int
    end: int
    channel: Channel
    alphabet: Alphabet


def _runs(
    sending: Sending,
    fields: Mapping[str, str],
    text: str,
    values: Sequence[Mapping[str, str]],
) -> Iterator[_Run]:
    alphabets = _alphabets(text, values, len(sending.numbers))
    channels = _channels(fields, sending.numbers)
    kinds = zip(channels, alphabets, strict=True)
    begin = 0
    for (channel, alphabet), alike in groupby(kinds):
        end = begin + sum(1 for _ in alike)
        yield _Run(begin, end, channel, alphabet)
        begin = end


def _alphabets(text: str, values: Sequence[Mapping[str, str]], count: int) -> Sequence[Alphabet]:
    """GSM 03.38 as far as it has every letter."""
    if not gsm7.LETTERS.issuperset(text):
        return [Alphabet.ucs2] * count
    if not values:
        return [Alphabet.gsm] * count
    fits = gsm7.LETTERS.issuperset
    return [Alphabet.gsm if all(map(fits, own.values())) else Alphabet.ucs2 for own in values]


def _channels(fields: Mapping[str, str], numbers: Sequence[int]) -> Sequence[Channel]:
    if SWITCH[fields.get("transactional", "")]:
        return [Channel.notification] * len(numbers)
    if fields["sms_type"] not in (PREMIUM, LOWCOST):
        return [Channel.international] * len(numbers)
    if min(numbers) >= _MOBILE_LOW and max(numbers) <= _MOBILE_HIGH:
        return [Channel.marketing] * len(numbers)
    # What is no number at all is told to be wrong on either channel.
    home, abroad = Channel.marketing, Channel.international
    return [home if not number or country(number) == "FR" else abroad for number in numbers]


def _terms(
    fields: Mapping[str, str], account: Account, sender: str, code: str, when: When
) -> Letter:
    """What all letters of a sending have in common."""
    by_137 = account.wish(NAME, "parts_of_137")
    cheap = fields["sms_type"] == LOWCOST
    return Letter(
        text="",
        numbers=(),
        sender=sender,
        code=code,
        quality=LOW if cheap else "",
        weights=COUNTED_BY_137 if by_137 else COUNTED,
        parts_max=1 if cheap and account.wish(NAME, "lowcost_one_part") else 0,
        excess=Excess.refuse,
        start=when.start,
        hours=Hours.wait,
        silent_h=LIMITS["silent_h"],
        tell=_tell(account, cheap, SWITCH[fields.get("with_replies", "")]),
    )


def _letter(
    terms: Letter,
    sending: Sending,
    run: _Run,
    text: str,
    values: Sequence[Mapping[str, str]],
) -> Letter:
    begin, end = run.begin, run.end
    numbers = sending.numbers[begin:end]
    given = sending.given[begin:end] if 0 in numbers else ()
    return Letter(
        text=text,
        numbers=numbers,
        given=["" if number else one for number, one in zip(numbers, given, strict=True)]
        if given
        else (),
        values=values[begin:end],
        sender=terms.sender,
        code=terms.code,
        channel=run.channel,
        quality=terms.quality,
        alphabet=run.alphabet,
        weights=terms.weights,
        parts_max=terms.parts_max,
        excess=terms.excess,
        start=terms.start,
        hours=terms.hours,
        silent_h=terms.silent_h,
        tell=terms.tell,
    )


# whom to tell


def _tell(account: Account, cheap: bool, replied: bool) -> Tell:
    urls = _urls(account)
    events = Event.nothing
    if urls.status:
        events |= Event.final | Event.silent
    if urls.stop:
        events |= Event.stop
    if urls.reply and replied:
        events |= Event.reply | Event.stop
    quiet = cheap and not account.wish(NAME, "lowcost_receipts")
    return Tell(urls, events, QUIET * quiet + NO_STOPS * (not urls.stop))


def replies_to(account: Account) -> Tell:
    """Where replies and STOPs are told that answer nothing."""
    urls = _urls(account)
    events = Event.reply | Event.stop if urls.reply or urls.stop else Event.nothing
    if not urls.reply:
        events &= ~Event.reply
    return Tell(Urls(reply=urls.reply, stop=urls.stop), events, NO_STOPS * (not urls.stop))


def _urls(account: Account) -> Urls:
    def url(name: str) -> str:
        return account.wish(NAME, name) or account.callbacks

    return Urls(url("receipts_url"), url("replies_url"), url("stops_url"))

"""What a sending asks for apart from its words, its recipients and its time: its terms.

In: the fields, the account. Out: its terms; whom to tell of what answers nothing. A client's calls
differ in little else than words and numbers, so the terms that were read last are kept.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from chappe.dialects.octopush.tables import (
    COUNTED,
    COUNTED_BY_137,
    LIMITS,
    LOW,
    LOWCOST,
    LOWCOST_MENTIONS,
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
    WORLD,
    Error,
)
from chappe.words.account import Account
from chappe.words.answer import Wrong
from chappe.words.lifecycle import Event
from chappe.words.order import Channel, Crowd, Excess, Hours, Letter, OptOut, Tell, Urls

_SENDER = re.compile(rf"[0-9A-Za-z]{{{LIMITS['sender_least']},{LIMITS['sender']}}}")
_PHONE = re.compile(rf"(?=.{{{LIMITS['sender_least']},{LIMITS['phone']}}}\Z)\+?[0-9]+")

# All that terms are made of; whatever else a call says has no part in them.
_CHOICES = ("sms_type", "sms_sender", "sms_mode", "request_mode", *SWITCHES)
_KEPT_MOST = 1_024
_KEPT_LETTERS = 1_024  # longer choices are read anew each time

Fields = Mapping[str, str]
Choices = tuple[str | None, ...]  # None is 'not given'


class SendingTerms(NamedTuple):
    """`letter` lacks words, recipients and time; it counts only where `wrong` is empty."""

    account: Account  # held, so that no other can come to have its id while these are kept
    letter: Letter
    home: Channel  # of what goes to France
    abroad: Channel
    mentions: Sequence[str]  # one of these must stand in the text; () is none
    unmentioned: Error  # what is wrong where none does
    crowd: Crowd  # what it means that many wait, for what leaves at once
    wrong: Wrong


_kept: dict[tuple[int, Choices], SendingTerms] = {}


def read_terms(fields: Fields, account: Account) -> SendingTerms:
    """They are shared between calls: nobody may change them."""
    choices = tuple(map(fields.get, _CHOICES))
    key = (id(account), choices)
    terms = _kept.get(key)
    if terms is None:
        terms = _read(fields, account)
        if sum([len(value or "") for value in choices]) <= _KEPT_LETTERS:
            if len(_kept) >= _KEPT_MOST:
                _kept.clear()
            _kept[key] = terms
    return terms


def _read(fields: Fields, account: Account) -> SendingTerms:
    wrong = _outside(fields)
    kind = fields.get("sms_type", "")
    cheap = kind == LOWCOST
    sender = _sender(fields, account, wrong)
    home, abroad = _channels(fields)
    mentions, unmentioned = _mentions(fields, account)
    letter = Letter(
        text="",
        numbers=(),
        sender=sender,
        code=account.short_code or SHORT_CODE,
        quality=LOW if cheap else "",
        weights=COUNTED_BY_137 if account.wish(NAME, "parts_of_137") else COUNTED,
        # Where values make a text longer, only the letter can tell.
        parts_max=1 if cheap and account.wish(NAME, "lowcost_one_part") else 0,
        excess=Excess.refuse,
        hours=Hours.wait,
        opt_out=OptOut.marketing if _is_on(fields, "transactional") else OptOut.always,
        silent_h=LIMITS["silent_h"],
        tell=_tell(account, cheap, _is_on(fields, "with_replies")),
    )
    # LowCost that is to leave at once is not taken where it could not.
    crowd = Crowd.bound_and_up if cheap else Crowd.boundless
    return SendingTerms(account, letter, home, abroad, mentions, unmentioned, crowd, wrong)


def _outside(fields: Fields) -> Wrong:
    """Values outside their lists."""
    wrong: Wrong = {}
    if fields.get("sms_type", "") not in TYPES:
        wrong[Error.no_type] = ""
    for name in SWITCHES:
        if fields.get(name, "") not in SWITCH:
            wrong.setdefault(Error.bad_value, name)
    if fields.get("request_mode", REAL) not in (REAL, SIMULATION):
        wrong.setdefault(Error.bad_value, "request_mode")
    if fields.get("sms_mode", "") not in MODES:
        wrong.setdefault(Error.bad_value, "sms_mode")
    return wrong


def _is_on(fields: Fields, name: str) -> bool:
    return SWITCH.get(fields.get(name, ""), False)


def _sender(fields: Fields, account: Account, wrong: Wrong) -> str:
    """The sender that is shown; '' is the short code. LowCost shows one where it is sound."""
    given = fields.get("sms_sender", "")
    phones = _is_on(fields, "msisdn_sender")
    sound = bool(_SENDER.fullmatch(given) or (phones and _PHONE.fullmatch(given)))
    replied = _is_on(fields, "with_replies")
    if fields.get("sms_type") == LOWCOST:
        allowed = sound and (not account.senders or given in account.senders)
        return given if allowed and not replied else ""
    if not sound:
        wrong[Error.sender] = ""
    return "" if replied else given


def _channels(fields: Fields) -> tuple[Channel, Channel]:
    """To France, and elsewhere."""
    if _is_on(fields, "transactional"):
        return Channel.notification, Channel.notification
    if fields.get("sms_type") == WORLD:
        return Channel.international, Channel.international
    return Channel.marketing, Channel.international


def _mentions(fields: Fields, account: Account) -> tuple[Sequence[str], Error]:
    kind = fields.get("sms_type")
    if _is_on(fields, "transactional"):
        return (), Error.premium_mention
    if kind == PREMIUM:
        return (PREMIUM_MENTION,), Error.premium_mention
    if kind == LOWCOST and account.wish(NAME, "lowcost_mention"):
        return LOWCOST_MENTIONS, Error.lowcost_mention
    return (), Error.lowcost_mention


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

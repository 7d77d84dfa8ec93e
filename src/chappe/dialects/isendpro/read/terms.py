"""What a sending asks for apart from its words and its recipients.

In: the fields, the account. Out: the sender, the time, how its texts are sent, whom to tell.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from chappe.dialects.isendpro.read.texts import Manner
from chappe.dialects.isendpro.read.when import read_date
from chappe.dialects.isendpro.tables.errors import Error
from chappe.dialects.isendpro.tables.paths import LIMITS, NAME, SHORT_CODE
from chappe.words.account import Account
from chappe.words.answer import Wrong
from chappe.words.lifecycle import Event
from chappe.words.order import Channel, Tell, Urls

_SENDER = re.compile("[0-9A-Za-z ]+")
_WHOLE = re.compile("0*([1-9][0-9]*)")
_ON = "1"

Fields = Mapping[str, str]


class CallTerms(NamedTuple):
    """They count only as far as nothing is wrong with them."""

    sender: str  # '' is the code
    code: str  # what replies come to: the short code, or the SMS Azur number
    start: int
    way: Manner


def read_terms(fields: Fields, account: Account, now: int, wrong: Wrong) -> CallTerms:
    """All of them, and what is wrong with each."""
    named = _sender(fields, wrong)
    keeps_stop = fields.get("nostop") != _ON
    if not keeps_stop and not account.wish(NAME, "may_drop_stop"):
        wrong[Error.stop_stays] = ""
    code = account.short_code or SHORT_CODE
    way = Manner(
        wide=fields.get("ucs2") == _ON,
        code=code if named and keeps_stop else "",
        wish=_wish(fields, wrong),
    )
    if not named and fields.get("numAzur") == _ON:
        code = _azur(account) or code
    return CallTerms(named, code, _start(fields, now, wrong), way)


def _sender(fields: Fields, wrong: Wrong) -> str:
    given = fields.get("emetteur")
    if given is None:
        return ""
    if not given.strip():
        wrong[Error.no_sender] = ""
    if not LIMITS["sender_least"] <= len(given) <= LIMITS["sender"]:
        wrong[Error.short_sender] = ""
    if not _SENDER.fullmatch(given):
        wrong[Error.strange_sender] = ""
    elif given.replace(" ", "").isdigit():
        wrong[Error.digits_sender] = ""
    return given


def _azur(account: Account) -> str:
    number: str = account.wish(NAME, "azur") or ""
    return number


def _wish(fields: Fields, wrong: Wrong) -> int:
    """How many SMS a text may be, as far as that is told apart; 0: nothing is said of it."""
    given = fields.get("smslong")
    if given is None:
        return 0
    found = _WHOLE.fullmatch(given.strip())
    if found is None:
        wrong[Error.bad_length] = ""
        return 0
    return int(found[1]) if len(found[1]) == 1 else LIMITS["parts"]


def _start(fields: Fields, now: int, wrong: Wrong) -> int:
    """What is past is at once."""
    given = fields.get("date_envoi")
    if given is None:
        return 0
    start = read_date(given)
    if start is None:
        wrong[Error.bad_date] = ""
    return start if start is not None and start > now else 0


def channel_of(account: Account) -> Channel:
    """Whoever may write at any hour sends notifications, all others advertise."""
    return Channel.notification if account.hours == "any" else Channel.marketing


# whom to tell


def tell_of(account: Account) -> Tell:
    """The end of each message, and replies."""
    urls = _urls(account)
    events = Event.nothing
    if urls.status:
        events |= Event.final | Event.silent
    if urls.reply:
        events |= Event.reply | Event.stop
    return Tell(urls, events)


def replies_to(account: Account) -> Tell:
    """Where replies are told that answer nothing."""
    url = _urls(account).reply
    return Tell(Urls(reply=url), Event.reply | Event.stop if url else Event.nothing)


def _urls(account: Account) -> Urls:
    def url(name: str) -> str:
        return account.wish(NAME, name) or account.callbacks

    return Urls(status=url("receipts_url"), reply=url("replies_url"))

"""Reading: who asks, and what for.

In: requests and mails. Out: `identify` gives an Opened or a Refusal; a reader per action gives an
Order, its rehearsal or a question. Promise: no input raises.
"""

from chappe.dialects.octopush.names import Sending
from chappe.dialects.octopush.read.digest import digest_error
from chappe.dialects.octopush.read.fields import fields_of, mailed_fields
from chappe.dialects.octopush.read.letters import read_letters
from chappe.dialects.octopush.tables import (
    CHOICE,
    IN_JSON,
    LIMITS,
    LOW,
    NAME,
    Error,
)
from chappe.dialects.shape import Opened, chosen
from chappe.words.account import Account, Claim
from chappe.words.answer import Refusal, Wrong
from chappe.words.asked import CreditWanted, Purchase, Rehearsal
from chappe.words.exchange import MAIL, Request
from chappe.words.lifecycle import Reason
from chappe.words.order import Channel, Order
from chappe.words.parameters import TooMany

_FATAL = frozenset({Reason.too_long})
_APART = frozenset({Reason.bad_number, Reason.not_served, Reason.no_quality, Reason.no_route})


def identify(request: Request, action: str) -> Opened[Sending] | Refusal:
    """Open a request or a mail, and find who says that it is theirs."""
    mailed = request.method == MAIL
    try:
        fields = mailed_fields(request.body) if mailed else fields_of(request)
    except TooMany:
        return Refusal(wrong={Error.nothing: "too many parameters"})
    if not fields:
        return Refusal(wrong={Error.nothing: ""})
    login, key = fields.get("user_login", "").strip(), fields.get("api_key", "").strip()
    if not login:
        return Refusal(wrong={Error.no_login: ""})
    if not key:
        return Refusal(wrong={Error.no_key: ""})
    form = "json" if action in IN_JSON else ""
    claim = Claim(login=login, key=key)
    return Opened(claim, Sending(fields, mailed), chosen(action, CHOICE, fields), form)


def read_sms(opened: Opened[Sending], account: Account, now: int) -> Order:
    """One text to all its recipients; those that are wrong stand apart."""
    sending = opened.content
    fields = sending.fields
    wrong: Wrong = {}
    if error := digest_error(fields):
        wrong[error] = ""
    letters = read_letters(sending, account, now, wrong)
    request_id = fields.get("request_id", "")
    return Order(
        dialect=NAME,
        letters=[] if wrong else letters.letters,
        request_id=request_id if len(request_id) <= LIMITS["request_id"] else "",
        apart=_APART,
        fatal=_FATAL,
        crowd=letters.crowd,
        wrong=wrong,
    )


def rehearsed(opened: Opened[Sending], account: Account, now: int) -> Rehearsal:
    """The same, and nothing is sent."""
    return Rehearsal(read_sms(opened, account, now))


def read_balance(opened: Opened[Sending], account: Account, now: int) -> CreditWanted:
    """How many SMS to France the credit pays for, in either quality."""
    qualities = ("", LOW)
    return CreditWanted([Purchase(Channel.marketing, "FR", quality) for quality in qualities])


def read_credit(opened: Opened[Sending], account: Account, now: int) -> CreditWanted:
    """What is left, in euros."""
    return CreditWanted()

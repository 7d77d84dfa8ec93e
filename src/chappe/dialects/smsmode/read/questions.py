"""What is asked beside sending: credit, statuses, lists, replies.

In: what a call says. Out: questions in our words, or a Refusal.
"""

import re

from chappe.dialects.shape import Opened
from chappe.dialects.smsmode.names import A_CREDIT, GivenCall
from chappe.dialects.smsmode.read.numbers import has_digit, read_numbers
from chappe.dialects.smsmode.read.sending import MISSING
from chappe.dialects.smsmode.read.when import read_date
from chappe.dialects.smsmode.tables.errors import Error
from chappe.dialects.smsmode.tables.paths import LIMITS, LOOK_BACK
from chappe.words.account import Account
from chappe.words.answer import Refusal
from chappe.words.asked import (
    CampaignPaged,
    CampaignWanted,
    CreditWanted,
    DeleteWanted,
    OrdersWanted,
    PageWanted,
    RepliesWanted,
)
from chappe.words.clock import MINUTE

_WHOLE = re.compile("[0-9]{1,9}")
_GONE = Refusal(wrong={Error.not_found: ""})
_EVER = 2**62


def read_credit(opened: Opened[GivenCall], account: Account, now: int) -> CreditWanted:
    """In credits, of which one is an SMS to France."""
    return CreditWanted([A_CREDIT])


def read_one(opened: Opened[GivenCall], account: Account, now: int) -> CampaignPaged | Refusal:
    """One sending of the last thirty days."""
    given = opened.content.fields.get("smsID")
    if given is None:
        return MISSING
    order = account.ids.order.number(given)
    return CampaignPaged(CampaignWanted(order, since=now - LOOK_BACK)) if order else _GONE


def read_list(opened: Opened[GivenCall], account: Account, now: int) -> OrdersWanted | Refusal:
    """The newest; those that wait for their time are not among them."""
    page = _page(opened.content)
    return MISSING if page is None else OrdersWanted(page, waiting=False, counted_in=A_CREDIT)


def read_responses(
    opened: Opened[GivenCall], account: Account, now: int
) -> RepliesWanted | Refusal:
    """By page or between two dates, never both."""
    fields = opened.content.fields
    begin, end = fields.get("startDate"), fields.get("endDate")
    if begin is None and end is None:
        page = _page(opened.content)
        return MISSING if page is None else RepliesWanted(0, _EVER, page=page)
    if begin is None or end is None or not {"start", "offset"}.isdisjoint(fields):
        return MISSING
    since, until = read_date(begin), read_date(end)
    if since is None or until is None:
        return MISSING
    return RepliesWanted(since, until + MINUTE, page=PageWanted(LIMITS["listed_most"]))


def read_delete(opened: Opened[GivenCall], account: Account, now: int) -> DeleteWanted | Refusal:
    """One sending, or the last one to a number; its id goes first."""
    fields = opened.content.fields
    if "smsID" in fields:
        order = account.ids.order.number(fields["smsID"])
        return DeleteWanted(order=order) if order else _GONE
    number = read_numbers([fields.get("numero", "")], called=True).numbers[0]
    if number:
        return DeleteWanted(number=number)
    return _GONE if has_digit(fields.get("numero", "")) else MISSING


def _page(asked: GivenCall) -> PageWanted | None:
    """`start` is where it begins, the newest is 0; `offset` is how many."""
    skip = _whole(asked.fields.get("start", "0"))
    most = _whole(asked.fields.get("offset", str(LIMITS["listed"])))
    if skip is None or not most:
        return None
    return PageWanted(min(most, LIMITS["listed_most"]), skip=skip)


def _whole(given: str) -> int | None:
    return int(given) if _WHOLE.fullmatch(given) else None

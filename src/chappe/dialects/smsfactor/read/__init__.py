"""Reading: who asks, and what for.

In: requests. Out: `identify` gives an Opened or a Refusal; a reader per action gives an Order or a
question, or a Refusal with every trouble. Promise: no input raises.
"""

from collections.abc import Callable
from functools import partial
from typing import TypeVar, cast

from chappe.dialects.shape import Opened
from chappe.dialects.smsfactor.names import CallDocument
from chappe.dialects.smsfactor.read.forms import document_of
from chappe.dialects.smsfactor.read.letter import channel_of, read_letter
from chappe.dialects.smsfactor.read.xml import read_xml, read_xml_head
from chappe.dialects.smsfactor.tables import LIMITS, NAME, REFERENCE, ROOTS
from chappe.dialects.smsfactor.tables.refusals import Error
from chappe.words.account import Account, Claim
from chappe.words.answer import Refusal, Wrong
from chappe.words.asked import CampaignWanted, Purchase
from chappe.words.exchange import Request
from chappe.words.lifecycle import Reason
from chappe.words.order import Order

# A country that is not served refuses the whole call; a number that can't be a mobile does not.
_FATAL = frozenset({Reason.not_served, Reason.no_route})


# The document that a vast request holds, read whole.
Rest = Callable[[], CallDocument | Refusal]
T = TypeVar("T")


def identify(request: Request, action: str) -> Opened[CallDocument | Rest] | Refusal:
    """Open a request, and find who says that it is theirs."""
    found = document_of(request)
    if not found.octets:
        return Refusal(wrong={Error.xml: "no XML"})
    root, content_type = ROOTS[action], request.headers.get("content-type", "")
    vast = len(found.octets) > LIMITS["vast"]
    call = (read_xml_head if vast else read_xml)(found, root, content_type)
    if isinstance(call, Refusal):
        return call
    login, password = call.given("username"), call.given("password")
    if not (login and password):
        return Refusal(wrong={Error.login: ""})
    claim = Claim(login=login, secret=password)
    return Opened(claim, partial(read_xml, found, root, content_type) if vast else call)


def reads_on(
    read: Callable[[Opened[CallDocument], Account, int], T],
) -> Callable[[Opened[CallDocument | Rest], Account, int], T | Refusal]:
    """What else is in a vast document is read once it is known who sends it."""

    def read_whole(opened: Opened[CallDocument | Rest], account: Account, now: int) -> T | Refusal:
        if not isinstance(opened.content, CallDocument):
            call = opened.content()
            if isinstance(call, Refusal):
                return call
            opened.content = call
        return read(cast("Opened[CallDocument]", opened), account, now)

    return read_whole


def purchased(account: Account) -> Purchase:
    """Answers to a sending say how many SMS to France are left."""
    return Purchase(channel_of(account), "FR")


def read_send(opened: Opened[CallDocument], account: Account, now: int) -> Order | Refusal:
    """One text to all its recipients, taken or refused as one."""
    wrong: Wrong = {}
    letter = read_letter(opened.content, account, now, wrong)
    if wrong:
        return Refusal(wrong=wrong)
    return Order(dialect=NAME, letters=[letter], fatal=_FATAL)


def read_report(
    opened: Opened[CallDocument], account: Account, now: int
) -> CampaignWanted | Refusal:
    """Which sending: by its ticket. A reference narrows the answer, not the question."""
    call = opened.content
    wrong: Wrong = {}
    if call.wrong:
        wrong[Error.bad_value] = call.wrong
    if len(call.fields.get(REFERENCE, "")) > LIMITS["gsmsmsid"]:
        wrong[Error.too_long] = REFERENCE
    ticket = call.given("ticket")
    if not ticket:
        wrong[Error.missing] = "ticket"
    elif not (ticket.isascii() and ticket.isdigit() and len(ticket) <= LIMITS["ticket"]):
        wrong[Error.ticket] = "ticket"
    return Refusal(wrong=wrong) if wrong else CampaignWanted(order=int(ticket))


__all__ = ["Rest", "identify", "purchased", "read_report", "read_send", "reads_on"]

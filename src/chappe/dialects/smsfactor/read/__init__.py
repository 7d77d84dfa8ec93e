"""Reading: who asks, and what for.

In: requests. Out: `identify` gives an Opened or a Refusal; a reader per action gives an Order or a
question, or a Refusal with every trouble. Promise: no input raises.
"""

from collections.abc import Mapping
from functools import partial

from chappe.dialects.shape import Opened, Reader, first_trouble
from chappe.dialects.smsfactor.read.call import Call
from chappe.dialects.smsfactor.read.forms import document_of
from chappe.dialects.smsfactor.read.letter import Troubles, channel_of, number_at, read_letter
from chappe.dialects.smsfactor.read.xml import read_xml, read_xml_head
from chappe.dialects.smsfactor.tables import LIMITS, NAME, REASONS, REFERENCE, REPORT, ROOTS, SEND
from chappe.words.account import Account, Claim
from chappe.words.answer import Refusal, Trouble
from chappe.words.asked import CampaignWanted, Purchase
from chappe.words.exchange import Request
from chappe.words.lifecycle import Reason
from chappe.words.order import Amiss, Order

# A country that is not served refuses the whole call; a number that can't be a mobile does not.
_FATAL = frozenset({Reason.not_served, Reason.no_route})


def identify(request: Request, action: str) -> Opened | Refusal:
    """Open a request, and find who says that it is his."""
    document = document_of(request)
    if not document:
        return Refusal((Trouble.malformed_xml,), "no XML")
    root, content_type = ROOTS[action], request.headers.get("content-type", "")
    vast = len(document) > LIMITS["vast"]
    call = (read_xml_head if vast else read_xml)(document, root, content_type)
    if isinstance(call, Refusal):
        return call
    login, password = call.given("username"), call.given("password")
    if not (login and password):
        return Refusal((Trouble.no_credentials,))
    rest = partial(read_xml, document, root, content_type)
    return Opened(Claim(login=login, secret=password), rest if vast else call)


def _reads_on(read: Reader) -> Reader:
    """What else is in a vast document is read once it is known who sends it."""

    def read_whole(opened: Opened, account: Account, now: int) -> object:
        if not isinstance(opened.content, Call):
            call = opened.content()
            if isinstance(call, Refusal):
                return call
            opened.content = call
        return read(opened, account, now)

    return read_whole


def counted(action: str, account: Account) -> Purchase | None:
    """Answers to a sending say how many SMS to France are left."""
    return Purchase(channel_of(account), "FR") if action == SEND else None


def read_send(opened: Opened, account: Account, now: int) -> Order | Refusal:
    """One text to all its recipients, taken or refused as one."""
    troubles: Troubles = {}
    letter = read_letter(opened.content, account, now, troubles)
    if troubles:
        return _refused(troubles)
    return Order(dialect=NAME, letters=[letter], amiss=Amiss.keep, fatal=_FATAL)


def read_report(opened: Opened, account: Account, now: int) -> CampaignWanted | Refusal:
    """Which sending: by its ticket. A reference narrows the answer, not the question."""
    call: Call = opened.content
    troubles: Troubles = {}
    if call.wrong:
        troubles[Trouble.bad_value] = call.wrong
    if len(call.fields.get(REFERENCE, "")) > LIMITS["gsmsmsid"]:
        troubles[Trouble.too_long] = REFERENCE
    ticket = call.given("ticket")
    if not ticket:
        troubles[Trouble.missing] = "ticket"
    elif not (ticket.isascii() and ticket.isdigit() and len(ticket) <= LIMITS["ticket"]):
        troubles[Trouble.not_found] = "ticket"
    return _refused(troubles) if troubles else CampaignWanted(order=int(ticket))


def _refused(troubles: Troubles) -> Refusal:
    whole = Refusal(tuple(troubles))
    return Refusal(whole.troubles, troubles[first_trouble(whole, REASONS)])


READERS: Mapping[str, Reader] = {SEND: _reads_on(read_send), REPORT: _reads_on(read_report)}

__all__ = ["READERS", "counted", "identify", "number_at"]

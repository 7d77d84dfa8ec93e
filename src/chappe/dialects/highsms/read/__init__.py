"""Reading: who asks, and what for.

In: requests. Out: `identify` gives an Opened or a Refusal; a reader per action gives an Order or a
question, or a Refusal with every trouble. Promise: no input raises.
"""

from collections.abc import Mapping

from chappe.dialects.highsms.read.call import Push
from chappe.dialects.highsms.read.document import (
    Step,
    Unread,
    open_json,
    open_xml,
    reads_on,
    with_beside,
)
from chappe.dialects.highsms.read.flat import letters_of, read_fields, read_flat
from chappe.dialects.highsms.read.forms import XML, document_of, parameters_of
from chappe.dialects.highsms.read.letter import read_letter
from chappe.dialects.highsms.read.order import order_of
from chappe.dialects.highsms.read.questions import (
    read_answers,
    read_cancel,
    read_clicks,
    read_credit,
    read_push_status,
    read_sms_status,
)
from chappe.dialects.highsms.read.signed import SignedCall, signed
from chappe.dialects.highsms.read.terms import Troubles, switch
from chappe.dialects.highsms.tables import (
    ANSWERS,
    CAMPAIGN,
    CAMPAIGN_CANCEL,
    CAMPAIGN_CREDIT,
    CAMPAIGN_SMS,
    CAMPAIGN_STATUS,
    CLICKS,
    CONTACT_LIST,
    CREDITS,
    LIMITS,
    PUSH_STATUS,
    REASONS,
    SMS_STATUS,
    SUBMIT,
)
from chappe.dialects.shape import Opened, Reader, first_trouble
from chappe.words.account import Account, Claim
from chappe.words.answer import Refusal, Trouble
from chappe.words.asked import CancelWanted
from chappe.words.exchange import Request
from chappe.words.form import TooMany
from chappe.words.order import Order

TEXT, JSON = "text", "json"


def form_of(request: Request) -> str:
    """The form of a request: what asks in JSON is answered so."""
    return JSON if document_of(request) not in (b"", XML) else TEXT


def identify(request: Request, action: str) -> Opened | Refusal:
    """Open a request, and find who says that it is his."""
    if action == CONTACT_LIST:
        return Refusal((Trouble.unknown_action,), "contact_list is not developed")
    try:
        step = _OPENERS[action](request)
    except TooMany:
        return Refusal((Trouble.bad_value,), "too many parameters")
    if isinstance(step, Refusal):
        return step
    fields = step.fields if isinstance(step, Push | Unread) else step
    claim = _claim(fields, request.headers)
    if claim is None:
        return Refusal((Trouble.no_credentials,))
    form, given = form_of(request), fields.get("hmac", "")
    if not given:
        return Opened(claim, step, form)
    in_documents = action in _DOCUMENTED
    return SignedCall(claim, step, form, given, request=request, in_documents=in_documents)


def _claim(fields: Mapping[str, str], headers: Mapping[str, str]) -> Claim | None:
    """By token, then the login may stand alone; else by login and password."""
    login = fields.get("accountid", "")
    if token := headers.get("x-auth-token", "").strip():
        return Claim(login=login, key=token, key_kind="token")
    password = fields.get("password", "")
    return Claim(login=login, secret=password) if login and password else None


def _open_submit(request: Request) -> Step:
    """Any of the five forms: a raw document, one in a variable, or flat parameters."""
    if document := document_of(request):
        return open_xml(request.body) if document == XML else open_json(request.body)
    given = _given(request)
    # A document in a variable may have its signature in another one.
    beside = {"hmac": letters_of(given[b"hmac"])} if b"hmac" in given else {}
    if b"xml" in given:
        return with_beside(open_xml(given[b"xml"]), beside)
    if b"json" in given:
        return with_beside(open_json(given[b"json"]), beside)
    return read_flat(given)


def _given(request: Request) -> dict[bytes, bytes]:
    """Parameters as bytes: the body wins over the query, the last of two, and none is empty."""
    return {name: value for name, value in parameters_of(request) if value}


def _open_campaign(request: Request) -> Step:
    return open_json(request.body)


def _open_question(request: Request) -> dict[str, str] | Refusal:
    return read_fields(_given(request))


_OPENERS = {
    SUBMIT: _open_submit,
    CAMPAIGN: _open_campaign,
    CAMPAIGN_CANCEL: _open_campaign,
    **dict.fromkeys(
        (
            CAMPAIGN_STATUS,
            CAMPAIGN_SMS,
            CAMPAIGN_CREDIT,
            SMS_STATUS,
            PUSH_STATUS,
            ANSWERS,
            CLICKS,
            CREDITS,
        ),
        _open_question,
    ),
}

# The doors that take XML or JSON as the whole body.
_DOCUMENTED = frozenset({SUBMIT, CAMPAIGN, CAMPAIGN_CANCEL})


def read_submit(opened: Opened, account: Account, now: int) -> Order | CancelWanted | Refusal:
    """A push on the legacy door, which also knows calls that send nothing."""
    push: Push = opened.content
    if "action" in push.fields:
        return read_cancel(opened, account, now)
    return read_campaign(opened, account, now)


def read_campaign(opened: Opened, account: Account, now: int) -> Order | Refusal:
    """A push with all its messages, taken or refused as one."""
    push: Push = opened.content
    refusal = signed(opened, account) or _oversized(push)
    if refusal is not None:
        return refusal
    troubles: Troubles = {}
    letters = [read_letter(push, said, account, now, troubles) for said in push.messages]
    lone = push.recipients == 1 and not switch(push, "noone", troubles)
    if troubles:
        whole = Refusal(tuple(troubles))
        return Refusal(whole.troubles, troubles[first_trouble(whole, REASONS)])
    start = min([letter.start for letter in letters])
    is_one = lone and letters[0].opens < 0
    return order_of(push, letters, start, is_one)


def _oversized(push: Push) -> Refusal | None:
    if push.recipients > LIMITS["recipients"]:
        return Refusal((Trouble.too_many,), f"more than {LIMITS['recipients']}")
    if push.params > LIMITS["params_in_all"]:
        return Refusal((Trouble.bad_value,), "too many param")
    if not push.messages:
        return Refusal((Trouble.missing,), "message")
    return None


READERS: Mapping[str, Reader] = {
    SUBMIT: reads_on(read_submit),
    CAMPAIGN: reads_on(read_campaign),
    CAMPAIGN_CANCEL: reads_on(read_cancel),
    CAMPAIGN_STATUS: read_push_status,
    CAMPAIGN_SMS: read_sms_status,
    CAMPAIGN_CREDIT: read_credit,
    SMS_STATUS: read_sms_status,
    PUSH_STATUS: read_push_status,
    ANSWERS: read_answers,
    CLICKS: read_clicks,
    CREDITS: read_credit,
}

__all__ = ["JSON", "READERS", "TEXT", "form_of", "identify", "letters_of"]

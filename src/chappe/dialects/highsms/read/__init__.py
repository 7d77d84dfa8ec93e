"""Reading: who asks, and what for.

In: requests. Out: `identify` gives an Opened or a Refusal; a reader per action gives an Order or a
question, or a Refusal with every trouble. Promise: no input raises.
"""

from collections.abc import Mapping

from chappe.dialects.highsms.names import XML, document_of, form_of
from chappe.dialects.highsms.read.call import Push
from chappe.dialects.highsms.read.document import (
    Step,
    Unread,
    open_json,
    open_xml,
    with_beside,
)
from chappe.dialects.highsms.read.flat import letters_of, parameters_of, read_fields, read_flat
from chappe.dialects.highsms.read.letter import order_of, read_letter
from chappe.dialects.highsms.read.signed import SignedCall, signed
from chappe.dialects.highsms.read.terms import switch
from chappe.dialects.highsms.tables.limits import LIMITS
from chappe.dialects.highsms.tables.paths import (
    ANSWERS,
    CAMPAIGN,
    CAMPAIGN_CANCEL,
    CAMPAIGN_CREDIT,
    CAMPAIGN_SMS,
    CAMPAIGN_STATUS,
    CHOICE,
    CLICKS,
    CONTACT_LIST,
    CREDITS,
    PUSH_STATUS,
    SMS_STATUS,
    SUBMIT,
)
from chappe.dialects.highsms.tables.refusals import Error
from chappe.dialects.shape import Opened, chosen
from chappe.words.account import Account, Claim
from chappe.words.answer import Refusal, Wrong
from chappe.words.exchange import Request
from chappe.words.order import Letter, Order
from chappe.words.parameters import TooMany


def identify(request: Request, action: str) -> Opened[Push | Unread | dict[str, str]] | Refusal:
    """Open a request, and find who says that it is theirs."""
    if action == CONTACT_LIST:
        return Refusal(wrong={Error.path: "contact_list is not developed"})
    try:
        step = _OPENERS[action](request)
    except TooMany:
        return Refusal(wrong={Error.bad_value: "too many parameters"})
    if isinstance(step, Refusal):
        return step
    fields = step.fields if isinstance(step, Push | Unread) else step
    claim = _claim(fields, request.headers)
    if claim is None:
        return Refusal(wrong={Error.password: ""})
    form, given, named = form_of(request), fields.get("hmac", ""), chosen(action, CHOICE, fields)
    if not given:
        return Opened(claim, step, named, form)
    in_documents = action in _DOCUMENTED
    return SignedCall(claim, step, named, form, given, request=request, in_documents=in_documents)


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


def read_campaign(opened: Opened[Push], account: Account, now: int) -> Order | Refusal:
    """A push with all its messages, taken or refused as one."""
    push = opened.content
    refusal = signed(opened, account) or _unfit(push)
    if refusal is not None:
        return refusal
    wrong: Wrong = {}
    letters: list[Letter] = []
    push.messages.reverse()
    while push.messages:  # what was read goes, so that ten thousand are not held twice
        letters.append(read_letter(push, push.messages.pop(), account, now, wrong))
    lone = push.recipients == 1 and not switch(push, "noone", wrong)
    if wrong:
        return Refusal(wrong=wrong)
    start = min([letter.start for letter in letters])
    is_one = lone and letters[0].opens < 0
    return order_of(push, letters, start, is_one)


def _unfit(push: Push) -> Refusal | None:
    """What keeps a call from being a push at all."""
    if "action" in push.fields:
        return Refusal(wrong={Error.unsupported: "action"})
    if push.recipients > LIMITS["recipients"]:
        return Refusal(wrong={Error.too_many: f"more than {LIMITS['recipients']}"})
    if push.params > LIMITS["params_in_all"]:
        return Refusal(wrong={Error.bad_value: "too many param"})
    if not push.messages:
        return Refusal(wrong={Error.missing: "message"})
    return None

"""Reading: who asks, and what for.

In: requests. Out: `identify` gives an Opened or a Refusal; a reader per action gives an Order or a
question, or a Refusal with every trouble. Promise: no input raises.
"""

import re
from collections.abc import Mapping

from chappe.dialects.highsms.read.call import Push
from chappe.dialects.highsms.read.flat import letters_of, read_fields, read_flat
from chappe.dialects.highsms.read.json import read_json
from chappe.dialects.highsms.read.letter import read_letter
from chappe.dialects.highsms.read.terms import Troubles, switch
from chappe.dialects.highsms.read.xml import read_xml
from chappe.dialects.highsms.tables import (
    CAMPAIGN,
    CAMPAIGN_STATUS,
    CONTACT_LIST,
    LIMITS,
    NAME,
    REASONS,
    SUBMIT,
)
from chappe.dialects.shape import Opened, Reader, first_trouble
from chappe.words.account import Account, Claim
from chappe.words.answer import Refusal, Trouble
from chappe.words.asked import CampaignWanted
from chappe.words.exchange import Request
from chappe.words.form import TooMany, form_pairs, query_pairs
from chappe.words.order import Amiss, Order

TEXT, JSON = "text", "json"
_OPENING = re.compile(rb"(?:\xef\xbb\xbf)?\s*([{\[<])")
_TOLD = ("name", "userdata")
_NUMBER_MAX = (1 << 63) - 1


def form_of(request: Request) -> str:
    """The form of a request: what asks in JSON is answered so."""
    opening = _OPENING.match(request.body) if request.body else None
    return JSON if opening and opening[1] != b"<" else TEXT


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
    fields = step.fields if isinstance(step, Push) else step
    claim = _claim(fields, request.headers)
    if claim is None:
        return Refusal((Trouble.no_credentials,))
    return Opened(claim, step, form_of(request))


def _claim(fields: Mapping[str, str], headers: Mapping[str, str]) -> Claim | None:
    """By token, then the login may stand alone; else by login and password."""
    login = fields.get("accountid", "")
    if token := headers.get("x-auth-token", "").strip():
        return Claim(login=login, key=token, key_kind="token")
    password = fields.get("password", "")
    return Claim(login=login, secret=password) if login and password else None


def _open_submit(request: Request) -> Push | Refusal:
    """Any of the five forms: a raw document, one in a variable, or flat parameters."""
    opening = _OPENING.match(request.body) if request.body else None
    if opening is not None:
        return read_xml(request.body) if opening[1] == b"<" else read_json(request.body)
    given = _given(request)
    if b"xml" in given:
        return read_xml(given[b"xml"])
    if b"json" in given:
        return read_json(given[b"json"])
    return read_flat(given)


def _given(request: Request) -> dict[bytes, bytes]:
    """Parameters as bytes: the body wins over the query, the last of two, and none is empty."""
    pairs = query_pairs(request.query)
    if request.body:
        pairs += form_pairs(request)
    return {name: value for name, value in pairs if value}


def _open_campaign(request: Request) -> Push | Refusal:
    return read_json(request.body)


def _open_status(request: Request) -> dict[str, str] | Refusal:
    return read_fields(_given(request))


_OPENERS = {
    SUBMIT: _open_submit,
    CAMPAIGN: _open_campaign,
    CAMPAIGN_STATUS: _open_status,
}


def read_submit(opened: Opened, account: Account, now: int) -> Order | Refusal:
    """A push on the legacy door, which also knows calls that send nothing."""
    push: Push = opened.content
    if "action" in push.fields:
        return Refusal((Trouble.unsupported,), "action")
    return read_campaign(opened, account, now)


def read_campaign(opened: Opened, account: Account, now: int) -> Order | Refusal:
    """A push with all its messages, taken or refused as one."""
    push: Push = opened.content
    refusal = _unsigned(push, opened.claim, account) or _oversized(push)
    if refusal is not None:
        return refusal
    troubles: Troubles = {}
    letters = [read_letter(push, said, account, now, troubles) for said in push.messages]
    lone = push.recipients == 1 and not switch(push, "noone", troubles)
    if troubles:
        whole = Refusal(tuple(troubles))
        return Refusal(whole.troubles, troubles[first_trouble(whole, REASONS)])
    fields = push.fields
    facts = {name: fields[name] for name in _TOLD if name in fields}
    start = min([letter.start for letter in letters])
    if start:
        facts["start"] = str(start)
    elif lone and letters[0].opens < 0 and not letters[0].start:
        facts["one"] = "1"
    return Order(
        dialect=NAME,
        letters=letters,
        reference=fields.get("ret_id", ""),
        amiss=Amiss.keep,
        facts=facts,
    )


def _unsigned(push: Push, claim: Claim, account: Account) -> Refusal | None:
    """Signatures can't be proved yet; so whoever gives or demands one is turned away."""
    wanted = account.wish(NAME, "hmac", "off")
    by_token = bool(claim.key) and account.wish(NAME, "token_needs_hmac", False)
    if wanted == "required" or by_token or (wanted == "optional" and "hmac" in push.fields):
        return Refusal((Trouble.bad_signature,))
    return None


def _oversized(push: Push) -> Refusal | None:
    if push.recipients > LIMITS["recipients"]:
        return Refusal((Trouble.too_many,), f"more than {LIMITS['recipients']}")
    if not push.messages:
        return Refusal((Trouble.missing,), "message")
    return None


def read_campaign_status(opened: Opened, account: Account, now: int) -> CampaignWanted | Refusal:
    """Which push: by its number, or by the caller's own reference."""
    fields: Mapping[str, str] = opened.content
    number, reference = fields.get("push_id", ""), fields.get("ret_id", "")
    if not (number or reference):
        return Refusal((Trouble.missing,), "push_id")
    if not number:
        return CampaignWanted(reference=reference)
    known = number.isascii() and number.isdigit() and int(number[:20]) <= _NUMBER_MAX
    return CampaignWanted(order=int(number[:20])) if known else Refusal((Trouble.not_found,))


READERS: Mapping[str, Reader] = {
    SUBMIT: read_submit,
    CAMPAIGN: read_campaign,
    CAMPAIGN_STATUS: read_campaign_status,
}

__all__ = ["JSON", "READERS", "TEXT", "form_of", "identify", "letters_of"]

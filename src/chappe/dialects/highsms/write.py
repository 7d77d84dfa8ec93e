"""Writing: receipts, campaigns and refusals, as HighSMS words them.

In: the engine's answers. Out: responses. The legacy doors answer in the account's form, or in the
request's where no account is proved; the REST doors always in JSON.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from chappe.dialects.highsms.read import JSON, TEXT, form_of
from chappe.dialects.highsms.tables import (
    CAMPAIGN,
    CAMPAIGN_STATUS,
    HINTS,
    NAME,
    REASONS,
    REST,
    STATUS,
    SUBMIT,
    Status,
)
from chappe.dialects.shape import Opened, Writer, first_trouble
from chappe.words import paris
from chappe.words.account import Account
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.exchange import Request, Response
from chappe.words.found import Campaign
from chappe.words.lifecycle import State
from chappe.words.news import Message

_JSON_TYPE = "application/json"
_COUNTERS = ("net_error", "waiting", "npai", "expired", "other", "received")
_ENCODER = msgspec.json.Encoder()
_REASON_BITS = 8


def write_submit(answer: Receipt, opened: Opened, account: Account) -> Response:
    """The number alone, or in JSON where the account likes that."""
    if account.wish(NAME, "answers", TEXT) == JSON:
        return write_campaign(answer, opened, account)
    return Response(str(answer.order).encode())


def write_campaign(answer: Receipt, opened: Opened, account: Account) -> Response:
    """push_id and one_id are both the order's number."""
    return Response(b'{"status":"success","data":{"id":%d}}' % answer.order, _JSON_TYPE)


def write_campaign_status(answer: Campaign, opened: Opened, account: Account) -> Response:
    """One entry per message, and their sum."""
    planned = int(answer.facts.get("start", 0)) or answer.at
    entries, counts = _entries(answer.messages, planned)
    first = answer.messages[0] if answer.messages else None
    found = {
        "push_id": answer.id,
        "ret_id": answer.reference,
        "sender": (first.sender or first.code) if first else "",
        "userdata": answer.facts.get("userdata", ""),
        "summary": {
            "send_date": _stamp(planned),
            "total_message": len(entries),
            "total_sms": sum(message.parts for message in answer.messages),
            **{name: counts[name] for name in _COUNTERS},
        },
        "message": entries,
    }
    return _json({"status": "success", "data": found})


def _entries(
    messages: Sequence[Message], planned: int
) -> tuple[list[dict[str, Any]], Counter[str]]:
    """Their words and times are few and their number may be great: each is looked up once."""
    words: dict[int, Status] = {}
    stamps: dict[int, str] = {}
    counts: Counter[str] = Counter()
    entries = []
    for message in messages:
        kind = message.state << _REASON_BITS | message.reason
        status = words.get(kind)
        if status is None:
            status = words[kind] = STATUS[message.state, message.reason]
        counts[status.counter] += 1
        at = message.due if message.state is State.scheduled else message.sent_at or planned
        number = str(message.number) if message.number else message.given.removeprefix("+")
        entries.append(
            {
                "send_date": stamps.get(at) or stamps.setdefault(at, _stamp(at)),
                "number": number,
                "status": status.shown,
                "status_update": stamps.get(message.at)
                or stamps.setdefault(message.at, _stamp(message.at)),
                "ret_id": message.ref,
                "text": message.text,
                "nb_sms": message.parts,
                "error_status": status.error,
            }
        )
    return entries, counts


def _stamp(at: int) -> str:
    return paris.stamp(at, paris.DASHED_MINUTES)


WRITERS: Mapping[str, Writer] = {
    SUBMIT: write_submit,
    CAMPAIGN: write_campaign,
    CAMPAIGN_STATUS: write_campaign_status,
}


def write_refused(
    refusal: Refusal,
    action: str,
    request: Request,
    opened: Opened | None,
    account: Account | None,
) -> Response:
    """The word first, then a blank and a hint; one word alone in `detail` where the HMAC is it."""
    trouble = first_trouble(refusal, REASONS)
    word = REASONS[trouble]
    said = _hinted(word.word, trouble, refusal)
    if action not in REST and _form(request, opened, account) == TEXT:
        body = (word.text or said).encode("iso-8859-1", "replace")
        return Response(body, status=word.status)
    if trouble is Trouble.bad_signature:
        return _json({"status": "error", "detail": word.word}, word.status)
    return _json({"status": "error", "data": {"error": said}}, word.status)


def _hinted(word: str, trouble: Trouble, refusal: Refusal) -> str:
    hint = refusal.detail if trouble in refusal.troubles else ""
    hint = hint or HINTS.get(trouble, "")
    return f"{word} {hint}" if hint else word


def _form(request: Request, opened: Opened | None, account: Account | None) -> str:
    if account is not None:
        form: str = account.wish(NAME, "answers", TEXT)
        return form
    return opened.form if opened is not None else form_of(request)


def _json(value: Any, status: int = 200) -> Response:
    return Response(_ENCODER.encode(value), _JSON_TYPE, status)

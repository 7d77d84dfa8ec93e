"""Writing: what was sent, how it stands, and refusals, as SMSFactor words them.

In: the engine's answers. Out: responses in XML, UTF-8, without a declaration. What the provider's
own sentence leaves no place for stands in a comment behind the document.
"""

import re
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape

from chappe.dialects.shape import Opened, first_error
from chappe.dialects.smsfactor.names import CallDocument, number_at
from chappe.dialects.smsfactor.tables import (
    DONE,
    ERRORS,
    REFERENCE,
    REFUSALS,
    REPORT,
    STATUS,
    Word,
)
from chappe.words.account import Account
from chappe.words.answer import Receipt, Refusal
from chappe.words.exchange import Request, Response
from chappe.words.found import Campaign

_TYPE = "text/xml; charset=UTF-8"
# What a comment can't hold, or would better not.
_UNFIT = re.compile(r"[^\x20-\x7e]|-(?=-)|-$|[<>&]")
# An attribute's line breaks and tabs would be read as blanks.
_QUOTED: Mapping[str, str] = {'"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
_REASON_BITS = 8
_NO_BOUND = "999999"


def write_send(answer: Receipt, opened: Opened[CallDocument], account: Account) -> Response:
    """The ticket is the order's number."""
    return _xml(DONE, _sent(str(answer.order), opened))


def _sent(ticket: str, opened: Opened[object] | None) -> str:
    """Nothing where it is not known whose it is. A client that stops at 0 must go on where there is
    no bound."""
    left = opened.left if opened is not None else None
    credits = "" if left is None else _NO_BOUND if left < 0 else str(left)
    return f"<ticket>{ticket}</ticket><credits>{credits}</credits>"


def write_report(answer: Campaign, opened: Opened[CallDocument], account: Account) -> Response:
    """One `gsm` per message, in the order sent."""
    return _xml(DONE, "".join(_gsms(answer, opened.content)))


def _gsms(answer: Campaign, call: CallDocument) -> Iterator[str]:
    """Their statuses are few and their number may be great: each is looked up once."""
    wanted = call.fields.get(REFERENCE, "")
    words: dict[int, str] = {}
    for message in answer.messages:
        if wanted and message.ref != wanted:
            continue
        kind = message.state << _REASON_BITS | message.reason
        word = words.get(kind)
        if word is None:
            word = words[kind] = STATUS[message.state, message.reason]
        ref = escape(message.ref, _QUOTED) if message.ref else ""
        yield f'<gsm number="{message.number}" {REFERENCE}="{ref}">{word}</gsm>'


def write_refused(
    refusal: Refusal,
    action: str,
    request: Request,
    opened: Opened[object] | None,
    account: Account | None,
) -> Response:
    """The same elements as an answer, without a ticket."""
    error, hint = first_error(refusal, ERRORS, REFUSALS)
    word = ERRORS[error]
    detail = hint or _number(refusal, error, opened) or word.element
    told = word._replace(message=word.message.format(detail))
    remark = detail if told.message == word.message else ""
    return _xml(told, "" if action == REPORT else _sent("", opened), remark)


def _number(refusal: Refusal, error: str, opened: Opened[object] | None) -> str:
    """The first recipient that the refusal is about, where it is about recipients."""
    fatal = {trouble for trouble in refusal.troubles if REFUSALS[trouble] == error}
    places = [place for place, one in refusal.recipients.items() if one in fatal]
    call = opened.content if opened is not None else None
    return number_at(min(places), call.numbers) if places and isinstance(call, CallDocument) else ""


def _xml(word: Word, more: str, remark: str = "") -> Response:
    """A remark is a comment behind the document: it changes nothing for who reads the document."""
    message = escape(word.message)
    body = f"<response><status>{word.status}</status><message>{message}</message>{more}</response>"
    if remark:
        body += f"<!-- {_UNFIT.sub('?', remark)} -->"
    return Response(body.encode(), _TYPE, word.http)

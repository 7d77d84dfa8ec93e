"""Refusals, as HighSMS words them.

In: a refusal, and how far the request came. Out: a response. The legacy doors answer in the
account's form, or in the request's where no account is proved; what answers JSON alone refuses so.
"""

from chappe.dialects.highsms.read import TEXT, form_of
from chappe.dialects.highsms.read.call import Push
from chappe.dialects.highsms.read.document import Unread
from chappe.dialects.highsms.tables import CANCEL, HINTS, NAME, REASONS, REST
from chappe.dialects.highsms.write.forms import json
from chappe.dialects.shape import Opened, first_trouble
from chappe.words.account import Account
from chappe.words.answer import Refusal, Trouble
from chappe.words.exchange import Request, Response


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
    said = in_words(refusal)
    if action not in REST and _form(request, opened, account) == TEXT:
        body = (word.text or said).encode("iso-8859-1", "replace")
        return Response(body, status=word.status)
    if trouble is Trouble.bad_signature:
        return json({"status": "error", "detail": word.word}, word.status)
    return json({"status": "error", "data": {"error": said}}, word.status)


def in_words(refusal: Refusal) -> str:
    """The word, then perhaps a blank and a hint."""
    trouble = first_trouble(refusal, REASONS)
    word = REASONS[trouble].word
    hint = refusal.detail if trouble in refusal.troubles else ""
    hint = hint or HINTS.get(trouble, "")
    return f"{word} {hint}" if hint else word


def _form(request: Request, opened: Opened | None, account: Account | None) -> str:
    if account is not None and not _cancels(opened):
        form: str = account.wish(NAME, "answers", TEXT)
        return form
    if account is not None:
        return ""
    return opened.form if opened is not None else form_of(request)


def _cancels(opened: Opened | None) -> bool:
    """Whether it is a call of the legacy door that is always answered in JSON."""
    content = opened.content if opened is not None else None
    return isinstance(content, Push | Unread) and content.fields.get("action") == CANCEL

"""Refusals, as HighSMS words them.

In: a refusal, and how far the request came. Out: a response. The legacy doors answer in the
account's form, or in the request's where no account is proved; what answers JSON alone refuses so.
"""

from chappe.dialects.highsms.names import JSON, LATIN, TEXT, encoded, form_of
from chappe.dialects.highsms.tables.paths import NAME, REST, SUBMIT_CANCEL
from chappe.dialects.highsms.tables.refusals import ERRORS, REFUSALS, Error
from chappe.dialects.highsms.write.forms import json
from chappe.dialects.shape import Opened, first_error
from chappe.words.account import Account
from chappe.words.answer import Refusal
from chappe.words.exchange import Request, Response


def write_refused(
    refusal: Refusal,
    action: str,
    request: Request,
    opened: Opened[object] | None,
    account: Account | None,
) -> Response:
    """The word first, then a blank and a hint; one word alone in `detail` where the HMAC is it."""
    error, _ = first_error(refusal, ERRORS, REFUSALS)
    word = ERRORS[error]
    said = in_words(refusal)
    if action not in REST and _form(action, request, opened, account) == TEXT:
        return Response(encoded(word.text or said, LATIN), status=word.status)
    if error == Error.signature:
        return json({"status": "error", "detail": word.word}, word.status)
    return json({"status": "error", "data": {"error": said}}, word.status)


def in_words(refusal: Refusal) -> str:
    """The word, then perhaps a blank and a hint."""
    error, hint = first_error(refusal, ERRORS, REFUSALS)
    word = ERRORS[error]
    hint = hint or word.hint
    return f"{word.word} {hint}" if hint else word.word


def _form(
    action: str, request: Request, opened: Opened[object] | None, account: Account | None
) -> str:
    if account is not None:
        # Whoever calls off is answered in JSON once it is known who they are.
        form: str = JSON if action == SUBMIT_CANCEL else account.wish(NAME, "answers", TEXT)
        return form
    return opened.form if opened is not None else form_of(request)

"""Refusals: a code, and the sentence that the call has for it.

In: a refusal. Out: a response.
"""

from chappe.dialects.shape import Opened, first_error
from chappe.dialects.smsmode.names import GivenCall
from chappe.dialects.smsmode.tables.errors import ERRORS, IN_CALL, REFUSALS, UNPROVED, sentence
from chappe.dialects.smsmode.tables.paths import AUTHORISE
from chappe.dialects.smsmode.write.authorised import write_no_key
from chappe.dialects.smsmode.write.forms import coded
from chappe.words.account import Account
from chappe.words.answer import Refusal
from chappe.words.exchange import Request, Response


def write_refused(
    refusal: Refusal,
    action: str,
    request: Request,
    opened: Opened[GivenCall] | None,
    account: Account | None,
) -> Response:
    """The first of all that is wrong."""
    error = first_error(refusal, ERRORS, REFUSALS).error
    code = ERRORS[IN_CALL.get((action, error), error)]
    if action == AUTHORISE:
        return write_no_key(code, sentence(action, code), is_proved=error not in UNPROVED)
    return coded(action, code)

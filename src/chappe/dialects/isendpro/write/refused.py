"""Refusals: one for all that was asked; or, where it is numbers that are wrong, one for each.

In: a refusal. Out: a response.
"""

from chappe.dialects.isendpro.names import Asked
from chappe.dialects.isendpro.tables.errors import ERRORS, LATE, REFUSALS
from chappe.dialects.isendpro.write.forms import answer, told
from chappe.dialects.isendpro.write.sent import errors_of, sentence, write_wrong
from chappe.dialects.shape import Opened, first_error
from chappe.words.account import Account
from chappe.words.answer import Refusal
from chappe.words.exchange import Request, Response


def write_refused(
    refusal: Refusal,
    action: str,
    request: Request,
    opened: Opened[Asked] | None,
    account: Account | None,
) -> Response:
    """The first of all that is wrong."""
    asked = opened.content if opened is not None else None
    of_numbers = errors_of(refusal.recipients, refusal.recipients_wrong)
    if asked is not None and of_numbers and not asked.directory:
        error = _of_all(refusal)
        are_all_wrong = len(of_numbers) == len(asked.places)
        if error is None or (error in LATE and are_all_wrong):
            return write_wrong(asked, of_numbers)
    else:
        error = first_error(refusal, ERRORS, REFUSALS).error
    return answer(told(sentence(error, asked)))


def _of_all(refusal: Refusal) -> str | None:
    """The first of what is wrong, whichever the number; None where nothing is."""
    of_numbers = set(refusal.recipients.values())
    ours = tuple(trouble for trouble in refusal.troubles if trouble not in of_numbers)
    if not (ours or refusal.wrong):
        return None
    return first_error(Refusal(ours, wrong=refusal.wrong), ERRORS, REFUSALS).error

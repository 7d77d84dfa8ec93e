"""Writing. In: a receipt, or a refusal. Out: lines, or a status."""

from collections.abc import Mapping

from chappe.dialects.shape import Opened, first_error
from chappe.words.account import Account
from chappe.words.answer import Receipt, Refusal
from chappe.words.exchange import Request, Response
from tests.conformance.kiosk.tables import ERRORS, REFUSALS


def write_send(receipt: Receipt, opened: Opened[Mapping[str, str]], account: Account) -> Response:
    rows = [f"{it.message} {it.trouble.name if it.trouble else it.parts}" for it in receipt.fates()]
    return Response("\n".join([f"{receipt.order} {receipt.cost}", *rows]).encode())


def write_refused(
    refusal: Refusal,
    action: str,
    request: Request,
    opened: Opened[Mapping[str, str]] | None,
    account: Account | None,
) -> Response:
    return Response(b"", status=ERRORS[first_error(refusal, ERRORS, REFUSALS).error])

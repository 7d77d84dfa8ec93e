"""What was done: a push taken, campaigns called off.

In: receipts, and what was cancelled. Out: responses. The legacy door answers a push in the
account's form; a cancellation is answered in JSON on whatever door it came.
"""

from chappe.dialects.highsms.read import JSON, TEXT
from chappe.dialects.highsms.tables import NAME
from chappe.dialects.highsms.write.forms import JSON_TYPE, success
from chappe.dialects.shape import Opened
from chappe.words.account import Account
from chappe.words.answer import Receipt
from chappe.words.exchange import Response
from chappe.words.found import Cancelled


def write_submit(answer: Receipt, opened: Opened[object], account: Account) -> Response:
    """The number alone, or in JSON where the account likes that."""
    if account.wish(NAME, "answers", TEXT) == JSON:
        return write_campaign(answer, opened, account)
    return Response(str(answer.order).encode())


def write_campaign(answer: Receipt, opened: Opened[object], account: Account) -> Response:
    """push_id and one_id are both the order's number."""
    return Response(b'{"status":"success","data":{"id":%d}}' % answer.order, JSON_TYPE)


def write_cancelled(answer: Cancelled, opened: Opened[object], account: Account) -> Response:
    """The number of pushes, not of messages."""
    return success({"nb_canceled": answer.orders})

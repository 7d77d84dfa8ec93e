"""Answers of sMsmode that are a code and a sentence, and the credit.

In: what the engine did. Out: responses.
"""

from chappe.dialects.shape import Opened
from chappe.dialects.smsmode.names import GivenCall
from chappe.dialects.smsmode.tables.errors import ACCEPTED
from chappe.dialects.smsmode.tables.paths import CHILD, CONTACT, DELETE, NO_CHILD, SEND, TRANSFER
from chappe.dialects.smsmode.write.forms import coded, text
from chappe.words.account import Account
from chappe.words.answer import Receipt
from chappe.words.book import Changed
from chappe.words.exchange import Response
from chappe.words.family import ClosedChild, MadeChild, Transferred
from chappe.words.found import Credit, Deleted

_CREDIT_DECIMALS = 4


def write_sent(receipt: Receipt, opened: Opened[GivenCall], account: Account) -> Response:
    return coded(SEND, ACCEPTED, account.ids.order.code(receipt.order))


def write_credit(credit: Credit, opened: Opened[GivenCall], account: Account) -> Response:
    return text(credit.bought[0].units(_CREDIT_DECIMALS, 1))


def write_contact(changed: Changed, opened: Opened[GivenCall], account: Account) -> Response:
    return coded(CONTACT, ACCEPTED)


def write_deleted(deleted: Deleted, opened: Opened[GivenCall], account: Account) -> Response:
    return coded(DELETE, ACCEPTED)


def write_child(made: MadeChild, opened: Opened[GivenCall], account: Account) -> Response:
    return coded(CHILD, ACCEPTED)


def write_no_child(closed: ClosedChild, opened: Opened[GivenCall], account: Account) -> Response:
    return coded(NO_CHILD, ACCEPTED)


def write_transfer(moved: Transferred, opened: Opened[GivenCall], account: Account) -> Response:
    return coded(TRANSFER, ACCEPTED)

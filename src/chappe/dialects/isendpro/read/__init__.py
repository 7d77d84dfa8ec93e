"""Reading: who asks, and what for.

In: requests. Out: `identify` gives an Opened or a Refusal; a reader per action gives an Order, its
rehearsal or a question. Promise: no input raises.
"""

from chappe.dialects.isendpro.names import Asked
from chappe.dialects.isendpro.read.fields import fields_of
from chappe.dialects.isendpro.read.sending import read_order
from chappe.dialects.isendpro.tables.errors import Error
from chappe.dialects.isendpro.tables.paths import CHOICE
from chappe.dialects.shape import Opened, chosen
from chappe.words.account import Account, Claim
from chappe.words.answer import Refusal
from chappe.words.asked import Rehearsal
from chappe.words.exchange import Request
from chappe.words.order import Order
from chappe.words.parameters import TooMany


def identify(request: Request, action: str) -> Opened[Asked] | Refusal:
    """Open a request, and find the key of whoever asks."""
    try:
        fields = fields_of(request)
    except TooMany:
        return Refusal(wrong={Error.fault: "too many parameters"})
    key = fields.get("keyid", "").strip()
    if not key:
        return Refusal(wrong={Error.no_key: ""})
    return Opened(Claim(key=key), Asked(fields), chosen(action, CHOICE, fields))


def read_send(opened: Opened[Asked], account: Account, now: int) -> Order:
    """A text to its numbers, or to a directory."""
    return read_order(opened.content, account, now)


def read_count(opened: Opened[Asked], account: Account, now: int) -> Rehearsal:
    """The same, checked and counted, and nothing is sent; it needs neither hours nor credit."""
    order = read_order(opened.content, account, now, counted=True)
    return Rehearsal(order, paid=False)

"""Reading: who asks, and what for.

In: requests. Out: `identify` gives an Opened or a Refusal; a reader per action gives an Order or a
question. Promise: no input raises.
"""

from chappe.dialects.shape import Opened, chosen
from chappe.dialects.smsmode.names import GivenCall
from chappe.dialects.smsmode.read.fields import fields_of
from chappe.dialects.smsmode.read.sending import read_order
from chappe.dialects.smsmode.tables.errors import Error
from chappe.dialects.smsmode.tables.paths import CHOICE
from chappe.words.account import Account, Claim
from chappe.words.answer import Refusal
from chappe.words.exchange import Request
from chappe.words.order import Order
from chappe.words.parameters import TooMany


def identify(request: Request, action: str) -> Opened[GivenCall] | Refusal:
    """Open a request, and find who says that it is theirs."""
    try:
        fields, file = fields_of(request, action)
    except TooMany:
        return Refusal(wrong={Error.missing: "too many parameters"})
    claim = _claim(fields)
    if claim is None:
        return Refusal(wrong={Error.no_login: ""})
    asked = GivenCall(fields, request.method == "GET", file)
    return Opened(claim, asked, chosen(action, CHOICE, fields))


def _claim(fields: dict[str, str]) -> Claim | None:
    key, pseudo, word = (fields.get(name, "") for name in ("accessToken", "pseudo", "pass"))
    if key:
        return Claim(key=key)
    return Claim(login=pseudo, secret=word) if pseudo and word else None


def read_send(opened: Opened[GivenCall], account: Account, now: int) -> Order | Refusal:
    return read_order(opened.content, account, now, wide=False)


def read_unicode(opened: Opened[GivenCall], account: Account, now: int) -> Order | Refusal:
    return read_order(opened.content, account, now, wide=True)

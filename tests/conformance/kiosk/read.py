"""Reading. In: a form, from a call or a mail. Out: an order, or its rehearsal."""

from collections.abc import Mapping

from chappe.dialects.shape import Opened, chosen
from chappe.words.account import Account, Claim
from chappe.words.answer import Refusal
from chappe.words.asked import Rehearsal
from chappe.words.exchange import MAIL, Request
from chappe.words.lifecycle import Reason
from chappe.words.number import Spelling, read_all
from chappe.words.order import Letter, Order
from chappe.words.parameters import TooMany, query_pairs
from tests.conformance.kiosk.tables import CHOICE, LIMITS, NAME, SHORT_CODE

Given = Mapping[str, str]


def identify(request: Request, action: str) -> Opened[Given] | Refusal:
    form = request.query + b"&" + request.body
    if request.method == MAIL:
        form = request.body.partition(b"\r\n\r\n")[2]
    try:
        pairs = query_pairs(form.strip())
    except TooMany:
        return Refusal(wrong={"text": ""})
    given = {name.decode("latin-1"): text.decode("utf-8", "replace") for name, text in pairs}
    return Opened(Claim(key=given.get("key", "")), given, chosen(action, CHOICE, given))


def read_send(opened: Opened[Given], account: Account, now: int) -> Order:
    given = opened.content
    to, text = given.get("to", "").split(","), given.get("text", "")
    letter = Letter(text=text, numbers=read_all(to, Spelling.NATIONAL), given=to, code=SHORT_CODE)
    wrong = {} if 0 < len(text) <= LIMITS["text"] else {"text": ""}
    apart = frozenset({Reason.bad_number})
    return Order(
        dialect=NAME, letters=[letter], request_id=given.get("id", ""), apart=apart, wrong=wrong
    )


def read_rehearse(opened: Opened[Given], account: Account, now: int) -> Rehearsal:
    return Rehearsal(read_send(opened, account, now))

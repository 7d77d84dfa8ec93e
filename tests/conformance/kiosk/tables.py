"""What Kiosk knows. In: nothing. Out: its paths, its errors in the order in which they win."""

from collections.abc import Mapping, Sequence

from chappe.words.answer import Trouble
from chappe.words.exchange import MAIL
from chappe.words.lifecycle import Reason, State

NAME, SHORT_CODE = "kiosk", "36105"
ROUTES: Mapping[tuple[str, str], str] = {("POST", "/kiosk"): "send", (MAIL, "fax@"): "mail"}
CHOICE: Mapping[str, Sequence[tuple[str, str]]] = {"send": (("dry", "rehearse"),)}
UNDEVELOPED: frozenset[str] = frozenset()
LIMITS: Mapping[str, int] = {"text": 160}
# Each with its status. Whoever finds them: `stranger` who proves, `used` and `credit` the commit,
# `text` the reader, `number` the engine.
ERRORS: Mapping[str, int] = {
    "later": 503,
    "stranger": 401,
    "used": 409,
    "text": 422,
    "number": 400,
    "credit": 402,
}
REFUSALS: Mapping[Trouble, str] = {
    **dict.fromkeys(Trouble, "number"),
    **{trouble: "later" for trouble in Trouble if trouble <= Trouble.queue_full},
    **{trouble: "stranger" for trouble in Trouble if trouble < Trouble.not_now},
    **dict.fromkeys((Trouble.too_long, Trouble.wrong_method), "text"),
    Trouble.no_credit: "credit",
    Trouble.duplicate: "used",
}
STATUS: Mapping[tuple[State, Reason], str] = {
    (state, reason): state.name for state in State if state is not State.new for reason in Reason
}

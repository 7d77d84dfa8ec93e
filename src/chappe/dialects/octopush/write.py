"""Writing: what was sent, what is left, and refusals, as Octopush words them.

In: the engine's answers. Out: responses in XML, or in JSON where the path says so; each says the
same in the same order. HTTP's status is 200 whatever is said.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from xml.sax.saxutils import escape

import msgspec

from chappe.dialects.octopush.names import Sending, international, ticket
from chappe.dialects.octopush.tables import (
    DONE,
    ERRORS,
    IN_JSON,
    LIMITS,
    LOWCOST,
    PREMIUM,
    QUESTIONS,
    REFUSALS,
    SHARED,
    SIMULATED_TICKET,
    Error,
)
from chappe.dialects.shape import Opened, first_error
from chappe.words.account import Account
from chappe.words.answer import Receipt, Refusal
from chappe.words.clock import SECOND
from chappe.words.exchange import Request, Response
from chappe.words.found import Credit
from chappe.words.money import EURO, euros, quotient
from chappe.words.number import country

_XML, _JSON = "text/xml; charset=UTF-8", "application/json"
_OPENING = '<?xml version="1.0" encoding="UTF-8"?>\n'
_CURRENCY = "€"
# What XML 1.0 can't hold in any form.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class SuccessRow(msgspec.Struct, frozen=True, gc=False):
    """A recipient that is taken, in the order of the elements."""

    recipient: str
    country_code: str
    cost: str
    sms_needed: str


class FailureRow(msgspec.Struct, frozen=True, gc=False):
    """One that is not."""

    error_code: str
    recipient: str


class SentAnswer(msgspec.Struct, frozen=True):
    """What became of a sending, in the order of the elements."""

    error_code: str
    cost: str
    balance: str
    ticket: str
    sending_date: str
    number_of_sendings: str
    currency_code: str
    successs: Sequence[SuccessRow]
    failures: Sequence[FailureRow]


_LISTS = {"successs": "success", "failures": "failure"}


def write_sms(receipt: Receipt, opened: Opened[Sending], account: Account) -> Response:
    """What becomes of each recipient: taken and billed, or wrong."""
    sending = opened.content
    good: list[SuccessRow] = []
    bad: list[FailureRow] = []
    count = 0
    for place, fate in enumerate(receipt.fates()):
        number = sending.numbers[place]
        if place in receipt.apart:
            error = REFUSALS[fate.trouble] if fate.trouble is not None else fate.wrong
            bad.append(FailureRow(ERRORS[error], _shown(sending, place)))
            continue
        count += fate.parts
        cost, needed = _figures(fate.price, fate.parts)
        good.append(SuccessRow(international(number), country(number), cost, needed))
    said = SentAnswer(
        error_code=DONE,
        cost=quotient(receipt.cost, EURO, 4, 3),
        balance=_balance(receipt.balance, account.post_paid),
        ticket=ticket(receipt.order) if receipt.order else SIMULATED_TICKET,
        sending_date=str(receipt.begins // SECOND),
        number_of_sendings=str(count),
        currency_code=_CURRENCY,
        successs=good,
        failures=bad,
    )
    if opened.form:
        return Response(msgspec.json.encode(said), _JSON)
    return _xml("".join([_listed(name, getattr(said, name)) for name in said.__struct_fields__]))


@lru_cache(1_024)
def _figures(price: int, parts: int) -> tuple[str, str]:
    return euros(price, 4), str(parts)


def _shown(sending: Sending, place: int) -> str:
    number = sending.numbers[place]
    return international(number) if number else sending.given[place].strip()[: LIMITS["told"]]


def _balance(mills: int, is_free: bool) -> str:
    """Where there is no floor, there is nothing to show."""
    return euros(0 if is_free else mills)


def write_balance(credit: Credit, opened: Opened[Sending], account: Account) -> Response:
    """Two equivalents of one credit."""
    premium, lowcost = ["0.00" if credit.free else one.units(2) for one in credit.bought]
    if opened.form:
        said = {"error_code": DONE, "balance": {PREMIUM: premium, LOWCOST: lowcost}}
        return Response(msgspec.json.encode(said), _JSON)
    return _xml(
        f"<error_code>{DONE}</error_code>"
        f'<balance type="{PREMIUM}">{premium}</balance>'
        f'<balance type="{LOWCOST}">{lowcost}</balance>'
    )


def write_credit(credit: Credit, opened: Opened[Sending], account: Account) -> Response:
    """Euros."""
    left = _balance(credit.balance, credit.free)
    if opened.form:
        return Response(msgspec.json.encode({"error_code": DONE, "credit": left}), _JSON)
    return _xml(f"<error_code>{DONE}</error_code><credit>{left}</credit>")


def write_refused(
    refusal: Refusal,
    action: str,
    request: Request,
    opened: Opened[Sending] | None,
    account: Account | None,
) -> Response:
    """The number of the error, and nothing else."""
    error = _error(refusal, account)
    if error == Error.closed_door and action in QUESTIONS:
        error = Error.fault  # they know no other word for what is ours
    number = ERRORS[error]
    if action in IN_JSON:
        return Response(msgspec.json.encode({"error_code": number}), _JSON)
    return _xml(f"<error_code>{number}</error_code>")


def _error(refusal: Refusal, account: Account | None) -> str:
    """The first of all. Numbers that are all wrong share one code or have one of their own; and too
    little credit is another thing while a top-up is under way."""
    error = first_error(refusal, ERRORS, REFUSALS).error
    ways = {REFUSALS[trouble] for trouble in refusal.recipients.values()}
    if error in ways and error in _OF_NUMBERS:
        return error if len(ways) == 1 and error in SHARED else Error.all_wrong
    if error == Error.credit and account is not None and account.topup_pending:
        return Error.credit_pending
    return error


_OF_NUMBERS = frozenset({Error.no_country, Error.not_covered, Error.no_lowcost})


# --- XML ---


def _xml(inside: str) -> Response:
    return Response(f"{_OPENING}<octopush>{inside}</octopush>".encode(), _XML)


def _listed(name: str, said: str | Sequence[SuccessRow | FailureRow]) -> str:
    """An element; one that holds a list has an element for each of it."""
    if isinstance(said, str):
        return f"<{name}>{said}</{name}>"
    if not said:
        return f"<{name}/>"
    each = _LISTS[name]
    fields = said[0].__struct_fields__
    rows = [
        "".join([f"<{field}>{_fit(getattr(row, field))}</{field}>" for field in fields])
        for row in said
    ]
    inside = f"</{each}><{each}>".join(rows)
    return f"<{name}><{each}>{inside}</{each}></{name}>"


def _fit(text: str) -> str:
    """What somebody wrote as a number may be anything."""
    return text if text.isalnum() else escape(_UNFIT.sub("", text))

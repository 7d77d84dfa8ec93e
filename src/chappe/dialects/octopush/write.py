"""Writing: what was sent, what is left, and refusals, as Octopush words them.

In: the engine's answers. Out: responses in XML, or in JSON where the path says so; each says the
same in the same order. HTTP's status is 200 whatever is said.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple
from xml.sax.saxutils import escape

import msgspec

from chappe.dialects.craft.xml_out import UNFIT
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
_ROWS = 1_000  # that are worded at a time


class _Form(NamedTuple):
    """How one of the two forms words what became of a sending, in the order of its elements."""

    type: str
    head: str  # up to the currency
    currency: bytes
    good: str  # one that is taken, up to its number
    good_ends: str  # ... and from there on
    bad: str
    between: str
    goods: tuple[str, str]  # around all that are taken
    no_goods: str
    bads: tuple[str, str]
    no_bads: str
    fit: Callable[[str], str]  # what somebody wrote as a number may be anything


_IN_XML = _Form(
    type=_XML,
    head=f"{_OPENING}<octopush><error_code>{DONE}</error_code><cost>%s</cost>"
    "<balance>%s</balance><ticket>%s</ticket><sending_date>%s</sending_date>"
    "<number_of_sendings>%s</number_of_sendings>",
    currency=f"<currency_code>{_CURRENCY}</currency_code>".encode(),
    good="<success><recipient>+",
    good_ends="</recipient><country_code>%s</country_code><cost>%s</cost>"
    "<sms_needed>%s</sms_needed></success>",
    bad="<failure><error_code>%s</error_code><recipient>%s</recipient></failure>",
    between="",
    goods=("<successs>", "</successs>"),
    no_goods="<successs/>",
    bads=("<failures>", "</failures></octopush>"),
    no_bads="<failures/></octopush>",
    fit=lambda text: text if text.isalnum() else escape(UNFIT.sub("", text)),
)
_IN_JSON = _Form(
    type=_JSON,
    head=f'{{"error_code":"{DONE}","cost":"%s","balance":"%s","ticket":"%s","sending_date":"%s",'
    '"number_of_sendings":"%s",',
    currency=f'"currency_code":"{_CURRENCY}",'.encode(),
    good='{"recipient":"+',
    good_ends='","country_code":"%s","cost":"%s","sms_needed":"%s"}',
    bad='{"error_code":"%s","recipient":%s}',
    between=",",
    goods=('"successs":[', "],"),
    no_goods='"successs":[],',
    bads=('"failures":[', "]}"),
    no_bads='"failures":[]}',
    fit=lambda text: msgspec.json.encode(text).decode(),
)


def write_sms(receipt: Receipt, opened: Opened[Sending], account: Account) -> Response:
    """What becomes of each recipient: taken and billed, or wrong."""
    sending, form = opened.content, _IN_JSON if opened.form else _IN_XML
    told: Iterator[tuple[int, int, int]] = zip(
        sending.numbers, receipt.parts, receipt.prices, strict=True
    )
    if receipt.apart:
        told = (one for place, one in enumerate(told) if place not in receipt.apart)
    head = form.head % (
        _cost(receipt.cost),
        _balance(receipt.balance, account.post_paid),
        ticket(receipt.order) if receipt.order else SIMULATED_TICKET,
        receipt.begins // SECOND,
        sum(receipt.parts),
    )
    ends = _ENDS[form.type]
    goods = (
        f"{form.good}{number}{ends(country(number), price, parts)}" for number, parts, price in told
    )
    pieces: list[str] = []
    _add(pieces, goods, form.between, form.goods, form.no_goods)
    if receipt.apart:
        _add(pieces, _bads(receipt, sending, form), form.between, form.bads, form.no_bads)
    else:
        pieces.append(form.no_bads)
    listed = map(str.encode, pieces)
    return Response(b"".join((head.encode(), form.currency, *listed)), form.type)


@lru_cache(1_024)
def _cost(mills: int) -> str:
    return quotient(mills, EURO, 4, 3)


def _bads(receipt: Receipt, sending: Sending, form: _Form) -> Iterator[str]:
    for place in sorted(receipt.apart):
        trouble = receipt.troubles.get(place)
        error = REFUSALS[trouble] if trouble is not None else receipt.wrong[place]
        yield form.bad % (ERRORS[error], form.fit(_shown(sending, place)))


def _add(
    pieces: list[str], rows: Iterator[str], between: str, around: tuple[str, str], if_none: str
) -> None:
    """A list, some rows at a time, so that those of a long one are never there each by itself."""
    some = between.join(islice(rows, _ROWS))
    if not some:
        pieces.append(if_none)
        return
    pieces += (around[0], some)
    while some := between.join(islice(rows, _ROWS)):
        pieces += (between, some)
    pieces.append(around[1])


def _ends_of(form: _Form) -> Callable[[str, int, int], str]:
    """What follows a number; it is the same for most of them."""

    @lru_cache(1_024)
    def ends(place: str, price: int, parts: int) -> str:
        return form.good_ends % (place, euros(price, 4), parts)

    return ends


_ENDS = {form.type: _ends_of(form) for form in (_IN_XML, _IN_JSON)}


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

"""What became of sendings, and lists of them and of replies.

In: what the engine found. Out: responses.
"""

from collections.abc import Callable, Set

from chappe.dialects.shape import Opened
from chappe.dialects.smsmode.names import GivenCall, status_of
from chappe.dialects.smsmode.tables.paths import NAME
from chappe.dialects.smsmode.tables.statuses import (
    DESCRIPTIONS,
    GOT_THERE,
    IS_THERE,
    NOT_DELIVERED,
    OF_STATUS,
    ON_ITS_WAY,
    PARTLY_AT_OPERATOR,
    PARTLY_RECEIVED,
    REPORTED,
    SCHEDULED,
    SENT,
    STATUS,
    WAITING,
)
from chappe.dialects.smsmode.write.forms import BETWEEN, TYPE, encoded, fit, joined, line, text
from chappe.words import paris
from chappe.words.account import Account
from chappe.words.exchange import Response
from chappe.words.found import Answered, Campaign, CampaignPages, Orders, Replies, Summary
from chappe.words.money import quotient
from chappe.words.news import Message

_LISTED_DATE = "%d/%m/%Y %H:%M"


def write_report(
    found: Campaign | CampaignPages, opened: Opened[GivenCall], account: Account
) -> Response:
    """Each recipient with how their SMS stands."""
    if isinstance(found, Campaign):
        return text(_reported(found))
    return Response(type=TYPE, stream=found.worded(b"", _one_after_another(), b"\n"))


def _one_after_another() -> Callable[[Campaign], bytes]:
    """Pages, with what stands between two recipients between two of them."""
    before = ""

    def word(page: Campaign) -> bytes:
        nonlocal before
        said, before = f"{before}{_reported(page)}", BETWEEN
        return encoded(said)

    return word


def _reported(page: Campaign) -> str:
    return joined(
        [
            f"{_number(message)} {REPORTED[STATUS[message.state, message.reason]]}"
            for message in page.messages
        ]
    )


def write_status(
    found: Campaign | CampaignPages, opened: Opened[GivenCall], account: Account
) -> Response:
    """One status for all recipients."""
    if isinstance(found, Campaign):
        codes = {status_of(one, one.state, one.reason) for one in found.messages}
    else:
        codes = {STATUS[row] for row in found.tally}
        if found.partly:
            codes.add(PARTLY_RECEIVED)
    code = _of_all(codes)
    code = OF_STATUS.get(code, code)
    return line(code, DESCRIPTIONS[code])


def _of_all(codes: Set[int]) -> int:
    """One word for several."""
    if len(codes) < 2:
        return next(iter(codes), SENT)
    if not codes.isdisjoint(GOT_THERE):
        return PARTLY_RECEIVED
    if not codes.isdisjoint(IS_THERE):
        return PARTLY_AT_OPERATOR
    if codes.isdisjoint(ON_ITS_WAY):
        return NOT_DELIVERED
    return SENT if codes.isdisjoint({WAITING, SCHEDULED}) else WAITING


def _number(message: Message) -> str:
    """As it was given, where it is none."""
    return str(message.number) if message.number else message.given


# lists


def write_list(found: Orders, opened: Opened[GivenCall], account: Account) -> Response:
    """A record a line, with an empty line between two."""
    return text("\n\n".join([_listed(one, found.price, account) for one in found.orders]))


def _listed(one: Summary, price: int | None, account: Account) -> str:
    message = one.message
    fields = (
        account.ids.order.code(one.id),
        paris.stamp(message.sent_at or one.start, _LISTED_DATE),
        fit(message.text),
        _number(message),
        quotient(one.cost if price else 0, price or 1, 4, 1),
        one.total,
    )
    return f"{joined(fields)} |"


def write_responses(found: Replies, opened: Opened[GivenCall], account: Account) -> Response:
    """A reply a line."""
    return text("\n".join([_reply(one, account) for one in found.replies]))


def _reply(one: Answered, account: Account) -> str:
    reply, message = one.reply, one.message
    is_ours = message is not None and message.dialect == NAME
    return joined(
        (
            account.ids.reply.code(reply.id),
            paris.stamp(reply.at, paris.PACKED_MINUTES),
            reply.number or "",
            fit(reply.text),
            reply.code,
            account.ids.order.code(message.order) if message is not None and is_ours else "",
        )
    )

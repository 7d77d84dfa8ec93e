"""What became of sendings, and lists of them and of replies.

In: what the engine found. Out: responses.
"""

from collections import Counter
from collections.abc import Sequence

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
from chappe.dialects.smsmode.write.forms import TYPE, encoded, fit, joined, line, text
from chappe.words import paris
from chappe.words.account import Account
from chappe.words.exchange import Response
from chappe.words.found import Answered, Campaign, Orders, Replies, Summary
from chappe.words.money import quotient
from chappe.words.news import Message

_LISTED_DATE = "%d/%m/%Y %H:%M"


def write_report(found: Campaign, opened: Opened[GivenCall], account: Account) -> Response:
    """Each recipient with how their SMS stands."""
    return text(
        joined(
            [
                f"{_number(message)} {REPORTED[STATUS[message.state, message.reason]]}"
                for message in found.messages
            ]
        )
    )


def write_status(found: Campaign, opened: Opened[GivenCall], account: Account) -> Response:
    """One status for all recipients."""
    code = _of_all([status_of(one, one.state, one.reason) for one in found.messages])
    code = OF_STATUS.get(code, code)
    return line(code, DESCRIPTIONS[code])


def _of_all(codes: Sequence[int]) -> int:
    counts = Counter(codes)
    if len(counts) < 2:
        return codes[0] if codes else SENT
    if not counts.keys().isdisjoint(GOT_THERE):
        return PARTLY_RECEIVED
    if not counts.keys().isdisjoint(IS_THERE):
        return PARTLY_AT_OPERATOR
    if counts.keys().isdisjoint(ON_ITS_WAY):
        return NOT_DELIVERED
    return SENT if counts.keys().isdisjoint({WAITING, SCHEDULED}) else WAITING


def _number(message: Message) -> str:
    """As it was given, where it is none."""
    return str(message.number) if message.number else message.given


# lists


def write_list(found: Orders, opened: Opened[GivenCall], account: Account) -> Response:
    """A record a line, with an empty line between two."""
    said = "\n\n".join([_listed(one, found.price, account) for one in found.orders])
    return Response(encoded(said) + b"\n", TYPE)


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
    said = "\n".join([_reply(one, account) for one in found.replies])
    return Response(encoded(said) + b"\n", TYPE)


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

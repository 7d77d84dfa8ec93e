"""What was done and what was found: a push taken, campaigns called off, messages of a reference,
replies, clicks, credit.

In: receipts, what was cancelled, what the engine found. Out: responses. The legacy doors answer a
push in the account's form, lists in CSV and credit in XML; a list that holds nothing is its header
alone. A cancellation is answered in JSON on whatever door it came. Credit is whole SMS per route of
the account, -1 where it has no bound; it is no matter of months and years, so all three figures are
the same.
"""

from collections.abc import Iterator

from chappe.dialects.highsms.names import JSON, TEXT, credit_routes, msisdn, userdata
from chappe.dialects.highsms.tables.paths import NAME
from chappe.dialects.highsms.tables.routes import CREDITS_OF
from chappe.dialects.highsms.tables.statuses import (
    ANSWER_COLUMNS,
    CLICK_COLUMNS,
    DESCRIPTIONS,
    OPERATORS,
    SMS_COLUMNS,
    STATUS,
)
from chappe.dialects.highsms.write.forms import JSON_TYPE, csv, row, success, xml
from chappe.dialects.shape import Opened
from chappe.words import paris
from chappe.words.account import Account
from chappe.words.answer import Receipt
from chappe.words.exchange import Response
from chappe.words.found import Cancelled, Clicks, Credit, Messages, Replies
from chappe.words.news import Message
from chappe.words.number import operator


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


def write_sms_status(answer: Messages, opened: Opened[object], account: Account) -> Response:
    """Number, code, the code in prose, operator, and when it last changed."""
    rows = [row(SMS_COLUMNS)]
    for message in answer.messages:
        code, carrier = STATUS[message.state, message.reason].code, _operator(message)
        name, at = OPERATORS.get(carrier, ""), paris.stamp(message.at, paris.DASHED)
        rows.append(row((msisdn(message), str(code), DESCRIPTIONS[code], name, carrier, at)))
    return csv(rows, account)


def write_campaign_sms(answer: Messages, opened: Opened[object], account: Account) -> Response:
    """The same as JSON."""
    found = []
    for message in answer.messages:
        status, carrier = STATUS[message.state, message.reason], _operator(message)
        found.append(
            {
                "number": msisdn(message),
                "status": status.code,
                "status_desc": status.word,
                "operator": OPERATORS.get(carrier, ""),
                "MVNO": carrier,
                "date": paris.stamp(message.at, paris.DASHED),
            }
        )
    return success({"sms": found})


def _operator(message: Message) -> str:
    """As the link has it, else by the numbering plan; what never left has none."""
    if not message.sent_at:
        return ""
    return message.operator or operator(message.number)


def write_answers(answer: Replies, opened: Opened[object], account: Account) -> Response:
    """A line per reply, the oldest first."""
    rows = [row(ANSWER_COLUMNS)]
    for reply in [one.reply for one in answer.replies]:
        at, number = paris.stamp(reply.at, paris.SLASHED), str(reply.number or "")
        rows.append(row((at, number, reply.code, str(reply.stop), reply.text)))
    return csv(rows, account)


def write_clicks(answer: Clicks, opened: Opened[object], account: Account) -> Response:
    """A line per recipient who followed their link."""
    rows = [row(CLICK_COLUMNS)]
    for click in answer.clicks:
        message = click.message
        rows.append(
            row(
                (
                    paris.stamp(message.sent_at or message.order_at, paris.DASHED),
                    str(message.number or ""),
                    message.text,
                    f"http://{click.short}",
                    click.target,
                    paris.stamp(click.last_at, paris.DASHED),
                    str(click.clicks),
                    userdata(message),
                )
            )
        )
    return csv(rows, account)


def write_credits(answer: Credit, opened: Opened[object], account: Account) -> Response:
    """The XML of the legacy door."""
    routes = "".join(
        f"<route><type>{name}</type><credit>{count}</credit>"
        f"<credit_month>{count}</credit_month><credit_year>{count}</credit_year></route>"
        for name, count in _routes(answer, account)
    )
    return xml(f"<credits>{routes}</credits>", account)


def write_campaign_credit(answer: Credit, opened: Opened[object], account: Account) -> Response:
    """The same as JSON."""
    return success(
        {
            "route": [
                {"type": name, "credits": n, "credits_month": n, "credits_year": n}
                for name, n in _routes(answer, account)
            ]
        }
    )


def _routes(answer: Credit, account: Account) -> Iterator[tuple[str, int]]:
    for letter, count in zip(credit_routes(account), answer.counts, strict=True):
        yield CREDITS_OF[letter].name, count

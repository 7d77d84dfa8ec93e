"""Lists: messages of a reference, replies, clicks.

In: what the engine found. Out: responses, in CSV on the legacy doors. A list that holds nothing is
its header alone.
"""

from chappe.dialects.highsms.tables import (
    ANSWER_COLUMNS,
    CLICK_COLUMNS,
    DESCRIPTIONS,
    OPERATORS,
    SMS_COLUMNS,
    STATUS,
)
from chappe.dialects.highsms.tell.webhook import msisdn, userdata
from chappe.dialects.highsms.write.forms import csv, row, success
from chappe.dialects.shape import Opened
from chappe.words import paris
from chappe.words.account import Account
from chappe.words.exchange import Response
from chappe.words.found import Clicks, Messages, Replies
from chappe.words.news import Message
from chappe.words.number import operator


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

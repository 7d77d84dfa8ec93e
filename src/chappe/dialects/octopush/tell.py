"""Telling: receipts, STOPs and replies, each to an address of its own, by POST.

In: news, and what came of a call. Out: calls and pauses. Promise: a message's end is told once; a
STOP is told as a STOP and never as a reply; whatever was not heard is told again for three days.
"""

from collections.abc import Mapping
from functools import lru_cache

from chappe.dialects.craft.pauses import growing
from chappe.dialects.craft.query import urlencoded
from chappe.dialects.octopush.names import international, ticket
from chappe.dialects.octopush.tables import HEARD, NO_STOPS, QUIET, RETRY_FOR, STATUS
from chappe.words import paris
from chappe.words.account import Account
from chappe.words.clock import SECOND
from chappe.words.exchange import Call, Heard
from chappe.words.lifecycle import Event, Reason
from chappe.words.news import Message, News, Reply

_TYPE = "application/x-www-form-urlencoded"


def tell(news: News, account: Account) -> Call | None:
    """The call; None for what the account does not hear of."""
    if news.reply is not None:
        if news.event is not Event.stop:
            return _post(news, _reply(news.reply, news.message))
        return None if NO_STOPS in news.form else _post(news, _stop(news.reply))
    if news.message is None:
        return None
    status = STATUS[news.state, news.reason]
    if QUIET in news.form and news.reason is not Reason.opted_out:
        return None
    return Call("POST", news.url, _receipt(news, news.message, status).encode("ascii"), _TYPE)


def _receipt(news: News, message: Message, status: str) -> str:
    """There is one for every message, so it is written as it is encoded."""
    return (
        f"message_id={ticket(message.order)}&number=%2B{message.number}&status={status}"
        f"&delivery_date={_encoded_date(news.at // SECOND)}"
    )


@lru_cache(64)
def _encoded_date(second: int) -> str:
    """Many messages end in one second."""
    date = paris.stamp(second * SECOND, paris.DASHED)
    return date.replace(" ", "%20").replace(":", "%3A")


def _stop(reply: Reply) -> Mapping[str, str]:
    return {
        "number": international(reply.number),
        "text": reply.text,
        "stop_date": paris.stamp(reply.at, paris.DASHED),
    }


def _reply(reply: Reply, message: Message | None) -> Mapping[str, str]:
    """Both names of the ticket hold it; none does where nothing was answered."""
    answered = ticket(message.order) if message is not None and message.order else ""
    return {
        "message_id": answered,
        "number": international(reply.number),
        "text": reply.text,
        "sms_ticket": answered,
        "answer_date": paris.stamp(reply.at, paris.DASHED),
    }


def _post(news: News, fields: Mapping[str, str]) -> Call:
    return Call("POST", news.url, urlencoded(fields, _utf_8).encode("ascii"), _TYPE)


def _utf_8(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def was_heard(news: News, heard: Heard) -> bool:
    """200, whatever the page says."""
    return heard.status == HEARD


def next_try(news: News, heard: Heard, tries: int, now: int) -> int | None:
    """Growing pauses for three days."""
    return growing(tries, news.since, now, RETRY_FOR)

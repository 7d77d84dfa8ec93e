"""Telling: how each SMS stands, whenever that changes, and replies, by GET.

In: news, and what came of a call. Out: calls and pauses. Promise: what was not heard is told again
for three days.
"""

from chappe.dialects.craft.pauses import growing
from chappe.dialects.craft.query import joined, urlencoded
from chappe.dialects.smsmode.names import REFERENCE
from chappe.dialects.smsmode.tables.paths import NAME
from chappe.dialects.smsmode.tables.statuses import STATUS, UNTOLD
from chappe.words import paris
from chappe.words.account import Account
from chappe.words.clock import DAY
from chappe.words.exchange import Call, Heard
from chappe.words.news import Message, News, Reply

_RETRY_FOR = 3 * DAY
_WELL = range(200, 300)
_UTF_8 = "utf-8"
_PACKED = "%d%m%Y-%H%M%S"


def tell(news: News, account: Account) -> Call | None:
    """The call; None for what nobody is told of."""
    if news.reply is not None:
        fields = _reply(news.reply, news.message, account)
    elif news.message is not None:
        status = STATUS[news.state, news.reason]
        if status in UNTOLD:
            return None
        fields = _status(news, news.message, status, account)
    else:
        return None
    wanted = account.wish(NAME, "charset", "iso-8859-15")
    given = urlencoded(fields, lambda text: text.encode(wanted, "replace"))
    return Call("GET", joined(news.url, given.replace("%20", "+")))


def _status(news: News, message: Message, status: int, account: Account) -> dict[str, str]:
    fields = {
        "numero": str(message.number) if message.number else message.given,
        "date_reception": paris.stamp(news.at, paris.DASHED),
        "statut": str(status),
        "smsID": account.ids.order.code(message.order),
        REFERENCE: message.ref,
        "mcc_mnc": news.operator or message.operator,
    }
    return {name: value for name, value in fields.items() if value}


def _reply(reply: Reply, message: Message | None, account: Account) -> dict[str, str]:
    answered = message if message is not None and message.order else None
    fields = {
        "numero": reply.code,
        "message": reply.text,
        "emetteur": str(reply.number),
        "date_reception": paris.stamp(reply.at, _PACKED),
    }
    if answered is not None:
        fields["smsID"] = account.ids.order.code(answered.order)
        if answered.ref:
            fields[REFERENCE] = answered.ref
    fields["responseID"] = account.ids.reply.code(reply.id)
    return fields


def was_heard(news: News, heard: Heard) -> bool:
    """Any answer that says well."""
    return heard.status in _WELL


def next_try(news: News, heard: Heard, tries: int, now: int) -> int | None:
    """Growing pauses for three days."""
    return growing(tries, news.since, now, _RETRY_FOR)

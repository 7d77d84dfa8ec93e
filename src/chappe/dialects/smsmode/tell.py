"""Telling: how each SMS stands, whenever that changes, replies, and that an opt-out was heard.

In: news, and what came of a call. Out: calls and pauses. Promise: what was not heard is told again
for three days.
"""

from chappe.dialects.craft.pauses import growing
from chappe.dialects.craft.query import joined, urlencoded
from chappe.dialects.smsmode.names import REFERENCE, reference_of, status_of
from chappe.dialects.smsmode.tables.letters import CONFIRMED
from chappe.dialects.smsmode.tables.paths import NAME
from chappe.dialects.smsmode.tables.statuses import UNTOLD
from chappe.words import paris
from chappe.words.account import Account
from chappe.words.clock import DAY
from chappe.words.exchange import Call, Heard
from chappe.words.lifecycle import State
from chappe.words.money import euros
from chappe.words.news import Message, News, Reply

_RETRY_FOR = 3 * DAY
_WELL = range(200, 300)
_PACKED = "%d%m%Y-%H%M%S"
_GIVEN_BACK = frozenset({State.refused, State.cancelled})


def tell(news: News, account: Account) -> Call | None:
    """The call; None for what nobody is told of."""
    if news.reply is not None:
        fields = _reply(news.reply, news.message, account)
    elif news.message is not None:
        status = status_of(news.message, news.state, news.reason)
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
        REFERENCE: reference_of(message),
        "mcc_mnc": news.operator or message.operator,
        "cost": euros(_cost(news, message), 4) if account.wish(NAME, "tell_cost") else "",
    }
    return {name: value for name, value in fields.items() if value}


def _cost(news: News, message: Message) -> int:
    """Nothing where it was given back: it never left, or the operator would not have it."""
    never_left = news.state is State.expired and not message.sent_at
    return 0 if never_left or news.state in _GIVEN_BACK else message.price


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
        if reference := reference_of(answered):
            fields[REFERENCE] = reference
    fields["responseID"] = account.ids.reply.code(reply.id)
    return fields


def confirm_stop(account: Account) -> str:
    """What whoever wrote STOP is told."""
    return CONFIRMED


def was_heard(news: News, heard: Heard) -> bool:
    """Any answer that says well."""
    return heard.status in _WELL


def next_try(news: News, heard: Heard, tries: int, now: int) -> int | None:
    """Growing pauses for three days."""
    return growing(tries, news.since, now, _RETRY_FOR)

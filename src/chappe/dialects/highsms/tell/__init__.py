"""Telling: the calls that a customer is owed, when one was heard, and when to try again.

In: news, and what came of a call. Out: calls and pauses. Promise: 24 hours of tries, three where
the customer's side refuses for good.
"""

from chappe.dialects.craft.pauses import growing
from chappe.dialects.highsms.read.tells import CALL, passes, read_tell
from chappe.dialects.highsms.tables import (
    NAME,
    PASSING_4XX,
    REFUSED_TRIES,
    RETRY_FOR,
    STATUS,
)
from chappe.dialects.highsms.tell.calls import tell_reply, tell_status
from chappe.dialects.highsms.tell.webhook import tell_webhook
from chappe.words.account import Account
from chappe.words.exchange import Call, Heard
from chappe.words.lifecycle import Event
from chappe.words.news import News, answers_nothing
from chappe.words.order import Tell

# What a filter holds back by its status; whether the earlier ones are told is the order's to say.
_ENDS = Event.final | Event.silent | Event.late


def tell(news: News, account: Account) -> Call | None:
    """In the form that the order chose: a letter for statuses, one for replies."""
    message = news.message
    if message is None:
        if news.reply is None:
            return None
        message = answers_nothing(news.reply)
    if len(news.form) > 2 and _held_back(news):
        return None
    if news.form.startswith(CALL, 1 if news.reply else 0):
        if news.reply is not None:
            return tell_reply(news, message, news.reply, account)
        return tell_status(news, message, account)
    return tell_webhook(news, message, account)


def replies_to(account: Account) -> Tell:
    """Where the account's own settings have them told."""
    return read_tell({}, account.dialects.get(NAME, {}), account.callbacks)


def _held_back(news: News) -> bool:
    """A filter lets replies and clicks pass."""
    if not news.event & _ENDS:
        return False
    return not passes(news.form, STATUS[news.state, news.reason].code)


def was_heard(news: News, heard: Heard) -> bool:
    """Any 2xx."""
    return 200 <= heard.status < 300


def next_try(news: News, heard: Heard, tries: int, now: int) -> int | None:
    """Growing pauses for 24 hours; a refusal that is not passing counts three times only."""
    for_good = 400 <= heard.status < 500 and heard.status not in PASSING_4XX
    if for_good and tries >= REFUSED_TRIES:
        return None
    return growing(tries, news.since, now, RETRY_FOR)

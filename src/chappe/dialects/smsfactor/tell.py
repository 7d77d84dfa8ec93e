"""Telling: replies, all that came close together in one call. Statuses are asked for, never told.

In: news, and what came of a call. Out: calls and pauses. Promise: what was not heard is told again
for three days, in the same company.
"""

import re
from collections.abc import Sequence
from urllib.parse import quote_plus
from xml.sax.saxutils import escape

from chappe.dialects.craft.pauses import growing
from chappe.dialects.shape import Together
from chappe.dialects.smsfactor.tables import HEARD, LIMITS, NAME, RETRY_FOR, VARIABLE
from chappe.words import paris
from chappe.words.account import Account
from chappe.words.exchange import Call, Heard
from chappe.words.lifecycle import Event
from chappe.words.news import News, Reply
from chappe.words.order import Tell

_TYPE = "application/x-www-form-urlencoded"
# What XML 1.0 can't hold in any form.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def tell(news: News, account: Account) -> Call | None:
    """There is no call about a message."""
    return None


def replies_to(account: Account) -> Tell:
    """To the account's inbox, and nothing else anywhere."""
    url: str = account.wish(NAME, "inbox_url") or account.callbacks
    return Tell(reply_url=url, events=Event.reply) if url else Tell()


def tell_together(told: Sequence[News], account: Account) -> Call | None:
    """One document with all of them."""
    replies = [news.reply for news in told if news.reply is not None]
    if not replies:
        return None
    inbox = "".join(["<inbox>", *map(_sms, replies), "</inbox>"])
    body = f"{VARIABLE.decode()}={quote_plus(inbox)}"
    return Call("POST", told[0].url, body.encode("ascii"), _TYPE)


TOGETHER = Together(LIMITS["together"], LIMITS["together_ms"], tell_together)


def _sms(reply: Reply) -> str:
    """Numbers without '+', a short code as it is."""
    at, to = paris.stamp(reply.at, paris.DASHED), _fit(reply.code.removeprefix("+"))
    text = _fit(reply.text).replace("]]>", "]]]]><![CDATA[>")
    named = escape(to, {'"': "&quot;"})
    return f'<sms from="{reply.number}" to="{named}" date="{at}"><![CDATA[{text}]]></sms>'


def _fit(text: str) -> str:
    return _UNFIT.sub("", text)


def was_heard(news: News, heard: Heard) -> bool:
    """200, whatever is said beside it."""
    return heard.status == HEARD


def next_try(news: News, heard: Heard, tries: int, now: int) -> int | None:
    """Growing pauses for three days."""
    return growing(tries, news.since, now, RETRY_FOR)

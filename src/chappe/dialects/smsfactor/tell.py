"""Telling: replies, all that came close together in one call. Statuses are asked for, never told.

In: news, and what came of a call. Out: calls and pauses. Promise: what was not heard is told again
for three days, in the same company.
"""

from collections.abc import Sequence
from urllib.parse import quote_plus
from xml.sax.saxutils import escape

from chappe.dialects.craft.pauses import growing
from chappe.dialects.craft.xml_out import UNFIT
from chappe.dialects.shape import Together
from chappe.dialects.smsfactor.tables import HEARD, LIMITS, RETRY_FOR, VARIABLE
from chappe.words import paris
from chappe.words.account import Account
from chappe.words.exchange import Call, Heard
from chappe.words.news import News, Reply

_TYPE = "application/x-www-form-urlencoded"


def tell(news: News, account: Account) -> Call | None:
    """There is no call about a message."""
    return None


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
    return UNFIT.sub("", text)


def was_heard(news: News, heard: Heard) -> bool:
    """200, whatever is said beside it."""
    return heard.status == HEARD


def next_try(news: News, heard: Heard, tries: int, now: int) -> int | None:
    """Growing pauses for three days."""
    return growing(tries, news.since, now, RETRY_FOR)

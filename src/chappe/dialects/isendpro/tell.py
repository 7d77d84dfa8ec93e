"""Telling: how each message ended, and replies, by GET.

In: news, and what came of a call. Out: calls and pauses. Promise: a message's end is told once; it
was heard when the page says so, and is else told three times more, at two in the morning.
"""

from chappe.dialects.craft.letters import nearest
from chappe.dialects.craft.query import escaped, joined, urlencoded
from chappe.dialects.isendpro.names import national, network_of, tracker
from chappe.dialects.isendpro.tables.statuses import (
    BAD,
    GOOD,
    HEARD,
    NEXT_TRIES_AT,
    OPERATORS,
    OTHER,
    STATUS,
    TOLD,
    TRIES,
    VALIDATION,
    End,
)
from chappe.words import paris
from chappe.words.account import Account
from chappe.words.exchange import Call, Heard
from chappe.words.news import Message, News, Reply

_WAS, _WAS_NOT = "a%20ete", "n%27a%20pas%20ete"
_BOM = b"\xef\xbb\xbf"


def tell(news: News, account: Account) -> Call | None:
    """The call; None for what nobody is told of."""
    if news.reply is not None:
        fields = urlencoded(_reply(news.reply, news.message), _latin9)
    elif news.message is not None and (end := STATUS[news.state, news.reason]) in TOLD:
        fields = _receipt(news, news.message, end)
    else:
        return None
    return Call("GET", joined(news.url, fields))


def _receipt(news: News, message: Message, end: End) -> str:
    """There is one for every message, so it is written as it is encoded: what is ours in it is
    plain but for its blanks, and colons stand as they are, as the document has them."""
    operator = OPERATORS.get(network_of(message, news.operator), OTHER)
    date, _, hour = paris.stamp(news.at, paris.DASHED).partition(" ")
    number, is_good = national(message.number), end is End.delivered
    return (
        f"tel={number}"
        f"&libelle=Message%20a%20destination%20de%20{number}%20portant%20le%20numero%20"
        f"{message.id:012d}%20{_WAS if is_good else _WAS_NOT}%20recu%20le%20{date}%20a%20{hour}"
        f"&statut={GOOD if is_good else BAD}&code_erreur={operator.codes[end].code}"
        f"&date={date}&heure={hour}&id={message.id}&operateur={operator.name}"
        f"&tracker={escaped(_latin9(tracker(message)))}"
    )


def _reply(reply: Reply, message: Message | None) -> dict[str, str]:
    answered = message if message is not None and message.id else None
    return {
        "tel": national(reply.number),
        "id_retour": str(answered.id) if answered else "",
        "msg_sms": reply.text,
        "tracker": tracker(answered) if answered else "",
    }


def _latin9(text: str) -> bytes:
    return nearest(text, "iso-8859-15")


def was_heard(news: News, heard: Heard) -> bool:
    """The page says so, and nothing else. A mark before it that some editors leave is no word."""
    if heard.status != HEARD:
        return False
    return heard.body.removeprefix(_BOM).strip().lower() == VALIDATION


def next_try(news: News, heard: Heard, tries: int, now: int) -> int | None:
    """At the next two o'clock of Paris; in the night that has none, an hour later by its clock."""
    if tries >= TRIES:
        return None
    today = paris.day(now)
    at = paris.at(today, NEXT_TRIES_AT)
    return (at if at > now else paris.at(today + 1, NEXT_TRIES_AT)) - now

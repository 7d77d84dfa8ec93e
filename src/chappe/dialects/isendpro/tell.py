"""Telling: how each message ended, and replies, by GET.

In: news, and what came of a call. Out: calls and pauses. Promise: a message's end is told once; it
was heard when the page says so, and is else told three times more, at two in the morning.
"""

from chappe.dialects.craft.letters import NEAREST
from chappe.dialects.craft.query import joined, urlencoded
from chappe.dialects.isendpro.names import national
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

_LIBELLE = "Message a destination de {} portant le numero {:012d} {} recu le {} a {}"
_WAS, _WAS_NOT = "a ete", "n'a pas ete"


def tell(news: News, account: Account) -> Call | None:
    """The call; None for what nobody is told of."""
    if news.reply is not None:
        fields = _reply(news.reply, news.message)
    elif news.message is not None and (end := STATUS[news.state, news.reason]) in TOLD:
        fields = _receipt(news, news.message, end)
    else:
        return None
    return Call("GET", joined(news.url, urlencoded(fields, _latin9)))


def _receipt(news: News, message: Message, end: End) -> dict[str, str]:
    operator = OPERATORS.get(news.operator or message.operator, OTHER)
    date, _, hour = paris.stamp(news.at, paris.DASHED).partition(" ")
    number, is_good = national(message.number), end is End.delivered
    came = _WAS if is_good else _WAS_NOT
    return {
        "tel": number,
        "libelle": _LIBELLE.format(number, message.id, came, date, hour),
        "statut": GOOD if is_good else BAD,
        "code_erreur": operator.codes[end].code,
        "date": date,
        "heure": hour,
        "id": str(message.id),
        "operateur": operator.name,
        "tracker": message.ref,
    }


def _reply(reply: Reply, message: Message | None) -> dict[str, str]:
    answered = message if message is not None and message.id else None
    return {
        "tel": national(reply.number),
        "id_retour": str(answered.id) if answered else "",
        "msg_sms": reply.text,
        "tracker": answered.ref if answered else "",
    }


def _latin9(text: str) -> bytes:
    """What it lacks becomes the nearest letter."""
    try:
        return text.encode("iso-8859-15")
    except UnicodeEncodeError:
        return "".join([_near(letter) for letter in text]).encode("iso-8859-15", "replace")


def _near(letter: str) -> str:
    return letter if letter.encode("iso-8859-15", "ignore") else NEAREST.get(ord(letter), letter)


def was_heard(news: News, heard: Heard) -> bool:
    """The page says so, and nothing else."""
    return heard.status == HEARD and heard.body.strip().lower() == VALIDATION


def next_try(news: News, heard: Heard, tries: int, now: int) -> int | None:
    """At the next two o'clock of Paris; in the night that has none, an hour later by its clock."""
    if tries >= TRIES:
        return None
    today = paris.day(now)
    at = paris.at(today, NEXT_TRIES_AT)
    return (at if at > now else paris.at(today + 1, NEXT_TRIES_AT)) - now

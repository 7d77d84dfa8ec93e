"""What reading, writing and telling all spell alike, so that none of them needs another.

In: a request, an account, a message, a text. Out: the document's own spelling of it.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import msgspec

from chappe.dialects.highsms.tables.letters import CLOSEST_LATIN
from chappe.dialects.highsms.tables.paths import NAME
from chappe.dialects.highsms.tables.routes import CREDITS_OF, DEFAULT_ROUTE
from chappe.words.account import Account
from chappe.words.exchange import Request
from chappe.words.news import Message, News
from chappe.words.number import operator

TEXT, JSON, XML = "text", "json", "xml"
LATIN: Final = "iso-8859-1"
WEBHOOK, CALL = "w", "c"  # how something is told, as the form of a Tell has it

# After a byte order mark, if there is one: UTF-16 is told to be wrong by whoever reads it.
_OPENING = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff\x00)?\s*([{\[<])")
_HEAD = 1 << 16  # octets; nobody has more blanks than that before a document
_BEYOND_LATIN = re.compile("[^\x00-\xff]")


# requests and accounts


def form_of(request: Request) -> str:
    """The form of a request: what asks in JSON is answered so."""
    return JSON if document_of(request) == JSON else TEXT


def document_of(request: Request) -> str:
    """XML or JSON, if the body is one; else ''."""
    opening = _OPENING.match(request.body, 0, _HEAD) if request.body else None
    if opening is None:
        return ""
    return XML if opening[1] == b"<" else JSON


def credit_routes(account: Account) -> Sequence[str]:
    """The letters of the account's routes, in the document's order."""
    routes = account.wish(NAME, "routes") or (account.wish(NAME, "route") or DEFAULT_ROUTE,)
    return [letter for letter in CREDITS_OF if letter in routes]


# messages


def client_id(message: Message) -> str:
    """The ret_id: of the `to`, else of its message, else of the push."""
    own, _ = _named(message.letter_facts, message.order_facts)
    return message.ref or own or message.order_ref


def userdata(message: Message) -> str:
    """What the message sets wins over what the push sets."""
    return _named(message.letter_facts, message.order_facts)[1]


@lru_cache(256)
def _named(letter: str, order: str) -> tuple[str, str]:
    """A letter's own ret_id and what it bears as userdata, from its facts and its order's."""
    own, all_ = (msgspec.json.decode(facts, type=dict[str, str]) for facts in (letter, order))
    return own.get("ret_id", ""), own.get("userdata", "") or all_.get("userdata", "")


def msisdn(message: Message) -> str:
    """With its '+'; what was no number stands as it was given."""
    return f"+{message.number}" if message.number else message.given


def operator_of(news: News, message: Message) -> str:
    """As the link has it, else by the numbering plan; '' where nobody knows."""
    if known := news.operator or message.operator:
        return known
    return operator(message.number) if message.number else ""


def passes(form: str, status: int) -> bool:
    """Whether the filter in a Tell's form lets a status through."""
    return str(status) in form[2:].split(",")


# letters


def encoded(text: str, charset: str, quote: str = '"') -> bytes:
    """In the account's charset; `?` is for what has no letter close to it in ISO-8859-1. `quote` is
    how a `"` is written there, which a typographic one becomes."""
    if charset == LATIN:
        try:
            return text.encode(LATIN)
        except UnicodeEncodeError:
            text = _BEYOND_LATIN.sub(
                lambda found: CLOSEST_LATIN.get(found[0], "?").replace('"', quote), text
            )
    return text.encode(charset, "replace")

"""The deprecated calls: GET `ret_url` on a status, GET or POST `ret_mo_url` on a reply.

In: news, the account. Out: the call, or None for what is not told this way. Values are
ISO-8859-1, percent-encoded once, unless the account wants UTF-8.
"""

from collections.abc import Callable, Mapping
from urllib.parse import quote

from chappe.dialects.craft.query import joined, urlencoded
from chappe.dialects.highsms.names import LATIN, client_id, encoded, msisdn, operator_of, userdata
from chappe.dialects.highsms.tables.paths import NAME
from chappe.dialects.highsms.tables.statuses import STATUS
from chappe.dialects.highsms.tables.webhooks import UNTOLD_CODES
from chappe.words import paris
from chappe.words.account import Account
from chappe.words.clock import DAY
from chappe.words.exchange import Call
from chappe.words.lifecycle import Event
from chappe.words.news import Message, News, Reply

_FORM_TYPE = "application/x-www-form-urlencoded"
_UTC_BLANK = paris.DASHED


def tell_status(news: News, message: Message, account: Account) -> Call | None:
    """A change that the customer asked to hear of."""
    if news.event is Event.created or news.event is Event.passing:
        return None
    code = STATUS[news.state, news.reason].code
    if code in UNTOLD_CODES:
        return None
    status = str(code)
    given = {
        "push_id": str(message.order),
        "ret_id": client_id(message),
        "to": msisdn(message),
        "status": status,
        "statut": status,
        "text": message.text,
    }
    url = _marked(news.url, news, message)
    return Call("GET", joined(url, _encoded(given, account)))


def _marked(url: str, news: News, message: Message) -> str:
    """The two marks that a URL may hold."""
    if "__DATE__" in url:
        url = url.replace("__DATE__", quote(paris.utc_stamp(news.at, paris.ISO), safe=""))
    return url.replace("__OPERATOR__", operator_of(news, message))


def tell_reply(news: News, message: Message, reply: Reply, account: Account) -> Call:
    """A message from a handset, with every parameter of the document's dump."""
    given = {name: write(reply, message) for name, write in _MO.items()}
    query = _encoded(given, account)
    if account.wish(NAME, "mo_method", "GET") == "POST":
        return Call("POST", news.url, query.encode("ascii"), _FORM_TYPE)
    return Call("GET", joined(news.url, query))


def _fixed(value: str) -> Callable[[Reply, Message], str]:
    return lambda reply, message: value


def _at(reply: Reply, message: Message) -> str:
    return paris.utc_stamp(reply.at, paris.ISO)


def _number(reply: Reply, message: Message) -> str:
    return str(reply.id)


def _operator(reply: Reply, message: Message) -> str:
    return reply.operator


def _words(reply: Reply, message: Message) -> str:
    return reply.text


_MO: Mapping[str, Callable[[Reply, Message], str]] = {
    "FROM": lambda reply, message: f"+{reply.number}",
    "ID": _number,
    "TO": lambda reply, message: reply.code,
    "MESSAGE": _words,
    "VALIDITY_DATE": lambda reply, message: paris.utc_stamp(reply.at + DAY, paris.ISO),
    "GET_STATUS": _fixed("0"),
    "CLIENT": _fixed("HIGHPUSH"),
    "CLASS_TYPE": _fixed("0"),
    "RECEPTION_DATE": _at,
    "TO_OP_ID": _operator,
    "INITIAL_OP_ID": _operator,
    "STATUS": lambda reply, message: f"POSTING_{message.id}_{reply.id}",
    "EMAIL": _fixed(""),
    "BINARY": _fixed("0"),
    "PARAM": _number,
    "USER_DATA": lambda reply, message: userdata(message) or "HIGHPUSH",
    "USER_DATA_2": _words,
    "BULK_ID": _fixed("0"),
    "MO_ID": _fixed("0"),
    "APPLICATION_ID": _fixed("0"),
    "ACCOUNT_ID": lambda reply, message: str(message.account),
    "GW_MESSAGE_ID": _fixed("0"),
    "READ_STATUS": _fixed("0"),
    "TARIFF": _fixed("0"),
    "REQUEST_ID": _number,
    "TAC": _fixed("(null)"),
    "REASON": lambda reply, message: paris.stamp(reply.at, paris.DASHED),
    "FORMAT": _fixed(""),
    "MVNO": _fixed(""),
    "DATE": _at,
    "ORIG_ID": lambda reply, message: str(message.order) if message.order else "",
    "ORIG_MESSAGE": lambda reply, message: message.text,
    "ORIG_DATE": lambda reply, message: (
        paris.utc_stamp(message.order_at, _UTC_BLANK) if message.order else ""
    ),
    "RET_ID": lambda reply, message: client_id(message),
}


def _encoded(given: Mapping[str, str], account: Account) -> str:
    charset = account.wish(NAME, "charset", LATIN)
    return urlencoded(given, lambda value: encoded(value, charset))

"""The webhook: one event a POST, in JSON.

In: news, the account. Out: the call, or None where the account does not want that kind, or the
provider has no word for it.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

from chappe.dialects.highsms.names import client_id, msisdn, operator_of, userdata
from chappe.dialects.highsms.tables.paths import NAME
from chappe.dialects.highsms.tables.statuses import STATUS
from chappe.dialects.highsms.tables.webhooks import (
    BLACKLISTED,
    BLACKLISTS,
    DLR_WORDS,
    KINDS,
    MT_WORDS,
    OTHER_ERROR,
)
from chappe.words import paris
from chappe.words.account import Account
from chappe.words.clock import SECOND
from chappe.words.exchange import Call
from chappe.words.lifecycle import Event, Reason, State
from chappe.words.news import Message, News

_TYPE = "application/json"
_ENCODER = msgspec.json.Encoder()
# Kept at hand: reading a member from its enum costs a call.
_CREATED, _REPLY, _CLICK = Event.created, Event.reply, Event.click
_NO_SETTINGS: Mapping[str, Any] = {}
# It ended before an operator had all of it: that is said of the message, not by a receipt.
_NEVER_SENT = frozenset({State.refused, State.failed})


class _Event(msgspec.Struct):
    """What happened. The names are the document's."""

    event_status: str
    event_http_id: int
    event_date: str


class _Sms(msgspec.Struct):
    """What it happened to."""

    sms_hcnx_id: str
    sms_client_id: str
    sms_client_campaign_id: str
    sms_msisdn: str
    sms_status: str
    sms_message: str
    sms_sender: str
    sms_response: str
    sms_user_data: str
    sms_counter: int
    sms_operator: str


class _Url(msgspec.Struct):
    """The short URL that was followed."""

    short_url: str
    target_url: str


class _Told(msgspec.Struct):
    """The body of a call."""

    event: _Event
    sms: _Sms


class _Clicked(msgspec.Struct):
    """The body of a call that tells of a click."""

    event: _Event
    sms: _Sms
    url: _Url


def tell_webhook(news: News, message: Message, account: Account) -> Call | None:
    """Word one event."""
    settings = account.dialects.get(NAME, _NO_SETTINGS)
    if news.event is _REPLY:
        kind, word = "MO", settings.get("mo_status", "INCOMING")
    else:
        kind, word = _worded(news.event, news.state, news.reason)
    if not kind or kind not in settings.get("webhook_events", KINDS):
        return None
    sms = _Sms(
        sms_hcnx_id=str(message.id) if message.id else "",
        sms_client_id=client_id(message),
        sms_client_campaign_id=message.order_ref,
        sms_msisdn=msisdn(message),
        sms_status=word,
        sms_message=message.text,
        sms_sender=message.sender or message.code,
        sms_response=news.reply.text if news.reply else "",
        sms_user_data=userdata(message),
        sms_counter=message.parts,
        sms_operator=_operator(news, message),
    )
    event = _Event(kind, message.order, _stamp(news.at // SECOND))
    told = _Clicked(event, sms, _url(news)) if news.event is _CLICK else _Told(event, sms)
    return Call("POST", news.url, _ENCODER.encode(told), _TYPE)


def _operator(news: News, message: Message) -> str:
    """No operator has a part in what is created or clicked."""
    if news.event is _CREATED or news.event is _CLICK:
        return ""
    return operator_of(news, message)


def _url(news: News) -> _Url:
    """As a handset opens it; nothing where it is forgotten already."""
    if news.tiny is None:
        return _Url("", "")
    return _Url(f"http://{news.tiny.short}", news.tiny.target)


@lru_cache(64)
def _stamp(second: int) -> str:
    """Many things happen in one second."""
    return paris.stamp(second * SECOND, paris.DASHED)


@lru_cache(4096)
def _worded(event: Event, state: State, reason: Reason) -> tuple[str, str]:
    """The kind of event and its word, '' where there is none: no account has a say in it."""
    if event in _PLAIN:
        return _PLAIN[event]
    if event not in _ENDS or state is State.cancelled:
        return "", ""
    status = STATUS[state, reason]
    if state in _NEVER_SENT:
        return "MT", _refused(status.code, reason)
    return "DLR", DLR_WORDS.get(status.code, OTHER_ERROR)


_PLAIN: Mapping[Event, tuple[str, str]] = {
    Event.created: ("MT", "CREATED"),
    Event.sent: ("MT", "SENT"),
    Event.click: ("CLICK", "RECEIVED"),
}
_ENDS = frozenset({Event.final, Event.silent, Event.late})


def _refused(code: int, reason: Reason) -> str:
    return BLACKLISTED if reason in BLACKLISTS else MT_WORDS.get(code, OTHER_ERROR)

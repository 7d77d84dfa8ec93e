"""What a sending asks for apart from its words and its recipients.

In: the fields, the account. Out: the sender, the time, whom to tell; None where something of it is
wrong, since one error stands for all.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from chappe.dialects.craft.query import is_plain
from chappe.dialects.smsmode.names import REFERENCE
from chappe.dialects.smsmode.read.when import read_date
from chappe.dialects.smsmode.tables.paths import (
    IN_UNICODE,
    LIMITS,
    NAME,
    PRO,
    SHORT_CODE,
    WITH_REPLY,
)
from chappe.words.account import Account
from chappe.words.lifecycle import Event
from chappe.words.order import Channel, Tell, Urls

_NARROW, _WIDE = (PRO, WITH_REPLY), (IN_UNICODE,)  # classe_msg
_SENDER = re.compile(rf"[!-~]{{1,{LIMITS['sender']}}}")
_PHONE = re.compile(r"\+?[0-9]+")
_PARTS = re.compile("0*([1-9][0-9]*)")
_INSTEAD = "short-code"

Fields = Mapping[str, str]


class TextTerms(NamedTuple):
    """`sender` is '' for the short code."""

    kind: str  # classe_msg
    sender: str
    shows_sender: bool  # whether the account's senders are shown at all
    code: str
    channel: Channel
    start: int
    parts: int
    wide: bool
    reference: str
    tell: Tell


def read_terms(fields: Fields, account: Account, now: int, *, wide: bool) -> TextTerms | None:
    kind = fields.get("classe_msg", IN_UNICODE if wide else PRO)
    if kind not in (_WIDE if wide else _NARROW):
        return None
    channel = channel_of(account)
    sender = read_sender(fields.get("emetteur", ""), kind)
    start, parts, tell = start_of(fields, now), _parts(fields), tell_of(fields, account)
    reference = fields.get(REFERENCE, "")
    if sender is None or start is None or parts is None or tell is None:
        return None
    if len(reference) > LIMITS["reference"]:
        return None
    hides = channel is Channel.marketing and account.wish(NAME, "marketing_sender") == _INSTEAD
    code = account.short_code or SHORT_CODE
    return TextTerms(
        kind, "" if hides else sender, not hides, code, channel, start, parts, wide, reference, tell
    )


def read_sender(given: str, kind: str) -> str | None:
    """None where it may not be one; a text that may be answered has none of its own."""
    if not given:
        return ""
    sound = _SENDER.fullmatch(given) and not _PHONE.fullmatch(given)
    return given if sound and kind != WITH_REPLY else None


def channel_of(account: Account) -> Channel:
    """The account's own; an advertisement where it has none."""
    return Channel[account.channel] if account.channel else Channel.marketing


def start_of(fields: Fields, now: int) -> int | None:
    """What is past is at once."""
    if "date_envoi" not in fields:
        return 0
    start = read_date(fields["date_envoi"])
    return start if start is None or start > now else 0


def _parts(fields: Fields) -> int | None:
    if "nbr_msg" not in fields:
        return LIMITS["parts"]
    found = _PARTS.fullmatch(fields["nbr_msg"].strip())
    if found is None:
        return None
    return min(int(found[1]), LIMITS["parts"]) if len(found[1]) == 1 else LIMITS["parts"]


# whom to tell


def tell_of(fields: Fields, account: Account) -> Tell | None:
    """The call's own addresses go before the account's."""
    status = fields.get("notification_url", "")
    reply = fields.get("notification_url_reponse", "")
    if not all(is_plain(url, LIMITS["url"]) for url in (status, reply) if url):
        return None
    status = status or account.wish(NAME, "notification_url") or account.callbacks
    reply = reply or account.wish(NAME, "reply_url") or account.callbacks
    events = Event.nothing
    if status:
        events |= Event.passing | Event.final | Event.silent | Event.late
    if reply:
        events |= Event.reply | Event.stop
    return Tell(Urls(status=status, reply=reply), events)


def replies_to(account: Account) -> Tell:
    """Where replies are told that answer nothing."""
    url = account.wish(NAME, "reply_url") or account.callbacks
    return Tell(Urls(reply=url or ""), Event.reply | Event.stop if url else Event.nothing)

"""What a callback says, whichever dialect words it: for the demo's page, which prints it.

In: a request to the page. Out: `Told`. Promise: what nobody knows is still shown, as it came.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import msgspec

from chappe.words.exchange import Request

_FIELDS_MAX = 200


class Told(NamedTuple):
    """One callback in a line's worth of words."""

    dialect: str
    kind: str
    number: str
    status: str
    text: str


Fields = Mapping[str, Any]


def told(request: Request) -> Told:
    """Ask each dialect whether this is one of its calls."""
    fields = _fields(request)
    for recognise in RECOGNISERS:
        found = recognise(fields)
        if found is not None:
            return found
    what = (request.query or request.body).decode("utf-8", "replace")
    return Told("unknown", f"{request.method} {request.path}", "", "", what)


def _highsms(fields: Fields) -> Told | None:
    """A webhook, a status call, or a reply call."""
    match fields:
        case {"event": {"event_status": kind}, "sms": dict(sms)}:
            words = [str(sms.get(f"sms_{name}", "")) for name in ("msisdn", "status", "message")]
            if kind == "MO":
                words[2] = str(sms.get("sms_response", ""))
            return Told("highsms", str(kind), *words)
        case {"push_id": _, "to": to, "status": status}:
            return Told("highsms", "status", to, status, fields.get("text", ""))
        case {"FROM": number, "TO": code, "MESSAGE": text, "ORIG_ID": _}:
            return Told("highsms", "reply", number, f"to {code}", text)
    return None


_SMS = re.compile(
    r'<sms from="([^"]*)" to="([^"]*)" date="[^"]*"><!\[CDATA\[(.*?)\]\]></sms>', re.DOTALL
)


def _smsfactor(fields: Fields) -> Told | None:
    """Replies that came close together: one line for all of them."""
    inbox = fields.get("XML")
    if not isinstance(inbox, str) or not inbox.startswith("<inbox>"):
        return None
    replies = _SMS.findall(inbox)
    if not replies:
        return None
    numbers = ", ".join(dict.fromkeys(number for number, _, _ in replies))
    codes = ", ".join(dict.fromkeys(code for _, code, _ in replies))
    texts = [text.replace("]]]]><![CDATA[>", "]]>") for _, _, text in replies]
    return Told("smsfactor", "inbox", numbers, f"to {codes}", " | ".join(texts))


RECOGNISERS: tuple[Callable[[Fields], Told | None], ...] = (_highsms, _smsfactor)


def _fields(request: Request) -> dict[str, Any]:
    """The fields of a call: of its JSON, or of its form and its query."""
    if request.body.lstrip()[:1] == b"{":
        try:
            found: dict[str, Any] = msgspec.json.decode(request.body, type=dict[str, Any])
        except msgspec.DecodeError:
            return {}
        return found
    fields: dict[str, Any] = {}
    for part in (request.query, request.body):
        try:
            pairs = parse_qsl(part.decode("ascii"), True, max_num_fields=_FIELDS_MAX)
        except ValueError:
            continue
        fields.update(pairs)
    return fields

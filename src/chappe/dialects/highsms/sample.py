"""HighSMS on the demo's card, and its calls on the demo's page.

In: the fields of a call. Out: what it says, None where it is none of HighSMS's.
"""

from collections.abc import Mapping
from typing import Any

from chappe.dialects.highsms.tables.paths import NAME
from chappe.dialects.highsms.tables.webhooks import CALL_EVENTS, KIND_EVENTS
from chappe.dialects.shape import Sample, ToldCall
from chappe.words.lifecycle import Event

_LINES = (
    "curl '{url}/api?accountid={login}&password={password}&to=0639980001&text=Bonjour'",
    "curl {url}/campaign -H 'Content-Type: application/json' -d '"
    '{{"push":{{"accountid":"{login}","password":"{password}","ret_id":"hello",'
    '"webhook_url":"{page}/highsms",'
    '"message":[{{"text":"Bonjour","to":[{{"value":"0639980001"}},'
    '{{"value":"0639980011"}}]}}]}}}}\'',
    "curl '{url}/campaign/status?accountid={login}&password={password}&ret_id=hello'",
)
_ACCOUNT = """
token = "{key}"
routes = ["B", "S", "G", "P"]
"""


def _recognise(fields: Mapping[str, Any]) -> ToldCall | None:
    """A webhook, a status call, or a reply call."""
    match fields:
        case {"event": {"event_status": kind}, "sms": dict(sms)}:
            words = [str(sms.get(f"sms_{name}", "")) for name in ("msisdn", "status", "message")]
            if kind == "MO":
                words[2] = str(sms.get("sms_response", ""))
            return ToldCall(NAME, str(kind), *words)
        case {"push_id": _, "to": to, "status": status}:
            return ToldCall(NAME, "status", to, status, fields.get("text", ""))
        case {"FROM": number, "TO": code, "MESSAGE": text, "ORIG_ID": _}:
            return ToldCall(NAME, "reply", number, f"to {code}", text)
    return None


SAMPLE = Sample(
    "HighSMS",
    _LINES,
    _recognise,
    _ACCOUNT,
    kinds={**KIND_EVENTS, "status": CALL_EVENTS, "reply": Event.reply},
)

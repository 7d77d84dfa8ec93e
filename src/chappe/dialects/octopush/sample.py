"""Octopush on the demo's card, and its calls on the demo's page.

In: the fields of a call. Out: what it says, None where it is none of Octopush's.
"""

from collections.abc import Mapping
from typing import Any

from chappe.dialects.octopush.tables import NAME
from chappe.dialects.shape import Sample, ToldCall

_LINES = (
    "curl {url}/api/sms -d user_login={email} -d api_key={key} -d sms_type=FR -d sms_sender=ACME "
    "-d sms_recipients=%2B33639980001 --data-urlencode 'sms_text=Bonjour STOP au XXXXX'",
    # A request id is good for one mail, and whoever likes the line copies it once more.
    'printf "Subject: user_login={email}&api_key={key}\\r\\n\\r\\n'
    "start=start&sms_type=FR&sms_sender=ACME&sms_recipients=%%2B33639980002"
    '&sms_text=Par+mail+STOP+au+XXXXX&request_id=Bonjour$(date +%s)&end=end\\r\\n" | '
    "curl {mail} --mail-from {email} --mail-rcpt sms@localhost -T -",
)


def _recognise(fields: Mapping[str, Any]) -> ToldCall | None:
    """A receipt, a STOP or a reply."""
    match fields:
        case {"message_id": _, "number": str(number), "status": str(status), "delivery_date": _}:
            return ToldCall(NAME, "receipt", number, status, "")
        case {"number": str(number), "text": str(text), "stop_date": _}:
            return ToldCall(NAME, "stop", number, "STOP", text)
        case {"message_id": _, "number": str(number), "text": str(text), "answer_date": _}:
            return ToldCall(NAME, "reply", number, "reply", text)
    return None


SAMPLE = Sample("Octopush", _LINES, _recognise)

"""sMsmode on the demo's card, and its calls on the demo's page.

In: the fields of a call. Out: what it says, None where it is none of sMsmode's.
"""

from collections.abc import Mapping
from typing import Any

from chappe.dialects.shape import Sample, ToldCall
from chappe.dialects.smsmode.tables.paths import NAME

_LINES = (
    "curl '{url}/http/1.6/sendSMS.do?accessToken={key}&numero=0639980001&message=Bonjour"
    "&refClient=hello'",
    "curl {url}/http/1.6/sendSMS.do -d accessToken={key} -d numero=0639980041 -d classe_msg=4 "
    "--data-urlencode 'message=Oui ou non ?'",
)


def _recognise(fields: Mapping[str, Any]) -> ToldCall | None:
    """A status, or a reply."""
    match fields:
        case {"numero": str(number), "statut": str(status), "smsID": _}:
            return ToldCall(NAME, "receipt", number, status, "")
        case {"emetteur": str(number), "message": str(text), "responseID": _}:
            return ToldCall(NAME, "reply", number, "reply", text)
    return None


SAMPLE = Sample("sMsmode", _LINES, _recognise)

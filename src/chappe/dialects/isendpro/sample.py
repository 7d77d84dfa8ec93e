"""iSendPro on the demo's card, and its calls on the demo's page.

In: the fields of a call. Out: what it says, None where it is none of iSendPro's.
"""

from collections.abc import Mapping
from typing import Any

from chappe.dialects.isendpro.tables.paths import NAME
from chappe.dialects.isendpro.tables.statuses import VALIDATION
from chappe.dialects.shape import Sample, ToldCall

_LINES = (
    "curl '{url}/cgi-bin/?keyid={key}&num=0639980001&sms=Bonjour&tracker=hello'",
    "curl {url}/cgi-bin/ -d keyid={key} -d num1=0639980041 --data-urlencode 'sms1=Oui ou non ?' "
    "-d num2=0639980011 -d sms2=Bonsoir",
)


def _recognise(fields: Mapping[str, Any]) -> ToldCall | None:
    """A receipt, or a reply."""
    match fields:
        case {"tel": str(number), "code_erreur": str(code), "statut": str(status), "libelle": _}:
            return ToldCall(NAME, "receipt", number, f"{status} ({code})", "")
        case {"tel": str(number), "id_retour": _, "msg_sms": str(text)}:
            return ToldCall(NAME, "reply", number, "reply", text)
    return None


SAMPLE = Sample("iSendPro", _LINES, _recognise, answer=VALIDATION)

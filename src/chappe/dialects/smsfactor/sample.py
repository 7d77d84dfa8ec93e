"""SMSFactor on the demo's card, and its calls on the demo's page.

In: the fields of a call. Out: what it says, None where it is none of SMSFactor's.
"""

import re
from collections.abc import Mapping
from typing import Any

from chappe.dialects.shape import Sample, ToldCall
from chappe.dialects.smsfactor.tables import NAME, VARIABLE
from chappe.words.lifecycle import Event

_LOGIN = (
    "<authentication><username>{email}</username><password>{password}</password></authentication>"
)
_LINES = (
    f"curl {{url}}/API/apiV2.php -d 'XML=<sms>{_LOGIN}"
    "<message><sender>ACME</sender><text>Bonjour</text></message>"
    '<recipients><gsm gsmsmsid="hello">33639980001</gsm></recipients></sms>\'',
    f"curl {{url}}/API/apiV2.php -d 'XML=<sms>{_LOGIN}"
    "<message><sender>36105</sender><text>Oui ou non ?</text></message>"
    "<recipients><gsm>33639980041</gsm></recipients></sms>'",
)

_VARIABLE = VARIABLE.decode()
_SMS = re.compile(
    r'<sms from="([^"]*)" to="([^"]*)" date="[^"]*"><!\[CDATA\[(.*?)\]\]></sms>', re.DOTALL
)


def _recognise(fields: Mapping[str, Any]) -> ToldCall | None:
    """Replies that came close together: one line for all of them."""
    inbox = fields.get(_VARIABLE)
    if not isinstance(inbox, str) or not inbox.startswith("<inbox>"):
        return None
    replies = _SMS.findall(inbox)
    if not replies:
        return None
    numbers = ", ".join(dict.fromkeys(number for number, _, _ in replies))
    codes = ", ".join(dict.fromkeys(code for _, code, _ in replies))
    texts = [text.replace("]]]]><![CDATA[>", "]]>") for _, _, text in replies]
    return ToldCall(NAME, "inbox", numbers, f"to {codes}", " | ".join(texts))


SAMPLE = Sample("SMSFactor", _LINES, _recognise, kinds={"inbox": Event.reply})

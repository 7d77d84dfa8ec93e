"""Letters of sMsmode: what octets mean, and what a text may hold.

In: nothing. Out: data. Promise: REPLACED lets nothing pass but the document's table.
"""

import string
from collections.abc import Mapping
from typing import Final

_ACCEPTED: Final = frozenset(
    "\n\r !\"#$%&'()*+,-./:;<=>?@_{|}~[\\]^¡£€¥§¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùü"
    + string.digits
    + string.ascii_letters
)
WINDOWS_EURO: Final = 0x80  # as Windows writes it; A4 is the norm's own
LATIN_9: Final = "".join(
    "€" if octet == WINDOWS_EURO else bytes((octet,)).decode("iso-8859-15") for octet in range(256)
)
# The same where texts leave as they are: C1 has no letters, and none of them can travel.
LATIN_9_IN_UNICODE: Final = LATIN_9.translate(dict.fromkeys(range(0x80, 0xA0), "?"))
# What is not accepted becomes `?`, though GSM 03.38 may have it.
REPLACED: Mapping[int, str] = {
    **{code: "?" for code in range(0x180) if chr(code) not in _ACCEPTED},
    **{ord(letter): "?" for letter in "ΔΦΓΛΩΠΨΣΘΞ"},
    ord("È"): "E",
}

CONFIRMED: Final = "Votre demande de desinscription est prise en compte."  # an opt-out
STOP_AT_HOME: Final = " STOP "
STOP_ABROAD: Final = " no-sms.eu"

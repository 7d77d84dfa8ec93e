"""Paths of SMSFactor, what their documents hold, and the limits.

In: nothing. Out: data. Promise: every action has a reader and a writer, and a document.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from chappe.dialects.craft.xml_in import XmlBounds

NAME: str = "smsfactor"

SEND: Final = "send"
REPORT: Final = "report"  # how the messages of a ticket stand

# The document gives one path for https and one for http; both are served on either.
ROUTES: Mapping[tuple[str, str], str] = {
    ("POST", "/API/apiV2.php"): SEND,
    ("POST", "/apiV2.php"): SEND,
    ("POST", "/API/getDr.php"): REPORT,
    ("POST", "/getDr.php"): REPORT,
}
CHOICE: Mapping[str, Sequence[tuple[str, str]]] = {}

UNDEVELOPED: frozenset[str] = frozenset()

# Path -> the file of this folder that is served there.
SCHEMAS: Mapping[str, str] = {
    "/API/smsfactor.xsd": "smsfactor.xsd",
    "/smsfactor.xsd": "smsfactor.xsd",
    "/API/deliveryreport.xsd": "deliveryreport.xsd",
    "/deliveryreport.xsd": "deliveryreport.xsd",
}

VARIABLE: Final = b"XML"

ROOTS: Mapping[str, str] = {SEND: "sms", REPORT: "deliveryreport"}
# The document spells it one way, all clients the other.
LOGINS: Final = frozenset({"authentication", "authentification"})
_LOGIN: Final = frozenset({"username", "password"})
# Root -> the elements below it -> the elements below these. All else is ignored.
ELEMENTS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "sms": {
        **dict.fromkeys(LOGINS, _LOGIN),
        "message": frozenset({"sender", "text", "isFlash", "type", "bookmark", "delay"}),
        "recipients": frozenset({"gsm"}),
    },
    "deliveryreport": {
        **dict.fromkeys(LOGINS, _LOGIN),
        "message": frozenset({"ticket"}),
    },
}
NUMBER: Final = "gsm"  # the one that may stand any number of times
REFERENCE: Final = "gsmsmsid"  # the attribute of these two
REFERRED: Final = frozenset({"gsm", "ticket"})

_KNOWN: Final = frozenset(
    {REFERENCE, *ELEMENTS}.union(*ELEMENTS.values(), *ELEMENTS["sms"].values())
).union(ELEMENTS["deliveryreport"]["message"])
# A million recipients with a reference each.
BOUNDS: Final = XmlBounds(nodes=2_100_000, known=_KNOWN)

FLASHES: Mapping[str, bool] = {"": False, "0": False, "1": True}
LONG_SMS: Final = "longSMS"
BOOKMARK: Final = "bookmark"
SHORT_CODE: Final = "36105"

LIMITS: Mapping[str, int] = {
    "sender": 11,
    "text": 1_120,
    "gsmsmsid": 255,
    "bookmark": 1_000,
    "ticket": 18,
    "vast": 1 << 20,  # octets; of a larger document the login is read first ...
    "look": 1 << 20,  # ... which must stand in so much of its beginning
    "held": 10_000,  # characters of one element; more is too long for any of them
    "told": 64,  # characters of what is wrong that are told again
    "silent_h": 72,
    "together": 100,  # replies in one call
    "together_ms": 2_000,
}

"""Where sMsmode is asked, what for, and within which limits.

In: nothing. Out: data.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from chappe.words.clock import DAY

NAME: str = "smsmode"
SHORT_CODE: Final = "36034"

SEND: Final = "send"
UNICODE: Final = "unicode"
BATCH: Final = "batch"
VOICE: Final = "voice"
REPORT: Final = "report"
STATUS_OF: Final = "status_of"
CREDIT: Final = "credit"
LIST: Final = "list"
DELETE: Final = "delete"
RESPONSES: Final = "responses"
CONTACT: Final = "contact"
TRANSFER: Final = "transfer"
CHILD: Final = "child"
NO_CHILD: Final = "no_child"
AUTHORISE: Final = "authorise"

_CALLS: Mapping[str, str] = {
    "/http/1.6/sendSMS.do": SEND,
    "/http:1.6/sendSMS.do": UNICODE,  # as the document prints it
    "/http/1.6/sendVoiceMessage.do": VOICE,
    "/http/1.6/compteRendu.do": REPORT,
    "/http/1.6/smsStatus.do": STATUS_OF,
    "/http/1.6/credit.do": CREDIT,
    "/http/1.6/smsList.do": LIST,
    "/http/1.6/deleteSMS.do": DELETE,
    "/http/1.6/responseList.do": RESPONSES,
    "/http/1.6/addContact.do": CONTACT,
    "/http/1.6/creditTransfert.do": TRANSFER,
    "/http/1.6/createSubAccount.do": CHILD,
    "/http/1.6/deleteSubAccount.do": NO_CHILD,
    "/http/2.0/createAuthorisation.do": AUTHORISE,
}
ROUTES: Mapping[tuple[str, str], str] = {
    **{(method, path): action for method in ("GET", "POST") for path, action in _CALLS.items()},
    ("POST", "/http/1.6/sendSMSBatch.do"): BATCH,
}
CHOICE: Mapping[str, Sequence[tuple[str, str]]] = {SEND: (("classe_msg=9", UNICODE),)}
UNDEVELOPED: frozenset[str] = frozenset()

PRO, WITH_REPLY, IN_UNICODE = "2", "4", "9"  # classe_msg

LIMITS: Mapping[str, int] = {
    "by_get": 300,  # recipients
    "sender": 11,
    "reference": 255,
    "parts": 5,
    "short": 160,  # of a text with its mention, and `stop=1`,
    "mentioned": 149,  # ... and without it
    "short_in_unicode": 70,
    "pseudo": 50,
    "field": 255,  # of an account or a contact
    "url": 2_000,
    "listed": 50,  # where a call does not say how many
    "listed_most": 10_000,
    "lines": 200_000,  # of a batch
    "file_lines": 1_000_000,  # ... with the blank ones, and those within texts
    "senders": 1_000,  # ... among them
    "validity_h": 48,
    "silent_h": 48,
    "spoken": 800,  # characters of a call's message
    "spoken_unit": 160,
    "title": 160,
}
LOOK_BACK: Final = 30 * DAY

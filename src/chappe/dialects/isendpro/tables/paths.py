"""Where iSendPro is asked, what for, and with which fields.

In: nothing. Out: data.
"""

from collections.abc import Mapping, Sequence
from typing import Final

NAME: str = "isendpro"
SHORT_CODE: Final = "36105"

SEND: Final = "send"
COUNT: Final = "count"
CREDIT: Final = "credit"
CREATE: Final = "create"
ADD: Final = "add"
REMOVE: Final = "remove"
REPORT: Final = "report"
CAMPAIGNS: Final = "campaigns"
LOOK_UP: Final = "look_up"
BAR: Final = "bar"

ROUTES: Mapping[tuple[str, str], str] = {
    ("GET", "/cgi-bin"): SEND,
    ("POST", "/cgi-bin"): SEND,
}
# The first of these that is given says what is asked. Values that the document does not know go to
# an action whose reader refuses them.
CHOICE: Mapping[str, Sequence[tuple[str, str]]] = {
    SEND: (
        ("credit", CREDIT),
        ("repertoireEdit=create", CREATE),
        ("repertoireEdit=del", REMOVE),
        ("repertoireEdit", ADD),
        ("rapportCampagne=2", CAMPAIGNS),
        ("rapportCampagne", REPORT),
        ("getHLR", LOOK_UP),
        ("setlisteNoire", BAR),
        ("comptage=1", COUNT),
    )
}
UNDEVELOPED: frozenset[str] = frozenset()

ADDING: Final = "add"
DETAILED: Final = "1"
IN_QUANTITY: Final = "2"  # credit

LIMITS: Mapping[str, int] = {
    "numbers": 500,
    "sender": 11,
    "sender_least": 4,
    "parts": 6,
    "tracker": 1_024,  # longer ones are cut: a URL has an end
    "name": 255,
    "field": 255,  # one of a directory's
    "told": 64,  # characters of a number, as it was given, that are told again
    "lines": 200_000,  # of a report
    "silent_h": 72,
}

# The fields of a directory, by the Y of `champY`.
FIELDS: Mapping[str, str] = {
    "1": "Nom",
    **{str(2 + at): f"Champ {letter}" for at, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ")},
}

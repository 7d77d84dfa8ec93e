"""Every state and reason of ours in iSendPro's words, which each operator has its own of.

In: nothing. Out: data. Promise: STATUS has a row for every state and reason, CODES one for every
end that is told.
"""

from collections.abc import Mapping
from enum import StrEnum, auto
from typing import Final, NamedTuple

from chappe.words.lifecycle import Reason, State


class End(StrEnum):
    """How a message stands, as far as the annexes tell it."""

    waiting = auto()
    gone = auto()  # the operator has it
    delivered = auto()
    unknown = auto()  # nobody has that number
    absent = auto()
    barred = auto()
    full = auto()
    ported = auto()
    failed = auto()


# Of no other end anybody is told.
TOLD: Final = frozenset(End) - {End.waiting, End.gone}

_BY_STATE: Mapping[State, End] = {
    State.scheduled: End.waiting,
    State.queued: End.waiting,
    State.sending: End.waiting,
    State.sent: End.gone,
    State.delivered: End.delivered,
    State.expired: End.absent,
    State.cancelled: End.failed,
}
_CAME_TO_NOTHING: Final = (State.undelivered, State.refused, State.failed, State.unknown)
_BY_REASON: Mapping[Reason, End] = {
    **dict.fromkeys(Reason, End.failed),
    Reason.npai: End.unknown,
    Reason.bad_number: End.unknown,
    Reason.absent: End.absent,
    Reason.validity: End.absent,
    Reason.no_answer: End.absent,
    Reason.barred: End.barred,
    Reason.memory_full: End.full,
    Reason.ported: End.ported,
}
STATUS: Mapping[tuple[State, Reason], End] = {
    **{(state, reason): end for state, end in _BY_STATE.items() for reason in Reason},
    **{(state, reason): _BY_REASON[reason] for state in _CAME_TO_NOTHING for reason in Reason},
}


class EndCode(NamedTuple):
    """What an operator's annex calls an end, and what it says of it."""

    code: str
    words: str


_FIRST: Mapping[End, EndCode] = {  # annex 5
    End.delivered: EndCode("000", "SMS remis"),
    End.unknown: EndCode("101", "Abonné inconnu"),
    End.absent: EndCode("107", "Abonné absent"),
    End.barred: EndCode("103", "Appel bloqué"),
    End.full: EndCode("116", "Erreur dans le mobile"),
    End.ported: EndCode("101", "Abonné inconnu"),
    End.failed: EndCode("108", "Echec de remise"),
}
_BOUYGUES: Mapping[End, EndCode] = {  # annex 6
    End.delivered: EndCode("1000", "SMS remis"),
    End.unknown: EndCode("10003", "Abonné inconnu"),
    End.absent: EndCode("10008", "Abonné absent - IMSI détachée"),
    End.barred: EndCode("10006", "Appel bloqué"),
    End.full: EndCode("10013", "Capacité mémoire SIM atteinte"),
    End.ported: EndCode("PT03PushSMS11000", "Abonné Porté"),
    End.failed: EndCode("11000", "Autre erreur SMS-C"),
}
_FREE: Mapping[End, EndCode] = {  # annex 7
    End.delivered: EndCode("2", "SMS remis"),
    End.unknown: EndCode("5", "Message is undeliverable"),
    End.absent: EndCode("3", "Message validity period has expired"),
    End.barred: EndCode("8", "Message is in a rejected state"),
    End.full: EndCode("5", "Message is undeliverable"),
    End.ported: EndCode("5", "Message is undeliverable"),
    End.failed: EndCode("7", "Message is in an invalid state"),
}


class Operator(NamedTuple):
    """An operator by its short name, and how it words an end."""

    name: str
    codes: Mapping[End, EndCode]
    done: str = "0"  # what a report has in the place of a delivery's code


# By MCC and MNC. Others speak as SFR does.
OPERATORS: Mapping[str, Operator] = {
    "20801": Operator("ORAN", _FIRST),
    "20810": Operator("SFR", _FIRST),
    "20820": Operator("BOUY", _BOUYGUES, "ACK"),
    "20815": Operator("FREE", _FREE),
    "20822": Operator("TRAN", _FIRST),
    "20823": Operator("VIRG", _FIRST),
    "20824": Operator("MOBI", _FIRST),
    "20825": Operator("LYCA", _FIRST),
    "20826": Operator("NRJ", _FIRST),
    "20827": Operator("CORI", _FIRST),
    "20830": Operator("SYMA", _FIRST),
    "20838": Operator("LEBA", _FIRST),
}
OTHER: Final = Operator("AUTRE", _FIRST)

# --- reports ---

ON_ITS_WAY: Final = "SMS envoyé"
# The operator's own words, as the document has their beginning.
DETAILS: Final = "Message for 00{} has {}"
DETAILED: Mapping[bool, str] = {True: "been delivered", False: "not been delivered"}

# --- look-ups ---

NOBODYS: Final = "INVALIDE"
LISTED: Final = "-LISTE NOIRE"

# --- telling ---

GOOD, BAD = "0", "2"  # statut
VALIDATION: Final = b"validation"
HEARD: Final = 200
TRIES: Final = 4  # the first, and three more
NEXT_TRIES_AT: Final = 2 * 60  # a minute of the day in Paris

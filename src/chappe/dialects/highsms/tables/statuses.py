"""Every state and reason of ours in the words of HighSMS, the operators by name, and what stands
above the columns of answers.

In: nothing. Out: data. Promise: STATUS has a row for every state and reason, DESCRIPTIONS for
every code of STATUS.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from chappe.words.lifecycle import Reason, State


class Status(NamedTuple):
    """How a message stands: annex 9.6's code and word, the word of the reports, why it went
    wrong, and the counter of a campaign's summary that it adds to."""

    code: int
    word: str
    shown: str
    error: str | None
    counter: str


_NOT_SENT = Status(1, "NOT_SENT", "NOT_SENT", None, "waiting")
_CANCELLED = Status(1, "NOT_SENT", "NOT_SENT", None, "other")
_UNREACHED = Status(2, "ERROR", "ERROR", "UNKNOWN", "other")
_QUEUE = Status(3, "QUEUE", "QUEUE", None, "waiting")
_SENT = Status(4, "SENT", "SENT", None, "waiting")
_RECEIVED = Status(6, "RECEIVED", "RECEIVED", None, "received")
_NPAI = Status(11, "ERROR_NPAI", "ERROR", "NPAI", "npai")
_EXPIRED = Status(12, "ERROR_EXPIRED", "ERROR", "EXPIRED", "expired")
_INVOP = Status(13, "ERROR_INVOP", "ERROR", "INVOP", "other")
_NETWORK = Status(14, "ERROR_NETWORK", "ERROR", "NETWORK", "net_error")
_CREDIT = Status(15, "ERROR_CREDIT", "ERROR", "UNKNOWN", "other")
_UNKNOWN = Status(16, "ERROR_UNKNOWN", "ERROR", "UNKNOWN", "other")
_TOO_LONG = Status(16, "ERROR_UNKNOWN", "ERROR", "TOO_LONG", "other")
_BLOCKED = Status(23, "ERROR_BLOCKED", "ERROR", "BLOCKED", "other")
_PORTED = Status(25, "ERROR_NPAIPORTED", "ERROR", "NPAI", "npai")

_BY_STATE: dict[State, Status] = {
    State.scheduled: _NOT_SENT,
    State.queued: _NOT_SENT,
    State.sending: _QUEUE,
    State.sent: _SENT,
    State.unknown: _SENT,
    State.delivered: _RECEIVED,
    State.expired: _EXPIRED,
    State.cancelled: _CANCELLED,
}

# In doubt: it may not have come through to the operator, who reported anything else.
_UNSETTLED: dict[Reason, Status] = {
    Reason.none: _QUEUE,
    Reason.in_doubt: _QUEUE,
    Reason.silent: _EXPIRED,
    Reason.validity: _EXPIRED,
}

_BY_REASON: dict[Reason, Status] = {
    Reason.none: _UNKNOWN,
    Reason.bad_number: _INVOP,
    Reason.not_served: _INVOP,
    Reason.no_quality: _INVOP,
    Reason.no_route: _UNREACHED,
    Reason.too_long: _TOO_LONG,
    Reason.opted_out: _UNKNOWN,
    Reason.no_credit: _CREDIT,
    Reason.fault: _UNREACHED,
    Reason.in_doubt: _UNKNOWN,
    Reason.silent: _EXPIRED,
    Reason.buffered: _UNKNOWN,
    Reason.npai: _NPAI,
    Reason.ported: _PORTED,
    Reason.invalid_operator: _INVOP,
    Reason.network: _NETWORK,
    Reason.operator_credit: _CREDIT,
    Reason.unrecognised: _UNKNOWN,
    Reason.validity: _EXPIRED,
    Reason.absent: _EXPIRED,
    Reason.memory_full: _UNKNOWN,
    Reason.barred: _BLOCKED,
    Reason.blocked: _BLOCKED,
    Reason.content: _UNKNOWN,
    Reason.blacklisted: _UNKNOWN,
    Reason.unknown_network: _INVOP,
    Reason.deleted: _UNKNOWN,
    Reason.rejected: _UNKNOWN,
    Reason.form: _UNKNOWN,
    Reason.throttled: _NETWORK,
    Reason.congested: _NETWORK,
    Reason.busy: _UNKNOWN,
    Reason.no_answer: _UNKNOWN,
    Reason.out_of_service: _NPAI,
    Reason.ringing: _UNKNOWN,
    Reason.hung_up: _UNKNOWN,
    Reason.machine: _UNKNOWN,
    Reason.heard: _UNKNOWN,
}


_CAME_TO_NOTHING: Final = (State.undelivered, State.refused, State.failed)

STATUS: Mapping[tuple[State, Reason], Status] = {
    **{(state, reason): word for state, word in _BY_STATE.items() for reason in Reason},
    **{(State.unknown, reason): word for reason, word in _UNSETTLED.items()},
    **{(state, reason): _BY_REASON[reason] for state in _CAME_TO_NOTHING for reason in Reason},
}

# Codes in the prose of the legacy doors.
DESCRIPTIONS: Mapping[int, str] = {
    1: "Non envoyé",
    2: "Erreur envoi de message",
    3: "Pris en compte",
    4: "Envoyé",
    6: "Reçu",
    11: "N'habite pas à l'adresse indiquée",
    12: "Expiré",
    13: "Opérateur invalide",
    14: "Erreur réseau",
    15: "Crédit insuffisant",
    16: "Erreur inconnue",
    23: "Destinataire bloqué",
    25: "N'habite pas à l'adresse indiquée, numéro porté",
}

OPERATORS: Mapping[str, str] = {
    "20801": "Orange France",
    "20810": "SFR",
    "20815": "Free",
    "20820": "Bouygues",
    "20823": "Virgin Mobile",
    "20826": "NRJ Mobile",
    "20827": "Coriolis",
}

COUNTERS: Final = ("net_error", "waiting", "npai", "expired", "other", "received")

# Header lines of the CSV answers, as the document has them.
SMS_COLUMNS: Final = ("Vers", "Statut", "Status description", "Opérateur", "MVNO", "Date")
ANSWER_COLUMNS: Final = ("Date et heure", "From", "To", "Stop", "Message")
CLICK_COLUMNS: Final = (
    "Date et heure",
    "From",
    "Message",
    "Tiny_url",
    "Target_url",
    "Date du dernier clic",
    "Nombre de clics",
    "Userdata",
)

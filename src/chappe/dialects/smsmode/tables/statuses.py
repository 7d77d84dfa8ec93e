"""Every state and reason of ours in sMsmode's numbers, and what is said of several.

In: nothing. Out: data. Promise: STATUS has a row for every state and reason.
"""

from collections.abc import Mapping
from typing import Final

from chappe.words.lifecycle import Reason, State

# --- of one recipient ---

SENT, WAITING, FAULT, SCHEDULED, RECEIVED, AT_OPERATOR = 0, 1, 2, 10, 11, 13
HUNG_UP, HEARD_OUT = 14, 16
DELETED, REJECTED, ROUTE, UNDELIVERED, FORM, EXPIRED, TOO_LONG = 21, 22, 34, 35, 36, 37, 38
UNDEFINED = 999
NO_ROUTE, OTHER, INVALID, LISTED = 3560, 3599, 3998, 3999

# The reason of a failure -> while the operator still tries, and for good.
_FAILED: Mapping[Reason, tuple[int, int]] = {
    Reason.none: (SENT, UNDELIVERED),
    Reason.buffered: (AT_OPERATOR, UNDELIVERED),
    Reason.no_credit: (AT_OPERATOR, OTHER),
    Reason.fault: (SENT, FAULT),
    Reason.in_doubt: (WAITING, FAULT),
    Reason.silent: (UNDEFINED, UNDEFINED),
    Reason.npai: (3502, 3522),
    Reason.out_of_service: (3560, 3560),
    Reason.ported: (3504, 3526),
    Reason.invalid_operator: (3501, 3521),
    Reason.network: (3501, 3521),
    Reason.congested: (3501, 3521),
    Reason.throttled: (3501, 3521),
    Reason.operator_credit: (3501, OTHER),
    Reason.unrecognised: (AT_OPERATOR, UNDELIVERED),
    Reason.validity: (AT_OPERATOR, EXPIRED),
    Reason.absent: (3502, 3522),
    Reason.no_answer: (3502, 3522),
    Reason.memory_full: (3503, 3523),
    Reason.busy: (3503, 3523),
    Reason.barred: (3503, 3523),
    Reason.blocked: (3501, 3524),
    Reason.content: (3501, 3525),
    Reason.blacklisted: (3501, LISTED),
    Reason.unknown_network: (3501, ROUTE),
    Reason.deleted: (AT_OPERATOR, DELETED),
    Reason.rejected: (AT_OPERATOR, REJECTED),
    Reason.form: (AT_OPERATOR, FORM),
    Reason.too_long: (AT_OPERATOR, TOO_LONG),
    Reason.bad_number: (INVALID, INVALID),
    Reason.not_served: (NO_ROUTE, NO_ROUTE),
    Reason.no_quality: (NO_ROUTE, NO_ROUTE),
    Reason.no_route: (NO_ROUTE, NO_ROUTE),
    Reason.opted_out: (LISTED, LISTED),
    Reason.ringing: (SENT, SENT),
    Reason.hung_up: (HUNG_UP, HUNG_UP),
    Reason.machine: (HUNG_UP, HUNG_UP),
    Reason.heard: (HEARD_OUT, HEARD_OUT),
}
_BY_STATE: Mapping[State, int] = {
    State.scheduled: SCHEDULED,
    State.queued: WAITING,
    State.sending: WAITING,
    State.expired: EXPIRED,
    State.cancelled: DELETED,
}
_OUT_THERE: Final = (State.sent, State.unknown)
_CAME_TO_NOTHING: Final = (State.undelivered, State.refused, State.failed)
STATUS: Mapping[tuple[State, Reason], int] = {
    **{(state, reason): code for state, code in _BY_STATE.items() for reason in Reason},
    **{(state, reason): _FAILED[reason][1] for state in _CAME_TO_NOTHING for reason in Reason},
    **{(state, reason): _FAILED[reason][0] for state in _OUT_THERE for reason in Reason},
    (State.unknown, Reason.validity): UNDEFINED,
    **dict.fromkeys([(State.delivered, reason) for reason in Reason], RECEIVED),
    (State.delivered, Reason.hung_up): HUNG_UP,
    (State.delivered, Reason.machine): HUNG_UP,
    (State.delivered, Reason.heard): HEARD_OUT,
}

# What nobody is notified of.
UNTOLD: Final = frozenset({SENT, WAITING, SCHEDULED})

# --- in the words of the annex ---

DESCRIPTIONS: Mapping[int, str] = {
    0: "Envoyé",
    1: "En cours",
    2: "Non envoyé - erreur interne",
    10: "Envoi programmé",
    11: "Reçu",
    12: "Partiellement délivré",
    13: "Délivré",
    14: "Délivré",
    15: "Partiellement reçu",
    16: "Ecouté",
    21: "Non délivrable",
    22: "Rejeté",
    34: "Erreur routage",
    36: "Erreur message",
    37: "Message expiré",
    38: "Message trop long",
    39: "Erreur réception",
    50: "Non délivré",
    999: "Indéfini",
    3501: "Erreur temporaire opérateur",
    3502: "Erreur temporaire absence",
    3503: "Erreur temporaire téléphone",
    3504: "Erreur temporaire portabilité",
    3521: "Erreur permanente opérateur",
    3522: "Erreur permanente absence",
    3523: "Erreur permanente téléphone",
    3524: "Erreur permanente anti spam",
    3525: "Erreur permanente contenu",
    3526: "Erreur permanente portabilité",
    3527: "Erreur permanente roaming",
    3560: "Erreur non routable",
    3599: "Erreur autre",
    3998: "Numéro invalide",
    3999: "Destinataire blacklisté",
}
# What smsStatus writes otherwise: its 35 is a parameter's.
OF_STATUS: Mapping[int, int] = {UNDELIVERED: 39}

# --- as compteRendu has them ---

_SHOWN: Final = frozenset({0, 1, 2, 10, 11, 13, 14, 16, 34, 35})
_INSTEAD: Mapping[int, int] = {
    NO_ROUTE: ROUTE,
    INVALID: ROUTE,
    FORM: FAULT,
    TOO_LONG: FAULT,
    UNDEFINED: SENT,
    **dict.fromkeys(range(3501, 3505), AT_OPERATOR),
}
REPORTED: Mapping[int, int] = {
    **dict.fromkeys(STATUS.values(), UNDELIVERED),
    **{code: code for code in _SHOWN},
    **_INSTEAD,
}

# --- of several ---

PARTLY_AT_OPERATOR, PARTLY_RECEIVED, NOT_DELIVERED = 12, 15, 50
GOT_THERE: Final = frozenset({RECEIVED, PARTLY_RECEIVED, HEARD_OUT})
IS_THERE: Final = frozenset({AT_OPERATOR, HUNG_UP})
ON_ITS_WAY: Final = frozenset({SENT, WAITING, SCHEDULED, UNDEFINED, *range(3501, 3505)})

"""The errors of sMsmode in the order in which they win, with the sentences that each call has.

In: nothing. Out: data. Promise: ERRORS has a row for every error that can arise here.
"""

from collections.abc import Mapping
from enum import StrEnum, auto
from typing import Final

from chappe.dialects.smsmode.tables.paths import (
    CHILD,
    CONTACT,
    DELETE,
    LIST,
    NO_CHILD,
    REPORT,
    RESPONSES,
    SEND,
    STATUS_OF,
    TRANSFER,
    UNICODE,
)
from chappe.words.answer import Trouble


class Error(StrEnum):
    """What can be wrong, in the order in which it wins."""

    no_login = auto()
    stranger = auto()
    missing = auto()
    not_found = auto()
    taken = auto()
    away = auto()
    fault = auto()
    credit = auto()


ERRORS: Mapping[str, int] = {
    Error.no_login: 35,
    Error.stranger: 32,
    Error.missing: 35,
    Error.not_found: 61,
    Error.taken: 41,
    Error.away: 50,
    Error.fault: 31,
    Error.credit: 33,
}
# What says that nobody is proved.
UNPROVED: frozenset[str] = frozenset({Error.no_login, Error.stranger})

# Where what is asked for is no SMS.
_NOT_FOUND: Mapping[str, int] = {NO_CHILD: 41, TRANSFER: 41, SEND: 35, UNICODE: 35}

ACCEPTED: Final = 0
_SENTENCES: Mapping[int, str] = {
    ACCEPTED: "Accepté",
    31: "Erreur interne",
    32: "Erreur d'authentification",
    33: "Crédits insuffisants",
    35: "Paramètre obligatoire manquant",
    41: "Identifiant inexistant",
    50: "Temporairement inaccessible",
    61: "SMS non trouvé",
}
_WRONG_LIST: Final = 'Paramètre incorrect ("accessToken" est obligatoire)'
_OWN: Mapping[str, Mapping[int, str]] = {
    REPORT: {31: "Erreur interne lors de la requête", 61: "SMS n'existant pas ou plus"},
    CHILD: {
        ACCEPTED: "Création effectuée",
        35: "Paramètres incorrects",
        41: "Identifiant déjà existant",
    },
    NO_CHILD: {ACCEPTED: "Suppression effectuée", 35: "Paramètres incorrects"},
    TRANSFER: {ACCEPTED: "Transfert effectué", 35: "Paramètres incorrects"},
    CONTACT: {ACCEPTED: "Contact ajouté"},
    DELETE: {
        ACCEPTED: "SMS supprimé",
        35: 'Paramètre incorrect ("accessToken", "numero" ou "smsID" sont obligatoires)',
    },
    LIST: {35: _WRONG_LIST},
    RESPONSES: {35: _WRONG_LIST},
    STATUS_OF: {
        32: 'Echec d\'authentification ("accessToken" inexistant)',
        35: 'Paramètre(s) incorrect(s) ("accessToken", "smsID" obligatoires)',
        61: "smsID invalide",
    },
}


def code_of(action: str, error: str) -> int:
    """What a call answers with an error."""
    code = _NOT_FOUND.get(action) if error == Error.not_found else None
    return code or ERRORS[error]


def sentence(action: str, code: int) -> str:
    """What a call says with a code."""
    return _OWN.get(action, {}).get(code) or _SENTENCES[code]


REFUSALS: Mapping[Trouble, str] = {
    Trouble.bad_credentials: Error.stranger,
    Trouble.account_closed: Error.stranger,
    Trouble.account_suspended: Error.stranger,
    Trouble.account_pending: Error.stranger,
    Trouble.bad_address: Error.stranger,
    Trouble.not_now: Error.away,
    Trouble.draining: Error.away,
    Trouble.too_often: Error.away,
    Trouble.queue_full: Error.away,
    Trouble.fault: Error.fault,
    Trouble.wrong_method: Error.missing,
    Trouble.bad_url: Error.missing,
    Trouble.no_file: Error.missing,
    Trouble.no_stop: Error.missing,
    Trouble.too_many: Error.missing,
    Trouble.too_long: Error.missing,
    Trouble.outside_hours: Error.missing,
    Trouble.duplicate: Error.missing,
    Trouble.name_taken: Error.taken,
    Trouble.not_found: Error.not_found,
    Trouble.sender_not_allowed: Error.missing,
    Trouble.in_use: Error.missing,
    Trouble.no_recipient: Error.missing,
    Trouble.scattered: Error.missing,
    Trouble.at_home: Error.missing,
    Trouble.bad_number: Error.missing,
    Trouble.not_served: Error.missing,
    Trouble.no_quality: Error.missing,
    Trouble.no_route: Error.missing,
    Trouble.no_speech: Error.away,
    Trouble.opted_out: Error.missing,
    Trouble.no_credit: Error.credit,
    Trouble.no_look_ups: Error.credit,
}

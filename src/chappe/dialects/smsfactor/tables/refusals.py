"""The errors of SMSFactor, and which of them each trouble of ours is.

In: nothing. Out: data. Promise: ERRORS has a row for every error, in the order in which they are
worded: what can't be read, who asks, what the document lacks, its date, its recipients, money.
"""

from collections.abc import Mapping
from enum import StrEnum, auto
from typing import Final, NamedTuple

from chappe.words.answer import Trouble


class Error(StrEnum):
    """What can be wrong, in the order in which it is told."""

    later = auto()
    method = auto()
    xml = auto()
    login = auto()
    missing = auto()
    sender = auto()
    bad_value = auto()
    url = auto()
    too_long = auto()
    mention = auto()
    once = auto()
    ticket = auto()
    date = auto()
    recipients = auto()
    credit = auto()


class Word(NamedTuple):
    """A refusal's status, its message with a place for the element at fault, HTTP's status, and the
    element where whoever refused did not name it."""

    status: int
    message: str
    http: int = 200
    element: str = ""


DONE: Final = Word(1, "Message envoyé")

_ELEMENT: Final = Word(-2, "Erreur XML : {}")  # or what is wrong with the document, and where
# Not the caller's fault, and the document has no number for it. 503, so that nobody takes it for
# an acceptance.
_LATER: Final = Word(-2, "Momentanément indisponible, veuillez réessayer plus tard.", 503)

ERRORS: Mapping[str, Word] = {
    Error.later: _LATER,
    Error.method: Word(-2, "Erreur XML"),
    Error.xml: _ELEMENT,
    Error.login: Word(-1, "Le login et le mot de passe ne correspondent pas."),
    Error.missing: _ELEMENT,
    Error.sender: _ELEMENT._replace(element="sender"),
    Error.bad_value: _ELEMENT,
    Error.url: _ELEMENT,
    Error.too_long: _ELEMENT._replace(element="text"),
    Error.mention: _ELEMENT,
    Error.once: _ELEMENT,
    Error.ticket: _ELEMENT._replace(element="ticket"),
    Error.date: Word(-4, "La date différée n'est pas correcte"),
    Error.recipients: Word(-5, "La liste des destinataires contient une erreur."),
    Error.credit: Word(-3, "Le nombre de crédits n'est pas suffisant"),
}

REFUSALS: Mapping[Trouble, str] = {
    Trouble.not_now: Error.later,
    Trouble.fault: Error.later,
    Trouble.draining: Error.later,
    Trouble.too_often: Error.later,
    Trouble.queue_full: Error.later,
    Trouble.wrong_method: Error.method,
    Trouble.bad_credentials: Error.login,
    Trouble.account_closed: Error.login,
    Trouble.account_pending: Error.login,
    Trouble.account_suspended: Error.login,
    Trouble.bad_address: Error.login,
    Trouble.sender_not_allowed: Error.sender,
    Trouble.bad_url: Error.url,
    Trouble.too_long: Error.too_long,
    Trouble.no_file: Error.missing,
    Trouble.no_stop: Error.mention,
    Trouble.duplicate: Error.once,
    Trouble.not_found: Error.ticket,
    Trouble.in_use: Error.ticket,
    Trouble.name_taken: Error.ticket,
    Trouble.outside_hours: Error.date,
    Trouble.no_recipient: Error.recipients,
    Trouble.scattered: Error.recipients,
    Trouble.at_home: Error.recipients,
    Trouble.too_many: Error.recipients,
    Trouble.bad_number: Error.recipients,
    Trouble.not_served: Error.recipients,
    Trouble.no_quality: Error.recipients,
    Trouble.no_route: Error.recipients,
    Trouble.no_speech: Error.recipients,
    Trouble.opted_out: Error.recipients,
    Trouble.no_credit: Error.credit,
    Trouble.no_look_ups: Error.credit,
}

"""Every trouble of ours in the words of SMSFactor.

In: nothing. Out: data. Promise: REASONS has a row for every trouble, in the order in which they
are worded: what can't be read, who asks, what the document lacks, its date, its recipients, money.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from chappe.words.answer import Trouble


class Word(NamedTuple):
    """A refusal's status, its message with a place for the element at fault, and HTTP's status."""

    status: int
    message: str
    http: int = 200


DONE: Final = Word(1, "Message envoyé")

_LOGIN: Final = Word(-1, "Le login et le mot de passe ne correspondent pas.")
_XML: Final = Word(-2, "Erreur XML")
_ELEMENT: Final = Word(-2, "Erreur XML : {}")  # or what is wrong with the document, and where
# Not the caller's fault, and the document has no number for it. 503, so that nobody takes it for
# an acceptance.
_LATER: Final = Word(-2, "Momentanément indisponible, veuillez réessayer plus tard.", 503)
_CREDIT: Final = Word(-3, "Le nombre de crédits n'est pas suffisant")
_DATE: Final = Word(-4, "La date différée n'est pas correcte")
_LIST: Final = Word(-5, "La liste des destinataires contient une erreur.")

REASONS: Mapping[Trouble, Word] = {
    Trouble.not_now: _LATER,
    Trouble.fault: _LATER,
    Trouble.draining: _LATER,
    Trouble.wrong_method: _XML,
    Trouble.unknown_action: _XML,
    Trouble.malformed_xml: _ELEMENT,
    Trouble.malformed_json: _XML,
    Trouble.no_credentials: _LOGIN,
    Trouble.bad_credentials: _LOGIN,
    Trouble.account_closed: _LOGIN,
    Trouble.account_pending: _LOGIN,
    Trouble.account_suspended: _LOGIN,
    Trouble.bad_address: _LOGIN,
    Trouble.bad_signature: _LOGIN,
    Trouble.too_often: _LATER,
    Trouble.queue_full: _LATER,
    Trouble.unsupported: _ELEMENT,
    Trouble.missing: _ELEMENT,
    Trouble.bad_sender: _ELEMENT,
    Trouble.sender_not_allowed: _ELEMENT,
    Trouble.bad_value: _ELEMENT,
    Trouble.bad_url: _ELEMENT,
    Trouble.bad_binary: _ELEMENT,
    Trouble.too_long: _ELEMENT,
    Trouble.bad_route: _ELEMENT,
    Trouble.no_stop: _ELEMENT,
    Trouble.duplicate: _ELEMENT,
    Trouble.not_found: _ELEMENT,
    Trouble.bad_date: _DATE,
    Trouble.outside_hours: _DATE,
    Trouble.no_recipient: _LIST,
    Trouble.too_many: _LIST,
    Trouble.bad_number: _LIST,
    Trouble.not_served: _LIST,
    Trouble.no_route: _LIST,
    Trouble.opted_out: _LIST,
    Trouble.no_credit: _CREDIT,
    Trouble.no_credit_pending: _CREDIT,
}

# The element at fault where whoever refused did not name it.
ELEMENT_OF: Mapping[Trouble, str] = {
    Trouble.sender_not_allowed: "sender",
    Trouble.too_long: "text",
    Trouble.not_found: "ticket",
}

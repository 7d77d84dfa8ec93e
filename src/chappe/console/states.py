"""How a message stands, in a word and a colour.

In: a state, a reason. Out: a badge. Promise: a colour never says what the word does not.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from markupsafe import Markup

from chappe.console.tongue import Tongue
from chappe.words.lifecycle import State


class _Look(NamedTuple):
    word: str
    tone: str  # good | bad | waits | odd


LOOKS: Final[Mapping[State, _Look]] = {
    State.new: _Look("new", "waits"),
    State.scheduled: _Look("scheduled", "waits"),
    State.queued: _Look("queued", "waits"),
    State.sending: _Look("sending", "waits"),
    State.sent: _Look("sent", "waits"),
    State.unknown: _Look("unknown", "odd"),
    State.delivered: _Look("delivered", "good"),
    State.undelivered: _Look("undelivered", "bad"),
    State.expired: _Look("expired", "bad"),
    State.refused: _Look("refused", "bad"),
    State.failed: _Look("failed", "bad"),
    State.cancelled: _Look("cancelled", "odd"),
}

FRENCH: Final = {
    "new": "nouveau",
    "scheduled": "programmé",
    "queued": "en attente",
    "sending": "en cours d’envoi",
    "sent": "envoyé",
    "unknown": "inconnu",
    "delivered": "remis",
    "undelivered": "non remis",
    "expired": "expiré",
    "refused": "refusé",
    "failed": "échoué",
    "cancelled": "annulé",
    # why
    "bad number": "numéro invalide",
    "not served": "non desservi",
    "no route": "aucune route",
    "too long": "trop long",
    "opted out": "désinscrit",
    "no credit": "crédit épuisé",
    "fault": "panne interne",
    "in doubt": "en doute",
    "silent": "sans accusé",
    "no quality": "qualité indisponible",
    "buffered": "différé",
    "npai": "NPAI",
    "ported": "numéro porté",
    "invalid operator": "opérateur invalide",
    "network": "erreur du réseau",
    "operator credit": "crédit épuisé chez l’opérateur",
    "unrecognised": "erreur non précisée",
    "validity": "validité échue",
    "absent": "absent",
    "memory full": "mémoire pleine",
    "barred": "ligne restreinte",
    "blocked": "bloqué",
    "content": "contenu refusé",
    "blacklisted": "sur liste noire",
    "unknown network": "réseau inconnu",
    "deleted": "supprimé",
    "rejected": "rejeté",
    "form": "forme refusée",
    "throttled": "débit limité",
    "congested": "réseau saturé",
    "busy": "occupé",
    "no answer": "pas de réponse",
    "out of service": "hors service",
    "ringing": "sonne",
    "hung up": "raccroché",
    "machine": "répondeur",
    "heard": "entendu",
}

_BADGE: Final = Markup('<span class="badge {tone}">{word}</span>')
_WHY: Final = Markup(' <span class="why">{why}</span>')


def badge(say: Tongue, state: State | str, reason: str = "") -> Markup:
    """A state, by itself or by its name, and why."""
    look = LOOKS[State[state] if isinstance(state, str) else state]
    made = _BADGE.format(tone=look.tone, word=say(look.word))
    if reason and reason != "none":
        made += _WHY.format(why=say(reason.replace("_", " ")))
    return made

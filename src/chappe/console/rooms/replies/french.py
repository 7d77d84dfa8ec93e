"""The French of replies."""

from typing import Final

from chappe.console.states import FRENCH as STATES
from chappe.console.whose import FRENCH as WHOSE

FRENCH: Final = {
    **STATES,
    **WHOSE,
    "Replies": "Réponses",
    "Only this number": "Ce numéro seulement",
    "Only this account": "Ce compte seulement",
    "All accounts": "Tous les comptes",
    "Filter": "Filtrer",
    "Talks, the newest first": "Conversations, de la plus récente à la plus ancienne",
    "Messages with {number}": "Messages avec {number}",
    "Last reply": "Dernière réponse",
    "When": "Quand",
    "nobody’s": "à personne",
    "STOP": "STOP",
    "Contact": "Contact",
    "Account {login}": "Compte {login}",
    "Opt-outs": "Désinscrits",
    "All replies": "Toutes les réponses",
    "To the newest": "Vers les plus récents",
    "Messages, the newest last": "Messages, du plus ancien au plus récent",
    "They wrote": "Reçu",
    "Sent": "Envoyé",
    "Message": "Message",
    "Answer": "Réponse",
    "Send": "Envoyer",
    "It is on its way.": "C’est parti.",
    "Characters: {letters}. Parts: {parts}. Price: {price}.": (
        "Caractères : {letters}. Parties : {parts}. Prix : {price}."
    ),
    "Characters: {letters}. Parts: {parts}, since some letters take more room. Price: {price}.": (
        "Caractères : {letters}. Parties : {parts}, car certaines lettres prennent plus de place. "
        "Prix : {price}."
    ),
    "This account sends nothing at present.": "Ce compte n’envoie rien pour le moment.",
    "The credit does not suffice.": "Le crédit ne suffit pas.",
    "This number opted out: nothing is sent to it.": (
        "Ce numéro est désinscrit : rien ne lui est envoyé."
    ),
    "This text is too long.": "Ce texte est trop long.",
    "Nothing can be sent to this number.": "Rien ne peut être envoyé à ce numéro.",
    "Too much is sent at once: try again in a moment.": (
        "Trop d’envois à la fois : réessayez dans un instant."
    ),
    "Too much waits already: try again later.": (
        "Trop de messages attendent déjà : réessayez plus tard."
    ),
    "Nothing is taken now: try again in a moment.": (
        "Rien n’est accepté pour le moment : réessayez dans un instant."
    ),
}

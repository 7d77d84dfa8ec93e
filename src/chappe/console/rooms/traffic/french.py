"""The French of live traffic."""

from typing import Final

from chappe.console.states import FRENCH as STATES

FRENCH: Final = {
    **STATES,
    "Live traffic": "Trafic en direct",
    "Only this number": "Ce numéro seulement",
    "Only this account": "Ce compte seulement",
    "Filter": "Filtrer",
    "Hold": "Figer",
    "Accepted a second": "Acceptés par seconde",
    "Left a second": "Partis par seconde",
    "Receipts a second": "Accusés par seconde",
    "Callbacks a second": "Rappels par seconde",
    "Messages, the newest first": "Messages, du plus récent au plus ancien",
    "Time": "Heure",
    "Message": "Message",
    "Account": "Compte",
    "API": "API",
    "To": "Vers",
    "From": "De",
    "Text": "Texte",
    "State": "État",
    "That is no phone number.": "Ce n’est pas un numéro de téléphone.",
    "What this node accepts appears here by itself.": (
        "Ce que ce nœud accepte apparaît ici tout seul."
    ),
}

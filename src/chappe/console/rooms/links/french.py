"""The French of the links."""

from typing import Final

from chappe.console.states import FRENCH as STATES

FRENCH: Final = {
    **STATES,
    "Links": "Liens",
    "up": "en service",
    "down": "coupé",
    "paused": "mis en pause",
    "not running": "arrêté",
    "elsewhere": "ailleurs",
    "at node {node}": "sur le nœud {node}",
    "passing": "en cours",
    "notification": "notification",
    "calls": "appels",
    "international": "international",
    "marketing": "marketing",
    "Since": "Depuis",
    "Kind": "Nature",
    "Window": "Fenêtre",
    "{count} parts unanswered at a time": "{count} SMS sans réponse à la fois",
    "Pace": "Cadence",
    "{pace} of {rate} parts a second": "{pace} sur {rate} SMS par seconde",
    "without bound": "sans limite",
    "Reconnects": "Reconnexions",
    "Unexpected": "Inattendu",
    "The last minute": "La dernière minute",
    "Left": "Partis",
    "Taken by it": "Acceptés",
    "Wanted later": "Remis à plus tard",
    "Not answered": "Sans réponse",
    "Turned down": "Refusés",
    "Receipts": "Accusés",
    "Answered within": "Réponse en",
    "Receipt within": "Accusé en",
    "{half} s the half, {most} s 99 of 100": "{half} s pour la moitié, {most} s pour 99 sur 100",
    "Pause": "Mettre en pause",
    "What would leave by {link} waits then, or takes another link. Pause it?": (
        "Ce qui partirait par {link} attendra, ou prendra un autre lien. Le mettre en pause ?"
    ),
    "Let it go on": "Reprendre",
    "Link {link} is paused.": "Le lien {link} est en pause.",
    "Link {link} takes messages.": "Le lien {link} prend des messages.",
    "There is no such link here that can be paused.": (
        "Il n’y a pas ici de tel lien qui puisse être mis en pause."
    ),
    "The last hour": "La dernière heure",
    "The last hour, minute by minute": "La dernière heure, minute par minute",
    "{link} in the last hour": "{link} dans la dernière heure",
    "Parts a second of {link} in the last hour; the table below says the same": (
        "SMS par seconde de {link} dans la dernière heure ; le tableau ci-dessous dit la même chose"
    ),
    "Seconds to the answer and to the receipt of {link} in the last hour; the table below says the "
    "same": (
        "Secondes jusqu’à la réponse et jusqu’à l’accusé de {link} dans la dernière heure ; le "
        "tableau ci-dessous dit la même chose"
    ),
    "Left a second": "Partis par seconde",
    "Delivered a second": "Remis par seconde",
    "Refused a second": "Refusés par seconde",
    "Answer, s": "Réponse, s",
    "Receipt, s": "Accusé, s",
    "Minute": "Minute",
    "Time": "Heure",
    "Later, or not answered": "Plus tard, ou sans réponse",
    "Delivered": "Remis",
    "Lost": "Perdus",
    "State": "État",
    "What waits": "Ce qui attend",
    "What waits is being counted: look again in a moment.": (
        "Ce qui attend est en cours de comptage : regardez à nouveau dans un instant."
    ),
    "Waiting for a link": "En attente d’un lien",
    "Waiting for their time": "En attente de leur heure",
    "The oldest waits since": "Le plus ancien attend depuis",
    "What waits, the longest queue first": "Ce qui attend, de la plus longue file à la plus courte",
    "By which links": "Par quels liens",
    "Channel": "Canal",
    "Account": "Compte",
    "Waiting": "En attente",
    "The oldest": "Le plus ancien",
    "For later": "Pour plus tard",
    "The next": "Le prochain",
    "Only the {count} longest of {all} queues are shown.": (
        "Seules les {count} plus longues files sur {all} sont affichées."
    ),
    "Of what waits for its time, the next {count} are told by queue.": (
        "De ce qui attend son heure, les {count} prochains sont détaillés par file."
    ),
    "Nothing waits.": "Rien n’attend.",
    "Nodes": "Nœuds",
    "Node": "Nœud",
    "Timers and upkeep": "Minuteries et entretien",
    "this one": "celui-ci",
    "yes": "oui",
    "Nothing here yet.": "Rien ici pour le moment.",
}

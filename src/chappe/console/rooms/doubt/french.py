"""The French of doubt."""

from typing import Final

from chappe.console.states import FRENCH as STATES

FRENCH: Final = {
    **STATES,
    "Account": "Compte",
    "All that were ever in doubt": "Tous ceux qui ont été en doute",
    "Choose": "Choisir",
    "Choose some messages first.": "Choisissez d’abord des messages.",
    "Doubt": "Doutes",
    "In doubt since": "En doute depuis",
    "Leave all": "Les laisser tous",
    "Leave the chosen": "Laisser les messages choisis",
    "Leave {count} as they are?": "En laisser {count} tels quels ?",
    "Message": "Message",
    "Message {number}": "Message {number}",
    "Messages in doubt": "Messages en doute",
    "Messages in doubt, the newest first": "Messages en doute, du plus récent au plus ancien",
    "Next": "Suivant",
    "Nothing is in doubt.": "Rien n’est en doute.",
    "Only the last 10,000 are looked at.": "Seuls les 10\u202f000 derniers sont examinés.",
    "Pages": "Pages",
    "Previous": "Précédent",
    "Send all again": "Les renvoyer tous",
    "Send the chosen again": "Renvoyer les messages choisis",
    "Send {count} again?": "En renvoyer {count} ?",
    "State": "État",
    "These left, and no operator ever said what became of them. Each account chooses whether such "
    "a message is sent again by itself; what it leaves to you waits here.": (
        "Ces messages sont partis, et aucun opérateur n’a dit ce qu’ils sont devenus. Chaque "
        "compte choisit si un tel message est renvoyé de lui-même ; ce qu’il vous laisse attend "
        "ici."
    ),
    "They are not sent again and count as failed. What was paid for them stays paid.": (
        "Ils ne sont pas renvoyés et comptent comme échoués. Ce qui a été payé le reste."
    ),
    "Times": "Fois",
    "To": "Vers",
    "Waiting for a choice": "En attente d’un choix",
    "What was chosen": "Ce qui a été choisi",
    "Which are shown": "Ceux qui sont montrés",
    "Whoever got such a message already gets it twice. Nothing more is paid for it.": (
        "Qui a déjà reçu un tel message le reçoit deux fois. Rien de plus n’est payé."
    ),
    "Yes, leave them": "Oui, les laisser",
    "Yes, send again": "Oui, renvoyer",
    "dropped": "laissé",
    "forgotten": "oublié",
    "held": "retenu",
    "sent again": "renvoyé",
    "{count} messages are left as they are.": "{count} messages sont laissés tels quels.",
    "{count} messages are sent again.": "{count} messages sont renvoyés.",
}

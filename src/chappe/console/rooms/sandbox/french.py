"""The French of the sandbox."""

from typing import Final

FRENCH: Final = {
    "Sandbox": "Bac à sable",
    "For whoever tests their own software against this installation: the messages of an account "
    "over HTTP, handsets that answer, and things that go wrong on purpose.": (
        "Pour qui teste son propre logiciel sur cette installation : les messages d’un compte "
        "par HTTP, des téléphones qui répondent, et des pannes provoquées."
    ),
    "Chaos": "Pannes provoquées",
    "Nothing goes wrong on purpose now.": "Aucune panne n’est provoquée en ce moment.",
    "What goes wrong on purpose now": "Pannes provoquées en ce moment",
    "Until": "Jusqu’à",
    "What goes wrong": "Ce qui tombe en panne",
    "End it": "Y mettre fin",
    "Let things go wrong": "Provoquer des pannes",
    "Shares in percent; the rest goes as ever. It ends by itself.": (
        "Les parts sont en pour cent ; le reste se passe comme d’habitude. Tout s’arrête tout seul."
    ),
    "The account": "Le compte",
    "For how many seconds": "Pendant combien de secondes",
    "At the door": "À l’entrée",
    "At the operator": "Chez l’opérateur",
    "Answered as a fault": "Réponse « erreur interne »",
    "Answered as not possible now": "Réponse « impossible pour le moment »",
    "Answered as too often": "Réponse « trop de requêtes »",
    "Answers come later (ms)": "Réponses retardées (ms)",
    "Refused by the operator": "Refusés par l’opérateur",
    "Why it refuses": "Motif du refus",
    "Wanted later by the operator": "Remis à plus tard par l’opérateur",
    "Never answered by the operator": "Sans réponse de l’opérateur",
    "Receipt lost": "Accusé perdu",
    "Receipt doubled": "Accusé en double",
    "Not delivered": "Non remis",
    "Expired": "Expirés",
    "Receipts come later (ms)": "Accusés retardés (ms)",
    "The link is dead": "Le lien est mort",
    "{what}: {how}": "{what} : {how}",
    "{percent}%": "{percent} %",
    "Begin": "Commencer",
    "Nothing goes wrong by this.": "Rien ne tombe en panne ainsi.",
    "Together these are more than 100.": "Ensemble, ces parts dépassent 100.",
    "There is no such account, or none that you may see.": (
        "Ce compte n’existe pas, ou vous ne pouvez pas le voir."
    ),
    "Too many accounts have chaos now.": "Trop de comptes ont des pannes provoquées.",
    "Things go wrong for {login} for {seconds} seconds.": (
        "Des pannes sont provoquées pour {login} pendant {seconds} secondes."
    ),
    "All is well again for {login}.": "Tout va de nouveau bien pour {login}.",
    "Only a simulated network does this, and links of this installation are real.": (
        "Seul un réseau simulé le permet, et cette installation a de vrais liens."
    ),
    "The API": "L’API",
    "An API key of the account stands in the place of KEY.": (
        "Une clé d’API du compte remplace KEY."
    ),
    "Wait for a message": "Attendre un message",
    "Say what is expected of it": "Dire ce qu’on en attend",
    "Answer it, as its handset": "Y répondre, comme son téléphone",
    "Follow its short URL": "Suivre son URL courte",
    "Let half of the receipts be lost for a minute": (
        "Perdre la moitié des accusés pendant une minute"
    ),
    "See only what comes from now on": "Ne voir que ce qui arrive désormais",
}

"""The French of the prices."""

from typing import Final

FRENCH: Final = {
    "Prices": "Prix",
    "Try it": "Essayer",
    "Number": "Numéro",
    "Channel": "Canal",
    "Quality": "Qualité",
    "Account": "Compte",
    "Sender": "Émetteur",
    "May stay empty.": "Peut rester vide.",
    "A message of one part to {number}": "Un message d’un SMS vers {number}",
    "Country": "Pays",
    "Operator": "Opérateur",
    "Would not be sent": "Ne partirait pas",
    "By which links": "Par quels liens",
    "Price": "Prix",
    "The operator is the one that the number was given to; nothing is sent.": (
        "L’opérateur est celui à qui le numéro a été attribué ; rien n’est envoyé."
    ),
    "Price of a part": "Prix d’un SMS",
    "To": "Vers",
    "Nothing here yet.": "Rien ici pour le moment.",
    "A country’s own price goes before that of its zone. A country without either is not served.": (
        "Le prix propre à un pays passe avant celui de sa zone. Un pays qui n’a ni l’un ni l’autre "
        "n’est pas desservi."
    ),
    "Near countries: the European Union, Iceland, Liechtenstein, Norway, Great Britain, "
    "Switzerland, Monaco, Andorra, the United States, Canada, Morocco, Algeria and Tunisia.": (
        "Pays proches : l’Union européenne, l’Islande, le Liechtenstein, la Norvège, la "
        "Grande-Bretagne, la Suisse, Monaco, Andorre, les États-Unis, le Canada, le Maroc, "
        "l’Algérie et la Tunisie."
    ),
    "Routes": "Routes",
    "Routes, of which the first that fits decides": ("Routes : la première qui convient l’emporte"),
    "The first that fits decides; where a dash stands, anything fits. The last ones are there by "
    "themselves.": (
        "La première qui convient l’emporte ; un tiret accepte tout. Les dernières existent "
        "d’elles-mêmes."
    ),
    "No.": "N°",
    "Picked": "Choix",
    "What a part costs us": "Ce qu’un SMS nous coûte",
    "Link": "Lien",
    "Kind": "Nature",
    "Cost": "Coût",
    "Weight": "Poids",
    "ordinary": "ordinaire",
    "low quality": "qualité basse",
    "mainland France": "France métropolitaine",
    "French overseas": "outre-mer français",
    "near countries": "pays proches",
    "elsewhere": "ailleurs",
    "any country": "tout pays",
    "in this order": "dans cet ordre",
    "the cheapest first": "le moins cher d’abord",
    "in turn by weight": "à tour de rôle selon le poids",
    "That is no phone number.": "Ce n’est pas un numéro de téléphone.",
    "There is no such account.": "Ce compte n’existe pas.",
    "Such a number can't be written to on this channel.": (
        "On ne peut pas écrire à un tel numéro par ce canal."
    ),
    "That country is not served: it has no price, or is closed to the account.": (
        "Ce pays n’est pas desservi : il n’a pas de prix, ou est fermé au compte."
    ),
    "That country is served, but not in this quality.": (
        "Ce pays est desservi, mais pas dans cette qualité."
    ),
    "No route takes it.": "Aucune route ne le prend.",
    "The account may not use that sender.": "Le compte ne peut pas utiliser cet émetteur.",
    "Nothing here places calls, or nobody here speaks.": (
        "Rien ici ne passe d’appels, ou personne n’y parle."
    ),
    "Its hours never come.": "Ses heures n’arrivent jamais.",
    "It would be refused.": "Il serait refusé.",
}

"""The French of the handsets."""

from typing import Final

FRENCH: Final = {
    "Handsets": "Téléphones",
    "There are no phones here: every link of this installation leads to a real operator, and what "
    "arrives on a real phone is seen there alone.": (
        "Il n’y a pas de téléphones ici : tous les liens de cette installation mènent à un "
        "opérateur réel, et ce qui arrive sur un téléphone réel ne se voit que là."
    ),
    "A phone number": "Un numéro de téléphone",
    "Any number: 06 39 98 00 00 and its neighbours each behave in their own way.": (
        "N’importe quel numéro : 06 39 98 00 00 et ses voisins ont chacun leur comportement."
    ),
    "Put the phone here": "Poser le téléphone ici",
    "That is no phone number.": "Ce n’est pas un numéro de téléphone.",
    "There are 8 phones already: take one away first.": (
        "Il y a déjà 8 téléphones : retirez-en un d’abord."
    ),
    "Written to last:": "Derniers destinataires :",
    "Nobody was written to yet. Put a phone here, and send it something.": (
        "Personne n’a encore rien reçu. Posez un téléphone ici et envoyez-lui un message."
    ),
    "Reload": "Recharger",
    "Take away": "Retirer",
    "Screen of {number}": "Écran de {number}",
    "What came, the newest last": "Ce qui est arrivé, le plus récent en dernier",
    "Send the answer": "Envoyer la réponse",
    "Text": "Texte",
    "To": "Vers",
    "To {code}": "Vers {code}",
    "No sender": "Sans expéditeur",
    "Empty: whoever wrote last.": "Vide : le dernier expéditeur.",
    "A short code has digits alone, such as 36105.": (
        "Un numéro court n’a que des chiffres, par exemple 36105."
    ),
    "Nobody to answer: name a short code such as 36105.": (
        "Personne à qui répondre : indiquez un numéro court, par exemple 36105."
    ),
    "Nothing of yours came from this code last.": (
        "Le dernier message reçu de ce numéro court n’est pas un des vôtres."
    ),
    "{number} wrote to {code}.": "{number} a écrit à {code}.",
    "{number} is answered by hand.": "{number} : les appels attendent que vous les preniez.",
    "{number} answers by itself.": "{number} répond de lui-même.",
    "Answer calls by hand": "Prendre les appels à la main",
    "Answer calls by itself": "Laisser répondre aux appels",
    "That call is over, or was taken otherwise.": (
        "Cet appel est terminé, ou a été pris autrement."
    ),
    "Flash": "Flash",
    "WAP push": "WAP push",
    "Without a title": "Sans titre",
    "new tab": "nouvel onglet",
    "hidden": "masqué",
    "Its text is no longer kept.": "Son texte n’est plus conservé.",
    "Listen to the call": "Écouter l’appel",
    "Take the call": "Prendre l’appel",
    "Decline": "Refuser",
    "Hang up": "Raccrocher",
    "Left alone, it stops by itself after half a minute.": (
        "Laissé tel quel, il cesse de sonner après une demi-minute."
    ),
    "This phone answers by itself.": "Ce téléphone répond de lui-même.",
    "It rings": "Il sonne",
    "Call": "Appel",
    "Call, taken": "Appel pris",
    "Call, heard to its end": "Appel écouté jusqu’au bout",
    "Call, hung up before its end": "Appel raccroché avant la fin",
    "Call, taken by the answering machine": "Appel pris par le répondeur",
    "Call, declined": "Appel refusé",
    "Missed call": "Appel manqué",
    "Nothing here yet.": "Rien ici pour le moment.",
}

"""The French of callbacks and their replays."""

from typing import Final

from chappe.console.ends import FRENCH as ENDS
from chappe.console.times import FRENCH as TIMES

FRENCH: Final = {
    **ENDS,
    **TIMES,
    "Callbacks": "Rappels",
    "Tell again what befell in some time": "Répéter ce qui est arrivé pendant une période",
    # endpoints
    "Endpoints that are owed anything": "Destinations à qui quelque chose est dû",
    "Endpoints, the worst first": "Destinations, la pire d’abord",
    "Account": "Compte",
    "Endpoint": "Destination",
    "Health": "Santé",
    "well": "bonne",
    "limps": "fragile",
    "sick": "mauvaise",
    "unreadable": "illisible",
    "Owed": "Dus",
    "The oldest since": "Le plus ancien depuis",
    "Next call": "Prochain appel",
    "Under way": "En cours",
    "Missed in a row": "Manqués de suite",
    "Last answer": "Dernière réponse",
    "Last heard": "Dernier entendu",
    "No endpoint is owed anything.": "Rien n’est dû à aucune destination.",
    "Only the worst of {count} are shown.": "Seules les pires sur {count} sont affichées.",
    # the list
    "Callbacks of {login}": "Rappels de {login}",
    "Callbacks of an account": "Rappels d’un compte",
    "Callbacks, the newest first": "Rappels, du plus récent au plus ancien",
    "State": "État",
    "Kind": "Nature",
    "any": "indifférent",
    "of messages": "de messages",
    "of replies that answer nothing": "de réponses à aucun message",
    "Only of this message": "De ce message seulement",
    "Filter": "Filtrer",
    "Message": "Message",
    "reply {reply}": "réponse {reply}",
    "Of what": "À propos de",
    "Befell": "Survenu",
    "Tries": "Essais",
    "Answers": "Réponses",
    "missed: {count}": "manqués : {count}",
    "Tell again": "Répéter",
    "waits for its turn": "attend son tour",
    "No callback fits.": "Aucun rappel ne correspond.",
    "Name an account to see what it was told.": (
        "Nommez un compte pour voir ce qui lui a été dit."
    ),
    "Looked back to what was accepted at": "Recherche remontée jusqu’à ce qui a été accepté le",
    ", and no further at a time.": ", et pas plus loin d’un seul coup.",
    "'Older' goes on there.": "« Plus anciens » continue de là.",
    "Pages": "Pages",
    "Newest": "Les plus récents",
    "There is no account {value}, or none that you see.": (
        "Il n’y a pas de compte {value}, ou vous ne le voyez pas."
    ),
    "That is the end of no page of callbacks.": "Aucune page de rappels ne finit là.",
    "Owed again: {count}.": "Dus de nouveau : {count}.",
    # replays
    "What an account was told, or what was given up, is owed once more: by when it befell, at a "
    "pace. First it is only counted.": (
        "Ce qu’un compte s’est vu dire, ou ce qui a été abandonné, est dû une fois de plus : selon "
        "l’heure à laquelle c’est arrivé, à un certain rythme. D’abord, c’est seulement compté."
    ),
    "The replay of {login}": "La répétition de {login}",
    "Befell since": "Arrivé depuis",
    "Befell before": "Arrivé avant",
    "Empty: until now.": "Vide : jusqu’à maintenant.",
    "Which ended so": "Qui ont fini ainsi",
    "given up and heard": "abandonnés et entendus",
    "How many a second": "Combien par seconde",
    "At most {count}.": "{count} au plus.",
    "A second": "Par seconde",
    "Counted": "Comptés",
    "Count them": "Les compter",
    "given up: {given_up}, heard: {heard}": "abandonnés : {given_up}, entendus : {heard}",
    "{minutes} min {seconds} s": "{minutes} min {seconds} s",
    "It is being counted.": "Le compte est en cours.",
    "Nothing is told yet. All of it takes {lasts}.": (
        "Rien n’est encore répété. Le tout prendra {lasts}."
    ),
    "Nothing would be told again.": "Rien ne serait répété.",
    "Owed again: {count} of {total}": "Dus de nouveau : {count} sur {total}",
    "Done: {count} are owed again.": "Terminé : {count} sont dus de nouveau.",
    "Stopped: {count} are owed again.": "Arrêté : {count} sont dus de nouveau.",
    "It failed: {count} are owed again.": "Échec : {count} sont dus de nouveau.",
    "Tell them": "Les répéter",
    "Go on": "Continuer",
    "Stop": "Arrêter",
    "It goes on when you leave this page. Without scripts, load it anew to see how far it is.": (
        "Cela continue quand vous quittez cette page. Sans scripts, rechargez-la pour voir où elle "
        "en est."
    ),
    "One replay of this account is under way.": "Une répétition de ce compte est en cours.",
    "Nothing is counted that waits to be told.": "Rien de compté n’attend d’être répété.",
    "Nothing is under way.": "Rien n’est en cours.",
    "That time is over before it begins.": "Cette période finit avant de commencer.",
    "Back to the callbacks": "Retour aux rappels",
}

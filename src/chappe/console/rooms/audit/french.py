"""The French of the audit log and of the staff."""

from typing import Final

_WORDS: Final = {
    "Account": "Compte",
    "Add": "Ajouter",
    "Add somebody": "Ajouter quelqu’un",
    "Audit log": "Journal d’audit",
    "Back to the staff": "Retour à l’équipe",
    "Besides these, each account comes in by its own login and password, and sees its own "
    "things.": (
        "En plus de ces personnes, chaque compte se connecte avec ses propres identifiant et mot "
        "de passe, et voit ce qui est à lui."
    ),
    "Change": "Modifier",
    "Change it": "Modifier",
    "Change the password of {login}": "Changer le mot de passe de {login}",
    "Filter": "Filtrer",
    "It is written down": "C’est noté",
    "Login": "Identifiant",
    "New password": "Nouveau mot de passe",
    "New password once more": "Nouveau mot de passe, encore une fois",
    "Only this account": "Ce compte seulement",
    "Password": "Mot de passe",
    "Password once more": "Mot de passe, encore une fois",
    "Remove": "Retirer",
    "Remove {login}?": "Retirer {login} ?",
    "Role": "Rôle",
    "Sees": "Voit",
    "Sees this account alone": "Ne voit que ce compte",
    "Since": "Depuis",
    "Staff": "Équipe",
    "Time": "Heure",
    "What": "Quoi",
    "What was done by hand, the newest first": (
        "Ce qui a été fait à la main, du plus récent au plus ancien"
    ),
    "Who": "Qui",
    "Who may come in": "Qui peut se connecter",
    "With what": "Avec quoi",
    "Write this down: it is shown this once.": "Notez ceci : ce n’est montré qu’une fois.",
    "Yes, remove": "Oui, retirer",
    "all accounts": "tous les comptes",
    "you": "vous",
}

_SAID: Final = {
    "A login has letters and no blank.": "Un identifiant a des lettres et aucune espace.",
    "A password has {least} characters at least.": (
        "Un mot de passe a au moins {least} caractères."
    ),
    "An operator does everything; support sees no texts and tells callbacks once more; a reader "
    "only looks.": (
        "Un exploitant peut tout ; le support ne voit pas les textes et relance les rappels ; un "
        "lecteur ne fait que regarder."
    ),
    "An operator sees all accounts.": "Un exploitant voit tous les comptes.",
    "At least 8 characters. Left empty, one is made up and shown once.": (
        "Au moins 8 caractères. Laissé vide, il est inventé et montré une fois."
    ),
    "Nobody removes themselves: let another operator do it.": (
        "Personne ne se retire soi-même : demandez à un autre exploitant."
    ),
    "There is no such account.": "Ce compte n’existe pas.",
    "There is nobody of this login.": "Personne n’a cet identifiant.",
    "There is somebody of this login already.": "Quelqu’un a déjà cet identifiant.",
    "They are out at once, and come in no more.": (
        "La personne est déconnectée aussitôt, et ne se connecte plus."
    ),
    "This is not the same.": "Ce n’est pas le même.",
    "This names an account, which comes in by its own password.": (
        "C’est le nom d’un compte, qui se connecte par son propre mot de passe."
    ),
    "With its children. Left empty: all accounts.": (
        "Avec ses sous-comptes. Laissé vide : tous les comptes."
    ),
    "{login} has its new password.": "{login} a son nouveau mot de passe.",
    "{login} may come in no more.": "{login} ne peut plus se connecter.",
    "{login} may come in.": "{login} peut se connecter.",
}

_DEEDS: Final = {
    "account activated": "compte activé",
    "account closed": "compte fermé",
    "account made": "compte créé",
    "account suspended": "compte suspendu",
    "backup made": "sauvegarde faite",
    "callbacks told once more": "rappels relancés",
    "child account closed": "sous-compte fermé",
    "child account made": "sous-compte créé",
    "credit booked": "crédit porté",
    "credit moved": "crédit transféré",
    "doubt left": "doute laissé",
    "doubt sent again": "doute renvoyé",
    "handset set": "téléphone réglé",
    "key given": "clé donnée",
    "key made": "clé faite",
    "key revoked": "clé révoquée",
    "link paused": "lien mis en pause",
    "link resumed": "lien repris",
    "number barred": "numéro exclu",
    "number erased": "numéro effacé",
    "number let in again": "numéro réadmis",
    "numbers barred": "numéros exclus",
    "opt-outs taken in": "désinscriptions reprises",
    "password changed": "mot de passe changé",
    "password of the staff changed": "mot de passe de l’équipe changé",
    "paused": "mis en pause",
    "person of the staff added": "personne ajoutée à l’équipe",
    "person of the staff removed": "personne retirée de l’équipe",
    "resumed": "repris",
    "settings changed": "réglages changés",
}

_FACTS: Final = {
    "account": "compte",
    "all of them": "tous",
    "all others replaced": "toutes les autres remplacées",
    "amount": "montant",
    "callback": "rappel",
    "callbacks": "rappels",
    "given up by hand": "abandonné à la main",
    "group": "groupe",
    "how many": "combien",
    "kind": "nature",
    "login": "identifiant",
    "message": "message",
    "messages": "messages",
    "name": "nom",
    "name of the key": "nom de la clé",
    "note": "note",
    "number": "numéro",
    "opt-out list": "liste de désinscription",
    "order": "envoi",
    "purse": "bourse",
    "reference": "référence",
    "role": "rôle",
    "settings": "réglages",
}

FRENCH: Final = {**_WORDS, **_SAID, **_DEEDS, **_FACTS}

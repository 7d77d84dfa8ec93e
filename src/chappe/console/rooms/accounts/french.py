"""The French of accounts."""

from typing import Final

from chappe.console.rooms.accounts.french_settings import FRENCH as SETTINGS

_WORDS: Final = {
    "0: without end": "0 : sans fin",
    "API key": "Clé d’API",
    "Account": "Compte",
    "Accounts": "Comptes",
    "Amount": "Montant",
    "Amount in euros": "Montant en euros",
    "Back to the account": "Retour au compte",
    "Back to the accounts": "Retour aux comptes",
    "Balance": "Solde",
    "Balance after it": "Solde après",
    "Before": "Avant",
    "Bookings, the newest first": "Écritures, de la plus récente à la plus ancienne",
    "Callbacks owed": "Rappels dus",
    "Child accounts": "Sous-comptes",
    "Total": "Total",
    "Days that it holds": "Durée en jours",
    "Declared by the file": "Déclaré par le fichier",
    "Download as CSV": "Télécharger en CSV",
    "Ends": "Fin",
    "Given": "Donnée",
    "Key": "Clé",
    "Keys": "Clés",
    "Keys of {login}": "Clés de {login}",
    "Keys that the account made itself, the newest first": (
        "Clés que le compte a faites lui-même, de la plus récente à la plus ancienne"
    ),
    "Kind": "Nature",
    "Last order": "Dernier envoi",
    "Ledger": "Écritures",
    "Ledger of {login}": "Écritures de {login}",
    "Ledger of {purse}": "Écritures de la bourse : {purse}",
    "Login": "Identifiant",
    "Login or mail address": "Identifiant ou adresse électronique",
    "Made": "Faite",
    "Mail address": "Adresse électronique",
    "Meaning": "Signification",
    "Messages waiting": "Messages en attente",
    "Name": "Nom",
    "New password": "Nouveau mot de passe",
    "New password once more": "Nouveau mot de passe, encore une fois",
    "Next": "Suivant",
    "Note": "Note",
    "Opening credit in euros": "Crédit d’ouverture en euros",
    "Opted out": "Désinscrits",
    "Order": "Envoi",
    "Pages": "Pages",
    "Parent": "Parent",
    "Password": "Mot de passe",
    "Password once more": "Mot de passe, encore une fois",
    "Present password": "Mot de passe actuel",
    "Previous": "Précédent",
    "Purse": "Bourse",
    "Purses": "Bourses",
    "Sealed keys": "Clés scellées",
    "Setting": "Réglage",
    "Settings": "Réglages",
    "Settings of {login}": "Réglages de {login}",
    "Since": "Depuis",
    "State": "État",
    "The account": "Le compte",
    "Time": "Heure",
    "To whom": "À qui",
    "Value": "Valeur",
    "Waiting": "En attente",
    "Where nothing is set:": "Si rien n’est réglé :",
    "active": "actif",
    "any state": "tous les états",
    "by hand": "à la main",
    "by its own calls": "par ses propres appels",
    "by the file": "par le fichier",
    "closed": "fermé",
    "credit": "crédit",
    "ended": "terminée",
    "given back": "rendu",
    "low": "bas",
    "moved": "transféré",
    "no": "non",
    "not set": "non réglé",
    "pending": "pas encore ouvert",
    "set": "défini",
    "set aside": "réservé",
    "since": "depuis",
    "suspended": "suspendu",
    "yes": "oui",
    "{count} look-ups": "{count} vérifications",
    "{count} more": "{count} de plus",
    "{count} or more": "{count} ou plus",
    "{first} to {last} of {total}": "{first} à {last} sur {total}",
    "{login} has {balance}.": "{login} a {balance}.",
}

_ACTS: Final = {
    "Activate": "Activer",
    "Activate {login}?": "Activer {login} ?",
    "Apply the changes": "Appliquer les changements",
    "Book credit": "Porter un crédit",
    "Book credit for {login}": "Porter un crédit à {login}",
    "Book it": "Porter",
    "Change it": "Modifier",
    "Change settings": "Changer les réglages",
    "Change the password": "Changer le mot de passe",
    "Change the password of {login}": "Changer le mot de passe de {login}",
    "Close": "Fermer",
    "Close {login}?": "Fermer {login} ?",
    "In the place of all keys of this kind": "À la place de toutes les clés de cette sorte",
    "It is written down": "C’est noté",
    "Make a child account": "Créer un sous-compte",
    "Make a key": "Faire une clé",
    "Make an account": "Créer un compte",
    "Make it": "Créer",
    "Move credit": "Transférer du crédit",
    "Move it": "Transférer",
    "Replace the keys of {login}?": "Remplacer les clés de {login} ?",
    "Revoke": "Révoquer",
    "Revoke the key {id}?": "Révoquer la clé {id} ?",
    "Search": "Rechercher",
    "Show": "Afficher",
    "Suspend": "Suspendre",
    "Suspend {login}?": "Suspendre {login} ?",
    "Yes, activate it": "Oui, l’activer",
    "Yes, close it": "Oui, le fermer",
    "Yes, replace them": "Oui, les remplacer",
    "Yes, revoke it": "Oui, la révoquer",
    "Yes, suspend it": "Oui, le suspendre",
}

_HINTS: Final = {
    "A login of the family: a child, the parent, or another child of it.": (
        "Un identifiant de la famille : un sous-compte, le parent, ou un autre de ses sous-comptes."
    ),
    "A token is what some APIs call a key that goes in a header.": (
        "Certaines API appellent jeton une clé qui se donne dans un en-tête."
    ),
    "At least 8 characters.": "Au moins 8 caractères.",
    "At least 8 characters. Left empty, one is made up and shown once.": (
        "Au moins 8 caractères. Laissé vide, il est inventé et montré une fois."
    ),
    "Both sides read it in the ledger.": "Les deux côtés la lisent dans les écritures.",
    "Every key of this kind so far is no longer taken, from now on.": (
        "Toutes les clés de cette sorte cessent de valoir, dès maintenant."
    ),
    "In euros, such as 12.50; -3 takes three away. Look-ups are counted.": (
        "En euros, par exemple 12,50 ; -3 en retire trois. Les vérifications se comptent."
    ),
    "It has keys, purses and a password of its own, and what binds your account binds it. It "
    "begins without credit.": (
        "Il a ses propres clés, bourses et mot de passe, et ce qui lie votre compte le lie aussi. "
        "Il commence sans crédit."
    ),
    "It is a login as well.": "Elle sert aussi d’identifiant.",
    "It is no longer taken, from now on, and can't be had back.": (
        "Elle cesse de valoir dès maintenant, et ne peut pas revenir."
    ),
    "It may do nothing any more, what it has put off is called off, and what it has left is yours. "
    "Only the operator can open it again.": (
        "Il ne peut plus rien faire, ce qu’il a différé est annulé, et ce qui lui reste est à "
        "vous. Seul l’exploitant peut le rouvrir."
    ),
    "It may send, and come in.": "Il peut envoyer, et se connecter.",
    "Its balance may pass below zero": "Son solde peut passer sous zéro",
    "Its name on every API. It stays as it is.": "Son nom pour chaque API. Il ne change plus.",
    "Its orders are paid by": "Ses envois sont payés par",
    "Its orders are paid by {payer}: see the ledger of that account.": (
        "Ses envois sont payés par {payer} : voyez les écritures de ce compte."
    ),
    "Left empty, one is made up and shown once.": "Laissé vide, il est inventé et montré une fois.",
    "Of keys that the operator or the file gave nothing is known but how many there are.": (
        "Des clés données par l’exploitant ou le fichier, on ne connaît que le nombre."
    ),
    "Paris time, such as 2026-10-25 14:30": "Heure de Paris, par exemple 2026-10-25 14:30",
    "Such as 12.50": "Par exemple 12,50",
    "Such as 12.50. It is booked once.": "Par exemple 12,50. Il est porté une seule fois.",
    "The customer reads it in the ledger.": "Le client la lit dans ses écritures.",
    "The login of the account that it stands beneath, if any.": (
        "L’identifiant du compte dont il dépend, s’il y en a un."
    ),
    "What is left empty is as where nothing is set. A list has a line for each.": (
        "Ce qui est laissé vide est comme non réglé. Une liste a une ligne par élément."
    ),
    "What it sent goes on; it sends no more, and may not come in, until it is activated.": (
        "Ce qu’il a envoyé suit son cours ; il n’envoie plus rien et ne peut plus se connecter "
        "jusqu’à ce qu’il soit activé."
    ),
    "What it sent goes on; it sends no more, and the keys that it made are gone for good.": (
        "Ce qu’il a envoyé suit son cours ; il n’envoie plus rien, et les clés qu’il a faites sont "
        "perdues pour de bon."
    ),
    "Whoever is in by the old one is out at once; keys go on.": (
        "Qui est connecté avec l’ancien est déconnecté aussitôt ; les clés continuent de valoir."
    ),
}

_SAID: Final = {
    "Applied: {login} has this from now on.": "Appliqué : c’est ainsi pour {login} dès maintenant.",
    "Booked: {amount}. It has {balance} now.": "Porté : {amount}. Le solde est de {balance}.",
    "The account {login} is made.": "Le compte {login} est créé.",
    "The file declares one as well; it is no longer taken: change it there, or remove it.": (
        "Le fichier en déclare aussi ; cela ne vaut plus : changez-le là, ou retirez-le."
    ),
    "The file declares {names}: at its next reading it is as the file has it.": (
        "Le fichier déclare {names} : à sa prochaine lecture, ce sera comme il le dit."
    ),
    "The key {id} is no longer taken.": "La clé {id} ne vaut plus.",
    "Write this down: it is shown this once.": "Notez ceci : ce n’est montré qu’une fois.",
    "Your password is changed. Log in with the new one.": (
        "Votre mot de passe est changé. Connectez-vous avec le nouveau."
    ),
    "{amount} moved to {login}.": "{amount} transférés à {login}.",
    "{login} has its new password.": "{login} a son nouveau mot de passe.",
    "{login} is active.": "{login} est actif.",
    "{login} is closed.": "{login} est fermé.",
    "{login} is closed; what it had left is yours: {left}.": (
        "{login} est fermé ; ce qui lui restait est à vous : {left}."
    ),
    "{login} is suspended.": "{login} est suspendu.",
}

_WRONG: Final = {
    "A password has {least} characters at least.": (
        "Un mot de passe a au moins {least} caractères."
    ),
    "It can't be done now: try again in a moment.": (
        "C’est impossible pour le moment : réessayez dans un instant."
    ),
    "It has not that much.": "Il n’en a pas autant.",
    "No key can be made now: there are too many, or it is closed.": (
        "Aucune clé ne peut être faite : il y en a trop, ou le compte est fermé."
    ),
    "Nobody can have this login, or somebody has it.": (
        "Cet identifiant est impossible, ou déjà pris."
    ),
    "Nothing was changed.": "Rien n’a été changé.",
    "Somebody changed these settings meanwhile: look at them again.": (
        "Quelqu’un a changé ces réglages entre-temps : regardez-les de nouveau."
    ),
    "Something was done to this account meanwhile. Look at it, and send again.": (
        "Ce compte a été modifié entre-temps. Vérifiez, puis envoyez de nouveau."
    ),
    "That is not after the beginning.": "Ce n’est pas après le début.",
    "That is not the present password.": "Ce n’est pas le mot de passe actuel.",
    "The address of this page is not one of ours.": "L’adresse de cette page n’est pas valable.",
    "There is no room for one more.": "Il n’y a pas de place pour un de plus.",
    "There is no such account, or it is closed.": "Ce compte n’existe pas, ou il est fermé.",
    "There is no such account.": "Ce compte n’existe pas.",
    "There is not so much credit.": "Il n’y a pas autant de crédit.",
    "This can't be a password.": "Cela ne peut pas être un mot de passe.",
    "This is not the same.": "Ce n’est pas le même.",
    "This is too long.": "C’est trop long.",
    "This names an account already.": "Un compte porte déjà ce nom.",
    "Write a time such as 2026-10-25 or 2026-10-25 14:30.": (
        "Écrivez une heure comme 2026-10-25 ou 2026-10-25 14:30."
    ),
    "Write an amount in euros such as 12.50.": "Écrivez un montant en euros comme 12,50.",
    "Write an amount such as 12.50 or -3; look-ups are whole.": (
        "Écrivez un montant comme 12,50 ou -3 ; les vérifications sont entières."
    ),
}

FRENCH: Final = {**_WORDS, **_ACTS, **_HINTS, **_SAID, **_WRONG, **SETTINGS}

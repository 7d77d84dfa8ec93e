"""What every page of the console has around it: its templates, and their French."""

from typing import Final

FRENCH: Final = {
    "Skip to the content": "Aller au contenu",
    "Menu": "Menu",
    "Log in": "Se connecter",
    "Log out": "Se déconnecter",
    "Login": "Identifiant",
    "Password": "Mot de passe",
    "The login of an account, or one that the operator gave you.": (
        "L’identifiant d’un compte, ou celui que l’exploitant vous a donné."
    ),
    "Nothing leaves this machine: only the simulated network sends.": (
        "Rien ne quitte cette machine : seul le réseau simulé envoie."
    ),
    "Language": "Langue",
    "Light": "Luminosité",
    "auto": "automatique",
    "light": "clair",
    "dark": "sombre",
    "Apply": "Appliquer",
    "Back to the start": "Retour à l’accueil",
    "This account is not open yet.": "Ce compte n’est pas encore ouvert.",
    "This account is suspended.": "Ce compte est suspendu.",
    "This account is closed.": "Ce compte est fermé.",
    "This account may not come in from here.": "Ce compte ne peut pas se connecter d’ici.",
    "It can't be looked at now: try again in a moment.": (
        "Impossible de vérifier maintenant : réessayez dans un instant."
    ),
    "No such login with this password.": "Identifiant ou mot de passe inconnu.",
    "The store can't be reached now.": "La base n’est pas joignable pour le moment.",
    "Something went wrong here.": "Quelque chose a échoué ici.",
    "This form did not come from a page of ours.": (
        "Ce formulaire ne vient pas d’une page de cette console."
    ),
    "Log in first.": "Connectez-vous d’abord.",
    "There is no such page, or none that you may see.": (
        "Cette page n’existe pas, ou vous ne pouvez pas la voir."
    ),
    "Something is wrong with what was typed.": "Quelque chose ne va pas dans ce qui a été saisi.",
    "operator": "exploitant",
    "support": "support",
    "reader": "lecteur",
    "owner": "client",
    "Newer": "Plus récents",
    "Older": "Plus anciens",
    "No, go back": "Non, revenir",
    "Are you sure?": "Êtes-vous sûr ?",
    "Nothing here yet.": "Rien ici pour le moment.",
    "hidden": "masqué",
    "People": "Personnes",
    "Account": "Compte",
    "Tools": "Outils",
    "Installation": "Installation",
}

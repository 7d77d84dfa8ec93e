"""The French of opt-outs."""

from typing import Final

from chappe.console.whose import FRENCH as WHOSE

FRENCH: Final = {
    **WHOSE,
    "Opt-outs": "Désinscrits",
    "Nothing is sent to these numbers. Who wrote STOP is on the STOP list, and leaves it with "
    "START; the black list is kept by hand.": (
        "Rien n’est envoyé à ces numéros. Qui a écrit STOP est sur la liste STOP et la quitte avec "
        "START ; la liste noire est tenue à la main."
    ),
    "Only this number": "Ce numéro seulement",
    "List": "Liste",
    "Both lists": "Les deux listes",
    "STOP list": "Liste STOP",
    "Black list": "Liste noire",
    "Everybody’s alone": "Celle de tous seulement",
    "Filter": "Filtrer",
    "Since": "Depuis",
    "How": "Comment",
    "Take off": "Retirer",
    "everybody’s": "à tous",
    "Take {number} off this list?": "Retirer {number} de cette liste ?",
    "Pages": "Pages",
    "To the first": "Vers le début",
    "Next": "Suivant",
    "Export as CSV": "Exporter en CSV",
    "Import a file": "Importer un fichier",
    "Put numbers on a list": "Mettre des numéros sur une liste",
    "Numbers": "Numéros",
    "One on each line, in any usual spelling.": (
        "Un par ligne, dans n’importe quelle écriture usuelle."
    ),
    "Empty: everybody’s list.": "Vide : la liste commune à tous.",
    "Put on the list": "Mettre sur la liste",
    "Put on the list: {count}.": "Mis sur la liste : {count}.",
    "This number is not on that list.": "Ce numéro n’est pas sur cette liste.",
    "Taken off the list: {number}.": "Retiré de la liste : {number}.",
    "reply to {whom}": "réponse au {whom}",
    "asked by {whom}": "demandé par {whom}",
    "by hand": "à la main",
    "Import opt-outs": "Importer des désinscrits",
    "Back to the opt-outs": "Retour aux désinscrits",
    "File": "Fichier",
    "A text or CSV file whose lines begin with a number, or one that was exported here, which says "
    "itself whose list and which.": (
        "Un fichier texte ou CSV dont chaque ligne commence par un numéro, ou un fichier exporté "
        "d’ici, qui dit lui-même à qui est la liste et laquelle."
    ),
    "Look through it": "Vérifier",
    "Import": "Importer",
    "Choose the file once more to import it.": (
        "Choisissez le fichier encore une fois pour l’importer."
    ),
    "Lines": "Lignes",
    "Opt-outs as they were exported": "Désinscrits tels qu’exportés",
    "Different numbers": "Numéros différents",
    "Barred already": "Déjà désinscrits",
    "Left out, being no number": "Écartées, sans numéro",
    "Line {no}: {why}": "Ligne {no} : {why}",
    "Everybody’s list is not yours to change.": ("La liste commune à tous ne vous appartient pas."),
    "Choose a file that holds something.": "Choisissez un fichier qui contient quelque chose.",
    "There is no phone number in it.": "Il ne contient aucun numéro de téléphone.",
    "It has more than {most} lines: split it.": "Il a plus de {most} lignes : divisez-le.",
    "Imported: {count}. New among them: {new}.": "Importés : {count}. Nouveaux parmi eux : {new}.",
}

"""The French of contacts."""

from typing import Final

from chappe.console.whose import FRENCH as WHOSE

FRENCH: Final = {
    **WHOSE,
    "Contacts": "Contacts",
    "Only this number": "Ce numéro seulement",
    "Filter": "Filtrer",
    "Groups": "Groupes",
    "Import a file": "Importer un fichier",
    "Contacts, by number": "Contacts, par numéro",
    "Name": "Nom",
    "What else is known": "Autres informations",
    "Since": "Depuis",
    "Pages": "Pages",
    "To the first": "Vers le début",
    "Next": "Suivant",
    "Say whose book you want to see.": "Dites de quel compte vous voulez voir le carnet.",
    "Say whose it is to be.": "Dites de quel compte il s’agit.",
    "Add a contact": "Ajouter un contact",
    "Add the contact": "Ajouter le contact",
    "In any usual spelling.": "Dans n’importe quelle écriture usuelle.",
    "First name": "Prénom",
    "Last name": "Nom de famille",
    "Company": "Société",
    "Their names, with commas between them; they are made as needed.": (
        "Leurs noms, séparés par des virgules ; ils sont créés au besoin."
    ),
    "In the book: {number}.": "Dans le carnet : {number}.",
    "Kept.": "Enregistré.",
    "Keep": "Enregistrer",
    "No longer in the book: {number}.": "N’est plus dans le carnet : {number}.",
    "There is no room for more in this book.": "Il n’y a plus de place dans ce carnet.",
    "That is too long to be kept.": "C’est trop long pour être enregistré.",
    "An order to this group has not begun yet: it stays as it is until then.": (
        "Un envoi à ce groupe n’a pas encore commencé : il reste tel quel jusque-là."
    ),
    "Nothing is changed now: try again in a moment.": (
        "Rien n’est modifié pour le moment : réessayez dans un instant."
    ),
    "At most {most} groups.": "{most} groupes au plus.",
    "A name has at most {most} characters.": "Un nom a {most} caractères au plus.",
    "All contacts": "Tous les contacts",
    "Messages with {number}": "Messages avec {number}",
    "In the book since": "Dans le carnet depuis",
    "not in the book": "absent du carnet",
    "What is known": "Informations",
    "More is known than is shown here; it stays as it is.": (
        "Il y a plus d’informations que n’en montre cette page ; elles restent telles quelles."
    ),
    "Name of a new field": "Nom d’un nouveau champ",
    "What stands in it": "Son contenu",
    "Groups that the number is in": "Groupes du numéro",
    "Id": "Id",
    "Take out": "Sortir",
    "Group {id}": "Groupe {id}",
    "Put into groups": "Mettre dans des groupes",
    "Put in": "Mettre",
    "Remove this contact": "Supprimer ce contact",
    "Remove {number} from the book and from all groups?": (
        "Supprimer {number} du carnet et de tous les groupes ?"
    ),
    "Groups, by id": "Groupes, par id",
    "How many are in it": "Membres",
    "Some APIs know a group by its id, others by its name.": (
        "Certaines API connaissent un groupe par son id, d’autres par son nom."
    ),
    "Make a group": "Créer un groupe",
    "Make the group": "Créer le groupe",
    "Made: {name}.": "Créé : {name}.",
    "Removed: {name}.": "Supprimé : {name}.",
    "All groups": "Tous les groupes",
    "Members, by number": "Membres, par numéro",
    "Put numbers into the group": "Mettre des numéros dans le groupe",
    "Numbers": "Numéros",
    "One on each line, in any usual spelling.": (
        "Un par ligne, dans n’importe quelle écriture usuelle."
    ),
    "Remove this group": "Supprimer ce groupe",
    "Remove this group? Its contacts stay in the book.": (
        "Supprimer ce groupe ? Ses contacts restent dans le carnet."
    ),
    "New in the group: {count}.": "Nouveaux dans le groupe : {count}.",
    "No longer in the group: {number}.": "N’est plus dans le groupe : {number}.",
    "Import contacts": "Importer des contacts",
    "File": "Fichier",
    "A CSV file, with a phone number on each line.": (
        "Un fichier CSV, avec un numéro de téléphone par ligne."
    ),
    "Into which all of them come; their names, with commas between them.": (
        "Où tous seront mis ; leurs noms, séparés par des virgules."
    ),
    "Look through it": "Vérifier",
    "Import": "Importer",
    "Choose the file once more to import it.": (
        "Choisissez le fichier encore une fois pour l’importer."
    ),
    "Choose a file that holds something.": "Choisissez un fichier qui contient quelque chose.",
    "It has more than {most} lines: split it.": "Il a plus de {most} lignes : divisez-le.",
    "No column of it holds phone numbers.": "Aucune colonne ne contient de numéros de téléphone.",
    "Imported: {count}.": "Importés : {count}.",
    "leave out": "ne pas reprendre",
    "the number": "le numéro",
    "a field of this name": "un champ de ce nom",
    "Column {no}": "Colonne {no}",
    "Lines": "Lignes",
    "Different numbers": "Numéros différents",
    "Left out, being no number": "Écartées, sans numéro",
    "What each column holds": "Ce que contient chaque colonne",
    "The first lines": "Les premières lignes",
}

"""The French of campaigns."""

from typing import Final

from chappe.console.states import FRENCH as STATES

FRENCH: Final = {
    **STATES,
    # a page of them
    "Campaigns": "Campagnes",
    "New campaign": "Nouvelle campagne",
    "Only this account": "Ce compte seulement",
    "Filter": "Filtrer",
    "all": "tous",
    "There are many accounts here: choose one to see its orders.": (
        "Les comptes sont nombreux ici : choisissez-en un pour voir ses envois."
    ),
    "Orders, the newest first": "Envois, du plus récent au plus ancien",
    "Order": "Envoi",
    "Taken": "Reçu le",
    "Account": "Compte",
    "API": "API",
    "Name": "Nom",
    "Messages": "Messages",
    "How they stand": "Où ils en sont",
    "Cost": "Coût",
    "scheduled for": "programmé pour le",
    "shown on its page": "voir sa page",
    # for whom
    "For which account?": "Pour quel compte ?",
    "Next": "Suivant",
    "There is no such account.": "Ce compte n’existe pas.",
    "This account can't send: it is not active.": (
        "Ce compte ne peut pas envoyer : il n’est pas actif."
    ),
    # composing
    "From the account {login}.": "Depuis le compte {login}.",
    "For another account": "Pour un autre compte",
    "For you alone; nobody gets it.": "Pour vous seul ; personne ne le reçoit.",
    "Text": "Texte",
    "What stands in braces, such as {name}, is filled in from that column of a file.": (
        "Ce qui est entre accolades, comme {name}, est rempli par cette colonne d’un fichier."
    ),
    "Write letters that make it Unicode by those that are closest": (
        "Remplacer les caractères qui le font passer en Unicode par les plus proches"
    ),
    "Sender": "Émetteur",
    "the short code": "le numéro court",
    "Up to 11 letters and digits; empty: the short code, which can be answered.": (
        "11 lettres et chiffres au plus ; vide : le numéro court, auquel on peut répondre."
    ),
    "Kind": "Nature",
    "notification": "notification",
    "advertising": "publicité",
    "Advertising keeps legal hours, says STOP, and leaves out whoever opted out.": (
        "Une publicité respecte les heures légales, mentionne le STOP et exclut les désinscrits."
    ),
    "Advertising outside legal hours": "Une publicité hors des heures légales",
    "waits until they open": "attend leur ouverture",
    "is not sent": "n’est pas envoyée",
    "Add how to stop it at the end of an advertisement that does not say it": (
        "Ajouter la mention STOP à la fin d’une publicité qui ne l’a pas"
    ),
    "Recipients": "Destinataires",
    "Phone numbers": "Numéros de téléphone",
    "One on each line, or with commas between them.": "Un par ligne, ou séparés par des virgules.",
    "A group of the address book": "Un groupe du carnet d’adresses",
    "none": "aucun",
    "A file (CSV)": "Un fichier (CSV)",
    "{count} recipients from a file.": "{count} destinataires d’un fichier.",
    "How it was read": "Comment il a été lu",
    "Read the file": "Lire le fichier",
    "Without the file": "Sans le fichier",
    "When": "Quand",
    "Not before": "Pas avant",
    "Paris time; empty: at once.": "Heure de Paris ; vide : tout de suite.",
    "Check and send": "Vérifier et envoyer",
    "Count": "Compter",
    # mistakes
    "This account may not send by that name.": "Ce compte ne peut pas envoyer sous ce nom.",
    "A sender has 3 to 11 letters, digits or blanks, one letter at least.": (
        "Un émetteur a de 3 à 11 lettres, chiffres ou espaces, dont une lettre au moins."
    ),
    "There is no such group.": "Ce groupe n’existe pas.",
    "That file is no longer here: bring it again.": (
        "Ce fichier n’est plus là : apportez-le de nouveau."
    ),
    "Write a date and a time of day.": "Écrivez une date et une heure.",
    "That time is past.": "Cette heure est passée.",
    "That is more than a year ahead.": "C’est dans plus d’un an.",
    "An advertisement has to say how to stop it: {wording}.": (
        "Une publicité doit dire comment l’arrêter : {wording}."
    ),
    "It would leave outside legal hours.": "Elle partirait hors des heures légales.",
    "The credit does not suffice.": "Le crédit ne suffit pas.",
    "There is nobody to send it to.": "Il n’y a personne à qui l’envoyer.",
    "Too many messages of this account wait already.": (
        "Trop de messages de ce compte attendent déjà."
    ),
    "This account sends too often: try again in a moment.": (
        "Ce compte envoie trop souvent : réessayez dans un instant."
    ),
    "The text is too long.": "Le texte est trop long.",
    "None of the recipients can get it.": "Aucun des destinataires ne peut le recevoir.",
    "No link leads to any of the recipients.": "Aucune liaison ne mène à ces destinataires.",
    "All of the recipients opted out.": "Tous les destinataires se sont désinscrits.",
    "Nothing can be sent now: try again in a moment.": (
        "Rien ne peut être envoyé maintenant : réessayez dans un instant."
    ),
    # what it comes to
    "What it comes to": "Ce que cela donne",
    "Write a text to see what it comes to.": "Écrivez un texte pour voir ce que cela donne.",
    "Characters": "Caractères",
    "Parts": "SMS",
    "Alphabet": "Alphabet",
    "Left in this part": "Reste dans ce SMS",
    "These letters make it Unicode, so that a part holds 70 characters in place of 160:": (
        "Ces caractères le font passer en Unicode : un SMS contient alors 70 caractères au lieu "
        "de 160 :"
    ),
    "nothing else says the same": "rien ne dit la même chose",
    "may be left out": "peut être omis",
    "a blank": "une espace",
    "These letters count twice:": "Ces caractères comptent double :",
    "{count} named twice": "{count} en double",
    "Who get it": "Le reçoivent",
    "about": "environ",
    "Parts of each": "SMS de chacun",
    "{count} with {parts}": "{count} avec {parts}",
    "of the first {count}": "des {count} premiers",
    "Credit left after it": "Crédit restant ensuite",
    "paid afterwards": "payé à terme échu",
    "Outside legal hours: it waits until": "Hors des heures légales : elle attend jusqu’au",
    "It begins on": "Elle commence le",
    "No phone numbers, left out:": "Pas des numéros de téléphone, laissés de côté :",
    "{count} recipients get Unicode, for what is filled in for them.": (
        "{count} destinataires le reçoivent en Unicode, à cause de ce qui est rempli pour eux."
    ),
    "{count} recipients are not from the file: what stands in braces stays as it is for them.": (
        "{count} destinataires ne viennent pas du fichier : pour eux, les accolades restent telles "
        "quelles."
    ),
    "No column has this name, so it stands as it is:": (
        "Aucune colonne n’a ce nom, il reste donc tel quel :"
    ),
    # who is left out
    "No mobiles, left out": "Pas des mobiles, laissés de côté",
    "Countries that are not served, left out": "Pays non desservis, laissés de côté",
    "No link leads there, left out": "Aucune liaison n’y mène, laissés de côté",
    "The text is too long for them, left out": "Texte trop long pour eux, laissés de côté",
    "Opted out, left out": "Désinscrits, laissés de côté",
    "Not served in this quality, left out": "Qualité non offerte, laissés de côté",
    "Can't be served, left out": "Ne peuvent être servis, laissés de côté",
    "{why}: {count}": "{why} : {count}",
    # the confirmation
    "What is sent": "Ce qui est envoyé",
    "at once": "tout de suite",
    "As the first recipients get it": "Comme les premiers destinataires le reçoivent",
    "To": "Vers",
    "Schedule it": "Programmer",
    "Send it": "Envoyer",
    "Change it": "Modifier",
    "The recipients changed meanwhile: look at it again.": (
        "Les destinataires ont changé entre-temps : vérifiez de nouveau."
    ),
    "It is scheduled.": "C’est programmé.",
    "It is on its way.": "C’est parti.",
    "It was sent before, and not again.": "Elle était déjà envoyée, et ne l’a pas été de nouveau.",
    # a file
    "Choose a file with something in it.": "Choisissez un fichier qui contient quelque chose.",
    "Recipients from a file": "Destinataires d’un fichier",
    "Being read: {count} rows so far.": "En cours de lecture : {count} lignes jusqu’ici.",
    "How far it is read": "Avancement de la lecture",
    "Rows": "Lignes",
    "Named twice": "En double",
    "Wrong rows": "Lignes fausses",
    "Go on with {count} recipients": "Continuer avec {count} destinataires",
    "How it is read": "Comment il est lu",
    "Letters": "Encodage",
    "Between columns": "Entre les colonnes",
    "semicolon": "point-virgule",
    "comma": "virgule",
    "tab": "tabulation",
    "bar": "barre",
    "The column of the numbers": "La colonne des numéros",
    "The first row names the columns": "La première ligne nomme les colonnes",
    "Read it so": "Lire ainsi",
    "The first rows": "Les premières lignes",
    "A column's name in braces stands in the text for what its row says.": (
        "Le nom d’une colonne entre accolades représente dans le texte ce que dit sa ligne."
    ),
    "Line": "Ligne",
    "What stands there": "Ce qui s’y trouve",
    "Why": "Pourquoi",
    "The first {count} are shown.": "Les {count} premières sont montrées.",
    "It could not be read.": "Il n’a pas pu être lu.",
    "This is no phone number.": "Ce n’est pas un numéro de téléphone.",
    "There is no such column in this row.": "Cette ligne n’a pas cette colonne.",
    "A cell is too long.": "Une cellule est trop longue.",
    "From here on it can't be read: a quotation mark is never closed.": (
        "À partir d’ici il ne peut pas être lu : un guillemet n’est jamais fermé."
    ),
    "From here on nothing is read: a file has at most 100,000 recipients.": (
        "À partir d’ici rien n’est lu : un fichier a 100 000 destinataires au plus."
    ),
    # one of them
    "Campaign {order}": "Campagne {order}",
    "Reference": "Référence",
    "as the first recipient gets it": "comme le premier destinataire le reçoit",
    "Its messages": "Ses messages",
    "What became of each (CSV)": "Ce qu’est devenu chacun (CSV)",
    "How it stands": "Où elle en est",
    "{count} messages: to count how they stand takes a moment.": (
        "{count} messages : compter où ils en sont prend un moment."
    ),
    "Called off.": "Annulée.",
    "Under way.": "En cours.",
    "All is done.": "Tout est fini.",
    "How much of it is done": "Avancement de la campagne",
    "Done": "Fini",
    "Replies": "Réponses",
    "STOPs": "STOP",
    "Who clicked": "Ont cliqué",
    "Clicks": "Clics",
    "How the messages stand": "Où en sont les messages",
    "State": "État",
    "Share": "Part",
    "Call off what has not left": "Annuler ce qui n’est pas parti",
    "What waits is cancelled and its price given back; what an operator has goes on.": (
        "Ce qui attend est annulé et son prix rendu ; ce qu’un opérateur a déjà continue."
    ),
    "There is nothing to call off.": "Il n’y a rien à annuler.",
    "Called off: {count} messages.": "Annulés : {count} messages.",
}

"""The French of messages and orders."""

from typing import Final

from chappe.console.ends import FRENCH as ENDS
from chappe.console.states import FRENCH as STATES
from chappe.console.times import FRENCH as TIMES

FRENCH: Final = {
    **STATES,
    **ENDS,
    **TIMES,
    # the list
    "Messages": "Messages",
    "Messages, the newest first": "Messages, du plus récent au plus ancien",
    "Search": "Rechercher",
    "Words such as state:refused, one beside the other. The address of this page is this search: "
    "keep it as a bookmark.": (
        "Des mots comme state:refused, l’un à côté de l’autre. L’adresse de cette page est cette "
        "recherche : gardez-la en marque-page."
    ),
    "Search by fields": "Rechercher par champs",
    "The words of the search": "Les mots de la recherche",
    "Accepted since": "Acceptés depuis",
    "Accepted before": "Acceptés avant",
    "any": "indifférent",
    "Channel": "Canal",
    "Link": "Lien",
    "Reason": "Motif",
    "Order": "Envoi",
    "Accepted": "Accepté",
    "Message": "Message",
    "Account": "Compte",
    "API": "API",
    "To": "Vers",
    "From": "De",
    "Text": "Texte",
    "State": "État",
    "No message fits.": "Aucun message ne correspond.",
    "Looked back to what was accepted at": "Recherche remontée jusqu’à ce qui a été accepté le",
    ", and no further at a time.": ", et pas plus loin d’un seul coup.",
    "'Older' goes on there.": "« Plus anciens » continue de là.",
    "Pages": "Pages",
    "Newest": "Les plus récents",
    "All that fits, as CSV": "Tout ce qui correspond, en CSV",
    "At most {count} messages, the newest first.": (
        "{count} messages au plus, du plus récent au plus ancien."
    ),
    "Cut off here: there may be older ones.": "Coupé ici : il peut y en avoir de plus anciens.",
    "notification": "notification",
    "voice": "vocal",
    "international": "international",
    "marketing": "marketing",
    # the language
    "The recipient’s number, in any usual spelling.": (
        "Le numéro du destinataire, sous toute forme usuelle."
    ),
    "How it stands; several with commas between them.": (
        "Son état ; plusieurs, séparés par des virgules."
    ),
    "Whose it is, by the login.": "À qui il est, par l’identifiant.",
    "Accepted at that time or later, by Paris time.": (
        "Accepté à cette heure ou après, à l’heure de Paris."
    ),
    "Accepted before that time.": "Accepté avant cette heure.",
    "The link by which it left, or one that it waits for.": (
        "Le lien par lequel il est parti, ou qu’il attend."
    ),
    "The API by which it came.": "L’API par laquelle il est venu.",
    "What kind of message it is.": "Quelle sorte de message c’est.",
    "Why it stands so.": "Pourquoi il est dans cet état.",
    "The number of its order.": "Le numéro de sa commande.",
    "Its own number: leads to its page.": "Son propre numéro : mène à sa page.",
    "{value} is no phone number.": "{value} n’est pas un numéro de téléphone.",
    "There is no state {value}.": "Il n’y a pas d’état {value}.",
    "There is no account {value}, or none that you see.": (
        "Il n’y a pas de compte {value}, ou vous ne le voyez pas."
    ),
    "There is no link {value}.": "Il n’y a pas de lien {value}.",
    "There is no API {value}.": "Il n’y a pas d’API {value}.",
    "There is no channel {value}.": "Il n’y a pas de canal {value}.",
    "There is no reason {value}.": "Il n’y a pas de motif {value}.",
    "{value} is no number of that kind.": "{value} n’est pas un tel numéro.",
    "{value} is neither a number nor a word with its colon.": (
        "{value} n’est ni un numéro ni un mot avec ses deux-points."
    ),
    "{value} is no word of this search.": "{value} n’est pas un mot de cette recherche.",
    "After {value} stands nothing.": "Après {value} il n’y a rien.",
    "{value} is said twice.": "{value} est dit deux fois.",
    "{value} stands alone.": "{value} va seul.",
    "That time is over before it begins.": "Cette période finit avant de commencer.",
    "That is the end of no page of messages.": "Aucune page de messages ne finit là.",
    # one message
    "Message {message}": "Message {message}",
    "Facts": "Données",
    "given as {given}": "donné comme {given}",
    "Left out": "Laissé de côté",
    "Title": "Titre",
    "Parts": "SMS",
    "Price": "Prix",
    "free": "gratuit",
    "held": "retenu",
    "spent": "dépensé",
    "given back": "rendu",
    "Links": "Liens",
    "Operator": "Opérateur",
    "Reference of the order": "Référence de la commande",
    "Reference": "Référence",
    "Trace": "Trace",
    "Short URL": "URL courte",
    "clicks: {count}": "clics : {count}",
    "This page": "Cette page",
    "What befell it": "Ce qui lui est arrivé",
    "waits for its turn": "attend son tour",
    "by {api}": "par {api}",
    "by {api}, {action}": "par {api}, {action}",
    "from {whence}": "depuis {whence}",
    "{price} held": "{price} retenus",
    "{price} given back": "{price} rendus",
    "at the operator {code}": "chez l’opérateur {code}",
    "part {part} by {link}, at the operator {ref}": (
        "segment {part} par {link}, chez l’opérateur {ref}"
    ),
    "{count} times": "{count} fois",
    "In doubt": "En doute",
    "In doubt: {choice}": "En doute : {choice}",
    "sent again": "renvoyé",
    "dropped": "laissé",
    "Reply": "Réponse",
    "Link followed": "Lien suivi",
    "callback of {event}": "rappel : {event}",
    "nobody is to be told": "personne n’est à prévenir",
    "answer {answer}": "réponse {answer}",
    "It left, and was never answered: it may have arrived. Sent again it may arrive twice.": (
        "Il est parti, et personne n’a répondu : il est peut-être arrivé. Renvoyé, il peut arriver "
        "deux fois."
    ),
    "Send it again": "Renvoyer",
    "Leave it": "Laisser tel quel",
    "It is sent again.": "Il est renvoyé.",
    "It is left as it is.": "Il est laissé tel quel.",
    "This message is not in doubt any more.": "Ce message n’est plus en doute.",
    "Callbacks": "Rappels",
    "Callbacks of this message": "Rappels de ce message",
    "No.": "N°",
    "Of what": "À propos de",
    "Befell": "Survenu",
    "Tries": "Essais",
    "Answer": "Réponse",
    "Endpoint": "Destination",
    "Tell again": "Répéter",
    "Tell all of them again": "Tout répéter",
    "Nobody is to be told of it.": "Personne n’est à prévenir.",
    "There is no such callback of this message.": "Ce message n’a pas un tel rappel.",
    "Owed again: {count}.": "Dus de nouveau : {count}.",
    # one order
    "Order {order}": "Commande {order}",
    "Begins": "Commence",
    "called off": "annulée",
    "How its messages stand": "État de ses messages",
    "Count them": "Les compter",
    "Back to the order": "Retour à la commande",
    "Its messages": "Ses messages",
    "All its messages": "Tous ses messages",
}

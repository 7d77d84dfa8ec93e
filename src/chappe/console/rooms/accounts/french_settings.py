"""The French of an account's settings: what each means, and what may stand there."""

from typing import Final

FRENCH: Final = {
    # what may stand there
    "0 to 100000 submissions a second": "0 à 100000 demandes par seconde",
    "0 to 100000000 euros, in quotes or not": "0 à 100000000 euros",
    "0 to 100000000 messages": "0 à 100000000 messages",
    "1 to 3650 days": "1 à 3650 jours",
    "3 to 15 digits": "3 à 15 chiffres",
    "http or https URL of at most 2000 characters": (
        "URL http ou https de 2000 caractères au plus"
    ),
    "http or https URL of at most 2000 characters, http where it names neither": (
        "URL http ou https de 2000 caractères au plus, http si elle ne dit rien"
    ),
    'list of: "B", "S", "G" or "P"': "liste de : B, S, G ou P",
    'list of: "MT", "DLR", "MO" or "CLICK"': "liste de : MT, DLR, MO ou CLICK",
    "list of: 1 to 1440 minutes": "liste de : 1 à 1440 minutes",
    "list of: IPv4 or IPv6 address or CIDR network": (
        "liste de : adresse IPv4 ou IPv6, ou réseau CIDR"
    ),
    "list of: host name or address; `.example.org` is every host under it": (
        "liste de : nom d’hôte ou adresse ; `.example.org` désigne tous les hôtes de ce nom"
    ),
    "list of: public key as in `authorized_keys`": (
        "liste de : clé publique comme dans `authorized_keys`"
    ),
    "list of: text of at most 20 characters": "liste de : texte de 20 caractères au plus",
    "list of: two-letter ISO code of a country": "liste de : code ISO d’un pays, en deux lettres",
    "mail address": "adresse électronique",
    "text of at most 100 characters": "texte de 100 caractères au plus",
    # what holds where nothing is set
    "`route` alone": "`route` seule",
    "all routes draw on the account's purse": "toutes les routes puisent dans la bourse du compte",
    "as each dialect has it": "comme le veut chaque API",
    "its own": "le sien",
    "none": "aucun",
    "the account's `callbacks`": "le `callbacks` du compte",
    "the dialect's": "celui de l’API",
    "the short code": "le numéro court",
    "until it is revoked": "jusqu’à sa révocation",
    # of the account
    "Stands in for every callback URL that is not set below.": (
        "Remplace chaque URL de rappel qui n’est pas réglée plus bas."
    ),
    "Hosts that its callbacks may go to; `.example.org` is every host under that name. "
    "None: any.": (
        "Hôtes que ses rappels peuvent atteindre ; `.example.org` désigne tous les hôtes de ce "
        "nom. Aucun : tous."
    ),
    "Its mail address; a login as well. It must be unique.": (
        "Son adresse électronique, qui sert aussi d’identifiant. Elle doit être unique."
    ),
    "Where its calls may come from. None: from anywhere.": (
        "D’où ses appels peuvent venir. Aucune adresse : de partout."
    ),
    "Public keys for the file door.": "Clés publiques pour le dépôt de fichiers.",
    "Its balance may pass below zero.": "Son solde peut passer sous zéro.",
    "Login of the account that it stands beneath. It is that one's child: the two may move credit "
    "to each other, and to its other children; the parent may close it, and gets its credit then. "
    "It may do nothing while its parent may not.": (
        "Identifiant du compte dont il dépend. Il en est le sous-compte : les deux peuvent se "
        "transférer du crédit, et en transférer aux autres sous-comptes ; le parent peut le fermer "
        "et reçoit alors son crédit. Il ne peut rien tant que son parent ne peut rien."
    ),
    "Login of another account whose balances it draws on, so that several may share one.": (
        "Identifiant d’un autre compte dont il utilise les soldes, pour que plusieurs en partagent "
        "un."
    ),
    "Marketing keeps to the legal hours, or leaves at any time.": (
        "Le marketing respecte les heures légales, ou part à toute heure."
    ),
    "What its messages are, where the dialect does not say.": (
        "Ce que sont ses messages, quand l’API ne le dit pas."
    ),
    "Where it may send to. None: wherever there is a price.": (
        "Où il peut envoyer. Aucun pays : partout où il y a un prix."
    ),
    "Senders it may use. None: any.": "Les expéditeurs permis. Aucun : tous.",
    "Its own short code: sender, STOP mention, address of replies.": (
        "Son propre numéro court : expéditeur, mention STOP, adresse des réponses."
    ),
    "The most it may do; with its children, where it has some. 0 is no bound.": (
        "Le plus qu’il peut demander, sous-comptes compris. 0 : sans limite."
    ),
    "The most that may wait for a link. 0 is no bound.": (
        "Le plus qui peut attendre un lien. 0 : sans limite."
    ),
    "What left us and was never answered is sent again, or held; by channel: notifications are "
    "sent again, all else is held.": (
        "Ce qui est parti et est resté sans réponse est renvoyé, ou retenu ; par canal : les "
        "notifications sont renvoyées, le reste est retenu."
    ),
    "A balance in euros below which a warning is due. 0: never.": (
        "Le solde en euros sous lequel il faut prévenir. 0 : jamais."
    ),
    "A top-up is under way; too little credit is worded so.": (
        "Une recharge est en cours ; le manque de crédit est annoncé ainsi."
    ),
    # of its dialects
    "Form of the answers on the legacy doors.": "Forme des réponses des anciennes adresses.",
    "A token counts only together with a right HMAC.": ("Un jeton ne vaut qu’avec un HMAC juste."),
    "Whether an HMAC is not looked at, checked where there is one, or demanded.": (
        "Si un HMAC est ignoré, vérifié quand il y en a un, ou exigé."
    ),
    "Algorithm of the deprecated form of the HMAC.": ("Algorithme de la forme dépréciée du HMAC."),
    "Where events are posted, unless the call says otherwise.": (
        "Où les événements sont envoyés, sauf si l’appel en dispose autrement."
    ),
    "Which kinds of event the webhook is told.": ("Les sortes d’événements annoncées au webhook."),
    "Where status changes are told, unless the call says otherwise.": (
        "Où les changements d’état sont annoncés, sauf si l’appel en dispose autrement."
    ),
    "Where replies are told, unless the call says otherwise.": (
        "Où les réponses sont annoncées, sauf si l’appel en dispose autrement."
    ),
    "Method of the call to `ret_mo_url`.": "Méthode de l’appel à `ret_mo_url`.",
    "Status word of a reply on the webhook.": "Mot d’état d’une réponse sur le webhook.",
    "Encoding of the values sent to `ret_url` and `ret_mo_url`.": (
        "Codage des valeurs envoyées à `ret_url` et `ret_mo_url`."
    ),
    "Encoding of the CSV answers.": "Codage des réponses CSV.",
    "Status calls are held back and made in batches ('SR en différé').": (
        "Les appels d’état sont retenus et faits par lots (« SR en différé »)."
    ),
    "The route of a call without `route_type`: B marketing, S notification, G international, "
    "P overseas.": (
        "La route d’un appel sans `route_type` : B marketing, S notification, G international, "
        "P outre-mer."
    ),
    "The routes the account has.": "Les routes du compte.",
    "Opening credit of routes with a purse of their own, in euros; booked once.": (
        "Crédit d’ouverture des routes qui ont leur propre bourse, en euros ; porté une fois."
    ),
    "A marketing text under a custom sender gets its STOP mention instead of a refusal.": (
        "Un texte marketing sous un expéditeur choisi reçoit sa mention STOP au lieu d’un refus."
    ),
    "Where receipts are pushed.": "Où les accusés sont envoyés.",
    "Where opt-outs are pushed.": "Où les désinscriptions sont envoyées.",
    "Where replies are pushed.": "Où les réponses sont envoyées.",
    "Parts of a long text hold 137 characters, as old clients count.": (
        "Les segments d’un long texte ont 137 caractères, comme comptent d’anciens clients."
    ),
    "Type XXX needs its STOP mention; without one: error 122.": (
        "Le type XXX exige sa mention STOP ; sans elle : erreur 122."
    ),
    "Type XXX is bound to a single SMS; a longer text: error 119.": (
        "Le type XXX tient en un seul SMS ; un texte plus long : erreur 119."
    ),
    "Receipts of type XXX are pushed as well.": ("Les accusés du type XXX sont envoyés eux aussi."),
    "Where statuses are told, unless the call says otherwise.": (
        "Où les états sont annoncés, sauf si l’appel en dispose autrement."
    ),
    "Where replies are told, unless the call says.": (
        "Où les réponses sont annoncées, sauf si l’appel le dit."
    ),
    "Encoding of what callbacks tell.": "Codage de ce que disent les rappels.",
    "Status notifications carry `cost`, in euros, as later editions do.": (
        "Les notifications d’état portent `cost`, en euros, comme dans les éditions récentes."
    ),
    "Sender of a marketing text with an `emetteur`: that one, or the short code instead.": (
        "L’expéditeur d’un texte marketing avec un `emetteur` : celui-ci, ou le numéro court."
    ),
    "The number that voice calls come from, in international form without `+`.": (
        "Le numéro d’où viennent les appels vocaux, en forme internationale sans `+`."
    ),
    "How long a key is taken that `createAuthorisation` made.": (
        "Combien de temps vaut une clé faite par `createAuthorisation`."
    ),
    "Minutes to wait before each further try of a call that nobody took.": (
        "Minutes d’attente avant chaque nouvel essai d’un appel resté sans réponse."
    ),
    "Where receipts are told.": "Où les accusés sont annoncés.",
    "Where replies are told.": "Où les réponses sont annoncées.",
    "`nostop=1` is allowed; else it is refused with 36.": (
        "`nostop=1` est permis ; sinon il est refusé par 36."
    ),
    "`getHLR=1` is allowed; else it is refused with 41.": (
        "`getHLR=1` est permis ; sinon il est refusé par 41."
    ),
    "The SMS Azur number that `numAzur=1` sends from.": (
        "Le numéro SMS Azur depuis lequel `numAzur=1` envoie."
    ),
}

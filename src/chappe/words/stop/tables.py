"""The words of those who want to hear no more, or again, and what stands around them.

In: nothing. Out: tables in French and English, written as people write: they are taken apart just
as a text is, so that case, accents and doubled letters do not matter here either.
"""

from typing import Final

STOPS: Final = (
    *(
        "stop",
        "stope",
        "stpo",
        "sotp",
        "tsop",
        "dtop",
        "srop",
        "stip",
        "stol",
        "stopsms",
        "stopall",
    ),
    *("stopau", "stopsvp", "stopstp", "stopmerci", "stopplease", "stoppub", "stoppubs", "stopspam"),
)
"""The word, as it is also mistyped and run together."""

HALTS: Final = ("arrêt", "arrête", "arrêtes", "arrêter", "arrêtez", "stops")
"""These ask for the same, but other sentences have more use for them."""

SIGN: Final = "🛑"
"""It counts as a word only beside fillers, since texts about anything are adorned with it."""

UNSUBSCRIBES: Final = (
    *("désabonner", "désabonne", "désabonnes", "désabonnez", "désabonnement", "désabo"),
    *("désinscrire", "désinscris", "désinscrit", "désinscrivez", "désinscription", "désinscrir"),
    *("désincrire", "désincription", "désinscire"),
    *("unsubscribe", "unsub", "unsuscribe", "unsubcribe", "unsubsribe", "optout"),
)
"""Words that have no other sense."""

STARTS: Final = ("start",)

MESSAGES: Final = (
    *("sms", "mms", "texto", "textos", "message", "messages", "msg", "pub", "pubs", "publicité"),
    *("publicités", "promo", "promos", "offre", "offres", "spam", "spams", "démarchage"),
    *("texts", "ads"),
)
"""What a person wants no more of."""

_NO_MORE = (
    *("plus de", "plus d'", "plus de vos", "plus aucun", "plus aucune", "no more", "pas de vos"),
    *("veux pas de", "veux plus vos", "veux plus ces", "stopper", "stopper les", "stopper vos"),
    *("stopper ces", "stopper tous vos", "stoppez", "stoppez les", "stoppez vos", "stoppez ces"),
    *("stoppe les", "stoppe vos", "cesser les", "cesser vos", "cesser ces", "cessez les"),
    *("cessez vos", "cessez ces"),
)

_CEASE = ("arrête", "arrêter", "arrêtez", "cesser", "cessez", "stopper", "stoppez")
_WRITING = ("d'envoyer", "de m'envoyer", "de m'écrire", "de me contacter", "de m'appeler")

_TAKE_AWAY = (
    *("supprimer", "supprimez", "supprime", "retirer", "retirez", "retire", "enlever", "enlevez"),
    *("enlève", "effacer", "effacez", "rayer", "rayez"),
)
_ME = ("moi", "mon numéro", "mon nom", "mon contact", "mes coordonnées")

CLEAR: Final = (
    *UNSUBSCRIBES,
    *(f"{refusal} {what}" for refusal in _NO_MORE for what in MESSAGES),
    *(f"{cease} {writing}" for cease in _CEASE for writing in _WRITING),
    *(f"{verb} {me}" for verb in _TAKE_AWAY for me in _ME),
    *(f"me {verb} {where}" for verb in _TAKE_AWAY for where in ("de votre", "de vos", "de la")),
    *("ne plus recevoir", "ne plus rien recevoir", "ne plus jamais recevoir", "veux plus recevoir"),
    *("veux plus rien recevoir", "veux plus avoir de", "veux pas recevoir", "ne plus avoir de"),
    *("souhaite plus recevoir", "souhaite pas recevoir", "désire plus recevoir"),
    *("ne pas recevoir de", "plus m'envoyer", "plus me envoyer", "plus nous envoyer"),
    *("plus rien m'envoyer", "ne plus envoyer", "pas m'envoyer", "ne m'envoyez plus"),
    *("ne m'envoyer plus", "m'envoyez plus rien", "m'envoyer plus rien", "m'envoyez pas"),
    *("n'envoyez plus", "n'envoyer plus", "plus me contacter", "plus m'appeler", "plus m'écrire"),
    *("me contactez plus", "me contactez pas", "m'appelez plus", "m'appelez pas"),
    *("m'écrivez plus", "m'écrivez pas", "plus être contacté", "plus être contactée"),
    *("plus être sollicité", "plus être sollicitée", "plus être dérangé", "plus être dérangée"),
    *("plus me déranger", "plus m'importuner", "merci de stopper", "veuillez stopper"),
    *("stopper svp", "stoppez svp", "pas de pub", "pas de pubs", "pas de publicité"),
    *("laissez-moi tranquille", "laisse-moi tranquille", "foutez-moi la paix"),
    *("fichez-moi la paix", "lâchez-moi", "opt out", "opt me out", "remove me", "take me off"),
    *("remove my number", "delete my number", "leave me alone", "stop sending", "stop texting"),
    *("stop messaging", "stop contacting", "stop spamming", "stop harassing", "stop bothering"),
    *("don't text me", "dont text me", "do not text me", "don't message me", "do not message me"),
    *("don't contact me", "dont contact me", "do not contact me", "don't send me"),
    *("dont send me", "do not send me", "quit texting", "quit sending"),
)
"""Phrases that can mean nothing else, wherever in a text they stand."""

# What stands before -> the words that then say the contrary. 'Je ne veux pas stop' is none: it
# may as well be two sentences without a mark between them.
_DENIALS = {
    ("n", "ne", "sans"): (*HALTS, *UNSUBSCRIBES),
    ("pas", "pas me", "pas vous", "pas tout", "jamais", "jamais me", "pas de", "pas d'"): (
        *("arrêter", "arrêt", "désabonner", "désabonnement", "désinscrire", "désinscription"),
    ),
    ("non", "ne", "sans", "pas de", "pas dit", "jamais dit"): ("stop",),
    ("not", "never", "ever", "t", "dont", "cant", "wont", "doesnt", "cannot", "without"): (
        *("stop", "unsubscribe", "unsub"),
    ),
    ("t want to", "not want to", "dont want to", "t say", "not say", "never said"): (
        *("stop", "unsubscribe", "unsub"),
    ),
    ("pas", "ne", "n"): ("stopper", "stoppez", "stoppe"),
    ("je", "on", "ça"): ("stop pas",),
    ("recevoir", "avoir", "beaucoup", "encore", "ai"): ("plus de", "plus d'"),
    ("vous",): ("ne m'envoyez plus", "m'envoyez plus", "ne m'écrivez plus", "n'envoyez plus"),
}

OTHERWISE: Final = (
    *(f"{no} {word}" for before, words in _DENIALS.items() for no in before for word in words),
    *("arrête pas", "arrêtez pas", "désabonnez pas", "désabonne pas", "désinscrivez pas"),
    *("stop by", "stop at", "stop in", "stop over"),
    *("stop and go", "stop and think"),
    *("stop sign", "stop signs", "stop light", "stop lights", "stop motion", "stop loss"),
    *("stop watch", "stop making", "stop worrying", "stop smoking", "stop laughing"),
    *("stop kidding", "stop crying", "stop being", "stop thinking", "stop doing", "stop au feu"),
    # 'Stop it' is a wish; a sentence that goes on from there speaks to a friend.
    *("stop it you", "stop it i", "stop it im"),
    *("bus stop", "pit stop", "next stop", "last stop", "first stop", "final stop", "full stop"),
    *("one stop", "door stop", "the stop", "a stop", "my stop", "your stop", "our stop"),
    *("do you stop", "do we stop", "do they stop", "does it stop", "will it stop"),
    *("should i stop", "should we stop"),
    *("un stop", "le stop", "du stop", "au stop", "en stop", "ce stop", "auto stop", "faire stop"),
    *("panneau stop", "feu stop", "feux stop", "dernier stop", "prochain stop", "premier stop"),
    *("arrêt de bus", "arrêt du bus", "arrêt bus", "arrêt de tram", "arrêt du tram", "arrêt tram"),
    *("arrêt métro", "arrêt de métro", "arrêt du métro", "arrêt ligne", "arrêt de la ligne"),
    *("arrêt de travail", "arrêt maladie", "arrêt cardiaque", "arrêt sur image", "arrêt minute"),
    *("arrêt de jeu", "arrêt technique", "arrêt d'urgence", "point d'arrêt", "temps d'arrêt"),
    *("mandat d'arrêt", "à l'arrêt", "un arrêt", "cet arrêt", "quel arrêt", "en arrêt"),
    *("mon arrêt", "son arrêt", "ton arrêt", "votre arrêt", "prochain arrêt", "dernier arrêt"),
    *("premier arrêt", "arrêté du", "arrêté municipal", "arrêté préfectoral", "un arrêté"),
    *("arrêté ministériel", "par arrêté", "est arrêté", "a arrêté", "ai arrêté", "été arrêté"),
    *("s'arrête", "s'arrêter", "t'arrête", "t'arrêtes", "t'arrêter", "m'arrête", "m'arrêter"),
    *("arrêtez-vous", "arrête-toi", "arrête de fumer", "arrêter de fumer"),
)
"""Phrases that hold one of the words and ask for nothing of the kind."""

COURTESY: Final = (
    *("svp", "stp", "s'il vous plaît", "s'il te plaît", "merci", "merci beaucoup", "d'accord"),
    *("please", "pls", "plz", "thanks", "thank you", "thx", "bonjour", "bonsoir", "salut", "bjr"),
    *("hello", "hi", "hey", "cordialement", "madame", "monsieur", "ok", "okay", "oui", "yes"),
)
"""What people write around the word out of politeness."""

LEADS_TO_A_CODE: Final = ("au", "to", "sms")

REFUSALS: Final = ("non", "nn", "no", "nope")

FILLERS: Final = (
    *(*COURTESY, *REFUSALS, *LEADS_TO_A_CODE, *MESSAGES),
    # Small words.
    *("à", "aux", "avec", "ça", "ce", "cela", "ces", "cet", "cette", "d'", "de", "des", "du"),
    *("elle", "et", "il", "j'", "je", "l'", "la", "le", "les", "m'", "ma", "me", "mes", "moi"),
    *("mon", "nos", "notre", "nous", "on", "par", "pour", "qu'", "que", "sur", "tes", "ton", "tu"),
    *("un", "une", "vos", "votre", "a", "all", "and", "any", "for", "from", "i", "i'm", "it"),
    *("my", "of", "our", "that", "the", "these", "this", "those", "u", "us", "you", "your"),
    # Wishing.
    *("aimerais", "demande", "demandons", "désire", "faut", "peut", "peux", "pouvez", "pourriez"),
    *("prière de", "souhaite", "souhaiterais", "veuillez", "veux", "veut", "voudrai", "voudrais"),
    *("comment", "faire", "how", "do"),
    *("voulez", "voulons", "can", "could", "just", "like", "need", "want", "wish", "would"),
    # Writing, and by whom, and where.
    *("appeler", "appelez", "communication", "communications", "contacter", "contactez"),
    *("déranger", "écrire", "écrivez", "envoi", "envoie", "envoies", "envois", "envoyer"),
    *("envoyez", "harceler", "harcelez", "harcèlement", "importuner", "notification"),
    *("notifications", "recevoir", "reçois", "relancer", "solliciter", "sollicitation"),
    *("sollicitations", "spammer", "abonnement", "fichier", "fichiers", "liste", "listes"),
    *("mail", "mails", "mobile", "numéro", "numéros", "portable", "prospection", "service", "tél"),
    *("téléphone", "commercial", "commerciale", "commerciales", "commerciaux", "marketing"),
    *("newsletter", "publicitaire", "publicitaires", "advert", "adverts", "advertising"),
    *("calling", "contact", "contacting", "harassment", "list", "messaging", "number", "phone"),
    *("send", "sending", "subscription", "text", "texting"),
    # Refusing, and being tired of it.
    *("aucun", "aucune", "jamais", "n'", "ne", "pas", "plus", "rien", "tous", "tout", "toute"),
    *("toutes", "assez", "bol", "fini", "intéresse", "intéressé", "intéressée", "intéressés"),
    *("marre", "ras", "suffit", "suis", "trop", "anymore", "enough", "interested", "longer"),
    *("more", "never", "not", "don't"),
    # How, and how often it was said.
    *("ai", "avons", "déjà", "définitif", "définitive", "définitivement", "dire", "dis", "dit"),
    *("encore", "enfin", "fois", "immédiat", "immédiatement", "maintenant", "réponds", "répondu"),
    *("répète", "suite", "toujours", "urgent", "vite", "again", "already", "asked", "immediately"),
    *("now", "said"),
)
"""What may stand around the word and leaves what it asks as it is."""

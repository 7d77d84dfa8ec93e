"""What handsets write: who wants to stop is heard in whatever spelling, and nobody else is."""

import unicodedata
from collections.abc import Callable
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.words.stop import LETTERS_MAX, OTHERS_MAX, Wish, tables, wish_of

WANTS_TO_STOP = (
    # The word, and how it is written.
    *(
        "STOP",
        "stop",
        "Stop",
        "sToP",
        "stop.",
        "Stop!",
        "STOP !!!",
        "stop ?",
        "...stop...",
        "STOP,",
    ),
    *("« STOP »", "'stop'", '"STOP"', "“Stop”", "(stop)", "[STOP]", "*STOP*", "_stop_", "STOP/"),
    *("  STOP", "\n\tSTOP\r\n", "\xa0STOP\xa0", "STOP\x00", "STOP@@", "\u200bSTOP", "\ufeffStop"),
    *("ＳＴＯＰ", "𝐒𝐓𝐎𝐏", "Ⓢⓣⓞⓟ", "ŞTÖP", "s\u0301t\u0301op", "S\xadTOP", "STOP\ufe0f"),
    *("S T O P", "S.T.O.P", "S.T.O.P.", "S-T-O-P", "s t o p svp", "S\nT\nO\nP", "S🔴T🔴O🔴P"),
    *("stopp", "STOPPPP", "stoooop", "SSTOP", "Stope", "stpo", "sotp", "ST0P", "stops"),
    *("STOP😡", "😡 STOP", "stop 🙏🏽", "🛑", "🛑🛑🛑", "🛑 STOP 🛑", "🛑 svp", "🛑\ufe0f"),
    # To the code, and run together.
    *("STOP 36105", "STOP36105", "STOP au 36105", "Stop. 36105", "stop to 36105", "36105 STOP"),
    *("STOPSMS", "STOP SMS", "stop-sms", "StopSMS 36105", "STOPAU36105", "StopSVP", "STOPPUB"),
    *("STOP https://acme.example/stop", "stop acme.example/x?y=stop", "STOP\nwww.acme.example"),
    # With manners, and without.
    *("STOP SVP", "stop stp", "STOP S.V.P.", "STOP s'il vous plaît", "stop please", "Please stop"),
    *(
        "Stop merci",
        "MERCI STOP",
        "NON MERCI STOP",
        "Non, stop",
        "no stop",
        "Bonjour stop",
        "ok stop",
    ),
    *("Bonjour, stop, merci", "stop\nmerci", "STOP ou pas", "STOP maintenant", "stop stop stop"),
    *(
        "STOP PUB",
        "stop spam",
        "STOP aux SMS",
        "STOP à la pub !",
        "STOP À TOUS VOS MESSAGES",
        "stop it",
    ),
    *("stop this", "STOP ALL", "stop the spam", "STOP Carrefour", "stop harcèlement", "pub stop"),
    *("je veux STOP", "Je vous ai dit STOP", "j'ai déjà répondu stop 3 fois", "Ça suffit, STOP"),
    *(
        "pas intéressé stop",
        "Je ne suis pas intéressée STOP",
        "Je n'en veux pas STOP",
        "Assez! Stop",
    ),
    *(
        "vous me saoulez stop",
        "les enfants adorent vos jouets stop",
        "Voleurs menteurs escrocs STOP",
    ),
    "STOP vous me saoulez avec vos pubs",
    "stop on en a marre de tout ça ici",
    "Stop je ne suis plus client chez vous depuis des années",
    "Non merci STOP j'ai déjà tout ce qu'il me faut à la maison",
    "Je ne connais pas votre magasin et je n'habite pas la région. STOP",
    "je n'arrête pas de recevoir vos SMS STOP",
    *("can you stop", "I want you to stop", "how do I stop this?", "make it stop", "STOP now"),
    # In other words.
    *(
        "ARRET",
        "Arrêt",
        "arret svp",
        "Arrêt !",
        "ARRÊT 36105",
        "arrête",
        "arrete",
        "Arrêtez",
        "ARRETEZ",
    ),
    *(
        "arreter",
        "Arrêter SVP",
        "aretez",
        "arretter",
        "arrêtez ça",
        "Arrêtez tout",
        "Arrêt des SMS",
    ),
    *(
        "je veux arrêter",
        "merci d'arrêter",
        "Pouvez-vous arrêter svp",
        "je demande l'arrêt des sms",
    ),
    *("ARRÊTEZ DE M'ENVOYER DES SMS", "arretez de m'envoyer vos textos à minuit bande de voleurs"),
    *("arrêtez bande de voleurs", "comment faire pour arrêter vos sms ?", "arrêtez le harcèlement"),
    *(
        "désabonner",
        "Désabonnement",
        "DESABONNEMENT SVP",
        "desabonez moi",
        "se désabonner",
        "désabo",
    ),
    *("Je souhaite me désabonner de votre liste", "désabonnez-moi", "Comment se désabonner ?"),
    *("desinscrire", "désinscription", "me désinscrire", "Désinscrivez moi svp", "desincription"),
    *("unsubscribe", "Unsubscribe me", "UNSUB", "unsuscribe", "I want to unsubscribe", "opt out"),
    *("opt-out", "optout", "the unsubscribe link does not work"),
    *("ne plus recevoir", "Je ne veux plus recevoir vos messages", "je veux plus recevoir de sms"),
    *("ne plus recevoir de SMS svp", "merci de ne plus m'envoyer de pub", "plus de sms svp"),
    *("ne m'envoyez plus rien", "N'envoyez plus de messages", "Merci de ne plus me contacter"),
    *("je ne veux pas de pub", "plus d'offres merci", "Plus aucun SMS", "no more messages please"),
    *("Merci de stopper vos SMS", "Stoppez les pubs", "cessez vos messages", "veuillez stopper"),
    *("laissez-moi tranquille", "Foutez moi la paix", "retirez-moi de votre liste", "remove me"),
    *("supprimez mon numéro de votre fichier", "take me off your list", "leave me alone"),
    *("don't text me", "Do not contact me again", "stop texting me", "Please stop sending these"),
)

WANTS_NOTHING_OF_THE_KIND = (
    # Nothing at all.
    *("", " ", "\n", "?", "...", "36105", "👍", "🚫", "🙂🙂", "\x00", "\u200b", "|", "*", "\ud83d"),
    # Other words.
    *(
        "OUI",
        "non",
        "Non merci",
        "ok",
        "merci",
        "Bonjour",
        "はい、お願いします",
        "да",
        "S",
        "ST",
        "sto",
    ),
    *("top", "spot", "tops", "shop", "Stephane", "Stéphanie", "startup", "arrive", "Arras"),
    *("J'arrive", "Arrivée 18h", "À rater", "pas intéressé", "Je ne suis pas intéressé", "abonner"),
    *(
        "Je m'abonne",
        "inscription",
        "Je veux m'inscrire",
        "subscribe",
        "options",
        "plus",
        "Plus tard",
    ),
    # Words that hold it.
    *("stopper", "STOPPEZ TOUT", "Ne pas stopper", "on ne stoppe pas", "je n'arrive pas à stopper"),
    *(
        "stopover",
        "stopwatch",
        "nonstop",
        "autostop",
        "unstoppable",
        "Stopford",
        "estop",
        "pitstop",
    ),
    *("stoppeur", "il m'a stoppé net", "arrêtoir", "arrêtons-nous là", "ils arrêtèrent"),
    # Phrases that hold it.
    *(
        "stop by the shop",
        "Can you stop by tomorrow?",
        "stop at the bakery",
        "stop in Lyon",
        "bus stop",
    ),
    *(
        "stop it you make me laugh",
        "Stop it I can't breathe",
        "next stop",
        "Where is the bus stop?",
    ),
    *(
        "stop over in Paris",
        "There is a stop sign",
        "stop sign",
        "full stop",
        "pit stop",
        "one stop shop",
    ),
    *("where do you stop", "does it stop here", "Is this your stop", "stop motion", "stop and go"),
    *(
        "non stop",
        "non-stop",
        "Non-Stop !",
        "NON STOP",
        "24h/24 non-stop",
        "ouvert non stop samedi",
    ),
    *("le bus ne fait pas stop ici", "Le stop est cassé", "tournez au stop", "il a grillé un stop"),
    *("je voyage en stop", "on fait du stop", "panneau stop", "le feu stop est mort", "auto-stop"),
    *("au prochain stop", "dernier stop", "faire stop", "stop au feu rouge puis à gauche"),
    *(
        "arrêt de bus rue des Lilas",
        "Arrêt de bus",
        "arrêt du tram",
        "arrêt bus Gambetta",
        "à l'arrêt",
    ),
    *(
        "l'arrêt de bus est loin",
        "je suis à l'arrêt",
        "quel arrêt ?",
        "prochain arrêt",
        "sans arrêt",
    ),
    *(
        "il y a un arrêt à 8h",
        "arrêt maladie",
        "Je suis en arrêt",
        "arrêt de travail",
        "arrêt cardiaque",
    ),
    *(
        "arrêté municipal",
        "Arrêté préfectoral",
        "arrêté du 12 mars",
        "il a été arrêté",
        "il est arrêté",
    ),
    *("le train s'arrête où ?", "ça s'arrête quand", "je m'arrête à Lyon", "on peut s'arrêter ?"),
    *("j'essaie d'arrêter de fumer", "arrêter de fumer", "Arrêtez-vous à la pharmacie"),
    "le chauffeur a dit arrêtez et puis il est reparti comme si de rien était",
    "Arrête de raconter des histoires pareilles aux petits enfants du village",
    # The contrary.
    *("don't stop", "Please don't stop", "do not stop", "I can't stop", "never stop", "won't stop"),
    *("dont stop", "did I not say stop", "I never said stop", "without stop", "j'ai pas dit stop"),
    *(
        "n'arrêtez pas",
        "N'arrêtez surtout pas",
        "ne vous arrêtez pas",
        "pas de stop",
        "n'arrêtez jamais",
    ),
    *(
        "je ne veux pas arrêter",
        "Je ne veux pas me désabonner",
        "ne me désabonnez pas",
        "pas arrêter",
    ),
    *("surtout pas de désabonnement", "pas de désinscription svp", "don't unsubscribe"),
    *(
        "I will never unsubscribe",
        "I don't want to unsubscribe",
        "je voudrais recevoir plus de promos",
    ),
    *("j'aimerais avoir plus d'offres", "ne pas stopper les sms"),
    # The word in the midst of others.
    "Je descends, il y a stop ou feu, puis à droite",
    "On se retrouve au deuxième stop place du marché",
    "my brother says stop whenever he sees a dog",
    "Est-ce que le message de mardi disait stop ou start au juste",
    # Links.
    *(
        "https://acme.example/stop",
        "acme.example/stop",
        "www.stop.example",
        "voir acme.example/arret",
    ),
    *(
        "Bonjour https://acme.example/?q=stop",
        "HTTP://ACME.EXAMPLE/STOP",
        "ok: www.stop.example/unsubscribe",
    ),
)

WANTS_TO_START = (
    *("START", "start", "Start!", "« START »", "START 36105", "start au 36105", "start to 36105"),
    *("START SMS", "START SVP", "start please", "Bonjour, START merci", "S T A R T", "startt"),
    *("ＳＴＡＲＴ", "ok start", "oui START", "start\nmerci", "START https://acme.example/stop"),
)

WANTS_NO_START = (
    *("reprendre", "oui", "restart", "startup", "starter", "no start", "do not start", "pas start"),
    *("start selling shoes", "when do you start?", "Start at 8", "je voudrais start une société"),
    *("https://acme.example/start", "kick-start", "a fresh start", "ne start pas", "unstop"),
)

WISHES = {
    **dict.fromkeys(WANTS_TO_STOP, Wish.stop),
    **dict.fromkeys(WANTS_TO_START, Wish.start),
    **dict.fromkeys(WANTS_NOTHING_OF_THE_KIND, Wish.none),
    **dict.fromkeys(WANTS_NO_START, Wish.none),
}


@pytest.mark.parametrize("text", WANTS_TO_STOP)
def test_who_wants_to_stop_is_heard(text: str) -> None:
    """E42: what a person writes who wants to stop counts, in whatever spelling."""
    assert wish_of(text) is Wish.stop


@pytest.mark.parametrize("text", WANTS_NOTHING_OF_THE_KIND)
def test_a_text_that_merely_holds_the_word_asks_for_nothing(text: str) -> None:
    """E42: 'stop by the shop' stops nobody's messages."""
    assert wish_of(text) is Wish.none


@pytest.mark.parametrize("text", WANTS_TO_START)
def test_who_writes_start_is_written_to_again(text: str) -> None:
    """E42: START opts in again."""
    assert wish_of(text) is Wish.start


@pytest.mark.parametrize("text", WANTS_NO_START)
def test_nobody_is_opted_in_by_a_text_that_leaves_a_doubt(text: str) -> None:
    """E42: START and nothing else opts in, since a person who refused must not be written to."""
    assert wish_of(text) is Wish.none


def test_the_tables_are_as_long_as_the_contract_asks() -> None:
    """E42: 60 spellings each way, none of them twice."""
    for table in (WANTS_TO_STOP, WANTS_NOTHING_OF_THE_KIND):
        assert len(set(table)) == len(table) >= 60


def test_stop_wins_over_start() -> None:
    assert wish_of("START? STOP!") is wish_of("STOP START") is wish_of("start stop") is Wish.stop


# --- what does not matter ---


def _wide(text: str) -> str:
    return "".join(
        chr(ord(one) + 0xFEE0) if one.isalnum() and one.isascii() else one for one in text
    )


def _bare(text: str) -> str:
    apart = unicodedata.normalize("NFD", text)
    return "".join(one for one in apart if not unicodedata.combining(one))


CASES: tuple[Callable[[str], str], ...] = (str, str.upper, str.lower, str.title, str.swapcase)
LETTERS: tuple[Callable[[str], str], ...] = (
    str,
    _bare,
    _wide,
    lambda text: unicodedata.normalize("NFC", text),
    lambda text: unicodedata.normalize("NFD", text),
)
BEFORE = ("", " ", "\n", "\t ", "\xa0", "« ", "“", "(", "...", "¡", "\ufeff", "😡 ", "- ", "36105 ")
BEHIND = (
    "",
    " ",
    "\r\n",
    "\xa0",
    " »",
    "”",
    ")",
    "...",
    " !",
    "?!",
    "\u200b",
    " 😡",
    " 36105",
    " 👍🏽",
)
LINKS = ("", " https://acme.example/stop?start", "\nwww.start.example", " acme.example/non-stop")
SPACES = (" ", "  ", "\xa0", "\u2009", "\t", " \u200b ", "\u3000")


@given(
    st.sampled_from(list(WISHES)),
    st.tuples(*map(st.sampled_from, (CASES, LETTERS, BEFORE, SPACES, LINKS, BEHIND))),
)
def test_case_accents_blanks_and_what_stands_around_do_not_matter(
    text: str,
    dress: tuple[Callable[[str], str], Callable[[str], str], str, str, str, str],
) -> None:
    """E42: who wants something is heard in any dress, and who does not in none."""
    case, letters, before, space, link, behind = dress
    inner = letters(case(text)).replace(" ", space)
    assert wish_of(before + inner + link + behind) is WISHES[text]


# Words of every day, and many that come near, in no phrase that asks for anything.
OTHER_WORDS = (
    *("arriver", "arrhes", "arroser", "barrette", "bus", "cabaret", "café", "colis", "demain"),
    *("gare", "hier", "inscription", "jardin", "midi", "restart", "rue", "starter", "Stéphane"),
    *("autostop", "nonstop", "stoppeur", "stopover", "stopwatch", "unstoppable", "topos", "spot"),
    *("abonné", "arrivée", "boutique", "livraison", "rendez-vous", "shop", "tomorrow", "when"),
    *(
        "is",
        "my",
        "train",
        "late",
        "à",
        "la",
        "je",
        "de",
        "plus",
        "ne",
        "pas",
        "non",
        "merci",
        "svp",
    ),
    *("veux", "on", "vous", "please", "thanks", "the", "18h", "36105", "2", "l'", "d'", "n'"),
)
MARKS = (" ", " ", " ", ", ", ". ", "! ", "\n", " - ", "... ", " 🙂 ", "-", "'")


@given(st.lists(st.tuples(st.sampled_from(OTHER_WORDS), st.sampled_from(MARKS)), max_size=24))
def test_a_text_of_other_words_never_asks(words: list[tuple[str, str]]) -> None:
    """E42: there is no wish without one of the words."""
    assert wish_of("".join(word + mark for word, mark in words)) is Wish.none


def _is_latin(one: str) -> bool:
    plain = unicodedata.normalize("NFKD", one).casefold()
    return any("a" <= letter <= "z" for letter in plain)


@given(st.text(st.characters().filter(lambda one: not _is_latin(one) and one != tables.SIGN)))
def test_a_text_without_a_latin_letter_never_asks(text: str) -> None:
    assert wish_of(text) is Wish.none


@given(
    st.text(st.characters() | st.sampled_from("stop arêSTOP|*/.0🛑\ud83d\xad\u0302"), max_size=400)
)
def test_every_text_is_taken(text: str) -> None:
    """E55: nothing that a handset can write is an error."""
    assert wish_of(text) in Wish


# --- the bounds ---


def test_what_stands_beyond_one_message_is_not_looked_at() -> None:
    """E55: letters that make no difference are not counted, a word that is cut is not the word."""
    line = ("Bonsoir " * 20)[: LETTERS_MAX - len(". STOP")]
    assert wish_of(f"{line}. STOP") is Wish.stop
    assert wish_of(f"{line}. STOPPEUR") is Wish.none
    assert wish_of(f"{line}... STOP") is Wish.none
    assert wish_of(" " * 1_000 + "STOP") is Wish.stop
    assert wish_of(f"https://acme.example/{'x' * 200} STOP") is Wish.stop
    assert wish_of(unicodedata.normalize("NFD", "é" * (LETTERS_MAX - 6)) + "\nSTOP") is Wish.stop


def test_a_text_is_a_short_one_up_to_so_many_other_words() -> None:
    """E42: at the end of a long text the word is a word."""
    others = ["kangourous", "violets", "partout", "ensemble"]
    assert OTHERS_MAX == 3
    assert wish_of(" ".join([*others[:3], "stop"])) is Wish.stop
    assert wish_of(" ".join([*others, "stop"])) is Wish.none
    assert wish_of(" ".join(["arrêtez", *others[:3]])) is Wish.stop
    assert wish_of(" ".join(["arrêtez", *others])) is Wish.none


@pytest.mark.parametrize(
    "piece",
    ["s ", "s|", "n'", "a.", "a-a.", "www.", "http://", "plus ", "st0p", "ﷺ", "é\u0301", "🛑", " "],
)
def test_no_text_takes_long(piece: str) -> None:
    """E55: a vast text costs no more than a message, whatever it is made of."""
    vast = piece * 1_000_000
    begun = perf_counter()
    for _ in range(20):
        wish_of(vast)
    assert perf_counter() - begun < 1


# --- the tables ---


def test_each_row_of_the_tables_does_what_it_says() -> None:
    """E42: none is out of reach, whatever stands in the others."""
    asking = (*tables.STOPS, *tables.HALTS, *tables.CLEAR, tables.SIGN)
    assert [row for row in asking if wish_of(row) is not Wish.stop] == []
    assert [row for row in tables.OTHERWISE if wish_of(row) is not Wish.none] == []
    around = (*tables.FILLERS, *tables.REFUSALS)
    assert [row for row in around if wish_of(row) is not Wish.none] == []
    # By the second rule alone: the word neither begins the text nor ends it.
    assert [row for row in around if wish_of(f"je veux stop {row} je") is not Wish.stop] == []

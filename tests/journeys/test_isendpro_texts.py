"""What comes of a customer's sending over iSendPro: texts as handsets see them, lists as long as
they may be, and what is on the way when the hour or a list forbids it. Its answers are held by
pages, under tests/conformance."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from chappe.config import Config, OptOutConfig, Secret
from chappe.words.clock import HOUR
from chappe.words.order import Lists
from tests.journeys.house import House, account, at, config

_KEY = "key-of-fred"
_FORM = "Content-Type: application/x-www-form-urlencoded"
_TOP = '<?xml version="1.0" encoding="ISO-8859-1"?><etat>'
_SENT = "Votre message a bien été envoyé"
_TO = "0612000001"
_ABROAD = "0596696201234"
_MOST = 500

# Annex 2 of the document by code, as the contract decides where one stands in both of its tables.
_ACCEPTED = (
    *(10, 13, *range(32, 36), *range(37, 92), 93, 95, *range(97, 123)),
    *(224, 232, 233, 249),
)
_REPLACED = {
    **dict.fromkeys(range(192, 198), "A"),
    **dict.fromkeys((200, 201, 203), "E"),
    **dict.fromkeys(range(204, 208), "I"),
    **dict.fromkeys((210, 211, 212, 214), "O"),
    **dict.fromkeys(range(217, 221), "U"),
    **dict.fromkeys(range(225, 230), "a"),
    231: "c",
    **dict.fromkeys((234, 235), "e"),
    **dict.fromkeys(range(236, 240), "i"),
    240: "o",
    241: "n",
    **dict.fromkeys(range(242, 247), "o"),
    **dict.fromkeys(range(250, 253), "u"),
    **dict.fromkeys((253, 255), "y"),
}
# What neither table has: left where GSM 03.38 has it, else the nearest, else a question mark.
_NEITHER = {
    **{code: chr(code) for code in (36, 92, 94, 123, 124, 125, 126, 163, 167, 191)},
    **{code: chr(code) for code in (198, 199, 209, 216, 223, 230, 248)},
    96: "'",
    169: "(c)",
    171: '"',
    173: "",
    188: "OE",
    189: "oe",
    215: "x",
    221: "Y",
    1: "?",
    182: "?",
}
# Annex 3.
_MEANT = {0xCA: "€", 0xD5: "\n", 0xA4: "€"}


def _config(**facts: Any) -> Config:
    own = {"hours": "any", "api_keys": (Secret(_KEY),), **facts}
    return config(accounts=(account("fred", **own),))


async def _said(house: House, query: str, *, by_get: bool = False, key: str = _KEY) -> str:
    query = f"keyid={key}&{query}"
    if by_get:
        said = await house.ask(f"GET /cgi-bin/?{query} HTTP/1.1")
    else:
        head = f"POST /cgi-bin/ HTTP/1.1\r\n{_FORM}\r\nContent-Length: {len(query)}"
        said = await house.ask(head, query.encode())
    assert said is not None
    assert said[0] == 200
    return said[1].decode("iso-8859-1")


def _flat(code: int, sentence: str, tel: str = "") -> str:
    about = f"<tel>{tel}</tel>" if tel else ""
    return f"{_TOP}<code>{code}</code>{about}<message>{sentence}</message></etat>"


def _all_sent(numbers: Sequence[str]) -> str:
    return (
        _TOP
        + "".join(
            f"<etat{x}><code{x}>0</code{x}><tel{x}>{tel}</tel{x}><message{x}>{_SENT}</message{x}>"
            f"</etat{x}>"
            for x, tel in enumerate(numbers, 1)
        )
        + "</etat>"
    )


async def _seen(house: House, query: str, to: str = _TO) -> tuple[str, str]:
    """Sender and text of one more sending, its parts put together."""
    before = len(house.submits())
    assert await _said(house, f"{query}&num={to}") == _flat(0, _SENT, to)
    await house.let(1)
    parts = house.submits()[before:]
    assert [part.no for part in parts] == [*range(1, len(parts) + 1)]
    assert len({part.sender for part in parts}) == 1
    return parts[0].sender, "".join(part.text for part in parts)


async def _each_seen(house: House, texts: Sequence[str]) -> list[str]:
    """Each encoded text as its own handset sees it."""
    numbers = [f"06120{at:05}" for at in range(len(texts))]
    pairs = zip(numbers, texts, strict=True)
    query = "&".join(f"num{x}={to}&sms{x}={text}" for x, (to, text) in enumerate(pairs, 1))
    assert await _said(house, query) == _all_sent(numbers)
    await house.let(2)
    seen = {part.number: part.text for part in house.submits()}
    return [seen[33_612_000_000 + at] for at in range(len(texts))]


LETTERS: Mapping[str, Mapping[int, str]] = {
    "accepted": {code: chr(code) for code in _ACCEPTED},
    "replaced": _REPLACED,
    "in neither": _NEITHER,
    "of annex 3": _MEANT,
}


@pytest.mark.parametrize("table", LETTERS)
async def test_a_handset_sees_each_letter_as_the_annexes_have_it(house: House, table: str) -> None:
    """I19 I25: by its octet in ISO-8859-15, each alone in the midst of a text."""
    await house.open(_config())
    texts = [f"a%{code:02X}b" for code in LETTERS[table]]
    assert await _each_seen(house, texts) == [f"a{near}b" for near in LETTERS[table].values()]


async def test_a_handset_sees_texts_in_utf8_all_the_same(house: House) -> None:
    """I2 I19 I25: without `ucs2` too; there E and O with their accents are these letters."""
    await house.open(_config())
    told = {
        "Ça coûte 5 €, à l'été": "Ça coute 5 €, à l'été",
        "ÊÕ": "EO",
        "êùÀÉÿ": "eùAEy",
        "“Noël”…": '"Noel"...',
        "l\u2019\u0153uf": "l'oeuf",
        "un\r\ndeux": "un\r\ndeux",
    }
    assert await _each_seen(house, [quote(text) for text in told]) == [*told.values()]


async def test_the_same_octets_are_letters_where_they_are_no_text(house: House) -> None:
    """I25: annex 3 is about texts; a sender with such an octet has a letter that it may not."""
    await house.open(_config())
    strange = "L'émetteur ne peut pas comporter de caractères spéciaux !"
    for octet in ("%CA", "%D5", "%A4", "%0A"):
        said = await _said(house, f"sms=Salut&num={_TO}&emetteur=ACME{octet}")
        assert said == _flat(42, strange)


async def test_the_mention_leaves_behind_a_line_break_with_the_accounts_code(house: House) -> None:
    """I2 I3: under a sender; without one the short code sends, and nothing is added."""
    await house.open(_config(dialects={"isendpro": {"may_drop_stop": True}}))
    assert await _seen(house, "sms=Salut") == ("36105", "Salut")
    assert await _seen(house, "sms=Salut&emetteur=ACME") == ("ACME", "Salut\nSTOP 36105")
    assert await _seen(house, "sms=Salut&emetteur=ACME&nostop=1") == ("ACME", "Salut")
    assert await _seen(house, "sms=Salut&emetteur=ACME&nostop=0") == ("ACME", "Salut\nSTOP 36105")
    assert await _seen(house, "sms=Salut&numAzur=1") == ("36105", "Salut")


async def test_a_code_and_an_azur_number_of_the_accounts_own(house: House) -> None:
    """I2 I3: the mention names the code; `numAzur=1` sends from the number, but not under a name;
    any other value of it is off."""
    await house.open(
        _config(short_code="36200", dialects={"isendpro": {"azur": "33612345678"}}),
    )
    assert await _seen(house, "sms=Salut") == ("36200", "Salut")
    assert await _seen(house, "sms=Salut&emetteur=Chez+Nous") == ("Chez Nous", "Salut\nSTOP 36200")
    assert await _seen(house, "sms=Salut&numAzur=1") == ("33612345678", "Salut")
    assert await _seen(house, "sms=Salut&numAzur=0") == ("36200", "Salut")
    named = await _seen(house, "sms=Salut&numAzur=1&emetteur=ACME")
    assert named == ("ACME", "Salut\nSTOP 36200")


async def test_another_alphabet_leaves_as_it_was_written(house: House) -> None:
    """I3 I15 I25: nothing is replaced; the mention stands at its end."""
    await house.open(_config())
    text = "Привет, 世界 😀 ÊÕ€"
    wide = f"ucs2=1&sms={quote(text)}"
    assert await _seen(house, wide, _ABROAD) == ("36105", text)
    named = await _seen(house, f"{wide}&emetteur=ACME", _ABROAD)
    assert named == ("ACME", f"{text} \nSTOP 36105")


@pytest.mark.parametrize(
    ("length", "terms", "parts"),
    [
        (160, "", 1),
        (148, "&emetteur=ACME", 1),
        (161, "&smslong=999", 2),
        (149, "&smslong=999&emetteur=ACME", 2),
        (918, "&smslong=999", 6),
        (906, "&smslong=6&emetteur=ACME", 6),
    ],
)
async def test_a_long_text_leaves_whole(house: House, length: int, terms: str, parts: int) -> None:
    """I3: in as many SMS as are charged, with the mention at the end of the last."""
    await house.open(_config())
    before = await house.balance()
    _, seen = await _seen(house, f"sms={'x' * length}{terms}")
    assert seen == "x" * length + ("\nSTOP 36105" if "emetteur" in terms else "")
    # A line break is charged as two characters and leaves as one, so parts are told by the money.
    assert before - await house.balance() == parts * 400


def _many(count: int) -> tuple[list[str], list[str]]:
    """Numbers, and a text of 918 characters for each, no two of them alike."""
    numbers = [f"06120{at:05}" for at in range(count)]
    return numbers, [f"{at:03}" * 306 for at in range(count)]


def _query_of(numbers: Sequence[str], texts: Sequence[str]) -> str:
    fields = {"smslong": "999"}
    for x, (number, text) in enumerate(zip(numbers, texts, strict=True), 1):
        fields |= {f"num{x}": number, f"sms{x}": text}
    return urlencode(fields)


@pytest.mark.parametrize("by_get", [False, True], ids=["post", "get"])
async def test_500_numbers_have_500_texts_of_six_sms(house: House, by_get: bool) -> None:
    """I4: the longest request there can be, by POST, and by GET too: a URL holds 1 MiB."""
    await house.open(_config())
    numbers, texts = _many(_MOST)
    before = await house.balance()
    said = await _said(house, _query_of(numbers, texts), by_get=by_get)
    assert said == _all_sent(numbers)
    assert before - await house.balance() == _MOST * 6 * 400
    await house.let(60)
    seen: dict[int, str] = {}
    for part in sorted(house.submits(), key=lambda part: part.no):
        seen[part.number] = seen.get(part.number, "") + part.text
    assert seen == {33_612_000_000 + at: text for at, text in enumerate(texts)}


@pytest.mark.parametrize(
    "what", ["sms=Salut", "comptage=1&sms=Salut", "setlisteNoire=1", "sms1=Salut&num=0612999999"]
)
async def test_501_numbers_are_too_many(house: House, what: str) -> None:
    """I4 I14 I6: one flat refusal; nothing is sent, charged or listed."""
    await house.open(_config())
    before = await house.balance()
    count = _MOST if "num=" in what else _MOST + 1
    numbers = "&".join(f"num{x}=06120{x:05}" for x in range(1, count + 1))
    sentence = "Le nombre maximum de téléphones par requête est de 500"
    assert await _said(house, f"{what}&{numbers}") == _flat(23, sentence)
    assert await house.balance() == before
    assert await _seen(house, "sms=Salut", "0612000002") == ("36105", "Salut")


async def test_500_numbers_are_listed_at_once(house: House) -> None:
    """I14: each is told by its X, and each is refused afterwards."""
    await house.open(_config())
    numbers = [f"06120{at:05}" for at in range(_MOST)]
    fields = "&".join(f"num{x}={number}" for x, number in enumerate(numbers, 1))
    rows = "".join(
        f"<etat{x}><tel{x}>{tel}</tel{x}><listeNoire{x}>OK</listeNoire{x}></etat{x}>"
        for x, tel in enumerate(numbers, 1)
    )
    assert await _said(house, f"setlisteNoire=1&{fields}") == f"{_TOP}{rows}</etat>"
    refused = "Le numéro de téléphone est dans la liste noire"
    rows = "".join(
        f"<etat{x}><code{x}>11</code{x}><tel{x}>{tel}</tel{x}><message{x}>{refused}</message{x}>"
        f"</etat{x}>"
        for x, tel in enumerate(numbers, 1)
    )
    assert await _said(house, f"sms=Salut&{fields}") == f"{_TOP}{rows}</etat>"


@pytest.mark.parametrize("which", [Lists.black, Lists.stop])
async def test_whom_the_house_has_listed_is_refused_for_everybody(
    house: House, which: Lists
) -> None:
    """I10: what operators ask for stands on a list of the installation's."""
    await house.open(_config())
    await house.node.store.opt_out(0, [33_612_000_001], house.clock.now(), "asked for", which)
    refused = "Le numéro de téléphone est dans la liste noire"
    assert await _said(house, f"sms=Salut&num={_TO}") == _flat(11, refused, _TO)
    assert await _seen(house, "sms=Salut", "0612000002") == ("36105", "Salut")


async def test_a_stop_to_one_may_be_for_all(house: House) -> None:
    """I10: where the installation says so, whoever wrote STOP to one is refused to another."""
    both = [account(name, hours="any", api_keys=(Secret(f"key-of-{name}"),)) for name in _BOTH]
    await house.open(config(accounts=tuple(both), optout=OptOutConfig(everywhere=True)))
    assert await _seen(house, "sms=Salut") == ("36105", "Salut")
    await house.write(33_612_000_001, "STOP", "36105")
    refused = "Le numéro de téléphone est dans la liste noire"
    said = await _said(house, f"sms=Salut&num={_TO}", key="key-of-anna")
    assert said == _flat(11, refused, _TO)


_BOTH = ("fred", "anna")


async def test_what_was_taken_by_day_and_held_up_until_the_night_waits(house: House) -> None:
    """I16 E21: it was no refusal any more; it leaves when the next day opens."""
    await house.open(_config(hours=""), now="2026-11-20 19:59:00")
    house.link().pause()
    assert await _said(house, f"sms=Salut&num={_TO}") == _flat(0, _SENT, _TO)
    await house.until(at("2026-11-20 20:05:00"))
    house.link().resume()
    await house.leap(at("2026-11-21 07:59:59"), HOUR)
    assert house.submits() == []
    await house.let(2)
    assert [(part.number, part.text) for part in house.submits()] == [(33_612_000_001, "Salut")]

"""What comes of a sending over sMsmode: texts and senders as handsets see them, when they leave,
and lists of any length. Its answers are held by pages, under tests/conformance."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote, quote_from_bytes

import pytest

from chappe.config import AccountConfig, Config, Secret
from chappe.words.clock import MINUTE, SECOND
from tests.journeys.house import House, account, at, config, link

_SEND = "/http/1.6/sendSMS.do"
_UNICODE = "/http:1.6/sendSMS.do"
_FORM = "Content-Type: application/x-www-form-urlencoded"
_TAKEN = re.compile("0 \\| Accepté \\| ((?=.*[A-Za-z])[A-Za-z0-9]{12})\n")
_MISSING = "35 | Paramètre obligatoire manquant\n"
_HOME, _ABROAD = "0612000001", "32475123456"

# The document's table: what octets are letters to a handset. All others are question marks.
_SAME = (
    "\n\r !\"#$%&'()*+,-./0123456789:;<=>?@_{|}~[\\]^¡£€¥§¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùü"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)


def _customer(login: str = "fred", **facts: Any) -> AccountConfig:
    return account(login, **{"api_keys": (Secret(f"key-of-{login}"),), **facts})


def _config(**facts: Any) -> Config:
    return config(accounts=(_customer(**facts),))


async def _said(house: House, query: str, path: str = _SEND, login: str = "fred") -> str:
    """To a GET."""
    answer = await house.ask(f"GET {path}?accessToken=key-of-{login}&{query} HTTP/1.1")
    return _decoded(answer)


async def _said_to_post(house: House, query: str, body: str = "") -> str:
    head = f"POST {_SEND}?accessToken=key-of-fred&{query} HTTP/1.1\r\n{_FORM}\r\n"
    return _decoded(await house.ask(f"{head}Content-Length: {len(body)}", body.encode()))


def _decoded(answer: tuple[int, bytes] | None) -> str:
    assert answer is not None
    assert answer[0] == 200
    return answer[1].decode("iso-8859-15")


async def _seen(
    house: House, query: str, to: str = _HOME, path: str = _SEND
) -> tuple[str, list[str]]:
    """Sender and parts of one more sending."""
    before = len(house.submits())
    assert _TAKEN.fullmatch(await _said(house, f"{query}&numero={to}", path))
    await house.let(1)
    parts = house.submits()[before:]
    assert [part.no for part in parts] == [*range(1, len(parts) + 1)]
    [sender] = {part.sender for part in parts}
    return sender, [part.text for part in parts]


async def test_a_handset_sees_each_octet_as_the_document_has_it(house: House) -> None:
    """S4: all 256, each between two letters."""
    await house.open(_config())
    for first in range(0, 0x100, 0x20):
        octets = range(first, first + 0x20)
        message = "".join(f"a%{octet:02X}" for octet in octets)
        wanted = "".join(f"a{_letter(octet)}" for octet in octets)
        assert await _seen(house, f"message={message}") == ("36034", [wanted])


def _letter(octet: int) -> str:
    letter = "€" if octet == 0x80 else bytes([octet]).decode("iso-8859-15")
    return letter if letter in _SAME else "E" if letter == "È" else "?"


@pytest.mark.parametrize(
    "text", ["Привет, 世界 😀👩‍👩‍👧 ÊÕ€`", "été", "😀" * 35, "x" * 70, "\r\n|ç\u0085\ufffd"]
)
@pytest.mark.parametrize("way", ["classe_msg=9", "its path"])
async def test_a_handset_sees_unicode_as_it_was_written(house: House, way: str, text: str) -> None:
    """S20: and none of it is replaced."""
    await house.open(_config())
    more, path = ("&classe_msg=9", _SEND) if way == "classe_msg=9" else ("", _UNICODE)
    sender, parts = await _seen(house, f"message={quote(text)}{more}", path=path)
    assert (sender, "".join(parts)) == ("36034", text)
    assert len(parts) == 1


@pytest.mark.parametrize(
    ("text", "more", "parts"),
    [
        ("x" * 160, "", ["x" * 160]),
        ("x" * 161, "", ["x" * 153, "x" * 8]),
        ("x" * 900, "", ["x" * 153] * 5),
        ("x" * 900, "&nbr_msg=2", ["x" * 153] * 2),
        ("x" * 149, "&stop=1", ["x" * 149 + " STOP 36034"]),
        ("x" * 150, "&stop=1", ["x" * 150]),
        ("x" * 150, "&stop=2", ["x" * 150 + " ST", "OP 36034"]),
        ("x" * 170, "&stop=2&nbr_msg=1", ["x" * 149 + " STOP 36034"]),
        ("x" * 152 + "€" + "x" * 400, "&nbr_msg=2", ["x" * 152, "€" + "x" * 151]),
        ("€" * 90, "&nbr_msg=1", ["€" * 80]),
    ],
)
async def test_a_text_leaves_in_the_parts_that_are_paid(
    house: House, text: str, more: str, parts: list[str]
) -> None:
    """S3 S5: no pair in two, the mention at the end."""
    await house.open(_config())
    before = await house.balance()
    encoded = quote_from_bytes(text.encode("iso-8859-15"))
    assert await _seen(house, f"message={encoded}{more}") == ("36034", parts)
    assert before - await house.balance() == 400 * len(parts)


@pytest.mark.parametrize(
    ("text", "more", "parts"),
    [
        ("😀" * 36, "", ["😀" * 33, "😀" * 3]),
        ("é" * 400, "", ["é" * 67] * 5),
        ("é" * 400, "&nbr_msg=1", ["é" * 70]),
        ("x" * 66 + "😀" * 40, "&nbr_msg=2", ["x" * 66, "😀" * 33]),
        ("é" * 59, "&stop=1", ["é" * 59 + " STOP 36034"]),
        ("é" * 60, "&stop=1", ["é" * 60]),
        ("é" * 60, "&stop=2", ["é" * 60 + " STOP 3", "6034"]),
        ("😀" * 90, "&stop=2&nbr_msg=2", ["😀" * 33, "😀" * 28 + " STOP 36034"]),
    ],
)
async def test_a_unicode_text_leaves_in_the_parts_that_are_paid(
    house: House, text: str, more: str, parts: list[str]
) -> None:
    """S20 S3 S5: no surrogate without its other half."""
    await house.open(_config())
    before = await house.balance()
    seen = await _seen(house, f"classe_msg=9&message={quote(text)}{more}")
    assert seen == ("36034", parts)
    assert before - await house.balance() == 400 * len(parts)


async def test_each_recipient_hears_the_mention_of_their_country(house: House) -> None:
    """S5 S2: among many, and in a group as well."""
    await house.open(_config())
    for name, mobile in (("Jean", _HOME), ("Inge", _ABROAD)):
        path = "/http/1.6/addContact.do"
        assert await _said(house, f"nom={name}&mobile={mobile}&groupes=amis", path) == (
            "0 | Contact ajouté\n"
        )
    mentions = {33_612_000_001: "Un STOP 36034", 32_475_123_456: "Un no-sms.eu"}
    for to in (f"numero={_ABROAD},{_HOME},3363123456", "groupe=amis"):
        before = len(house.submits())
        assert _TAKEN.fullmatch(await _said(house, f"message=Un&stop=1&{to}"))
        await house.let(1)
        assert {part.number: part.text for part in house.submits()[before:]} == mentions


async def test_the_sender_is_the_one_that_was_given_or_the_code(house: House) -> None:
    """S3 S22: in marketing too, with a mention or without; a reply is for the code alone."""
    await house.open(_config())
    assert await _seen(house, "message=a") == ("36034", ["a"])
    assert await _seen(house, "message=a&emetteur=") == ("36034", ["a"])
    assert await _seen(house, "message=a&classe_msg=4") == ("36034", ["a"])
    assert await _seen(house, "message=a&emetteur=ACME") == ("ACME", ["a"])
    assert await _seen(house, "message=a&emetteur=ACME&stop=1") == ("ACME", ["a STOP 36034"])
    assert await _seen(house, "message=a&emetteur=PERSO", path=_UNICODE) == ("PERSO", ["a"])


async def test_a_marketing_sender_may_be_hidden_behind_the_code(house: House) -> None:
    """S22 S3: by a setting, which leaves notifications alone; a bad sender stays one."""
    hides: dict[str, Any] = {"dialects": {"smsmode": {"marketing_sender": "short-code"}}}
    own = {"short_code": "36200", **hides}
    anna = _customer("anna", channel="notification", **own)
    await house.open(config(accounts=(_customer(**own), anna)))
    assert await _seen(house, "message=a&emetteur=ACME&stop=1") == ("36200", ["a STOP 36200"])
    assert await _said(house, f"message=a&emetteur=A+B&numero={_HOME}") == _MISSING
    said = await _said(house, f"message=a&emetteur=ACME&numero={_HOME}", login="anna")
    assert _TAKEN.fullmatch(said)
    await house.let(1)
    assert house.submits()[-1].sender == "ACME"


async def test_notifications_overtake_marketing(house: House) -> None:
    """S22: marketing where nothing is set; no parameter chooses."""
    fred, anna = _customer(), _customer("anna", channel="notification")
    await house.open(config(accounts=(fred, anna), links=(link("sim", window=4),)))
    house.link().pause()
    promo, code = range(33_612_000_000, 33_612_000_020), range(33_699_000_000, 33_699_000_005)
    adverts = f"message=Promo&channel=notification&canal=notification&numero={_listed(promo)}"
    assert _TAKEN.fullmatch(await _said(house, adverts))
    said = await _said(house, f"message=Code&numero={_listed(code)}", login="anna")
    assert _TAKEN.fullmatch(said)
    await house.settle()
    house.link().resume()
    await house.let(5)
    assert [part.number for part in house.submits()] == [*code, *promo]


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-22 03:00:00", "2026-11-23 08:00:00"),
        ("2026-12-25 23:30:00", "2026-12-26 08:00:00"),
    ],
)
async def test_marketing_knows_no_hours_unless_they_are_set(
    house: House, now: str, opens: str
) -> None:
    """S22: on a Sunday at night, and on a holiday; where they are set it waits."""
    fred, anna = _customer(), _customer("anna", hours="legal")
    await house.open(config(accounts=(fred, anna)), now=now)
    assert await _seen(house, "message=Bonjour") == ("36034", ["Bonjour"])
    said = await _said(house, f"message=Salut&numero={_HOME}", login="anna")
    assert _TAKEN.fullmatch(said)
    await house.leap(at(opens) - SECOND)
    assert [part.text for part in house.submits()] == ["Bonjour"]
    await house.let(1)
    assert [(part.at, part.text) for part in house.submits()][1:] == [(at(opens), "Salut")]


def _listed(numbers: Sequence[int]) -> str:
    return ",".join(map(str, numbers))


@pytest.mark.parametrize("path", [_SEND, _UNICODE])
async def test_300_numbers_by_get_and_no_more(house: House, path: str) -> None:
    """S25 S2: none of 301 is sent to, nor paid for."""
    await house.open(_config())
    before = await house.balance()
    numbers = range(33_612_000_000, 33_612_000_301)
    assert await _said(house, f"message=a&numero={_listed(numbers)}", path) == _MISSING
    assert (await house.balance(), house.submits()) == (before, [])
    assert _TAKEN.fullmatch(await _said(house, f"message=a&numero={_listed(numbers[:-1])}", path))
    await house.let(10)
    assert before - await house.balance() == 300 * 400
    assert sorted(part.number for part in house.submits()) == [*numbers[:-1]]


@pytest.mark.parametrize("way", ["in the body", "in the query", "numbers in the body"])
async def test_a_post_has_no_such_limit(house: House, way: str) -> None:
    """S25 S2: wherever its parameters stand."""
    await house.open(_config())
    before = await house.balance()
    numbers = range(33_612_000_000, 33_612_003_000)
    message, to = "message=a", f"numero={_listed(numbers)}"
    given = {
        "in the body": ("", f"{message}&{to}"),
        "in the query": (f"{message}&{to}", ""),
        "numbers in the body": (message, to),
    }
    assert _TAKEN.fullmatch(await _said_to_post(house, *given[way]))
    await house.let(60)
    assert before - await house.balance() == 3_000 * 400
    assert sorted(part.number for part in house.submits()) == [*numbers]


async def test_a_group_has_no_such_limit(house: House) -> None:
    """S25 S2: by GET too."""
    await house.open(_config())
    numbers = range(33_612_000_000, 33_612_000_301)
    for number in numbers:
        query = f"nom=x&mobile={number}&groupes=amis"
        assert await _said(house, query, "/http/1.6/addContact.do") == "0 | Contact ajouté\n"
    assert _TAKEN.fullmatch(await _said(house, "message=a&groupe=amis"))
    await house.let(10)
    assert sorted(part.number for part in house.submits()) == [*numbers]


async def test_an_id_is_twelve_letters_and_digits(house: House) -> None:
    """S2: a letter among them, so that no client takes it for an error; no two alike."""
    await house.open(_config())
    ids = set()
    for _ in range(100):
        taken = _TAKEN.fullmatch(await _said(house, f"message=a&numero={_HOME}"))
        assert taken
        ids.add(taken[1])
    assert len(ids) == 100


# Now, what is asked for, and when it leaves in UTC, as Paris changes its clocks.
_CHANGES = [
    ("2027-03-28 01:59:00", "28032027-02:30", "2027-03-28 01:30:00"),  # never comes: 03:30
    ("2027-03-28 01:59:00", "28032027-03:30", "2027-03-28 01:30:00"),
    ("2027-03-28 01:59:00", "28032027-02:00", "2027-03-28 01:00:00"),
    ("2026-10-25 01:59:00", "25102026-02:30", "2026-10-25 00:30:00"),  # comes twice: the first
    ("2026-10-25 01:59:00", "25102026-03:00", "2026-10-25 02:00:00"),
    ("2026-10-24 23:59:00", "25102026", "2026-10-24 22:00:00"),  # a day of 25 hours,
    ("2026-10-25 23:59:00", "26102026", "2026-10-25 23:00:00"),  # ... and the one after it
    ("2028-02-28 23:59:00", "29022028", "2028-02-28 23:00:00"),
    ("2028-02-29 23:59:00", "29022028-23:59", "2028-02-29 22:59:00"),  # this very minute
    ("2026-11-24 10:00:59", "24112026-10:00", "2026-11-24 09:00:59"),
    ("2026-11-24 10:00:59", "24112026-10:01", "2026-11-24 09:01:00"),
]


@pytest.mark.parametrize(("now", "asked", "leaves"), _CHANGES)
async def test_a_date_is_kept_to_its_second(
    house: House, now: str, asked: str, leaves: str
) -> None:
    """S26 E20: 02:30 that never comes is 03:30, of two it is the first."""
    await house.open(_config(), now=now)
    said = await _said(house, f"message=Bonjour&numero={_HOME}&date_envoi={asked}")
    assert _TAKEN.fullmatch(said)
    left = int(datetime.fromisoformat(f"{leaves}+00:00").timestamp()) * SECOND
    if left > at(now):
        await house.leap(left - SECOND, MINUTE)
        assert house.submits() == []
        await house.let(1)
    assert [part.at for part in house.submits()] == [left]


@pytest.mark.parametrize(
    "asked", ["24112026-10:00", "23112026-23:59", "24112026", "21122005-14:35"]
)
async def test_what_is_past_leaves_at_once(house: House, asked: str) -> None:
    """S26"""
    await house.open(_config())
    assert await _seen(house, f"message=Bonjour&date_envoi={asked}") == ("36034", ["Bonjour"])
    assert abs(house.submits()[0].at - at("2026-11-24 10:00:00")) < SECOND

"""What comes of a batch over sMsmode: each line as its handset sees it, which lines were left out,
and files that nobody would send. Its answers are held by pages, under tests/conformance."""

import asyncio
import re
from collections.abc import Sequence
from typing import Any

import pytest

from chappe.config import Config, Secret
from chappe.hands import messages
from chappe.words.lifecycle import Reason, State
from tests.journeys.house import CREDIT, House, account, config

_KEY = "key-of-fred"
_PATH = f"/http/1.6/sendSMSBatch.do?accessToken={_KEY}"
_BORDER = "6de15c445d148dabf7cf7ba35927f844"
_TAKEN = re.compile(r"0 \| Accepté \| ([A-Za-z0-9]{12})\n")
_MISSING = "35 | Paramètre obligatoire manquant\n"
_SHORT = "33 | Crédits insuffisants\n"
_PRICE = 400


def _config(**facts: Any) -> Config:
    return config(accounts=(account("fred", api_keys=(Secret(_KEY),), **facts),))


def _form(file: bytes) -> bytes:
    """As Python's requests write it."""
    head = (
        f"--{_BORDER}\r\n"
        'Content-Disposition: form-data; name="fichier"; filename="envoi.csv"\r\n'
        "Content-Type: text/csv\r\n\r\n"
    )
    return head.encode() + file + f"\r\n--{_BORDER}--\r\n".encode()


def _head(more: str = "") -> str:
    return (
        f"POST {_PATH}{more} HTTP/1.1\r\nContent-Type: multipart/form-data; boundary={_BORDER}\r\n"
    )


async def _said(house: House, file: bytes, more: str = "") -> str:
    body = _form(file)
    answer = await house.ask(f"{_head(more)}Content-Length: {len(body)}", body)
    assert answer is not None
    assert answer[0] == 200
    return answer[1].decode("iso-8859-15")


async def _taken(house: House, file: bytes, more: str = "") -> str:
    """The campagneID."""
    said = await _said(house, file, more)
    found = _TAKEN.fullmatch(said)
    assert found is not None, said
    return found[1]


async def _report(house: House, campaign: str) -> str:
    answer = await house.ask(
        f"GET /http/1.6/compteRendu.do?accessToken={_KEY}&smsID={campaign} HTTP/1.1"
    )
    assert answer is not None
    return answer[1].decode("iso-8859-15")


def _seen(house: House) -> list[tuple[int, str, str]]:
    """What handsets saw: number, sender and text, in the order of the numbers."""
    parts: dict[tuple[int, str], str] = {}
    for part in sorted(house.submits(), key=lambda part: part.no):
        key = part.number, part.sender
        parts[key] = parts.get(key, "") + part.text
    return sorted((number, sender, text) for (number, sender), text in parts.items())


async def _left_out(house: House, message: int = 1) -> str:
    shown = await messages.show(house.node, messages.OneMessage(message=message))
    said: str = shown.value.get("left_out", "")
    return said


def _lines(*lines: str) -> bytes:
    return "\r\n".join(lines).encode("iso-8859-15")


async def test_each_handset_sees_its_own_text(house: House) -> None:
    """S19 S4: under the line's sender, the call's, or the short code; cut as the call says."""
    await house.open(_config(short_code="36180"))
    file = _lines(
        '"numero","message","emetteur"',
        '"0612000001","L\'été, c\'est ""maintenant"" : 5 €","RDV"',
        "33612000002,ça va ?,",
        f'+33612000003,"{"é" * 400}",TOTO',
    )
    await _taken(house, file, "&nbr_msg=2")
    await house.let(2)
    assert _seen(house) == [
        (33_612_000_001, "RDV", "L'été, c'est \"maintenant\" : 5 €"),
        (33_612_000_002, "36180", "?a va ?"),
        (33_612_000_003, "TOTO", "é" * 306),
    ]
    assert await house.balance() == CREDIT - 4 * _PRICE
    await _taken(house, b"numero,message\n0612000004,Salut", "&emetteur=ACME")
    await house.let(2)
    assert _seen(house)[3:] == [(33_612_000_004, "ACME", "Salut")]


async def test_the_lines_that_were_left_out_are_shown_with_their_numbers(house: House) -> None:
    """S19: by the first line of each, blank ones and those within texts counted."""
    await house.open(_config())
    file = _lines(
        "",
        "numero,message",
        '0612000001,"Un',
        'et demi"',
        "",
        ",Deux",
        '0612000002,"Trois" oui',
        "0612000003,Quatre",
        '0612000004,"Cinq',
    )
    campaign = await _taken(house, file)
    assert await _left_out(house) == "lines 6, 7, 9"
    await house.let(2)
    assert await _report(house, campaign) == "33612000001 11 | 33612000003 11\n"
    await _taken(house, b"numero,message\n0612000001,Un")
    assert await _left_out(house, 3) == ""


async def test_of_many_lines_the_first_hundred_are_shown(house: House) -> None:
    """S19: and how many more there are."""
    await house.open(_config())
    await _taken(house, b"numero,message\n" + b",x\n" * 355 + b"0612000001,Un")
    shown = ", ".join(map(str, range(2, 102)))
    assert await _left_out(house) == f"lines {shown} and 255 more"


_UN, _DEUX = "0612000001,Un", "0612000002,Deux"


@pytest.mark.parametrize(
    ("between", "left_out"),
    [
        (b"x" * (1 << 20), "lines 3"),
        (b'0612000003,"' + b"x" * (1 << 20) + b'"', "lines 3"),
        (b"," * (10 << 20), "lines 3"),
        (
            b'0612000003,"' + b"x" * 9_000 + b"\r\n" + b"y" * 2_000 + b"\r\n" + b"z" * 20,
            "lines 3, 4, 5",
        ),
        (b'"' * 100_001, "lines 3"),
        (b"\0" * 1_000, "lines 3"),
        (b"\xff\xfe" * 1_000, "lines 3"),
        (b"\r\n" * 10_000, ""),
    ],
    ids=["letters", "field", "commas", "endless", "quotes", "NUL", "octets", "blank"],
)
async def test_a_hostile_line_costs_itself_alone(
    house: House, between: bytes, left_out: str
) -> None:
    """S19 E55: those before it and behind it leave."""
    await house.open(_config())
    file = b"numero,message\r\n" + b"\r\n".join([_UN.encode(), between, _DEUX.encode()])
    campaign = await _taken(house, file)
    await house.let(2)
    assert await _report(house, campaign) == "33612000001 11 | 33612000002 11\n"
    assert await _left_out(house) == left_out


async def test_200_001_lines_are_too_many(house: House) -> None:
    """S19: whether they could be sent or not; nothing is kept."""
    await house.open(_config())
    for line in (b"0612000001,Un\n", b"nobody\n"):
        assert await _said(house, b"numero,message\n" + line * 200_001) == _MISSING
    assert await _said(house, b"numero,message\n" + b"\n" * 1_000_001 + line) == _MISSING
    assert await house.balance() == CREDIT


async def test_10_000_lines_are_taken_whole_or_not_at_all(house: House) -> None:
    """S19 E4: credit that is short by one SMS sends none; afterwards each gets its own."""
    count = 10_000
    await house.open(_config(balance=count * _PRICE - 1))
    texts = [f"Bonjour {place}, voici" for place in range(count)]
    file = _lines(
        "numero,message,emetteur",
        *[f'06120{place:05},"{text}",ACME{place % 2}' for place, text in enumerate(texts)],
    )
    assert await _said(house, file) == _SHORT
    await house.let(5)
    assert (house.submits(), await house.balance()) == ([], count * _PRICE - 1)
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    await house.node.store.book(fred.id, "", 1, house.clock.now(), "by hand")
    campaign = await _taken(house, file)
    await house.let(60)
    assert _seen(house) == [
        (33_612_000_000 + place, f"ACME{place % 2}", text) for place, text in enumerate(texts)
    ]
    assert (await _report(house, campaign)).count(" 11") == count
    assert await house.balance() == 0


async def test_a_file_comes_in_chunks_once_it_may(house: House) -> None:
    """S19: as curl sends what it has no length of, and asks before it sends much."""
    await house.open(_config())
    reader, writer = await asyncio.open_connection(*house.node.doors.http)
    head = f"{_head()}Host: h\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"
    writer.write(head.encode())
    assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    for piece in _pieces(_form(_lines("numero,message", _UN, _DEUX)), 7):
        writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        await writer.drain()
    writer.write(b"0\r\n\r\n")
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
    said = (await reader.readuntil(b"\n")).decode("iso-8859-15")
    writer.close()
    found = _TAKEN.fullmatch(said)
    assert found is not None
    await house.let(2)
    assert await _report(house, found[1]) == "33612000001 11 | 33612000002 11\n"


def _pieces(raw: bytes, size: int) -> Sequence[bytes]:
    return [raw[at : at + size] for at in range(0, len(raw), size)]


async def test_what_was_taken_of_a_file_outlives_a_crash(house: House) -> None:
    """S19 E1: its lines, its id and what was left out of it."""
    await house.open(_config())
    house.link().pause()
    campaign = await _taken(house, _lines("numero,message", _UN, "", "nobody", _DEUX))
    await house.crash()
    await house.let(2)
    assert await _report(house, campaign) == "33612000001 11 | 33612000002 11\n"
    assert await _left_out(house) == "lines 4"
    [message] = await house.node.store.messages(1, 1, 1)
    assert (message.state, message.reason) == (State.delivered, Reason.none)

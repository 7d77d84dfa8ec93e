"""Mails by the whole way: from the client's socket to the operator, and what becomes of them."""

import asyncio
import logging
import smtplib
import threading
import time
from typing import Any

import msgspec
import pytest

from chappe.config import Config, Listen, Secret, SmtpConfig
from chappe.node import CannotStart
from chappe.words.exchange import Request
from tests.conformance.scenes import PREPARE
from tests.journeys import plain
from tests.journeys.house import CREDIT, House, account, config, to

KEY = "fred's key"
NAME = "plain"
TAKEN = (250, b"2.0.0 Taken")
AGAIN = (451, b"4.3.0 Not taken, try again later")


def mailed(**facts: Any) -> Config:
    """fred may write to plain@."""
    fred = account("fred", api_keys=(Secret(KEY),))
    door = SmtpConfig(listen=Listen("127.0.0.1", 0), names=(NAME,))
    return config(**{"smtp": door, "accounts": (fred,), **facts})


def letter(text: str = "Bonjour", key: str = KEY) -> bytes:
    return msgspec.json.encode(plain.Asked(key, text, [to(0)]))


def said(place: tuple[str, int], *bodies: bytes) -> list[tuple[int, bytes]]:
    """What Python's own client hears of some mails, over one connection."""
    with smtplib.SMTP(*place, timeout=20) as client:
        client.ehlo()
        heard = []
        for body in bodies:
            client.mail("a@client.example")
            client.rcpt(f"{NAME}@ours.example")
            heard.append(client.data(body))
        return heard


async def send(house: House, *bodies: bytes) -> list[tuple[int, bytes]]:
    return await asyncio.to_thread(said, house.node.doors.mail, *bodies)


async def test_a_mail_that_was_answered_outlives_a_crash_and_leaves_once(house: House) -> None:
    """E1: 250 means on disk."""
    await house.open(mailed())
    assert await send(house, letter("Un"), letter("Deux")) == [TAKEN] * 2
    await house.crash()
    await house.let(60)
    assert sorted(one.text for one in house.submits()) == ["Deux", "Un"]
    assert await house.balance() == CREDIT - 2 * 400


async def test_a_mail_that_could_not_be_stored_comes_again(house: House) -> None:
    """4xx only there."""
    await house.open(mailed())
    writer = house.node.store._writer
    commit = writer._commit
    PREPARE["the disk is full"](house.node)
    assert await send(house, letter()) == [AGAIN]
    writer._commit = commit
    assert await send(house, letter()) == [TAKEN]
    counts = house.node.desk.counts
    assert (counts["mails kept"], counts["mails put off"]) == (1, 1)
    assert await house.balance() == CREDIT - 400


async def test_a_fault_of_ours_is_not_held_against_the_mail(house: House) -> None:
    """E55: the next one is taken."""
    await house.open(mailed())
    assert await send(house, b"no JSON", letter()) == [AGAIN, TAKEN]


async def test_what_is_refused_is_told_in_the_log_and_nowhere_else(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """Ignored, and logged; no secret is in it."""
    await house.open(mailed())
    with caplog.at_level(logging.INFO, "chappe.doors"):
        assert await send(house, letter(key="somebody's"), letter()) == [TAKEN] * 2
    told = [record.getMessage() for record in caplog.records if record.name == "chappe.doors"]
    assert told == ["refused plain send by somebody from 127.0.0.1: bad_credentials"]
    assert await house.balance() == CREDIT - 400


async def test_vast_mails_and_vast_calls_are_read_one_at_a_time_together(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E55: each takes many times its size in memory, whatever door it came by."""
    await house.open(mailed())
    reading, seen, lock = 0, [0], threading.Lock()
    identify = plain.identify

    def slowly(request: Request, action: str) -> object:
        nonlocal reading
        with lock:
            reading += 1
            seen.append(reading)
        time.sleep(0.05)
        with lock:
            reading -= 1
        return identify(request, action)

    monkeypatch.setattr(plain, "identify", slowly)
    body = letter("a" * (1 << 21), "nobody's")
    head = f"POST /plain HTTP/1.1\r\nContent-Length: {len(body)}"
    heard = await asyncio.gather(
        *[send(house, body) for _ in range(3)], *[house.ask(head, body) for _ in range(3)]
    )
    assert heard == [[TAKEN]] * 3 + [(400, b'["bad_credentials"]')] * 3
    assert max(seen) == 1


async def test_a_stop_in_full_flight_loses_no_mail_that_was_answered(house: House) -> None:
    """E54"""
    await house.open(mailed())
    sending = [asyncio.create_task(send(house, *[letter()] * 20)) for _ in range(3)]
    await asyncio.sleep(0.02)  # wherever the mails are by then
    await house.stop()
    heard = await asyncio.gather(*sending, return_exceptions=True)
    whole = sum(answer == [TAKEN] * 20 for answer in heard)
    counted = house.counts["mails kept"]
    await house.start(house.node.config)
    await house.let(60)
    kept = await house.node.store.messages(0, 1 << 60, 1_000)
    assert len(kept) >= counted >= 20 * whole
    assert await house.balance() == CREDIT - 400 * len(kept)


async def test_a_door_that_nobody_takes_mail_at_does_not_open(house: House) -> None:
    """E51: one clear sentence."""
    with pytest.raises(CannotStart) as caught:
        await house.open(mailed(smtp=SmtpConfig(names=("plain", "texto"))))
    assert str(caught.value) == ("[smtp] names texto, for which no dialect takes mail: remove it.")
    await house.node.stop()


async def test_a_door_that_is_taken_says_so_in_one_sentence(house: House) -> None:
    """E50"""
    holding = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    place = Listen(*holding.sockets[0].getsockname())
    with pytest.raises(CannotStart, match=r"^The SMTP door can't be opened at 127.0.0.1:\d+: "):
        await house.open(mailed(smtp=SmtpConfig(listen=place, names=(NAME,))))
    await house.node.stop()
    holding.close()


async def test_mail_is_no_method_of_http(house: House) -> None:
    """E55: nobody comes by the one door as if by the other."""
    await house.open(mailed())
    body = letter()
    for head in ("MAIL plain@", "MAIL /plain@", "POST plain@", "POST /plain@"):
        answer = await house.ask(f"{head} HTTP/1.1\r\nContent-Length: {len(body)}", body)
        assert answer is not None
        assert answer[0] in (400, 404, 501), head
    assert await house.node.store.messages(0, 1 << 60, 10) == []

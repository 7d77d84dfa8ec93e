"""The service that look-ups are asked of: what it says is taken whole or not at all."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import msgspec
import pytest

from chappe.doors.calls import enquirer
from chappe.doors.calls.enquirer import Enquirer, EnquirySheet
from chappe.engine.enquire import NoWord
from chappe.words.clock import HOUR, HandClock

FRED, ANNA, NOBODY = 33_612_345_678, 32_470_123_456, 33_639_980_011
KEY = "lookup-key"
SAID = {
    str(FRED): {"valid": True, "operator": "20801", "name": "Orange"},
    str(ANNA): {"valid": True, "operator": None},
    str(NOBODY): {"valid": False, "operator": "20810"},
}
FOUND = {FRED: "20801", ANNA: "", NOBODY: None}
# What the service answers to a request's body; None: nothing, ever.
Rule = Callable[[bytes], bytes | None]


def ok(body: bytes, status: str = "200 OK", length: int = -1) -> bytes:
    length = len(body) if length < 0 else length
    return f"HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n".encode() + body


def says(numbers: object) -> Rule:
    return lambda body: ok(msgspec.json.encode({"numbers": numbers}))


class Site:
    """A service on loopback, and what came to it."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.hangs_up = False
        self.asked: list[tuple[str, bytes]] = []
        self.url = ""

    @property
    def numbers(self) -> list[list[int]]:
        found = [msgspec.json.decode(body)["numbers"] for _, body in self.asked]
        return [[int(number) for number in numbers] for numbers in found]

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode():
                length = int(head.split("Content-Length: ")[1].split("\r\n")[0])
                body = await reader.readexactly(length)
                self.asked.append((head, body))
                answer = self.rule(body)
                if answer is not None:
                    writer.write(answer)
                    await writer.drain()
                if self.hangs_up:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def serving(
    rule: Rule, clock: HandClock | None = None, *, timeout_s: float = 5, cache_h: int = 0
) -> AsyncIterator[tuple[Site, Enquirer]]:
    served = Site(rule)
    server = await asyncio.start_server(served.talk, "127.0.0.1", 0)
    served.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/numbers?of=us"
    sheet = EnquirySheet(served.url, KEY, timeout_s, cache_h)
    asking = Enquirer(clock or HandClock(0), sheet)
    try:
        yield served, asking
    finally:
        await asking.close()
        server.close()


async def test_a_service_is_asked_with_its_key_and_its_word_is_taken() -> None:
    async with serving(says({**SAID, "33699999999": {"valid": True}})) as (served, asking):
        assert await asking.enquire([FRED, ANNA, NOBODY]) == FOUND
        [(head, body)] = served.asked
    lines = head.split("\r\n")
    assert lines[0] == "POST /numbers?of=us HTTP/1.1"
    assert [line for line in lines if line.startswith(("Authorization", "Content-Type"))] == [
        f"Authorization: Bearer {KEY}",
        "Content-Type: application/json",
    ]
    assert body == b'{"numbers":["33612345678","32470123456","33639980011"]}'


def cut(body: bytes) -> bytes:
    whole = msgspec.json.encode({"numbers": SAID})
    return ok(whole[:40], length=40)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (lambda body: ok(b"no such key", "500 Oops"), "it answered 500"),
        (lambda body: ok(b"", "302 Found\r\nLocation: /elsewhere"), "it answered 302"),
        (lambda body: ok(b"<html>"), "its answer is not as docs/lookup.md has it"),
        (lambda body: ok(b"[]"), "its answer is not as docs/lookup.md has it"),
        (
            lambda body: ok(b'{"numbers": {"\xff": 1}}'),
            "its answer is not as docs/lookup.md has it",
        ),
        (lambda body: ok(b'{"x": ' + b"[" * 9_999), "its answer is not as docs/lookup.md has it"),
        (cut, "its answer is not as docs/lookup.md has it"),
        (says({str(FRED): {"operator": "20801"}}), "its answer is not as docs/lookup.md has it"),
        (
            says({str(FRED): {"valid": True, "operator": "Orange"}}),
            "its answer is not as docs/lookup.md has it",
        ),
        (says({str(ANNA): {"valid": True}}), "its answer has not all numbers"),
        (lambda body: b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{" + b"x" * 20, None),
        (lambda body: b"SSH-2.0-OpenSSH\r\n\r\n", "broken answer"),
        (lambda body: ok(b" " * (1 << 20)), "answer too long"),
    ],
)
async def test_half_an_answer_and_a_wrong_one_are_no_word(rule: Rule, why: str | None) -> None:
    """E55: it is never guessed what was meant."""
    async with serving(rule) as (served, asking):
        with pytest.raises(NoWord) as caught:
            await asking.enquire([FRED])
        assert why is None or str(caught.value) == why
        assert len(served.asked) == 1


async def test_an_answer_that_ends_half_way_is_no_word() -> None:
    async with serving(lambda body: ok(b'{"numbers": {', length=500)) as (served, asking):
        served.hangs_up = True
        with pytest.raises(NoWord) as caught:
            await asking.enquire([FRED])
        assert str(caught.value) == "broken answer"


async def test_a_service_that_is_slow_is_not_waited_for() -> None:
    async with serving(lambda body: None, timeout_s=0.1) as (served, asking):
        with pytest.raises(NoWord, match=r"^timed out$"):
            await asking.enquire([FRED])
        served.rule = says(SAID)
        assert await asking.enquire([FRED]) == {FRED: "20801"}


async def test_a_service_that_is_away_is_no_word_and_its_key_stays_ours(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """E53: what is told of it, once a minute, names no key and no number."""
    clock = HandClock(0)
    caplog.set_level(logging.DEBUG, "chappe")
    async with serving(says(SAID), clock) as (served, _):
        url = served.url
    gone = Enquirer(clock, EnquirySheet(url, KEY, 5, 0))
    for _ in range(3):
        with pytest.raises(NoWord, match=r"^refused$"):
            await gone.enquire([FRED])
    await gone.close()
    assert [record.getMessage() for record in caplog.records] == [
        "look-ups are refused, the service of [lookup] has no word: refused"
    ]
    assert KEY not in repr(EnquirySheet(url, KEY, 5, 0))


async def test_what_was_said_holds_for_some_hours() -> None:
    """E55: and for a bounded many of the latest numbers."""
    clock = HandClock(0)
    async with serving(says(SAID), clock, cache_h=2) as (served, asking):
        assert await asking.enquire([FRED]) == {FRED: "20801"}
        clock.advance(2 * HOUR - 1)
        assert await asking.enquire([FRED, ANNA, NOBODY]) == FOUND
        clock.advance(2 * HOUR)
        assert await asking.enquire([NOBODY, FRED]) == {FRED: "20801", NOBODY: None}
        assert served.numbers == [[FRED], [ANNA, NOBODY], [FRED]]


async def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enquirer, "REMEMBERED_MOST", 2)
    async with serving(says(SAID), cache_h=2) as (served, asking):
        for number in (FRED, ANNA, NOBODY, ANNA, FRED):
            await asking.enquire([number])
        assert served.numbers == [[FRED], [ANNA], [NOBODY], [FRED]]


async def test_without_hours_it_is_asked_each_time() -> None:
    async with serving(says(SAID)) as (served, asking):
        for _ in range(2):
            assert await asking.enquire([FRED]) == {FRED: "20801"}
        assert served.numbers == [[FRED]] * 2


def all_orange(body: bytes) -> bytes:
    numbers: Sequence[str] = msgspec.json.decode(body)["numbers"]
    said = {number: {"valid": True, "operator": "20801"} for number in numbers}
    return ok(msgspec.json.encode({"numbers": said}))


async def test_many_numbers_are_asked_in_portions() -> None:
    """E55: no request grows with what is asked."""
    many = range(33_612_000_000, 33_612_002_500)
    async with serving(all_orange) as (served, asking):
        assert await asking.enquire(many) == dict.fromkeys(many, "20801")
        assert sorted(map(len, served.numbers)) == [500, 1_000, 1_000]


async def test_many_who_ask_at_once_share_few_connections() -> None:
    async with serving(all_orange) as (_, asking):
        numbers = range(33_612_000_000, 33_612_000_200)
        found = await asyncio.gather(*(asking.enquire([number]) for number in numbers))
        assert found == [{number: "20801"} for number in numbers]


@pytest.mark.parametrize("url", ["http://[::1/", "ftp://h/", "http://h:99999/", "http://a b/"])
def test_what_can_not_be_called_is_told_at_once(url: str) -> None:
    with pytest.raises(ValueError, match=r"^its url can't be called$"):
        Enquirer(HandClock(0), EnquirySheet(url, KEY, 5, 0))

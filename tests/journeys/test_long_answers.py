"""A campaign's status as CSV: of a large one a page at a time, and the same octets."""

import asyncio
import contextlib
import importlib
import weakref
from collections.abc import AsyncGenerator, Mapping
from typing import Any

import pytest

from chappe.config import Secret
from chappe.engine.desk import Desk
from chappe.engine.look import pages
from chappe.store.contract import StoreAway
from chappe.words.answer import Receipt
from chappe.words.clock import DAY
from chappe.words.found import Campaign
from chappe.words.order import Letter, Order
from tests.journeys.files import PASSWORD
from tests.journeys.house import House, account, config, many, to

# The package has a function of that name.
look = importlib.import_module("chappe.engine.look.campaign")
_MANY = 20_000
_PATH = "/highpush_stat.php"


class _Watched(Campaign, frozen=True, weakref=True):
    """A page of which one learns when it is let go."""


class _Alive:
    """How many pages are held, now and at most."""

    def __init__(self) -> None:
        self.read = self.now = self.most = 0

    async def pages_of(self, desk: Desk, row: Mapping[str, Any]) -> AsyncGenerator[Campaign, None]:
        async for page in pages.pages_of(desk, row):
            watched = _Watched(**{name: getattr(page, name) for name in page.__struct_fields__})
            del page
            weakref.finalize(watched, self._gone)
            self.read += 1
            self.now += 1
            self.most = max(self.most, self.now)
            yield watched
            del watched

    def _gone(self) -> None:
        self.now -= 1


async def _open(house: House) -> None:
    await house.open(config(accounts=(account("fred", password=Secret(PASSWORD)),)))


async def _ordered(house: House, *letters: Letter) -> int:
    receipt = await house.order(Order(dialect="highsms", letters=letters, fatal=frozenset()))
    assert isinstance(receipt, Receipt)
    return receipt.order


def _asks(order: int, method: str = "GET", version: str = "1.0") -> str:
    query = f"accountid=fred&password={PASSWORD}&push_id={order}"
    return f"{method} {_PATH}?{query} HTTP/{version}"


async def test_a_report_of_many_lines_is_made_with_a_few_pages_in_hand(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """H27 E55: memory does not grow with the campaign."""
    await _open(house)
    later = house.clock.now() + DAY
    order = await _ordered(
        house, Letter(text="Bonjour", numbers=many(_MANY), code="36105", start=later)
    )
    alive = _Alive()
    monkeypatch.setattr(look, "pages_of", alive.pages_of)
    answer = await house.ask(_asks(order))
    assert answer is not None
    lines = answer[1].split(b"\n")
    assert (answer[0], len(lines), lines[0].split(b";")[1]) == (200, _MANY + 2, b'"20000"')
    # One is read while one is worded; and a thread that worded one may be late to let go of it.
    assert (alive.read, alive.most <= 4) == (_MANY / 2_000, True)


async def test_page_by_page_and_whole_are_the_same_octets(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """H27: also of long messages, of those in error, and in an order that was called off."""
    await _open(house)
    numbers = [to(row) for row in range(60)] + [0]
    order = await _ordered(
        house,
        Letter(text="é€" * 100, numbers=numbers, code="36105", given=["x"] * 61),
        Letter(text="Demain", numbers=many(30), code="36105", start=house.clock.now() + DAY),
    )
    await house.let(60)
    whole = await house.ask(_asks(order))
    monkeypatch.setattr(look, "_WHOLE", 0)
    monkeypatch.setattr(pages, "_PAGE", 7)
    assert await house.ask(_asks(order)) == whole
    assert whole is not None
    assert whole[1].count(b"\n") > 91


async def test_a_head_of_a_long_answer_reads_no_page(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _open(house)
    order = await _ordered(house, Letter(text="a", numbers=[to(0)], code="36105"))
    monkeypatch.setattr(look, "_WHOLE", 0)
    alive = _Alive()
    monkeypatch.setattr(look, "pages_of", alive.pages_of)
    assert await house.ask(_asks(order, "HEAD", "1.1")) == (200, b"")
    assert alive.read == 0


async def test_whoever_hears_half_of_an_answer_is_cut_off(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E55: the store goes away between two pages."""
    await _open(house)
    order = await _ordered(house, Letter(text="a", numbers=[to(0), to(1)], code="36105"))
    monkeypatch.setattr(look, "_WHOLE", 0)
    heard = asyncio.Event()

    async def broken(desk: Desk, row: Mapping[str, Any]) -> AsyncGenerator[Campaign, None]:
        async for page in pages.pages_of(desk, row):
            yield page
        await heard.wait()
        raise StoreAway

    monkeypatch.setattr(look, "pages_of", broken)
    reader, writer = await asyncio.open_connection(*house.node.doors.http)
    writer.write(f"{_asks(order, version='1.1')}\r\nHost: h\r\n\r\n".encode())
    answer = await reader.readuntil(b"\r\n\r\n") + await reader.readuntil(b"\n")
    heard.set()
    with contextlib.suppress(ConnectionError):
        answer += await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert not answer.endswith(b"0\r\n\r\n")

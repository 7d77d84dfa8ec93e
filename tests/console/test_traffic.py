"""Live traffic: what is accepted is seen, by whoever may see it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from chappe.console import live
from tests.console.site import OPERATOR, READER, SUPPORT, Site, Tab
from tests.journeys.house import many, to


@asynccontextmanager
async def listening(tab: Tab, path: str) -> AsyncIterator[asyncio.StreamReader]:
    reader, writer = await asyncio.open_connection(*tab.address)
    cookies = "; ".join(f"{name}={value}" for name, value in tab.cookies.items())
    writer.write(f"GET {path} HTTP/1.1\r\nHost: here\r\nCookie: {cookies}\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    assert b"text/event-stream" in head
    yield reader
    writer.close()


async def heard(reader: asyncio.StreamReader, event: str, holds: str) -> str:
    """The first event of this name that holds a text."""
    async with asyncio.timeout(30):
        while True:
            block = (await reader.readuntil(b"\n\n")).decode()
            if f"event: {event}\n" in block and holds in block:
                return block


async def test_a_message_is_seen_as_it_comes(site: Site) -> None:
    """E63: and what becomes of it."""
    tab = await site.visit("fred")
    async with listening(tab, "/traffic/stream") as reader:
        await reader.readuntil(b"still here")
        message, *_ = await site.sent("fred", "Bonjour", [to(1)])
        assert "Bonjour" in await heard(reader, "rows", f"state-{message}")
        await site.let(5)
        block = await heard(reader, "states", "delivered")
        badge = json.loads(block.partition("data: ")[2])
        assert badge == {str(message): '<span class="badge good">delivered</span>'}


async def test_others_see_nothing_of_it(site: Site) -> None:
    """A stranger's stream, and a stranger's page; of a child its parent sees no texts."""
    tab, own = await site.visit("zoe"), await site.visit("fred")
    async with listening(tab, "/traffic/stream") as reader, listening(own, "/traffic/stream") as me:
        await reader.readuntil(b"still here")
        await me.readuntil(b"still here")
        await site.sent("lea", "Secret", [to(1)])
        await site.sent("zoe", "Mine", [to(1)])
        mine = await heard(me, "rows", "lea")
        assert ("Secret" in mine, "hidden" in mine) == (False, True)
        assert "lea" not in await heard(reader, "rows", "Mine")
    assert [row[-2] for row in (await tab.get("/")).rows] == ["Mine"]
    assert [row[-2] for row in (await own.get("/")).rows] == ["hidden"]
    child = await site.visit("lea")
    assert [row[-2] for row in (await child.get("/")).rows] == ["Secret"]
    everything = (await (await site.visit(OPERATOR)).get("/")).rows
    assert [row[2] for row in everything] == ["zoe", "lea"]


async def test_support_reads_no_texts(site: Site) -> None:
    await site.sent("fred", "Secret", [to(1)])
    assert "Secret" not in (await (await site.visit(SUPPORT)).get("/")).html
    assert "Secret" in (await (await site.visit(READER)).get("/")).html


async def test_a_filter_stands_in_the_address(site: Site) -> None:
    await site.sent("fred", "One", many(2))
    await site.sent("zoe", "Two", [many(2)[0]])
    tab = await site.visit()
    number = f"0{many(2)[0] - 33_000_000_000}"
    page = await tab.get(f"/?number={number}")
    assert [row[6] for row in page.rows] == ["Two", "One"]
    page = await tab.get(f"/?number={number}&account=fred")
    assert [row[6] for row in page.rows] == ["One"]
    assert (page.typed("number"), page.typed("account")) == (number, "fred")
    page = await tab.get("/?number=abc")
    assert page.wrong == {"number": "That is no phone number."}
    assert (await tab.get("/?account=nobody")).rows == [["Nothing here yet."]]


async def test_what_comes_from_outside_is_escaped(site: Site) -> None:
    """XSS: a text and a sender."""
    await site.sent("fred", "<script>alert(1)</script>", [to(1)])
    page = await (await site.visit()).get("/")
    assert "<script>alert" not in page.html
    assert "<script>alert(1)</script>" in page.main


async def test_a_row_that_can_not_be_made_ends_no_stream(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E63: a fault of ours is counted and logged, and whoever watches sees what comes next."""
    tab, faults = await site.visit("fred"), site.node.desk.counts["faults"]
    async with listening(tab, "/traffic/stream") as reader:
        await reader.readuntil(b"still here")
        with monkeypatch.context() as broken:
            broken.setattr(live, "ROWS_MOST", "none")
            await site.sent("fred", "Lost", [to(1)])
            async with asyncio.timeout(30):
                while site.node.desk.counts["faults"] == faults:  # noqa: ASYNC110, nothing tells
                    await asyncio.sleep(0.01)
        await site.sent("fred", "Bonjour", [to(2)])
        assert "Lost" not in await heard(reader, "rows", "Bonjour")

"""What left in a stretch of time, as a report has it: counted first, then page by page."""

import asyncio
import contextlib
import sqlite3
import time
import tracemalloc
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import cast

import pytest

from chappe.engine import look
from chappe.engine.desk import Desk
from chappe.engine.look import reports
from chappe.store.contract import Store, StoreAway
from chappe.store.settings import ALONE
from chappe.store.sqlite import SqliteStore
from chappe.words.account import Account
from chappe.words.answer import Refusal, Trouble
from chappe.words.asked import CampaignsPaged, LeftPaged
from chappe.words.clock import DAY
from chappe.words.found import CampaignSumsPages, LeftMessage, LeftPages, TooManyLines

NOW = 1_700_000_000_000
FRED = Account(id=1, login="fred")
DIALECT = "plain"
MANY = 200_000

# Orders of so many messages each; the last to be taken left first, an hour after the first was
# taken.
_FILL = """
INSERT INTO terms (id, purse, alphabet, sender, code, flash, udh, opens, closes, hours, bars,
    validity_h, silent_h, silence, events, url, reply_url, form, lane)
    VALUES (1, 1, 0, 'Chappe', '36105', 0, '', -1, -1, 0, 1, 48, 72, 9, 0, '', '', '', 7);
CREATE TEMP TABLE some (n INTEGER PRIMARY KEY, first);
INSERT INTO some
    WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < {count})
    SELECT n, n - (n - 1) % {each} FROM g;
INSERT INTO ordr (id, account, dialect, at, first, total, cost, facts)
    SELECT n / {each} + ({each} > 1), 1, 'plain', {now} + n, n, {each}, 400, '{{"name":"a"}}'
    FROM some WHERE n = first;
INSERT INTO letter (id, total, ordr, terms, start, text, facts)
    SELECT first, total, id, 1, at, 'Bonjour', '{{}}' FROM ordr;
INSERT INTO message (id, letter, number, state, at, due, sent_at, channel, account, route, price,
    money, parts, sending, news, holder)
    SELECT n, first, 33600000000 + n, 6, {now}, 0, {now} + 3600000 - n, 0, 1, 1, 400, 2, 1, 1, 0, 0
    FROM some;
INSERT INTO reply
    SELECT n, {now} + 3600000 + n, 33600000000 + n, '36105', 'STOP', '', 1, n, 1, 'sim' FROM some
    WHERE n % 4 = 0;
"""


class _Desk:
    """As much of a desk as a report needs."""

    def __init__(self, store: Store) -> None:
        self.store = store


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    store = SqliteStore(tmp_path / "chappe.db", ALONE)
    await store.open()
    yield cast("Desk", _Desk(store))
    await store.close()


def fill(tmp_path: Path, count: int, each: int = 1) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "chappe.db")) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(f"BEGIN; {_FILL.format(count=count, each=each, now=NOW)} COMMIT;")


def hour(most: int = MANY) -> LeftPaged:
    return LeftPaged(NOW, NOW + 3_600_001, most)


async def test_messages_come_by_when_they_left_whatever_their_orders(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Page by page, each once, with what was answered."""
    fill(tmp_path, 25)
    monkeypatch.setattr(reports, "_PAGE", 10)
    found = await look.left_messages(desk, FRED, DIALECT, hour())
    assert isinstance(found, LeftPages)
    pages = [page async for page in found.pages]
    assert (found.total, [len(page) for page in pages]) == (25, [10, 10, 5])
    lines = [(one.message.id, one.at, one.reply, one.stopped) for page in pages for one in page]
    assert lines == [
        (n, NOW + 3_600_000 - n, "" if n % 4 else "STOP", n % 4 == 0) for n in range(25, 0, -1)
    ]
    first = pages[0][0].message
    assert (first.text, first.sender, first.order_facts) == ("Bonjour", "Chappe", '{"name":"a"}')


async def test_the_first_instant_is_in_a_report_and_the_last_is_not(
    desk: Desk, tmp_path: Path
) -> None:
    fill(tmp_path, 25)
    last = NOW + 3_600_000
    found = await look.left_messages(desk, FRED, DIALECT, LeftPaged(last - 9, last - 5))
    assert isinstance(found, LeftPages)
    assert [one.message.id async for page in found.pages for one in page] == [9, 8, 7, 6]


async def test_orders_come_counted_and_by_when_they_were_taken(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, 9)
    monkeypatch.setattr(reports, "_ORDERS_PAGE", 4)
    asked = CampaignsPaged(NOW, NOW + 3_600_000 - 1)
    found = await look.campaigns(desk, FRED, DIALECT, asked)
    assert isinstance(found, CampaignSumsPages)
    pages = [page async for page in found.pages]
    assert (found.total, [len(page) for page in pages]) == (8, [4, 4])
    orders = [order for page in pages for order in page]
    assert [order.id for order in orders] == [*range(2, 10)]
    one = orders[2]
    assert (one.at, one.reference, one.facts) == (NOW + 4, "", {"name": "a"})
    assert (one.total, one.parts, one.cost, one.replies, one.stops) == (1, 1, 400, 1, 1)
    assert (one.message.id, one.message.text) == (4, "Bonjour")


async def test_more_than_was_asked_for_is_said_before_anything_is_read(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many as that are not too many."""
    fill(tmp_path, 25)
    for most, enough in ((24, False), (25, True)):
        messages = await look.left_messages(desk, FRED, DIALECT, hour(most))
        orders = await look.campaigns(desk, FRED, DIALECT, CampaignsPaged(NOW, NOW + 4 * DAY, most))
        assert isinstance(messages, LeftPages) is isinstance(orders, CampaignSumsPages) is enough
        if not enough:
            assert (messages, orders) == (TooManyLines(24), TooManyLines(24))


async def test_an_empty_report_is_an_empty_stream(desk: Desk, tmp_path: Path) -> None:
    """So it is for whoever sent nothing, and by another dialect."""
    fill(tmp_path, 9)
    for account, dialect, since in (
        (FRED, DIALECT, NOW + DAY),
        (FRED, "other", NOW),
        (Account(id=2, login="eve"), DIALECT, NOW),
    ):
        for found in (
            await look.left_messages(desk, account, dialect, LeftPaged(since, since + DAY)),
            await look.campaigns(desk, account, dialect, CampaignsPaged(since, since + DAY)),
        ):
            assert isinstance(found, LeftPages | CampaignSumsPages)
            assert found.total == 0
            assert [piece async for piece in found.worded(b"head", repr_of)] == [b"head"]


def repr_of(page: object) -> bytes:
    return repr(page).encode()


async def test_a_report_is_asked_for_in_vain_while_the_store_is_away(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*args: object) -> None:
        raise StoreAway

    monkeypatch.setattr(desk.store, "read", away)
    refused = Refusal((Trouble.not_now,))
    assert await look.left_messages(desk, FRED, DIALECT, hour()) == refused
    assert await look.campaigns(desk, FRED, DIALECT, CampaignsPaged(NOW, NOW + 1)) == refused


async def test_a_report_of_many_lines_takes_little_room_and_holds_nobody_up(
    desk: Desk, tmp_path: Path
) -> None:
    """E55 E43: of as many as may be. What the loop's own thread worked between two turns is
    counted, as a busy machine makes every turn late."""
    fill(tmp_path, MANY, 1_000)
    watch = _Watch()
    watching = asyncio.create_task(watch.run())
    await _read(desk, 20)
    watching.cancel()
    assert watch.longest_s < 0.05
    tracemalloc.start()
    try:
        some = await _read(desk, 3)
        more = await _read(desk, 9)
    finally:
        tracemalloc.stop()
    assert some < 30 << 20
    assert more < some + (1 << 20)


async def _read(desk: Desk, pages: int) -> int:
    """So many pages of a long report; how much was held at most meanwhile, if that is traced."""
    if tracemalloc.is_tracing():
        tracemalloc.reset_peak()
    found = await look.left_messages(desk, FRED, DIALECT, hour())
    assert isinstance(found, LeftPages)
    lines = 0
    async with contextlib.aclosing(found.worded(b"", worded)) as pieces:
        for _ in range(pages):
            lines += (await anext(pieces)).count(b"\n")
    assert (found.total, lines) == (MANY, pages * 1_000)
    return tracemalloc.get_traced_memory()[1]


def worded(page: Sequence[LeftMessage]) -> bytes:
    return b"".join([b"%d;%s\n" % (one.message.number, one.reply.encode()) for one in page])


class _Watch:
    """How long the loop works at most before it takes another turn."""

    longest_s = 0.0

    async def run(self) -> None:
        while True:
            begun = time.thread_time()
            await asyncio.sleep(0.001)
            self.longest_s = max(self.longest_s, time.thread_time() - begun)

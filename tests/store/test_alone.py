"""A node that is the only one on its PostgreSQL: what it takes for granted, and when no more."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from chappe.store.contract import Move, PartRef, Told
from chappe.store.postgres import PostgresStore
from chappe.store.queries import queries
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.lifecycle import Event, Happening, Reason, State
from chappe.words.report import Report
from tests.store.cut import Line
from tests.store.office import EURO, LINK, NOW, PRICE, Office, news
from tests.store.server import Server


@pytest.fixture
def url(postgres: Server) -> str:
    return postgres.fresh()


@pytest.fixture
async def line(url: str, tmp_path: Path) -> AsyncIterator[Line]:
    line = Line(url, tmp_path)
    await line.open()
    yield line
    await line.close()


@pytest.fixture
async def office(line: Line) -> AsyncIterator[Office]:
    """A node that has found out that it is alone."""
    office = Office(lambda engine: PostgresStore(line.url, engine, "near"))
    await office.open()
    await office.furnish()
    await office.send()
    yield office
    await office.store.close()


@pytest.fixture
async def other(url: str) -> AsyncIterator[Office]:
    """A node of the same database that has not begun yet."""
    office = Office(lambda engine: PostgresStore(url, engine, "far"))
    office.leap(1_000)
    office.orders = 1_000
    yield office
    await office.store.close()


def taken(message: int) -> Move:
    return Move(message, Happening.acknowledged, Reason.none, NOW)


def part(message: int, ref: str = "") -> PartRef:
    return PartRef(LINK, ref or str(message), message, 1)


async def test_it_reads_nothing_and_locks_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E43: not of a purse, of a message, of what may wait for it, nor of what stands behind."""
    read = ("purses", "lock_messages", "same_rows", "move_rows", "parked", "parts", "news_behind")
    await office.happen(taken(await office.send()), refs=[part(9)])  # nothing is parked
    for name in read:
        monkeypatch.setitem(queries("postgres"), name, "SELECT 1 / 0")
    first = await office.send(events=int(Event.sent | Event.final))
    settled = await office.happen(taken(first), refs=[part(first)])
    assert news(settled) == [(first, 1, Event.sent)]
    await office.happen(told=[Told(first, 1, True, NOW, "200", 0)])
    report = Report(str(first), Happening.was_delivered, Reason.none, NOW)
    assert news(await office.happen(reports=[report])) == [(first, 2, Event.final)]
    assert await office.balance() == 100 * EURO - 3 * PRICE


async def test_a_commit_is_said_in_one_go(office: Office, line: Line) -> None:
    """Once it has begun; and then the flush behind it, on another session."""
    await office.send()
    for sent in range(1, 4):
        before = line.said
        await office.send()
        assert line.said - before == 3, sent


async def test_another_node_that_begins_is_noticed(office: Office, other: Office) -> None:
    """E52: what it does to a message, and pays from a purse, is known from its first commit on."""
    first = await office.send()
    await other.open()
    other.customer, other.route = office.customer, office.route
    await other.happen(taken(first))
    assert (await office.happen(taken(first))).idle == 1
    await other.send()
    (answer,) = await office.keep(office.draft())
    assert isinstance(answer, Receipt)
    assert answer.balance == 100 * EURO - 4 * PRICE


async def test_another_node_that_came_and_went_is_noticed(office: Office, other: Office) -> None:
    """E52: between two commits, so that nobody else is there at either of them."""
    first = await office.send()
    await other.open()
    other.customer, other.route = office.customer, office.route
    await other.happen(taken(first))
    await other.send()
    await other.store.close()
    await office.store.settle_nodes(await office.store.left_nodes())
    (answer,) = await office.keep(office.draft())
    assert isinstance(answer, Receipt)
    assert answer.balance == 100 * EURO - 4 * PRICE
    assert (await office.happen(taken(first))).idle == 1


async def test_it_is_alone_again_once_what_others_left_is_settled(
    office: Office, other: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await other.open()
    await office.send()
    await other.store.close()
    await office.store.settle_nodes(await office.store.left_nodes())
    for _ in range(2):  # the first finds out
        await office.send()
    monkeypatch.setitem(queries("postgres"), "purses", "SELECT 1 / 0")
    assert await office.send()
    assert await office.store.audit() == []


async def test_what_is_not_as_it_was_taken_for_is_done_again(office: Office) -> None:
    """E52: an operator gives an id twice: the first message has it, as the database knows."""
    one, two = await office.send(), await office.send()
    for message in (one, two):
        settled = await office.happen(taken(message), refs=[part(message, "A1")])
        assert settled.idle == 0
    await office.happen(reports=[Report("A1", Happening.was_delivered, Reason.none, NOW)])
    assert [state for state, _ in await office.states(one, 2)] == [State.delivered, State.sent]
    assert await office.balance() == 100 * EURO - 3 * PRICE


async def test_a_life_that_is_over_commits_nothing(office: Office, url: str) -> None:
    """E52: pitfall 1: whether it is alone or not."""
    await office.send()
    hand = await asyncpg.connect(url)
    await hand.execute("UPDATE node SET over = 1")
    before = await hand.fetchval("SELECT count(*) FROM ordr")
    (answer,) = await office.keep(office.draft())
    assert not isinstance(answer, Receipt)
    assert await hand.fetchval("SELECT count(*) FROM ordr") == before
    await hand.close()


async def test_what_can_not_be_sent_leaves_nothing_behind(office: Office) -> None:
    """E4: half of a letter in a text: that order is refused, and the next one is taken."""
    (answer,) = await office.keep(office.draft(text="\ud83d"))
    assert answer == Refusal((Trouble.fault,))
    assert await office.send()
    assert await office.balance() == 100 * EURO - 2 * PRICE


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_line_that_breaks_on_the_way_doubles_nothing(
    office: Office, line: Line, when: str
) -> None:
    """E1: unheard by the server, or heard and not answered."""
    if when == "before":
        line.before = b"COMMIT"
    else:
        line.after = b"COMMIT\0"
    (answer,) = await office.keep(office.draft())
    assert isinstance(answer, Receipt)
    assert line.cuts == 1
    assert answer.balance == await office.balance() == 100 * EURO - 2 * PRICE
    assert await office.store.audit() == []

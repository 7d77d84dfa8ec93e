"""What a node remembers of its own writing: the same as the database would say, or nothing."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from chappe.store.contract import Doubted, Move, PartRef, Told
from chappe.store.postgres import PostgresStore
from chappe.store.queries import queries
from chappe.store.recent import Recent, Row, Unchanging
from chappe.store.sqlite import SqliteStore
from chappe.words.lifecycle import Event, Happening, Reason, State
from chappe.words.report import Arrival, Report
from tests.store.office import CODE, LINK, NOW, NUMBER, TOLD, Office, news
from tests.store.server import Server

# A message as tellers see it, up to its state.
HEAD: tuple[Any, ...] = (0, 0, 0, "", "", 0, "{}", "", 0, "{}", 0, "", "", "Bonjour", "", "")
TEXT = HEAD.index("Bonjour")


def row(ident: int, text: str = "Bonjour") -> Row:
    said = Unchanging((*HEAD[:TEXT], text, *HEAD[TEXT + 1 :]), 1, "", "")
    born = (3, 0, 1, 400, 1, "", 0, NOW, NOW, 0, "", 1, 1, 0, ident, 1, 0, 72, 9, 7, 0, NOW, "", 0)
    made: Row = Row(*(ident, *born, 0, 0, 0, said))
    return made


def part(message: int) -> PartRef:
    return PartRef(LINK, str(message), message, 1)


def delivered(message: int) -> tuple[str, Report]:
    return LINK, Report(str(message), Happening.was_delivered, Reason.none, NOW)


# the memory itself


def test_only_the_last_ones_are_remembered() -> None:
    """E43: however much goes through, half of what may be known at least and all of it at most."""
    recent = Recent(8)
    for first in range(0, 40, 2):
        recent.remember([row(first), row(first + 1)])
        recent.remember_parts([part(first), part(first + 1)])
        recent.kept()
    known = set(recent.rows(range(40)))
    assert known == set(recent.rows(range(34, 40))) | known
    assert 4 <= len(known) <= 8
    assert max(known) == 39
    parts = [recent.part((LINK, str(message))) for message in range(40)]
    assert {part[0] for part in parts if part} == known
    assert {message for message in range(40) if recent.row(message)} == known


def test_parts_that_were_not_all_new_are_not_known() -> None:
    """E43: an operator gave an id twice; the first one counts, which the database knows."""
    for as_expected, known in ((True, (1, 1)), (False, None)):
        recent = Recent(8)
        recent.begin()
        recent.remember_parts([part(1)])
        assert recent.part((LINK, "1")) is None
        recent.kept(as_expected)
        assert recent.part((LINK, "1")) == known


def test_a_long_text_is_not_held_in_memory() -> None:
    recent = Recent(8)
    recent.remember([row(1, "x" * 2_000), row(2, "x" * 1_000)])
    assert set(recent.rows([1, 2])) == {2}


def test_what_may_not_have_been_kept_is_not_known() -> None:
    """E1: a transaction that nobody confirmed takes all that was known with it."""
    recent = Recent(8)
    for confirmed, known in ((True, {1}), (False, set())):
        recent.begin()
        recent.remember([row(1)])
        recent.terms["a",] = 1
        if confirmed:
            recent.kept()
        recent.begin()
        assert (set(recent.rows([1])), set(recent.terms.values())) == (known, known)
        recent.kept()


def test_whether_others_park_reports_is_not_known() -> None:
    recent = Recent(8, is_shared=True)
    recent.clear()
    assert (bool(recent), recent.parked) == (True, True)


# what a store does with it


async def test_news_from_memory_say_what_the_database_says(office: Office) -> None:
    """E40: word by word, for each shape of an order to one recipient."""
    shapes: list[dict[str, Any]] = [
        {},
        {"reference": "mine", "dialect": "octopush"},
        {"sender": "ACME", "form": "xml", "facts": '{"a":1}', "silent_h": 1},
        {"refs": ["own"]},
        {"texts": ["à un"]},
        {"text": "x" * 3_000, "sending": 2},
    ]
    for shape in shapes:
        first = await office.send(events=int(Event.final), **shape)
        refs = [
            PartRef(LINK, f"{first}/{no}", first, no) for no in (1, 2)[: shape.get("sending", 1)]
        ]
        await office.happen(Move(first, Happening.acknowledged, Reason.none, NOW + 5), refs=refs)
        reports = [
            Report(r.ref, Happening.was_delivered, Reason.none, NOW + 9, "20801") for r in refs
        ]
        (told,) = (await office.happen(reports=reports)).news
        assert told.message == await office.message(first)
        await office.succeed()
        assert list(await office.store.claim_news([7], NOW + 9, 9)) == [told]
        await office.store.replay(first, 1, 1 << 61)


async def test_what_another_program_wrote_is_noticed(tmp_path: Path) -> None:
    """E2: the database is the truth, also where somebody writes into the file by hand."""
    office = Office(lambda engine: SqliteStore(tmp_path / "chappe.db", engine))
    await office.open()
    await office.furnish()
    first = await office.send()
    with sqlite3.connect(tmp_path / "chappe.db") as other:
        other.execute("UPDATE message SET state = ? WHERE id = ?", (int(State.cancelled), first))
    other.close()
    settled = await office.happen(Move(first, Happening.acknowledged, Reason.none, NOW))
    assert settled.idle == 1
    assert (await office.message(first)).state is State.cancelled
    await office.store.close()


async def test_a_reply_and_a_receipt_are_told_one_after_the_other(office: Office) -> None:
    """E40: whichever comes between; none takes the other's place."""
    first = await office.send(events=TOLD | int(Event.reply))
    await office.happen(
        Move(first, Happening.acknowledged, Reason.none, NOW),
        refs=[part(first)],
        arrivals=[Arrival(NUMBER, CODE, "OUI", NOW + 1)],
    )
    settled = await office.happen(reports=[delivered(first)[1]])
    assert news(settled) == []
    calls = await office.store.calls(office.customer.account, 9)
    assert [(call[1], call[2]) for call in calls] == [
        (4, Event.final),
        (3, Event.reply),
        (2, Event.sent),
        (1, Event.created),
    ]


async def test_an_id_that_an_operator_gives_twice_means_its_first_part(office: Office) -> None:
    one, two = await office.send(), await office.send()
    for first in (one, two):
        await office.happen(
            Move(first, Happening.acknowledged, Reason.none, NOW),
            refs=[PartRef(LINK, "A1", first, 1)],
        )
    await office.happen(reports=[Report("A1", Happening.was_delivered, Reason.none, NOW)])
    assert await office.states(one, 2) == [(State.delivered, 0), (State.sent, 0)]


async def test_what_was_erased_or_dropped_is_not_remembered(office: Office) -> None:
    """E44: neither a number nor a message outlives its record in memory."""
    first = await office.send(events=int(Event.final))
    await office.happen(
        Move(first, Happening.went_unanswered, Reason.in_doubt, NOW), refs=[part(first)]
    )
    office.store.batch.doubts.append(Doubted(first, NOW, "held"))
    await office.store.settled()
    while await office.store.forget(0, NOW + 1, 0, 9):
        pass
    assert await office.store.messages(first, first, 1) == []
    assert await office.store.doubts(9) == []
    settled = await office.happen(reports=[delivered(first)[1]])
    assert (settled.strange, settled.idle, settled.news) == (1, 0, [])


# among others


@pytest.fixture
def url(postgres: Server) -> str:
    return postgres.fresh()


@pytest.fixture
async def two(url: str) -> AsyncIterator[tuple[Office, Office]]:
    """Two nodes of one database."""
    near = Office(lambda engine: PostgresStore(url, engine, "near"))
    far = Office(lambda engine: PostgresStore(url, engine, "far"))
    await near.open()
    await far.open()
    await near.furnish()
    yield near, far
    await near.store.close()
    await far.store.close()


Two = tuple[Office, Office]
_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


async def test_what_nobody_touched_is_not_read_again(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E43: a message that a node takes, sends, hears of and tells of is read at no step."""
    near, _ = two
    for name in ("move_rows", "parts", "news"):
        monkeypatch.setitem(queries("postgres"), name, "SELECT 1 / 0")
    first = await near.send(events=int(Event.sent | Event.final))
    taken = Move(first, Happening.acknowledged, Reason.none, NOW)
    assert news(await near.happen(taken, refs=[part(first)])) == [(first, 1, Event.sent)]
    await near.happen(told=[Told(first, 1, True, NOW, "200", 0)])
    _, report = delivered(first)
    assert news(await near.happen(reports=[report])) == [(first, 2, Event.final)]
    assert (await near.message(first)).state is State.delivered


async def test_what_another_node_did_to_a_message_is_noticed(two: Two) -> None:
    """E52: what is remembered of it is as old as that."""
    near, far = two
    first = await near.send()
    taken = Move(first, Happening.acknowledged, Reason.none, NOW + 1)
    assert (await far.happen(taken)).idle == 0
    assert (await near.happen(taken)).idle == 1


async def test_what_another_node_told_holds_nothing_up(two: Two) -> None:
    """E40: the next piece of news does not wait behind one that was heard."""
    near, far = two
    first = await near.send(events=int(Event.sent | Event.final))
    taken = Move(first, Happening.acknowledged, Reason.none, NOW)
    await near.happen(taken, refs=[part(first)])
    await far.happen(told=[Told(first, 1, True, NOW, "200", 0)])
    _, report = delivered(first)
    assert news(await near.happen(reports=[report])) == [(first, 2, Event.final)]


async def test_what_another_node_is_just_telling_is_waited_for(two: Two, url: str) -> None:
    """E40: it had told the one before, and had not committed that, when the next one came."""
    near, _ = two
    first = await near.send(events=int(Event.sent | Event.final))
    taken = Move(first, Happening.acknowledged, Reason.none, NOW)
    await near.happen(taken, refs=[part(first)])
    teller = await asyncpg.connect(url)
    _, report = delivered(first)
    async with teller.transaction():
        await teller.execute("UPDATE news SET done = 1, holder = 0 WHERE subject = $1", first)
        await teller.execute("SELECT 1 FROM message WHERE id = $1 FOR NO KEY UPDATE", first)
        came = asyncio.ensure_future(near.happen(reports=[report]))
        while not await teller.fetchval(_WAITING):  # noqa: ASYNC110  # no event is there
            await asyncio.sleep(0)
    await teller.close()
    assert news(await came) == [(first, 2, Event.final)]


async def test_whoever_takes_a_link_knows_none_of_its_ids(two: Two) -> None:
    """E52: another node had it meanwhile, and its operator gave an id to another message."""
    near, far = two
    older, newer = await near.send(), await near.send()
    for one in (older, newer):
        await near.happen(Move(one, Happening.acknowledged, Reason.none, NOW))
    await near.happen(refs=[PartRef(LINK, "1", older, 1)])
    _, report = delivered(1)
    await near.happen(reports=[report])
    await far.happen(refs=[PartRef(LINK, "1", newer, 1)])
    assert await near.store.take("link sim")
    await near.happen(reports=[report])
    assert (await near.message(newer)).state is State.delivered

"""While somebody holds a snapshot of PostgreSQL, as a dump does, nothing that is gone goes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable

import asyncpg
import pytest

from chappe.store import floors
from chappe.store.floors import Floors, QueueLook
from chappe.store.postgres import PostgresStore
from chappe.words.lifecycle import Happening
from tests.store.office import NOW, PRICE, Office, claimed
from tests.store.server import Server

QUEUED = Happening.accepted
_MESSAGES = 600
_AT_ONCE = 10
_READ = """
SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE indexrelname = 'message_queue'
"""
_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture
def url(postgres: Server) -> str:
    return postgres.fresh()


@pytest.fixture
async def office(url: str) -> AsyncIterator[Office]:
    office = Office(lambda engine: PostgresStore(url, engine, "here"))
    await office.open()
    await office.furnish()
    yield office
    await office.store.close()


@contextlib.asynccontextmanager
async def snapshot(url: str) -> AsyncIterator[None]:
    connection = await asyncpg.connect(url)
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.fetchval("SELECT count(*) FROM message")
        yield
    await connection.close()


def rests(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Each look takes long; the next one at all of a queue comes in so many."""
    monkeypatch.setattr(floors, "_SLOW_S", 0)
    monkeypatch.setattr(floors, "_LAG_S", 0)
    monkeypatch.setattr(floors, "SHARE", 1e9)
    monkeypatch.setattr(floors, "_REST_MOST_S", seconds)


async def _emptied(office: Office) -> list[int]:
    """What each claim brought, until the queue was dry."""
    found: list[int] = []
    while some := claimed(await office.claim(_AT_ONCE)):
        found += some
    return found


@pytest.mark.parametrize("accounts", [1, 3])
async def test_a_claim_does_not_pass_over_all_that_left(
    office: Office, postgres: Server, url: str, monkeypatch: pytest.MonkeyPatch, accounts: int
) -> None:
    """E52: entries that claims read while they empty a queue; without a floor each reads all that
    left before it, three times."""
    rests(monkeypatch, 600)
    customers = [await office.enrol(f"c{n}") for n in range(accounts)]
    sent: list[int] = []
    for customer in customers:
        office.customer = customer
        first = await office.send(happening=QUEUED, numbers=_MESSAGES // accounts)
        sent += range(first, first + _MESSAGES // accounts)
    async with snapshot(url):
        assert sorted(await _emptied(office)) == sent
        await office.store.close()
        while postgres.psql(_OTHERS, url) != "1":
            pass
        read = int(postgres.psql(_READ, url))
        await office.reopen()
    assert read < 15 * _MESSAGES


async def test_what_comes_before_the_floor_is_found_by_a_look_at_all(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As another node may bring it. The next floor is before it."""
    rests(monkeypatch, 0.3)
    await office.send(happening=QUEUED, numbers=4, due=NOW - 5)
    for _ in range(4):
        assert len(claimed(await office.claim(1))) == 1
    late = await office.send(happening=QUEUED, numbers=3, due=NOW - 9)
    found: list[int] = []
    async with asyncio.timeout(30):
        while len(found) < 3:
            found += claimed(await office.claim(1))
    assert found == [late, late + 1, late + 2]


async def test_a_purse_writes_no_entry_of_an_index(
    office: Office, postgres: Server, url: str
) -> None:
    """E52: its balance changes with each commit."""
    for _ in range(9):
        await office.send(price=PRICE)
    await office.store.close()
    while postgres.psql(_OTHERS, url) != "0":
        pass
    counts = "SELECT n_tup_upd - n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'purse'"
    assert postgres.psql(counts, url) == "0"
    await office.reopen()


# by themselves


class _Watch:
    """A clock of the test's own."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def _look(known: Floors, watch: _Watch, took_s: float, rows: Iterable[int] = ()) -> QueueLook:
    """A claim that brought an account's messages of these numbers, all due at once."""
    look = known.look((1, 0))
    watch.now += took_s
    known.found(look, 7, [(5, row) for row in rows])
    known.over(look)
    return look


def test_a_floor_is_where_the_queue_began_a_second_ago() -> None:
    watch = _Watch()
    known = Floors(True, watch)
    for numbers in ([1, 2], [3, 4], [5, 6]):
        _look(known, watch, 0.6, numbers)
    look = known.look((1, 0))
    assert (look.is_whole, look.floors(0), look.floor(7)) == (False, [(7, 5, 2)], (5, 2))
    assert (look.floors(7), look.floor(8)) == ([], (-1, 0))


def test_a_look_that_takes_no_time_is_at_all_of_the_queue() -> None:
    watch = _Watch()
    known = Floors(True, watch)
    looks = [_look(known, watch, 0.002, [n]) for n in range(500)]
    assert {look.is_whole for look in looks} == {True}


def test_looks_at_all_take_a_small_share_of_the_time() -> None:
    watch = _Watch()
    known = Floors(True, watch)
    looks = [_look(known, watch, 0.1) for _ in range(310)]
    assert [look.is_whole for look in looks].count(True) == 10


def test_where_nobody_else_writes_there_are_no_floors() -> None:
    watch = _Watch()
    known = Floors(False, watch)
    looks = [_look(known, watch, 3, [n]) for n in range(1, 5)]
    assert all(look.is_whole and not look.known for look in looks)


def test_floors_are_bounded() -> None:
    watch = _Watch()
    known = Floors(True, watch)
    for queue in range(11):
        look = known.look((queue, 0))
        for account in range(1_000):
            known.found(look, account, [(5, 1)])
    assert len(known.look((0, 0)).known) + len(known.look((10, 0)).known) == 1_000
    crowd = known.look((0, 0))
    for account in range(25_000):
        known.found(crowd, account, [(5, 1)])
    assert len(known.look((0, 0)).known) <= 10_000


def test_what_was_not_kept_is_no_floor() -> None:
    watch = _Watch()
    known = Floors(True, watch)
    for number in (1, 2, 3):
        _look(known, watch, 1, [number])
    known.clear()
    look = known.look((1, 0))
    assert (look.is_whole, look.known) == (True, {})

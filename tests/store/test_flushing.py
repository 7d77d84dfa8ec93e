"""PostgreSQL commits that wait for nothing, and the flush behind them that makes them durable."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from chappe.store import postgres_hand
from chappe.store.contract import StoreAway
from chappe.store.postgres import PostgresStore
from chappe.words.answer import Receipt, Refusal
from tests.store.office import EURO, PRICE, Office
from tests.store.server import Server

_WAITS = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
_FLUSHES = "SELECT pid FROM pg_stat_activity WHERE application_name LIKE '%flushes'"
_LONG = 3_600_000

Answers = asyncio.Task[list[Receipt | Refusal]]


class Slow:
    """A database whose commits wait for a standby that is not there, until it is let go."""

    def __init__(self, server: Server, office: Office, url: str) -> None:
        self.office = office
        self.asked: list[Answers] = []
        self._server = server
        self._url = url

    def hold(self, standby: str) -> None:
        for step in (
            f"ALTER SYSTEM SET synchronous_standby_names = '{standby}'",
            "SELECT pg_reload_conf()",
        ):
            self._server.psql(step)

    def let_go(self) -> None:
        self.hold("")

    async def send(self) -> None:
        """An order more, in a commit of its own; until others can see it."""
        before = await self.kept()
        self.asked.append(asyncio.create_task(self.office.keep(self.office.draft())))
        async with asyncio.timeout(10):
            while await self.kept() == before:
                pass

    async def kept(self) -> int:
        return int(await self.seen("SELECT count(*) FROM ordr"))

    async def seen(self, question: str) -> str:
        return await asyncio.to_thread(self._server.psql, question, self._url)

    async def until(self, question: str, answer: str) -> None:
        async with asyncio.timeout(10):
            while await self.seen(question) != answer:
                pass


@pytest.fixture
async def slow(postgres: Server) -> AsyncIterator[Slow]:
    url = postgres.fresh()
    office = Office(lambda engine: PostgresStore(url, engine))
    await office.open()
    await office.furnish()
    slow = Slow(postgres, office, url)
    yield slow
    postgres.start()
    slow.let_go()
    await office.store.close()


async def test_nobody_hears_of_a_commit_before_it_is_durable(slow: Slow) -> None:
    """E1: others can see it, and whoever ordered waits; what comes meanwhile is done, so much."""
    slow.hold("nobody")
    for _ in range(postgres_hand._MOST + 1):
        await slow.send()
    late = asyncio.create_task(slow.office.keep(slow.office.draft()))
    await slow.until(_WAITS, "1")
    assert await slow.kept() == postgres_hand._MOST + 1
    assert len(slow.office.store.batch.drafts) == 1
    assert not any(one.done() for one in slow.asked)
    slow.let_go()
    answers = [(await one)[0] for one in (*slow.asked, late)]
    balances = [one.balance for one in answers if isinstance(one, Receipt)]
    assert balances == [100 * EURO - PRICE * n for n in range(1, len(answers) + 1)]


async def test_a_wait_for_a_standby_that_is_called_off_is_waited_for_again(slow: Slow) -> None:
    """E52: pitfall 18: the commit stands and is on one machine alone, so nobody hears of it."""
    slow.hold("nobody")
    await slow.send()
    await slow.until(_WAITS, "1")
    began = await slow.seen("SELECT now()")
    assert await slow.seen(f"SELECT pg_cancel_backend(pid) FROM ({_FLUSHES}) AS f") == "t"
    await slow.until(f"{_WAITS} AND xact_start > '{began}'", "1")
    assert not slow.asked[0].done()
    slow.let_go()
    assert isinstance((await slow.asked[0])[0], Receipt)


@pytest.mark.parametrize("whose", ["%flushes", "chappe %"], ids=["flush", "all"])
async def test_a_flush_that_was_lost_is_made_up_for(slow: Slow, whose: str) -> None:
    """E52: pitfall 25: what was committed is looked up, and flushed by another session."""
    slow.hold("nobody")
    await slow.send()
    await slow.send()
    await slow.until(_WAITS, "1")
    ended = f"pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '{whose}'"
    await slow.seen(f"SELECT count(*) FROM (SELECT {ended}) AS e")
    slow.let_go()
    answers = [(await one)[0] for one in slow.asked]
    assert all(isinstance(one, Receipt) for one in answers)
    assert await slow.kept() == 2
    assert await slow.office.balance() == 100 * EURO - 2 * PRICE


async def test_what_a_crash_took_is_done_again_in_its_turn(
    postgres: Server, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E1: committed, seen by others, and gone: nobody had heard of it. What was on disk is not done
    twice."""
    postgres.psql("ALTER SYSTEM SET wal_writer_delay = '10s'")
    postgres.psql("SELECT pg_reload_conf()")
    flush = postgres_hand._FLUSH
    await slow.send()
    await slow.asked[0]
    with monkeypatch.context() as stuck:
        stuck.setattr(postgres_hand, "_FLUSH", f"SELECT pg_sleep({_LONG})")
        for _ in range(3):
            await slow.send()
        postgres.crash()
    assert flush == postgres_hand._FLUSH
    postgres.start()
    found = [(await one)[0] for one in slow.asked]
    orders = [one.order for one in found if isinstance(one, Receipt)]
    balances = [one.balance for one in found if isinstance(one, Receipt)]
    assert balances == [100 * EURO - PRICE * n for n in range(1, 5)]
    assert await slow.seen("SELECT string_agg(id::text, ',' ORDER BY id) FROM ordr") == ",".join(
        map(str, sorted(orders))
    )
    assert await slow.office.store.audit() == []


async def test_whoever_can_not_be_told_in_time_is_told_that(
    postgres: Server, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E4: a server that stays away for long is no reason to wait for ever."""
    monkeypatch.setattr(postgres_hand, "CONNECT_S", 0.2)
    monkeypatch.setattr(postgres_hand, "_PATIENCE_S", 2.0)
    with monkeypatch.context() as stuck:
        stuck.setattr(postgres_hand, "_FLUSH", f"SELECT pg_sleep({_LONG})")
        for _ in range(2):
            await slow.send()
        postgres.crash()
    assert [isinstance((await one)[0], Refusal) for one in slow.asked] == [True, True]
    with pytest.raises(StoreAway):
        await slow.office.store.draw("order", 1)

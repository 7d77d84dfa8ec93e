"""Pitfalls that are met by what sessions of the database do, each by its number in docs/nodes.md.

In: nodes on one database; strangers' sessions that hold what they need. Promise: a test waits for
what it needs to be so, and leaves the server as it was.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from chappe.config import StoreConfig
from chappe.engine.declare import Declared, declare
from chappe.hands import perform
from chappe.hands.resuming import Resuming
from chappe.node.restored import mark
from chappe.store.contract import StoreAway
from chappe.store.queries import queries
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.lifecycle import Reason, State
from tests.journeys.house import config, many
from tests.nodes.street import Street, until
from tests.store.cut import Line
from tests.store.server import Server

_LEASE_S = 4
_READERS = 4  # sessions of a node that read, all of them
_WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
_NOTIFYING = """
SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'object' AND l.classid = 'pg_database'::regclass
AND l.mode = 'AccessExclusiveLock' AND l.granted AND a.wait_event = 'SyncRep'
"""
# A commit that wrote nothing waits for nobody.
_WRITTEN_AND_TOLD = """
BEGIN; SELECT pg_logical_emit_message(true, 'test', ''); NOTIFY elsewhere; COMMIT
"""
_UNCONFIRMED = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
_LISTENING = "datname = current_database() AND application_name LIKE '%lives'"
_STANDING = f"SELECT count(*) FROM pg_stat_activity WHERE {_LISTENING} AND xact_start IS NOT NULL"
_LISTENERS = f"SELECT count(*) FROM pg_stat_activity WHERE {_LISTENING}"
_SEQUENCES = """
SELECT string_agg(t.relname, ' ' ORDER BY t.relname) FROM pg_class s
JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.deptype IN ('i', 'a')
JOIN pg_class t ON t.oid = d.refobjid WHERE s.relkind = 'S'
"""


@contextlib.asynccontextmanager
async def _stranger(url: str, *statements: str) -> AsyncIterator[asyncpg.Connection]:
    """Somebody who stands in a transaction after these."""
    connection = await asyncpg.connect(url)
    transaction = connection.transaction()
    await transaction.start()
    try:
        for statement in statements:
            await connection.execute(statement)
        yield connection
    finally:
        await transaction.rollback()
        await connection.close()


async def _until_waiting(street: Street, sessions: int) -> None:
    await until(lambda: int(street.asked(_WAITING)) >= sessions)


def _lives_until(street: Street, node: int) -> int:
    return int(street.asked(f"SELECT until FROM pulse WHERE node = {node}"))


async def test_a_beat_waits_neither_for_a_commit_nor_for_a_pool(street: Street) -> None:
    """E52: pitfall 7: the writer is stuck in its commit, and each session that reads is in use."""
    house = await street.move_in()
    store, life = house.node.store, house.node.store.node
    receipt = await house.take(many(1))
    async with _stranger(street.url, "LOCK TABLE message IN ACCESS EXCLUSIVE MODE"):
        sent = asyncio.ensure_future(house.send(many(1)))
        looks = [asyncio.ensure_future(house.messages(receipt)) for _ in range(_READERS)]
        await _until_waiting(street, 1 + _READERS)
        before = _lives_until(street, life)
        async with asyncio.timeout(_LEASE_S / 2):
            await house.node.attend.beat()
        assert _lives_until(street, life) > before
        assert not sent.done()
        assert not any(look.done() for look in looks)
    assert isinstance(await sent, Receipt)
    await asyncio.gather(*looks)
    assert store.node == life


async def test_a_beat_waits_for_no_row_that_another_node_has_locked(street: Street) -> None:
    """E52: pitfall 7: whoever lapsed within its commit is over once that is decided, and nobody
    stands still until then."""
    first, second = await street.move_in(), await street.move_in()
    life = second.node.store.node
    await second.take(many(1))
    async with _stranger(street.url, "SELECT 1 FROM purse FOR UPDATE"):
        sent = asyncio.ensure_future(second.send(many(1)))
        await _until_waiting(street, 1)
        street.lapse(second)
        async with asyncio.timeout(_LEASE_S / 2):
            await first.node.attend.beat()
        assert street.asked(f"SELECT over FROM node WHERE id = {life}") == "0"
    assert isinstance(await sent, Receipt)
    await first.node.attend.beat()
    assert street.asked(f"SELECT over > 0 FROM node WHERE id = {life}") == "t"


async def _notify_for_ever(url: str) -> None:
    """Until one commit waits for a standby, and with it whoever else has something to tell."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET synchronous_commit = on")
        while True:
            await connection.execute(_WRITTEN_AND_TOLD)
    finally:
        connection.terminate()


@contextlib.asynccontextmanager
async def _nobody_may_notify(street: Street, postgres: Server) -> AsyncIterator[None]:
    """Another session's commit has the lock that NOTIFY takes, which is one for all databases."""
    postgres.psql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
    postgres.psql("SELECT pg_reload_conf()")
    teller = asyncio.ensure_future(_notify_for_ever(street.url))
    try:
        await until(lambda: _heeds(postgres, f"({_NOTIFYING}) = 1"))
        yield
    finally:
        postgres.psql("ALTER SYSTEM RESET synchronous_standby_names")
        postgres.psql("SELECT pg_reload_conf()")
        teller.cancel()
        await asyncio.gather(teller, return_exceptions=True)
        await until(lambda: _heeds(postgres, f"({_UNCONFIRMED}) = 0"))


def _heeds(postgres: Server, condition: str) -> bool:
    """Whether it is so. Whom commits wait for is the checkpointer's to say, which reads its
    settings when it is woken."""
    postgres.psql("CHECKPOINT")
    return postgres.psql(f"SELECT {condition}") == "t"


async def test_an_order_waits_for_nobody_who_tells(street: Street, postgres: Server) -> None:
    """E52: pitfall 13: NOTIFY's lock is held by somebody's commit: orders are taken meanwhile; a
    node that would tell gives up in time for its next beat."""
    name = postgres.psql("SELECT current_database()", street.url)
    postgres.psql(f"ALTER DATABASE {name} SET synchronous_commit = local")
    _, second = await street.move_in(), await street.move_in()
    await second.take(many(1))
    await second.let(0.1)
    async with _nobody_may_notify(street, postgres):
        async with asyncio.timeout(_LEASE_S / 2):
            await second.take(many(2))  # for a link that is the other one's
        before = _lives_until(street, second.node.store.node)
        async with asyncio.timeout(_LEASE_S):
            await second.let(0.1)  # it would tell now
            await second.node.attend.beat()
        assert _lives_until(street, second.node.store.node) > before


async def test_the_session_that_listens_stands_in_no_transaction(street: Street) -> None:
    """E52: pitfall 14: what was told to all is let go of by each, under traffic as well: the queue,
    which is one for all databases, is empty."""
    first, second = await street.move_in(), await street.move_in()
    stranger = await asyncpg.connect(street.url)
    for _ in range(5):
        await second.take(many(3))
        await second.let(0.1)
        for _ in range(5):
            await stranger.execute("SELECT pg_notify('elsewhere', repeat('x', 7000))")
        await street.beat()
        assert street.asked(_STANDING) == "0"
    assert street.asked(_LISTENERS) == "2"
    await until(lambda: street.asked("SELECT pg_notification_queue_usage()") == "0")
    await stranger.close()
    assert len(first.submits()) == 15


async def test_a_node_that_stands_still_in_a_transaction_is_ended_by_the_server(
    street: Street, tmp_path: Path
) -> None:
    """E52: pitfall 23: it has locked the purse, and never says what becomes of that: others pay
    from it within seconds. Once it wakes, its order is kept as well, and once."""
    first, second, line = await street.move_in(), street.build(), Line(street.url, tmp_path)
    await line.open()
    await second.open(config(store=StoreConfig(url=line.url)))
    await second.take(many(1))
    line.before, line.keep_server_side = b"COMMIT", True
    line.is_dead = True  # nor does it come back to end what it left
    stuck = asyncio.ensure_future(second.send(many(1, 33_612_000_001)))
    await until(lambda: line.cuts)
    async with asyncio.timeout(10):
        assert isinstance(await first.send(many(1, 33_612_000_002)), Receipt)
    line.is_dead = False
    is_taken = isinstance(await stuck, Receipt)
    kept = street.asked("SELECT count(*) FROM message WHERE number = 33612000001")
    assert kept == str(int(is_taken))
    assert await first.node.store.audit() == []
    await second.close()
    street.houses.remove(second)
    await line.close()


def _left_by_all(server: Server, name: str) -> None:
    """Nobody is let into a database any more, and who is in it is put out."""
    server.psql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    server.psql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")


def _copied(server: Server, url: str) -> str:
    """A database as it is now, as another one."""
    name = server.psql("SELECT current_database()", url)
    _left_by_all(server, name)
    server.psql(f"CREATE DATABASE {name}_older TEMPLATE {name}")
    server.psql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    return name


def _put_back(server: Server, name: str) -> None:
    """The copy of it in its place."""
    _left_by_all(server, name)
    server.psql(f"ALTER DATABASE {name} RENAME TO {name}_lost")
    server.psql(f"ALTER DATABASE {name}_older RENAME TO {name}")


async def test_a_life_that_the_database_does_not_know_does_nothing(
    street: Street, postgres: Server
) -> None:
    """E52: pitfall 20: the old primary comes back, or an older copy: whoever began since lives in
    none of its rows. It takes nothing and sends nothing, hears that it is over, and what the copy
    holds waits for a hand."""
    house = await street.move_in()
    house.link().pause()
    receipt = await house.take(many(2))
    name = _copied(postgres, street.url)
    await house.restart()  # another life, after the copy was made
    await house.let(3)
    assert len(house.submits()) == 2
    _put_back(postgres, name)
    orders = street.asked("SELECT count(*) FROM ordr")
    answer = await house.send(many(1, 33_612_000_003))
    assert isinstance(answer, Refusal)
    with contextlib.suppress(StoreAway):  # its session was ended
        await house.node.attend.beat()
    await house.node.attend.beat()
    assert house.node.is_over.is_set()
    assert street.asked("SELECT count(*) FROM ordr") == orders == "1"
    await house.stop()
    mark(house.folder, house.clock.now())
    await house.start(house.node.config)
    assert street.asked("SELECT count(*) FROM node WHERE over = 0") == "1"
    await house.let(5)
    refused = await house.send(many(1, 33_612_000_003))
    assert isinstance(refused, Refusal)
    assert refused.troubles == (Trouble.not_now,)
    assert len(house.submits()) == 2
    await perform(house.node, "resume", Resuming(messages="doubt"))
    assert await house.fates(receipt) == [(State.unknown, Reason.in_doubt)] * 2
    await house.take(many(1, 33_612_000_003))
    await house.let(3)
    assert len(house.submits()) == 3


async def test_a_node_whose_database_was_put_back_under_it_sends_nothing_again(
    street: Street, postgres: Server
) -> None:
    """E52: pitfall 20: its life is in the older copy as well, but not what it wrote last."""
    house = await street.move_in()
    house.link().pause()
    await house.take(many(2))
    name = _copied(postgres, street.url)
    house.link().resume()
    await house.let(3)
    assert len(house.submits()) == 2
    _put_back(postgres, name)
    assert isinstance(await house.send(many(1, 33_612_000_003)), Refusal)
    await house.let(3)
    assert len(house.submits()) == 2
    await house.node.attend.beat()
    assert house.node.is_over.is_set()
    assert street.asked("SELECT count(*) FROM message WHERE state = 2") == "2"


async def test_sequences_that_are_behind_are_caught_up_with(street: Street) -> None:
    """E52: pitfall 21: a copy that was made row by row has none of their numbers."""
    house = await street.move_in()
    await house.take(many(1))
    for table in street.asked(_SEQUENCES).split():
        street.asked(f"ALTER SEQUENCE {table}_id_seq RESTART")
    await house.restart()
    await declare(house.node.desk, Declared(login="anna", balance=5_000, password="secret"))
    assert await house.balance("anna") == 5_000


async def test_what_others_say_on_the_channel_does_no_harm(
    street: Street, caplog: pytest.LogCaptureFixture
) -> None:
    """E52: a wake-up that nobody of ours wrote is none."""
    _, second = await street.move_in(), await street.move_in()
    street.asked("NOTIFY chappe, 'nonsense'")
    receipt = await second.take(many(1))
    await street.beat(3)
    assert await second.tally(receipt) == {"delivered": 1}
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_numbers_come_of_rows_and_not_of_sequences(street: Street) -> None:
    """E52: pitfall 21: what was drawn and not committed is drawn again. No message, order, reply or
    life has its number from a sequence; of the tables that have one nobody is told a number."""
    house = await street.move_in()
    await house.take(many(1))
    store = house.node.store
    for kind in ("order", "message", "reply", "group", "node"):
        async with _stranger(street.url) as stranger:
            drawn = await stranger.fetchval(queries("postgres")["draw"], kind, 1_000)
        assert await store.draw(kind, 1) == drawn
    known = "account attempt change deed ledger parked purse route"
    assert street.asked(_SEQUENCES) == known

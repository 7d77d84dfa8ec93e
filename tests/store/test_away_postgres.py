"""PostgreSQL when it stops, crashes, hangs up at the worst moment, or belongs to somebody else."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from chappe.store import postgres as store_module
from chappe.store import postgres_hand, postgres_session, writer
from chappe.store.contract import Move, StoreAway, Told
from chappe.store.postgres import PostgresStore
from chappe.store.settings import ALONE
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.lifecycle import Happening, Reason, State
from tests.store.cut import Line
from tests.store.office import EURO, NOW, PRICE, TOLD, Office
from tests.store.server import Server

NOT_NOW = Refusal((Trouble.not_now,))


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "_RETRY_S", 0.01)
    monkeypatch.setattr(postgres_hand, "_PAUSE_S", 0.01)


@pytest.fixture
def url(postgres: Server) -> str:
    return postgres.fresh()


@pytest.fixture
async def office(postgres: Server, url: str) -> AsyncIterator[Office]:
    office = Office(lambda engine: PostgresStore(url, engine))
    await office.open()
    await office.furnish()
    yield office
    postgres.start()
    await office.store.close()


@pytest.fixture
async def line(url: str, tmp_path: Path) -> AsyncIterator[Line]:
    line = Line(url, tmp_path)
    await line.open()
    yield line
    await line.close()


@pytest.fixture
async def afar(line: Line) -> AsyncIterator[Office]:
    """An office whose line may be cut."""
    office = Office(lambda engine: PostgresStore(line.url, engine))
    await office.open()
    await office.furnish()
    yield office
    await office.store.close()


async def until(office: Office, first: int, state: State) -> None:
    """Wait for what is written by itself, commit by commit."""
    async with asyncio.timeout(10):
        while (await office.message(first)).state is not state:
            await office.store.settled()


async def until_taken(office: Office) -> Receipt:
    """An order, handed in again until the store is back."""
    async with asyncio.timeout(10):
        while True:
            (answer,) = await office.keep(office.draft())
            if isinstance(answer, Receipt):
                return answer
            assert answer == NOT_NOW
            await asyncio.sleep(0.01)


async def test_a_server_that_stops_refuses_orders_and_comes_back_by_itself(
    postgres: Server, office: Office
) -> None:
    """E4: 'not now' and no trace meanwhile; an acknowledgement waits and is written after."""
    first = await office.send()
    postgres.stop()
    assert await office.keep(office.draft(), office.draft()) == [NOT_NOW, NOT_NOW]
    await office.happen(Move(first, Happening.acknowledged, Reason.none, NOW))
    with pytest.raises(StoreAway):
        await office.message(first)
    with pytest.raises(StoreAway):
        await office.store.draw("order", 1)
    postgres.start()
    answer = await until_taken(office)
    assert answer.balance == 100 * EURO - 2 * PRICE
    await until(office, first, State.sent)
    assert len(await office.store.messages(1, 99, 99)) == 2
    assert await office.store.audit() == []


async def test_what_was_answered_outlives_a_crash_of_the_server(
    postgres: Server, office: Office
) -> None:
    """E1: committed means written ahead; whatever was in memory alone is gone."""
    firsts = [await office.send() for _ in range(5)]
    postgres.crash()
    assert await office.keep(office.draft()) == [NOT_NOW]
    postgres.start()
    await until_taken(office)
    found = [message.id for message in await office.store.messages(1, 99, 99)]
    assert found[:-1] == firsts
    assert await office.store.audit() == []


async def test_a_session_that_was_ended_is_replaced_unnoticed(
    postgres: Server, office: Office, url: str
) -> None:
    await office.send()
    postgres.psql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()",
        url,
    )
    await until_taken(office)
    assert len(await office.store.messages(1, 99, 99)) == 2


@pytest.mark.parametrize("word", [b"BEGIN", b"COMMIT"])
async def test_a_commit_that_the_server_never_heard_of_is_made_anew(
    afar: Office, line: Line, word: bytes
) -> None:
    """E4: the line was cut before: nothing came of the first try, all of the second."""
    line.before = word
    (answer,) = await afar.keep(afar.draft())
    assert line.cuts == 1
    assert isinstance(answer, Receipt)
    assert len(await afar.store.messages(1, 9, 9)) == 1
    assert await afar.balance() == 100 * EURO - PRICE


@pytest.mark.parametrize("lingers", [False, True], ids=["gone", "still open at the server"])
async def test_a_commit_whose_answer_was_lost_is_looked_up(
    afar: Office, line: Line, lingers: bool
) -> None:
    """E1: it is there, so the customer gets a receipt, not a refusal that would make a double."""
    line.after, line.keep_server_side = b"COMMIT\0", lingers
    (answer,) = await afar.keep(afar.draft(request_id="once"))
    assert line.cuts == 1
    assert isinstance(answer, Receipt)
    assert (await afar.message(answer.first)).state is State.sending
    assert await afar.balance() == 100 * EURO - PRICE


async def test_outcomes_whose_commit_was_lost_are_not_written_twice(
    afar: Office, line: Line
) -> None:
    """E40: a batch without an order is looked up as well."""
    first = await afar.send(events=TOLD)
    line.after = b"COMMIT\0"
    await afar.happen(told=[Told(first, 1, False, NOW, "500", NOW + 5)])
    await afar.store.settled()
    assert line.cuts == 1
    assert await afar.store.attempts(first, 1) == [[NOW, "500", 0]]


async def test_a_line_that_stays_dead_is_told_in_time(
    afar: Office, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E4: whoever waits for an answer is not kept waiting for ever."""
    monkeypatch.setattr(postgres_hand, "_PATIENCE_S", 0.05)
    line.before, line.is_dead = b"COMMIT", True
    assert await afar.keep(afar.draft()) == [NOT_NOW]
    assert await afar.keep(afar.draft()) == [NOT_NOW]
    line.is_dead = False
    await until_taken(afar)
    assert len(await afar.store.messages(1, 99, 99)) == 1


async def test_what_was_refused_and_is_there_ends_the_life_of_its_node(
    afar: Office, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E52: pitfall 19: nobody learnt in time that it was kept. Its node begins anew, and what it
    holds comes into doubt."""
    monkeypatch.setattr(postgres_hand, "_PATIENCE_S", 0.05)
    line.after, line.is_dead = b"COMMIT\0", True
    assert await afar.keep(afar.draft()) == [NOT_NOW]
    line.is_dead = False
    while await afar.store.attend("", 4_000, 0, ends=True) is not None:
        assert await afar.keep(afar.draft()) == [NOT_NOW]
    assert len(await afar.store.messages(1, 99, 99)) == 1


async def test_a_failover_is_waited_for_by_whoever_may_have_been_kept(
    postgres: Server, afar: Office, line: Line
) -> None:
    """E52: pitfall 19: longer than a connection takes, while others are told 'not now'."""
    line.after, line.is_dead = b"COMMIT\0", True
    first = asyncio.ensure_future(afar.keep(afar.draft()))
    while not line.cuts:  # noqa: ASYNC110  # nothing here could set an event
        await asyncio.sleep(0)
    assert await afar.keep(afar.draft()) == [NOT_NOW]
    assert not first.done()
    line.is_dead = False
    assert isinstance((await first)[0], Receipt)
    await until_taken(afar)
    assert len(await afar.store.messages(1, 99, 99)) == 2


_UNTIL_SOMEBODY_WAITS = """
DO $$ BEGIN
    WHILE NOT EXISTS (SELECT FROM pg_locks WHERE NOT granted) LOOP
        PERFORM pg_sleep(0.001);
    END LOOP;
END $$
"""


async def test_a_deadlock_is_tried_again(office: Office, url: str) -> None:
    """E3: with whoever else books on the same purse, an administrator at work for one."""
    mine = office.customer
    await office.store.book(mine.account, "B", PRICE, NOW, "")
    second = (await office.store.purses(mine.account))["B"][0]
    draft = office.draft(office.letter(), office.letter(purse=second))
    other = await asyncpg.connect(url)
    # Whoever looks while the circle is closed is the one to give way: let it not be this one.
    await other.execute("SET deadlock_timeout = '60s'")
    async with other.transaction():
        await other.execute("SELECT 1 FROM purse WHERE id = $1 FOR UPDATE", second)
        waiting = asyncio.ensure_future(office.keep(draft))
        await other.execute(_UNTIL_SOMEBODY_WAITS)
        await other.execute("SELECT 1 FROM purse WHERE id = $1 FOR UPDATE", mine.purse)
    await other.close()
    assert isinstance((await waiting)[0], Receipt)
    purses = await office.store.purses(mine.account)
    assert (purses[""][1], purses["B"][1]) == (100 * EURO - PRICE, 0)


async def test_whoever_knows_of_no_other_nodes_works_alone(office: Office, url: str) -> None:
    """E56: an older Chappe has the database for itself; this one does not begin beside it."""
    await office.store.close()
    older = await asyncpg.connect(url)
    await older.execute("SELECT pg_advisory_lock($1)", postgres_session._LOCK)
    store = PostgresStore(url, ALONE)
    with pytest.raises(StoreAway, match="shares its database with nobody"):
        await store.open()
    await older.close()
    await office.store.open()


async def test_a_commit_waits_for_the_disk_whatever_the_server_is_set_to(
    postgres: Server, url: str
) -> None:
    """E1: what is committed without waiting is made sure of by a session that waits:
    synchronous_commit is put on there where it is off; stronger settings are left alone."""
    name = postgres.psql("SELECT current_database()", url)
    for setting, found in (("off", "on"), ("remote_apply", "remote_apply"), ("local", "local")):
        postgres.psql(f"ALTER DATABASE {name} SET synchronous_commit = {setting}")
        writes = await postgres_session.writing(url, "test")
        flushes = await postgres_session.flushing(url, "flushes", writes)
        assert await writes.fetchval("SHOW synchronous_commit") == "off"
        assert await flushes.fetchval("SHOW synchronous_commit") == found
        await writes.close()
        await flushes.close()


async def test_what_keeps_it_from_opening_is_told_in_one_sentence(
    postgres: Server, url: str, tmp_path: Path
) -> None:
    for wrong, why in (
        (url.replace(postgres.psql("SELECT current_database()", url), "nowhere"), "does not exist"),
        (f"postgresql://x@/x?host={tmp_path}", "No such file"),
        ("postgresql://x@127.0.0.1:1/x", "Connect call failed|refused"),
    ):
        store = PostgresStore(wrong, ALONE)
        with pytest.raises(StoreAway, match=why):
            await store.open()
        await store.close()


async def test_a_newer_database_is_left_alone(postgres: Server, url: str) -> None:
    postgres.psql("CREATE TABLE migration (number integer PRIMARY KEY, name text NOT NULL)", url)
    postgres.psql("INSERT INTO migration VALUES (99, 'later')", url)
    store = PostgresStore(url, ALONE)
    with pytest.raises(StoreAway, match="written by a newer version of Chappe"):
        await store.open()
    assert postgres.psql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", url) == "1"


@pytest.mark.parametrize(
    "fault",
    [
        asyncpg.DiskFullError(),
        asyncpg.AdminShutdownError(),
        asyncpg.CannotConnectNowError(),
        asyncpg.ConnectionDoesNotExistError(),
        asyncpg.TooManyConnectionsError(),
        asyncpg.ReadOnlySQLTransactionError(),
        asyncpg.InterfaceError("connection is closed"),
        ConnectionResetError(),
        TimeoutError(),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_what_may_pass_by_itself_is_no_fault(fault: Exception) -> None:
    assert postgres_session.away(fault)


@pytest.mark.parametrize(
    "fault",
    [
        asyncpg.UniqueViolationError(),
        asyncpg.DataError(),
        asyncpg.exceptions._base.DataError("invalid input for query argument"),
        ValueError(),
    ],
    ids=repr,
)
def test_our_own_mistakes_are_faults(fault: Exception) -> None:
    assert not postgres_session.away(fault)


async def test_a_server_that_was_demoted_is_left(
    postgres: Server, office: Office, url: str
) -> None:
    """E52: pitfall 15: it still reads, and refuses what is written (25006): no session of before is
    kept, and none is opened until it writes again."""
    name = postgres.psql("SELECT current_database()", url)
    await office.send()
    postgres.psql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    postgres.psql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()",
        url,
    )
    assert await office.keep(office.draft()) == [NOT_NOW]
    postgres.psql(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    await until_taken(office)


async def test_a_pooler_in_between_is_refused_by_name(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E52: pitfalls 9, 10 and 11: it drops what is set for a session (and PgBouncer, unless it is
    told to, refuses to be asked), so that locks and wake-ups would be somebody else's."""
    monkeypatch.setattr(postgres_session, "settings", lambda name: {"timeout": 5.0})
    store = PostgresStore(url, ALONE)
    with pytest.raises(StoreAway, match="a pooler such as PgBouncer stands before it"):
        await store.open()
    said = asyncpg.ProtocolViolationError("unsupported startup parameter: jit")
    assert postgres_session.sentence(said).startswith("a pooler such as PgBouncer")


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        (("off", "*", "on"), "none"),
        (("on", "", "on"), "disk"),
        (("on", "other", "local"), "disk"),
        (("on", "other", "on"), "standby"),
        (("on", "other", "remote_apply"), "standby"),
    ],
)
def test_what_an_acknowledged_commit_has_waited_for(
    settings: tuple[str, str, str], found: str
) -> None:
    """E52: pitfall 17: the disk alone, or another machine as well."""
    assert store_module.waited_for(*settings) == found


async def test_a_server_is_asked_what_its_commits_wait_for(office: Office) -> None:
    """E52: pitfall 17: this one, which is a test's, for nobody."""
    store = office.store
    assert isinstance(store, PostgresStore)
    assert await store.safety() == "none"


async def test_a_host_that_only_reads_is_none_of_ours(postgres: Server, url: str) -> None:
    """E52: pitfall 16: of several the driver goes on to the next one, since it is told so."""
    assert postgres_session.settings("x")["target_session_attrs"] == "read-write"
    name = postgres.psql("SELECT current_database()", url)
    postgres.psql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    store = PostgresStore(url, ALONE)
    with pytest.raises(StoreAway, match=r"read-write|only reads"):
        await store.open()
    postgres.psql(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    await store.open()
    await store.close()

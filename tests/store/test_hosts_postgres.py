"""PostgreSQL at several hosts: one of them keeps silent, falls silent, or only reads."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from chappe.store import postgres as store_module
from chappe.store import postgres_hand, postgres_hosts, postgres_session
from chappe.store.contract import StoreAway
from chappe.store.postgres import PostgresStore
from chappe.store.postgres_hosts import Host, hosts_of
from chappe.store.settings import ALONE
from chappe.words.answer import Receipt, Refusal, Trouble
from tests.store.cut import Line
from tests.store.office import Office
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


def both(*urls: str) -> str:
    """One URL for the hosts of several."""
    places = [parse_qs(urlsplit(url).query)["host"][0] for url in urls]
    return urlsplit(urls[0])._replace(query=f"host={','.join(places)}").geturl()


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("postgresql://u@db/x", [("db", None)]),
        ("postgresql://u:p%40%2C@a,b/x", [("a", None), ("b", None)]),
        ("postgresql://a:5432,b:5433/x?port=1", [("a", 5432), ("b", 5433)]),
        ("postgresql://u@a,b:5433/x", [("a", None), ("b", 5433)]),
        ("postgresql://u@[2001:db8::1]:5433/x", [("2001:db8::1", 5433)]),
        ("postgresql://u@%2Ftmp:5433,b/x", [("/tmp", 5433), ("b", None)]),
        ("postgresql://u@/x?host=a,b&port=1,2", [("a", 1), ("b", 2)]),
        ("postgresql://u@/x?host=a,b&port=1", [("a", 1), ("b", 1)]),
        (
            "postgresql://u@/x?host=a:7,%2Frun%2Fpg,[::1]:9",
            [("a", 7), ("/run/pg", None), ("::1", 9)],
        ),
    ],
)
def test_hosts_are_read_as_they_stand_in_the_url(
    url: str, hosts: list[tuple[str, int | None]]
) -> None:
    assert hosts_of(url) == [Host(*host) for host in hosts]


def test_ports_that_do_not_fit_the_hosts_are_told() -> None:
    with pytest.raises(asyncpg.ClientConfigurationError, match="2 ports for 3 hosts"):
        hosts_of("postgresql://u@/x?host=a,b,c&port=1,2")


async def test_a_host_that_keeps_silent_hides_none_behind_it(line: Line, url: str) -> None:
    """E52: pitfall 16: a machine without power does that. Sessions of all sorts get past it."""
    line.is_silent = True
    office = Office(lambda engine: PostgresStore(both(line.url, url), engine))
    await office.open()
    await office.furnish()
    assert isinstance((await office.keep(office.draft()))[0], Receipt)
    assert len(await office.store.messages(1, 99, 99)) == 1
    assert await office.store.attend("", 4_000, 0, ends=True) is not None
    await office.store.close()
    store = PostgresStore(both(line.url, url), ALONE)
    assert await store.look()
    await store.close()


async def test_of_two_hosts_that_take_writes_the_first_is_taken(
    line: Line, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However the race ends: the second one is not even asked while the first may answer."""
    monkeypatch.setattr(postgres_hosts, "_HEAD_START_S", 60.0)
    line.before = b"SELECT 'first'"
    found = await postgres_session.connect(both(line.url, url), "test")
    with pytest.raises(asyncpg.ConnectionDoesNotExistError):
        await found.execute("SELECT 'first'")
    assert line.cuts == 1


async def test_whatever_is_not_wanted_any_more_is_closed(
    postgres: Server, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both answer, one after the other: who comes late is not kept, nor is anybody whose caller
    has gone."""
    monkeypatch.setattr(postgres_hosts, "_HEAD_START_S", 0.0)
    for _ in range(20):
        found = await postgres_session.connect(both(url, url), "late")
        await found.close()
    wanted = asyncio.ensure_future(postgres_session.connect(both(url, url), "late"))
    await asyncio.sleep(0)
    wanted.cancel()
    await asyncio.wait([wanted])
    assert wanted.cancelled()
    there = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'late'"
    async with asyncio.timeout(10):
        while postgres.psql(there, url) != "0":  # noqa: ASYNC110  # the server sets no event
            await asyncio.sleep(0.01)


async def test_what_no_host_can_mend_by_itself_is_told_first(
    postgres: Server, line: Line, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One keeps silent, and the other does not know the database, or only reads."""
    monkeypatch.setattr(postgres_session, "CONNECT_S", 0.6)
    line.is_silent = True
    name = postgres.psql("SELECT current_database()", url)
    nowhere = both(line.url, url).replace(f"/{name}?", "/nowhere?")
    for wrong, why in ((nowhere, "does not exist"), (both(url, line.url), "TimeoutError")):
        postgres.psql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        store = PostgresStore(wrong, ALONE)
        with pytest.raises(StoreAway, match=why):
            await store.open()
        await store.close()


@pytest.fixture
async def afar(line: Line, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    """An office with little patience, whose server may fall silent."""
    monkeypatch.setattr(store_module, "_PULSE_S", 0.5)
    monkeypatch.setattr(postgres_hand, "_PAUSE_S", 0.01)
    office = Office(lambda engine: PostgresStore(line.url, engine))
    await office.open()
    await office.furnish()
    await beat(office)
    monkeypatch.setattr(postgres_session, "CONNECT_S", 0.5)
    yield office
    await office.store.close()


async def beat(office: Office) -> None:
    assert await office.store.attend("", 3_600_000, 0, ends=False) is not None


async def test_a_server_that_falls_silent_is_left_for_one_that_answers(
    afar: Office, line: Line
) -> None:
    """E52: pitfall 16: no session ends, so its statements would wait for a minute. Nothing can be
    had at first; then whoever has its address answers."""
    line.freeze()
    line.is_silent = True
    order = asyncio.ensure_future(afar.keep(afar.draft()))
    looks = asyncio.ensure_future(afar.store.messages(1, 99, 99))
    for _ in range(2):
        with pytest.raises(StoreAway):
            await beat(afar)
    line.is_silent = False
    async with asyncio.timeout(10):
        (answer,) = await order
        await asyncio.wait([looks])
        while not isinstance(answer, Receipt):
            assert answer == Refusal((Trouble.not_now,))
            (answer,) = await afar.keep(afar.draft())
        await beat(afar)
        assert len(await afar.store.messages(1, 99, 99)) == 1
    assert isinstance(looks.exception(), StoreAway | None)


async def test_where_another_server_answers_the_silent_one_is_left_at_once(
    postgres: Server, afar: Office, line: Line
) -> None:
    """E52: pitfall 16: the next beat finds it. An order that was on its way is not lost."""
    line.freeze()
    order = asyncio.ensure_future(afar.keep(afar.draft()))
    looks = asyncio.ensure_future(afar.store.messages(1, 99, 99))
    postgres.stop()
    postgres.start()
    with pytest.raises(StoreAway):
        await beat(afar)
    assert not order.done()
    await beat(afar)
    async with asyncio.timeout(10):
        assert isinstance((await order)[0], Receipt)
        await looks
    assert len(await afar.store.messages(1, 99, 99)) == 1


async def test_a_server_that_is_slow_keeps_its_sessions(
    postgres: Server, afar: Office, url: str
) -> None:
    """However many beats run out of time, as long as it says at all who it is."""
    sessions = (
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
        "AND application_name LIKE 'chappe %' AND application_name NOT LIKE '%lives' ORDER BY 1"
    )
    before = postgres.psql(sessions, url)
    other = await asyncpg.connect(url)
    async with other.transaction():
        await other.execute("LOCK TABLE pulse")
        for _ in range(4):
            with pytest.raises(StoreAway):
                await beat(afar)
    await other.close()
    assert postgres.psql(sessions, url) == before
    await beat(afar)

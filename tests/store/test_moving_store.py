"""A SQLite store moved into PostgreSQL: every row once, wherever the move was broken off."""

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from chappe.config import Config, StoreConfig
from chappe.hands.moving import MARK, move
from chappe.hands.shown import CannotDo
from chappe.node.directory import name_of, taken
from chappe.store import moving
from chappe.store.contract import Move, PartRef, ReplyTell, StoreAway
from chappe.store.contract.batch import Doubted
from chappe.store.contract.book import Bounds
from chappe.store.contract.family import KeptKey
from chappe.store.contract.optouts import ListedNumber
from chappe.store.contract.staff import StaffMember, VisitKept
from chappe.store.moving import STAYING, TABLES
from chappe.store.postgres import PostgresStore
from chappe.store.postgres_session import MOVING
from chappe.store.queries import migrations
from chappe.store.settings import ALONE
from chappe.store.sqlite import SqliteStore
from chappe.words.account import Account
from chappe.words.clock import DAY, HOUR
from chappe.words.lifecycle import Happening, Reason, State
from chappe.words.report import Arrival, Fragment, Report
from tests.store.office import CODE, EURO, LINK, NOW, NUMBER, TOLD, Office, claimed
from tests.store.server import Server
from tests.store.test_telling import failed

BOUNDS = Bounds(groups=9, contacts=9, members=9, fields=50)
LATER = {"happening": Happening.postponed, "due": NOW + DAY}
OLD = NOW - 900 * DAY
NUL_TEXT = "before\0after"

_NOTED = f"\nINSERT INTO {MOVING}"

Rows = dict[str, list[tuple[Any, ...]]]


class Killed(Exception):
    """What a test does to a move."""


# what is moved


async def fill(office: Office) -> None:
    """Something of everything that is kept."""
    await office.furnish()
    await _sent(office)
    await _owned(office)
    await _by_handsets(office)
    await _of_the_console(office)
    await _old(office)


async def _sent(office: Office) -> None:
    store: Any = office.store
    first = await office.send(numbers=4, events=TOLD, refs=list("wxyz"), text=NUL_TEXT)
    await office.happen(
        *(Move(first + n, Happening.acknowledged, Reason.none, NOW + n) for n in range(3)),
        refs=[PartRef(LINK, f"R{n}", first + n, 1) for n in range(3)],
        reports=[
            Report("R1", Happening.was_delivered, Reason.none, NOW + 3, "20801"),
            *(Report(f"nobody's {n}", Happening.was_delivered, Reason.none, NOW) for n in range(5)),
        ],
    )
    for n in range(4):
        await office.happen(told=[failed(first, 1, NOW + n)])
    waiting = await office.send(numbers=2, happening=Happening.accepted, request_id="once")
    assert claimed(await office.claim(1)) == [waiting]
    store.batch.doubts.append(Doubted(first + 2, NOW, "held"))
    await store.settled()
    await office.send(tinies=[("zv.hcnx.fr/000001", "https://x.example/1")])
    await office.send(reference="C", **LATER)


async def _owned(office: Office) -> None:
    store: Any = office.store
    account = office.customer.account
    group = await store.make_group(account, "Amis", NOW, BOUNDS)
    assert group is not None
    await store.add_members(account, group.id, [(NUMBER + n, "{}") for n in range(4)], BOUNDS, 0)
    assert await store.put_contact(account, NUMBER, '{"a":"é"}', NOW, BOUNDS) is True
    await office.send(group=group.id, **LATER)
    child = await office.enrol("anna", EURO, parent="fred")
    await store.book(account, "hlr", 3 * EURO, NOW, "look-ups")
    closed = Account(id=child.account, login="anna", state="closed")
    await store.close_account(closed, {}, account, ("hlr",), NOW)
    for n in range(4):
        await store.put_key(KeptKey(f"digest {n}", f"id{n}", account, "api", NOW, n))
    rows = [ListedNumber(account, NUMBER + 70 + n, 2, NOW, "by hand") for n in range(4)]
    assert await store.keep_opt_outs(rows) == 4
    dropped = await store.take_up(account, "Push.xml", NOW, 100)
    await store.attempt(dropped.id, 800, 90_000, 4)
    await store.take_up(account, "", NOW, 100)


async def _of_the_console(office: Office) -> None:
    store: Any = office.store
    for n in range(4):
        await store.put_staff(StaffMember(f"staff {n}", 1, 0, "hash", NOW))
        await store.begin_visit(VisitKept(f"digest {n}", "fred", n, "proof", NOW, NOW + DAY))
        await store.note_deed(NOW + n, "staff 1", n, "account credit", '{"amount":"1"}')


async def _by_handsets(office: Office) -> None:
    office.confirm_stop = lambda account, dialect: f"{account} {dialect}"
    office.reply_tells = lambda account: [ReplyTell("highsms", "http://x/", "", "", 64, 128)]
    arrivals = [Arrival(NUMBER + 1, CODE, "OUI\0", NOW), Arrival(NUMBER + 2, CODE, "STOP", NOW)]
    await office.happen(
        arrivals=arrivals, fragments=[Fragment("p", no, NOW, "body") for no in range(3)]
    )


async def _old(office: Office) -> None:
    """What is counted, some of it of messages that are no longer kept."""
    old = await office.send(at=OLD, due=OLD, happening=Happening.accepted)
    await office.happen(Move(old, Happening.cancelled, at=OLD))
    for _ in range(8):
        office.leap(4_096)
        await office.send()
    store: Any = office.store
    while await store.count_one(NOW + HOUR):
        pass
    while await store.forget(0, NOW - 400 * DAY, 0, 50):
        pass


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database to be copied by each test."""
    path = tmp_path_factory.mktemp("source") / "chappe.db"

    async def make() -> None:
        office = Office(lambda engine: SqliteStore(path, engine))
        await office.open()
        await fill(office)
        await office.store.close()

    asyncio.run(make())
    return path


@pytest.fixture
def kept(source: Path, tmp_path: Path) -> Path:
    """A directory with that database."""
    (tmp_path / "kept").mkdir()
    shutil.copy(source, tmp_path / "kept" / "chappe.db")
    return tmp_path / "kept"


@pytest.fixture
def url(postgres: Server) -> str:
    return postgres.fresh()


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few rows at a time that most tables take several."""
    monkeypatch.setattr(moving, "ROWS_AT_ONCE", 3)


def here(path: Path) -> Rows:
    """All rows of all tables that are moved, in a form that both databases have."""
    with closing(sqlite3.connect(path)) as found:
        return {
            table: sorted(
                [tuple(map(_shown, row)) for row in found.execute(_select(found, table))], key=repr
            )
            for table in TABLES
        }


def _shown(value: Any) -> Any:
    return value.replace("\0", "\uffff") if isinstance(value, str) else value


def _columns(found: sqlite3.Connection, table: str) -> list[str]:
    names = [row[1] for row in found.execute(f"PRAGMA table_info({table})")]
    return ["rowid AS id", *names] if table in ("parked", "attempt") else names


def _select(found: sqlite3.Connection, table: str) -> str:
    return f"SELECT {', '.join(_columns(found, table))} FROM {table}"


def there(url: str, path: Path) -> Rows:
    async def ask() -> Rows:
        target = await asyncpg.connect(url)
        with closing(sqlite3.connect(path)) as source:
            names = {
                table: [name.rpartition(" ")[2] for name in _columns(source, table)]
                for table in TABLES
            }
        rows = {
            table: sorted(
                map(tuple, await target.fetch(f"SELECT {', '.join(n)} FROM {table}")), key=repr
            )
            for table, n in names.items()
        }
        await target.close()
        return rows

    return asyncio.run(ask())


def placed(rows: Rows, place: str) -> Rows:
    """Whose directory a file lies in is said where there may be several."""
    with_place = [
        (*row[:-2], place, row[-1]) if row[2] and not row[-2] else row for row in rows["dropped"]
    ]
    return rows | {"dropped": sorted(with_place, key=repr)}


def is_whole(kept: Path, url: str, before: Rows) -> None:
    """What is there is what was here, and what was here is still so."""
    file = kept / "chappe.db.moved"
    assert sorted(path.name for path in kept.glob("chappe.*")) == [
        "chappe.db.moved",
        "chappe.lock",
        "chappe.node",
    ]
    assert here(file) == before
    assert there(url, file) == placed(before, name_of(kept))


def wrong(work: Callable[[], object]) -> str:
    with pytest.raises(CannotDo) as caught:
        work()
    return str(caught.value)


async def _opened(url: str) -> None:
    store = PostgresStore(url, ALONE, "here")
    try:
        await store.open()
    finally:
        await store.close()


def opened(url: str) -> None:
    asyncio.run(_opened(url))


# all of it


def test_no_table_is_forgotten(postgres: Server, url: str) -> None:
    """Whoever adds one says whether it is moved."""
    with closing(sqlite3.connect(":memory:")) as found:
        for step in migrations("sqlite"):
            found.executescript(step.sql)
        tables = {
            name for (name,) in found.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
    assert sorted((*TABLES, *STAYING)) == sorted(tables)
    opened(url)
    known = postgres.psql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", url)
    assert {*known.split()} == tables | {"migration"}


def test_every_row_of_every_table_comes_across(kept: Path, url: str) -> None:
    """E56: with texts that PostgreSQL can't keep as they are."""
    before = here(kept / "chappe.db")
    assert [table for table in TABLES if not before[table]] == []
    assert any("\uffff" in row[5] for row in before["letter"])
    shown = move(kept, Config(), url)
    assert shown.value == [{"table": table, "rows": len(before[table])} for table in TABLES]
    is_whole(kept, url, before)


async def test_a_node_goes_on_where_the_old_one_was(kept: Path, url: str) -> None:
    """E56: no id is given twice, what is held by nobody is taken over, texts are as they were."""
    await asyncio.to_thread(move, kept, Config(), url)
    before = here(kept / "chappe.db.moved")
    drawn = {row[0]: int(row[1]) for row in before["counter"]}
    store = PostgresStore(url, ALONE, "here")
    await store.open()
    assert store.node == drawn["node"]
    made = await store.put_account(Account(id=0, login="new"), {}, NOW)
    assert made > max(row[0] for row in before["account"])
    assert await store.book(made, "", EURO, NOW, "") == EURO
    purse = (await store.purses(made))[""][0]
    assert purse > max(row[0] for row in before["purse"])
    assert await store.route_id(["elsewhere"]) > max(row[0] for row in before["route"])
    assert await store.draw("dropped", 1) == drawn["dropped"] == 3
    assert await store.audit() == []
    left = {row[0] for row in before["message"] if row[3] == State.sending}
    assert left
    assert {heir.id for heir in await store.heirs(99)} == left
    assert await store.release_news() > 0
    (first,) = await store.messages(1, 1, 1)
    assert first.text == NUL_TEXT
    await store.close()


# broken off


class Death:
    """Kills a move at a step: whatever is asked of PostgreSQL there, its connection is gone."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, is_after: bool) -> None:
        self._is_after = is_after
        self.is_due: Callable[[str], bool] = lambda step: False
        for name in ("execute", "executemany", "copy_records_to_table"):
            monkeypatch.setattr(asyncpg.Connection, name, self._mortal(name))

    def _mortal(self, name: str) -> Any:
        alive = getattr(asyncpg.Connection, name)

        async def run(connection: Any, step: str, *args: Any, **more: Any) -> Any:
            is_due = self.is_due(f"{name} {step} {args[:1]}")
            if not is_due or self._is_after:
                done = await alive(connection, step, *args, **more)
            if is_due:
                connection.terminate()
                raise Killed
            return done

        return run


class _SecondRows:
    """The second rows that a move would commit: as they are written, noted, or committed."""

    def __init__(self, phase: int) -> None:
        self._step = ("copy_records", f"execute {_NOTED}", "execute COMMIT")[phase]
        self._has_rows = self._is_second = False

    def __call__(self, step: str) -> bool:
        if self._is_second:
            return step.startswith(self._step)
        if step.startswith(("copy_records", "executemany")):
            self._has_rows = True
        self._is_second = self._has_rows and step.startswith("execute COMMIT")
        return False


class _Nth:
    """A step by its number."""

    def __init__(self, left: int) -> None:
        self._left = left

    def __call__(self, step: str) -> bool:
        self._left -= 1
        return self._left < 0


@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("where", ["at any step", "at all rows"])
def test_a_move_that_is_killed_goes_on_where_it_was(
    kept: Path, url: str, few: None, monkeypatch: pytest.MonkeyPatch, where: str, is_after: bool
) -> None:
    """E56: again and again, each time a little further, and no server begins meanwhile."""
    before = here(kept / "chappe.db")
    death = Death(monkeypatch, is_after)
    kills = 0
    while True:
        death.is_due = _SecondRows(kills % 3) if where == "at all rows" else _Nth(kills)
        try:
            move(kept, Config(), url)
            break
        except (Killed, CannotDo) as fault:
            if isinstance(fault, CannotDo) and "was moved already" in str(fault):
                break  # the last step was done, and nobody heard of it
            kills += 1
            assert kills < 200
    (kept / MARK).unlink(missing_ok=True)
    assert kills > 20
    death.is_due = lambda step: False
    is_whole(kept, url, before)
    opened(url)


_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def killed_at(death: Death, step: str, url: str, work: Callable[[], object]) -> None:
    """... and the server has noticed: until then the session has the database for itself."""
    death.is_due = lambda found: step in found
    with pytest.raises((Killed, CannotDo)):
        work()
    death.is_due = lambda found: False
    asyncio.run(_gone(url))


async def _gone(url: str) -> None:
    looking = await asyncpg.connect(url)
    async with asyncio.timeout(10):
        while await looking.fetchval(_OTHERS):  # noqa: ASYNC110  # nothing here could set an event
            await asyncio.sleep(0.001)
    await looking.close()


def test_no_server_begins_on_what_is_half_moved(
    kept: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E56: nor beside a move that is at work."""
    killed_at(Death(monkeypatch, False), "'message'", url, lambda: move(kept, Config(), url))
    why = "a move into this database is not finished: `chappe move-store` ends it"
    with pytest.raises(StoreAway, match=why):
        opened(url)
    assert (kept / "chappe.db").exists()
    move(kept, Config(), url)
    opened(url)


def test_what_was_written_meanwhile_is_moved_too(
    kept: Path, url: str, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E56: a server that worked on the file again after a kill makes the move begin anew."""
    killed_at(Death(monkeypatch, False), "'message'", url, lambda: move(kept, Config(), url))

    async def work() -> None:
        store = SqliteStore(kept / "chappe.db", ALONE)
        await store.open()
        await store.book(1, "", EURO, NOW, "meanwhile")
        await store.close()

    asyncio.run(work())
    before = here(kept / "chappe.db")
    move(kept, Config(), url)
    is_whole(kept, url, before)


def test_a_kill_at_the_very_end_leaves_what_can_be_ended(
    kept: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is renamed, and the target is still shut."""
    before = here(kept / "chappe.db")
    killed_at(
        Death(monkeypatch, False),
        f"execute DROP TABLE {MOVING} ",
        url,
        lambda: move(kept, Config(), url),
    )
    assert not (kept / "chappe.db").exists()
    with pytest.raises(StoreAway, match="not finished"):
        opened(url)
    move(kept, Config(), url)
    is_whole(kept, url, before)
    assert wrong(lambda: move(kept, Config(), url)) == (
        f"What {kept}/chappe.db held was moved already: set [store] url to where it is, or rename "
        f"{kept}/chappe.db.moved to chappe.db to move it once more."
    )


# refused


def refused(kept: Path, url: str, config: Config = Config()) -> str:  # noqa: B008 - it is frozen
    """Why it is not moved; the file is as it was."""
    before = here(kept / "chappe.db")
    why = wrong(lambda: move(kept, config, url))
    assert here(kept / "chappe.db") == before
    return why


def test_nothing_is_moved_from_under_a_server(kept: Path, url: str) -> None:
    with open(taken(kept)):
        assert "Another Chappe already works on" in refused(kept, url)


def test_nothing_is_moved_under_a_server(kept: Path, url: str) -> None:
    async def work() -> str:
        store = PostgresStore(url, ALONE, "there")
        await store.open()
        why = await asyncio.to_thread(refused, kept, url)
        await store.close()
        return why

    assert asyncio.run(work()) == (
        "The store can't be moved now: PostgreSQL: a server, or another move, works on this "
        "database."
    )


def test_what_is_no_sqlite_file_is_not_moved(kept: Path, url: str, tmp_path: Path) -> None:
    config = Config(store=StoreConfig(url="postgresql://fred:secret@db/chappe"))
    assert refused(kept, url, config) == (
        "The settings name postgresql://db/chappe, which is no SQLite file: let them name what is "
        "to be moved until it is."
    )
    (tmp_path / "bare").mkdir()
    assert wrong(lambda: move(tmp_path / "bare", Config(), url)) == (
        f"There is no {tmp_path}/bare/chappe.db: nothing is to be moved."
    )
    assert "There is no directory" in wrong(lambda: move(tmp_path / "none", Config(), url))
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "row", ["INSERT INTO closing VALUES (1)", "INSERT INTO counter VALUES ('x', 1)"]
)
def test_a_database_that_somebody_used_is_left_alone(
    postgres: Server, kept: Path, url: str, row: str
) -> None:
    opened(url)
    for table in STAYING:
        postgres.psql(f"TRUNCATE {table}", url)
    postgres.psql(row, url)
    table = row.split()[2]
    assert refused(kept, url) == (
        f"Nothing is moved into {StoreConfig(url=url).shown}: it is not empty, there are rows in "
        f"{table}."
    )
    assert postgres.psql(f"SELECT to_regclass('{MOVING}')", url) == ""
    postgres.psql(f"TRUNCATE {table}", url)
    before = here(kept / "chappe.db")
    move(kept, Config(), url)
    is_whole(kept, url, before)


def test_lives_of_nodes_are_rows_too(kept: Path, url: str) -> None:
    opened(url)
    assert "it is not empty, there are rows in node." in refused(kept, url)


def test_two_stores_do_not_come_to_one_place(
    kept: Path, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other").mkdir()
    shutil.copy(kept / "chappe.db", tmp_path / "other" / "chappe.db")
    killed_at(Death(monkeypatch, False), "'message'", url, lambda: move(kept, Config(), url))
    assert "the move of another store into it is not finished." in refused(tmp_path / "other", url)


def test_newer_databases_are_left_alone(postgres: Server, kept: Path, url: str) -> None:
    newer = "this database was written by a newer version of Chappe."
    postgres.psql("CREATE TABLE migration (number integer PRIMARY KEY, name text NOT NULL)", url)
    postgres.psql("INSERT INTO migration VALUES (99, 'later')", url)
    assert refused(kept, url) == f"The store can't be moved now: PostgreSQL: {newer}"
    assert postgres.psql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", url) == "1"
    with closing(sqlite3.connect(kept / "chappe.db")) as found:
        found.execute("PRAGMA user_version = 99")
    why = refused(kept, postgres.fresh())
    assert why == f"The store can't be moved now: {kept}/chappe.db: {newer}"


def test_a_balance_that_is_no_sum_is_not_moved(kept: Path, url: str) -> None:
    with closing(sqlite3.connect(kept / "chappe.db")) as found:
        found.execute("UPDATE purse SET balance = balance + 1 WHERE id = 1")
        found.commit()
    assert "balances of the source are not the sums of their ledgers" in refused(kept, url)


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        ("DELETE FROM reply", "reply has 0 rows in place of 2"),
        ("UPDATE purse SET balance = 7 WHERE id = 1", "balances differ; balances are not the sums"),
    ],
)
def test_what_differs_in_the_end_is_told_and_nothing_renamed(
    postgres: Server, kept: Path, url: str, monkeypatch: pytest.MonkeyPatch, harm: str, why: str
) -> None:
    killed_at(
        Death(monkeypatch, False),
        "SELECT setval(pg_get_serial_sequence",
        url,
        lambda: move(kept, Config(), url),
    )
    postgres.psql(harm, url)
    assert why in refused(kept, url)
    with pytest.raises(StoreAway, match="not finished"):
        opened(url)


def test_a_database_that_is_away_is_told_in_one_sentence(kept: Path) -> None:
    assert refused(kept, "postgresql://x:secret@127.0.0.1:1/x").startswith(
        "The store can't be moved now: PostgreSQL: "
    )

"""Made history looks like the history that it is copied from."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bench.generate import SHIFTS, answer_all, multiply
from bench.trouble import Broken
from chappe.store.queries import migrations


def _store(path: Path, *, counters: bool = True) -> None:
    """Two orders, of one message and of two, in a store as the server makes it."""
    with closing(sqlite3.connect(path)) as store:
        for step in migrations("sqlite"):
            store.executescript(step.sql)
        if counters:
            _add(store, "counter", name="order", next=1_001)
            _add(store, "counter", name="message", next=10_001)
        for order, first, total, ref in ((1, 1, 1, None), (2, 5, 2, "r")):
            _add(store, "ordr", id=order, first=first, total=total, ref=ref)
            _add(store, "letter", id=first, ordr=order)
            for message in range(first, first + total):
                _add(store, "message", id=message, letter=first, state=6)
                _add(store, "news", subject=message, seq=1, done=1)
        store.commit()


def _add(store: sqlite3.Connection, table: str, **known: object) -> None:
    columns = {row[1]: row[2] for row in store.execute(f"PRAGMA table_info({table})")}
    plain: dict[str, object] = {
        column: "" if kind == "TEXT" else 0 for column, kind in columns.items()
    }
    plain |= {"request_id": None} if table == "ordr" else {}
    row = list((plain | known).values())
    store.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)


def _rows(path: Path, question: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as store:
        return store.execute(question).fetchall()


def test_copies_hang_together_as_the_first_ones_do(tmp_path: Path) -> None:
    path = tmp_path / "chappe.db"
    _store(path)
    assert multiply(path, 8) == 9
    assert _rows(path, "SELECT id, first, total, ref FROM ordr ORDER BY id") == [
        (1, 1, 1, None),
        (2, 5, 2, "r"),
        (4, 8, 1, None),
        (5, 12, 2, "copy-000001-r"),
        (7, 15, 1, None),
        (8, 19, 2, "copy-000002-r"),
    ]
    joined = (
        "SELECT ordr.id, message.id, message.state, news.done FROM ordr "
        "JOIN letter ON letter.ordr = ordr.id JOIN message ON message.letter = letter.id "
        "JOIN news ON news.subject = message.id ORDER BY message.id"
    )
    assert _rows(path, joined) == [
        (1, 1, 6, 1),
        (2, 5, 6, 1),
        (2, 6, 6, 1),
        (4, 8, 6, 1),
        (5, 12, 6, 1),
        (5, 13, 6, 1),
        (7, 15, 6, 1),
        (8, 19, 6, 1),
        (8, 20, 6, 1),
    ]


def test_of_one_account_alone_there_are_copies_behind_the_others(tmp_path: Path) -> None:
    path = tmp_path / "chappe.db"
    _store(path)
    with closing(sqlite3.connect(path)) as store:
        for ident, login in ((1, "anna"), (2, "fred")):
            _add(store, "account", id=ident, login=login)
        for table in ("ordr", "message", "news"):
            key = "subject" if table == "news" else "id"
            store.execute(f"UPDATE {table} SET account = 1 + ({key} > 1)")
        store.commit()
    answer_all(path, "anna")
    assert multiply(path, 6, "fred") == 7
    found = "SELECT id, account, total, first FROM ordr ORDER BY id"
    assert _rows(path, found) == [(1, 1, 1, 1), (2, 2, 2, 5), (4, 2, 2, 8), (6, 2, 2, 11)]
    assert _rows(path, "SELECT id, letter FROM message ORDER BY id") == [
        *((1, 1), (5, 5), (6, 5), (8, 8), (9, 8), (11, 11), (12, 11)),
    ]
    assert _rows(path, "SELECT id, account, message FROM reply") == [(1, 1, 1)]


def test_no_number_of_a_copy_is_drawn_again(tmp_path: Path) -> None:
    path = tmp_path / "chappe.db"
    _store(path)
    multiply(path, 12_000)
    found = "SELECT (SELECT next FROM counter WHERE name = '{0}'), (SELECT max(id) + 1 FROM {1})"
    for name, table in (("order", "ordr"), ("message", "message")):
        [(drawn_next, free)] = _rows(path, found.format(name, table))
        assert drawn_next == free


def test_a_store_of_another_make_is_not_filled_with_nonsense(tmp_path: Path) -> None:
    path = tmp_path / "chappe.db"
    _store(path, counters=False)
    with pytest.raises(Broken, match="no counter named order"):
        multiply(path, 10)


def test_every_table_that_knows_a_message_is_copied() -> None:
    """A new table with a message in it must be thought of here."""
    with closing(sqlite3.connect(":memory:")) as store:
        for step in migrations("sqlite"):
            store.executescript(step.sql)
        tables = [row[0] for row in store.execute("SELECT name FROM sqlite_schema")]
        hanging = {
            table
            for table in tables
            for row in store.execute(f"PRAGMA table_info({table})")
            if row[1] in ("message", "letter", "ordr", "subject")
        }
    # A reply, a doubt, a call's attempts and money are rare, or not of the campaign; so is what a
    # group is kept for.
    rare = {"reply", "doubt", "attempt", "ledger", "tiny", "dropped", "group_order"}
    assert hanging - rare <= SHIFTS.keys()

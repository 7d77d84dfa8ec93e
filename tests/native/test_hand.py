"""What writes into SQLite beside the interpreter: all in its order, or nothing."""

import os
import random
import select
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chappe.store.sqlite_hand import NativeHand

ADD = "INSERT INTO t (id, word) VALUES (?, ?)"


@pytest.fixture
def path(tmp_path: Path) -> str:
    path = str(tmp_path / "a.db")
    connection = sqlite3.connect(path)
    connection.executescript(
        "PRAGMA journal_mode = WAL; CREATE TABLE t (id INTEGER PRIMARY KEY, word)"
    )
    connection.close()
    return path


@pytest.fixture
def hand(path: str) -> Iterator[NativeHand]:
    hand = NativeHand(path, ["PRAGMA synchronous = OFF"])
    yield hand
    hand.close()


def rows(path: str) -> list[tuple[object, ...]]:
    """As another program finds them."""
    connection = sqlite3.connect(path)
    found = connection.execute("SELECT id, word FROM t ORDER BY id").fetchall()
    connection.close()
    return found


def ended(hand: NativeHand) -> bool | None:
    """Once it has."""
    assert select.select([hand.fileno()], [], [], 10)[0]
    return hand.ended()


def test_what_is_posted_is_there_for_what_is_asked_and_for_others_after_the_commit(
    hand: NativeHand, path: str
) -> None:
    values = [
        None,
        0,
        -(1 << 63),
        (1 << 63) - 1,
        True,
        1.5,
        "",
        "é\0€𝄞",
        b"",
        b"\0\xff",
        "x" * 100_000,
    ]
    hand.begin("BEGIN IMMEDIATE")
    for ident, value in enumerate(values):
        hand.post(ADD, (ident, value))
    for ident, value in enumerate(values):
        found = hand.ask("SELECT word FROM t WHERE id = ?", (ident,))
        assert (found, type(found)) == (value, int if value is True else type(value))
    assert rows(path) == []
    assert hand.commit()
    assert rows(path) == [*enumerate(values)]
    assert hand.ask("SELECT 1 WHERE 0") is None


def test_a_commit_may_be_left_to_itself(hand: NativeHand, path: str) -> None:
    for ident in range(50):
        hand.begin("BEGIN IMMEDIATE")
        hand.post(ADD, (ident, "a"), 1)
        hand.commit_later()
        assert ended(hand) is True
    assert hand.ended() is None
    assert rows(path) == [(ident, "a") for ident in range(50)]


@pytest.mark.parametrize("later", [True, False])
def test_one_that_fails_takes_all_of_its_transaction_with_it(
    hand: NativeHand, path: str, later: bool
) -> None:
    """E1: and is told as Python's own module tells it; the next transaction knows nothing of it."""
    for ident, fault, words in (
        (1, sqlite3.IntegrityError, "UNIQUE constraint failed: t.id"),
        (2, sqlite3.OperationalError, "no such table: nowhere"),
    ):
        hand.begin("BEGIN IMMEDIATE")
        hand.post(ADD, (ident, "kept no more than the others"))
        hand.post(ADD if ident == 1 else "DELETE FROM nowhere WHERE ? = ?", (ident, 0))
        hand.post(ADD, (ident + 100, "given after it failed"))
        if later:
            hand.commit_later()
        with pytest.raises(fault, match=words):
            ended(hand) if later else hand.commit()
        assert rows(path) == []
    hand.begin("BEGIN IMMEDIATE")
    hand.post(ADD, (1, "well"))
    assert hand.commit()
    assert rows(path) == [(1, "well")]


def test_who_asks_hears_of_what_failed_before(hand: NativeHand, path: str) -> None:
    hand.begin("BEGIN IMMEDIATE")
    hand.post(ADD, (1, "a"))
    hand.post(ADD, (1, "b"))
    for _ in range(2):
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
            hand.ask("SELECT 1")
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
            hand.count("DELETE FROM t", ())
    hand.rollback()
    hand.rollback()
    assert hand.ask("SELECT count(*) FROM t") == 0
    assert rows(path) == []


def test_what_did_not_touch_what_it_should_is_told_and_kept(hand: NativeHand) -> None:
    for expected, as_expected in ((1, True), (2, False), (None, True)):
        hand.begin("BEGIN IMMEDIATE")
        hand.post("INSERT OR IGNORE INTO t (id) VALUES (?)", (expected,), expected)
        assert hand.commit() is as_expected
    assert hand.count("DELETE FROM t", ()) == 3


def test_a_database_that_another_holds_is_locked(hand: NativeHand, path: str) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    hand.begin("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError, match="database is locked"):
        hand.ask("PRAGMA data_version")
    hand.rollback()
    other.execute("COMMIT")
    other.close()
    hand.begin("BEGIN IMMEDIATE")
    hand.post(ADD, (1, "now"))
    assert hand.commit()


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ((1 << 63, ""), OverflowError),
        ((1, "\ud800"), UnicodeEncodeError),
        ((1, object()), TypeError),
        (5, TypeError),
    ],
)
def test_what_can_not_be_bound_is_given_to_nobody(
    hand: NativeHand, values: Any, fault: type[Exception]
) -> None:
    hand.begin("BEGIN IMMEDIATE")
    for give in (hand.post, hand.ask, hand.count):
        with pytest.raises(fault):
            give(ADD, values)
    hand.post(ADD, (1, "well"))
    assert hand.commit()


@pytest.mark.parametrize("count", [0, 1, 3])
def test_values_that_are_too_many_or_too_few_are_a_fault(hand: NativeHand, count: int) -> None:
    with pytest.raises(sqlite3.OperationalError, match=f"{count} values were given for 2"):
        hand.ask(ADD, tuple(range(count)))
    hand.rollback()


def test_a_text_that_is_none_quotes_nothing(hand: NativeHand) -> None:
    hand.begin("BEGIN IMMEDIATE")
    hand.post("INSERT INTO t VALUES (1, CAST(X'ff736563726574' AS TEXT))", ())
    with pytest.raises(sqlite3.OperationalError, match="Could not decode to UTF-8") as told:
        hand.ask("SELECT word FROM t")
    assert "secret" not in str(told.value)
    hand.rollback()


def test_more_statements_than_stay_prepared(hand: NativeHand, path: str) -> None:
    """E55: each is prepared again when its turn comes."""
    chance = random.Random(1)
    texts = [f"INSERT INTO t (id, word) VALUES (?, {n})" for n in range(1_500)]
    wanted = []
    hand.begin("BEGIN IMMEDIATE")
    for ident in range(6_000):
        number = chance.choice([chance.randrange(20), chance.randrange(1_500)])
        hand.post(texts[number], (ident,))
        wanted.append((ident, number))
    assert hand.commit()
    assert rows(path) == wanted


def test_what_was_given_is_done_before_the_end_and_nothing_after_it(path: str) -> None:
    hand = NativeHand(path, [])
    hand.begin("BEGIN IMMEDIATE")
    for ident in range(2_000):
        hand.post(ADD, (ident, "a"))
    hand.commit_later()
    before = len(os.listdir("/proc/self/fd"))
    hand.close()
    hand.close()
    assert len(rows(path)) == 2_000
    assert len(os.listdir("/proc/self/fd")) < before
    for act in (hand.commit, hand.rollback, hand.commit_later, hand.ended):
        with pytest.raises(sqlite3.OperationalError, match="the database is closed"):
            act()
    with pytest.raises(sqlite3.OperationalError, match="the database is closed"):
        hand.ask("SELECT 1")


def test_a_file_that_can_not_be_opened_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError, match="unable to open database file"):
        NativeHand(str(tmp_path / "nowhere" / "a.db"), [])


def test_a_thread_may_wait_for_it_while_others_go_on(hand: NativeHand) -> None:
    """A large batch is given by a thread of its own."""
    found: list[int] = []
    counting = "SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300000"
    slow = f"WITH RECURSIVE n(i) AS ({counting}) SELECT sum(i) FROM n"
    thread = threading.Thread(target=lambda: found.append(hand.ask(slow)))
    thread.start()
    turns = 0
    while thread.is_alive():
        turns += 1
    thread.join()
    assert found == [300000 * 300001 // 2]
    assert turns > 100

"""Statements on their way into PostgreSQL that nobody waits for: each once, in its order."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from chappe.store.born import MARKED_ORDER
from chappe.store.postgres_posts import Posts
from chappe.store.postgres_session import connect, migrate
from chappe.store.rows import ATTEMPT, PART
from chappe.store.script import Add, Ask, Run, Script
from tests.store.office import NOW
from tests.store.server import Server

# Around the number from which on rows are copied.
COUNTS = (1, 2, 99, 100, 101, 1_500)
TEXTS = (
    *("", " ", "NULL", "null", "{}", "{a,b}", '"', '""', "\\", '\\"', "'", "''", "$1", "E'\\n'"),
    *(
        "a,b",
        "l'été\n\t\r",
        "\0",
        "a\0b",
        "\\u0000",
        "'); ROLLBACK; --",
        "\U0001f600",
        '{"a": "\'"}',
    ),
)


@pytest.fixture
async def posts(postgres: Server) -> AsyncIterator[Posts]:
    connection = await connect(postgres.fresh(), "test")
    await migrate(connection)
    yield Posts(connection)
    await connection.close()


def _tries(rows: int) -> list[tuple[Any, ...]]:
    return [(subject, 1, NOW, "500", 3) for subject in range(rows)]


@pytest.mark.parametrize("counted", [True, False])
async def test_so_many_rows_are_added_as_there_are(posts: Posts, counted: bool) -> None:
    """And what is asked behind them sees them."""

    def script(count: int) -> Script:
        added = yield Add(ATTEMPT, iter(_tries(count)), counted)
        return added, len((yield Ask("attempts", (count - 1, 1))))

    for count in COUNTS:
        posts.post("DELETE FROM attempt")
        added, found = await posts.play(script(count))
        assert (added if counted else count, found) == (count, 1)
        assert await posts.ask("SELECT count(*) FROM attempt") == count


@pytest.mark.parametrize("more", [0, 1_000], ids=["posted", "copied"])
async def test_a_text_is_kept_as_it_is(posts: Posts, more: int) -> None:
    """Whatever it has in common with a statement, or with an array."""
    rows = [(place, 1, NOW, text, 0) for place, text in enumerate(TEXTS)]

    def script() -> Script:
        yield Add(ATTEMPT, [*rows, *[(-1, 1, NOW, "", 0)] * more])
        found = []
        for place in range(len(TEXTS)):
            ((_, text, _),) = yield Ask("attempts", (place, 1))
            found.append(text)
        return found

    assert await posts.play(script(), careful=True) == list(TEXTS)


async def test_a_text_is_found_by_what_it_is(posts: Posts) -> None:
    """Also where it is a value of a statement that is called by its name."""

    def script() -> Script:
        for number, text in enumerate(TEXTS):
            yield Run("opt_out", ([(1, number)], NOW, text, 1))
        return [source for _, _, source, _ in (yield Ask("opt_outs", (1, 1, 99)))]

    assert await posts.play(script()) == list(TEXTS)


async def test_a_column_that_a_row_does_not_have_is_absent(posts: Posts) -> None:
    row = (1, 1, "highsms", NOW, 1, 1, 400, "{}", "")
    await posts.play(iter_of(Add(MARKED_ORDER, [(*row, None, None, "", 0, 0)])))
    assert await posts.ask("SELECT ref IS NULL AND request_id IS NULL FROM ordr")


def iter_of(*steps: Add | Ask | Run) -> Script:
    yield from (step for step in steps)  # as a generator, which can be sent values


async def test_a_row_that_should_be_new_and_is_not_is_a_fault(posts: Posts) -> None:
    """Unless somebody counts them, and goes by that."""
    first, second = (("link", ref, 1, 1) for ref in "ab")
    for rows, is_new in (([first], True), ([first, second], False), ([second], True)):
        posts.post("BEGIN")
        await posts.play(iter_of(Add(PART, rows, fresh=True)))
        posts.post("COMMIT")
        if is_new:
            await posts.send()
            continue
        with pytest.raises(asyncpg.DivisionByZeroError):
            await posts.send()
        await posts.connection.execute("ROLLBACK")
    assert await posts.ask("SELECT string_agg(ref, '' ORDER BY ref) FROM part") == "ab"
    assert await posts.play(_counted([first])) == 0


def _counted(rows: list[tuple[Any, ...]]) -> Script:
    return (yield Add(PART, rows, counted=True, fresh=True))


async def test_behind_one_that_fails_nothing_is_run(posts: Posts) -> None:
    await posts.play(iter_of(Add(ATTEMPT, _tries(1))))
    posts.post("SELECT 1 / 0")
    await posts.play(iter_of(Add(ATTEMPT, _tries(2))))
    with pytest.raises(asyncpg.DivisionByZeroError):
        await posts.send()
    assert await posts.ask("SELECT count(*) FROM attempt") == 0


async def test_what_was_dropped_is_not_sent(posts: Posts) -> None:
    await posts.play(iter_of(Add(ATTEMPT, _tries(3))))
    posts.drop()
    await posts.play(iter_of(Add(ATTEMPT, _tries(2))))
    assert await posts.send() == 2
    assert await posts.ask("SELECT count(*) FROM attempt") == 2


async def test_no_row_is_written_where_there_is_none(posts: Posts) -> None:
    await posts.play(iter_of(Add(ATTEMPT, []), Run("set_balances", ([],))))
    assert await posts.send() == 0

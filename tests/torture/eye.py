"""An eye on the database, beside the product's own: plain questions, asked from outside.

In: a ground. Out: rows. Promise: it only looks, and it knows nothing of how the product asks, but
for what the product itself counts as used.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg

from chappe.store.contract import Used
from chappe.store.postgres import PostgresStore
from chappe.store.settings import ALONE
from chappe.store.sqlite import SqliteStore
from chappe.words.lifecycle import FINAL, Money, Reason, State
from tests.torture.broken import Broken
from tests.torture.ground import Ground

_LOOK_S = 0.2
_LAST_DAY = 1_000_000
_RESTING = ", ".join(str(int(state)) for state in (*sorted(FINAL), State.unknown))

_UNSETTLED = f"""
SELECT (SELECT count(*) FROM message WHERE state NOT IN ({_RESTING})),
       (SELECT count(*) FROM news WHERE done = 0)
"""
_KEPT = """
SELECT m.id, l.ordr, a.login, m.number, coalesce(m.text, l.text), m.state, m.reason, m.price,
       m.money, m.sending, m.news
FROM message m JOIN letter l ON l.id = m.letter JOIN account a ON a.id = m.account ORDER BY m.id
"""
_DOUBTS = "SELECT message, at, choice FROM doubt"
_PURSES = """
SELECT a.login, p.balance, (SELECT coalesce(sum(amount), 0) FROM ledger WHERE purse = p.id)
FROM purse p JOIN account a ON a.id = p.account
"""
_HEARD = "SELECT subject, count(*) FROM news WHERE done = 1 GROUP BY subject"
_NOT_HEARD = "SELECT subject, seq, done, answer FROM news WHERE done <> 1"


class Kept(NamedTuple):
    """One message of the store."""

    id: int
    order: int
    account: str
    number: int
    text: str
    state: State
    reason: Reason
    price: int
    money: Money
    sending: int
    news: int

    @property
    def token(self) -> str:
        return self.text.partition(" ")[0]


class Doubted(NamedTuple):
    """One note of a doubt."""

    message: int
    at: int
    choice: str


class Purse(NamedTuple):
    """One purse, and what its ledger adds up to."""

    account: str
    balance: int
    ledger: int


class Seen(NamedTuple):
    """Everything that the store holds, once it is quiet."""

    messages: Sequence[Kept]
    doubts: Sequence[Doubted]
    purses: Sequence[Purse]
    heard: dict[int, int]  # message -> how many pieces of its news were heard
    unheard: Sequence[tuple[int, int, int, str]]
    used: Sequence[Used]  # as the product counts


async def look(ground: Ground) -> Seen:
    """All of it."""
    kept, doubts, purses, heard, unheard = await asked(
        ground.file, ground.url, _KEPT, _DOUBTS, _PURSES, _HEARD, _NOT_HEARD
    )
    return Seen(
        [_kept(row) for row in kept],
        [Doubted(*row) for row in doubts],
        [Purse(login, int(balance), int(ledger)) for login, balance, ledger in purses],
        dict(heard),
        [(row[0], row[1], row[2], row[3]) for row in unheard],
        await _used(ground),
    )


async def _used(ground: Ground) -> Sequence[Used]:
    store = SqliteStore(ground.file, ALONE) if ground.file else PostgresStore(ground.url, ALONE)
    await store.look()
    try:
        return await store.used(0, _LAST_DAY)
    finally:
        await store.close()


async def quiet(ground: Ground, patience_s: float) -> None:
    """Wait until every message rests and every call was heard or given up."""
    loop = asyncio.get_running_loop()
    until = loop.time() + patience_s
    while True:
        ((moving, owed),) = (await asked(ground.file, ground.url, _UNSETTLED))[0]
        if not moving and not owed:
            return
        if loop.time() > until:
            raise Broken(
                f"in {patience_s:.0f} s of quiet all settles: {moving} messages are still on their "
                f"way and {owed} calls are owed"
            )
        await asyncio.sleep(_LOOK_S)


def _kept(row: Sequence[Any]) -> Kept:
    ident, order, account, number, text, state, reason, price, money, sending, news = row
    return Kept(
        ident,
        order,
        account,
        number,
        text,
        State(state),
        Reason(reason),
        price,
        Money(money),
        sending,
        news,
    )


async def asked(file: Path | None, url: str, *questions: str) -> list[list[Any]]:
    """All questions see one state, of the file where there is one."""
    if file is not None:
        return await asyncio.to_thread(_ask_file, str(file), questions)
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return [await connection.fetch(question) for question in questions]
    finally:
        await connection.close()


def _ask_file(path: str, questions: Sequence[str]) -> list[list[Any]]:
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.execute("BEGIN")
        return [connection.execute(question).fetchall() for question in questions]

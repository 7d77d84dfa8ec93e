"""A database of an earlier make becomes one of today, and loses nothing on the way."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from chappe.store.contract import Store
from chappe.store.contract.reports import LeftAsked
from chappe.store.postgres import PostgresStore
from chappe.store.queries import migrations
from chappe.store.settings import ALONE
from chappe.store.sqlite import SqliteStore
from chappe.words.clock import DAY
from chappe.words.order import Lists
from tests.store.conftest import DATABASES
from tests.store.office import NOW, NUMBER
from tests.store.server import Server

FAMILIES = next(step.number for step in migrations("sqlite") if "families" in step.name)
Old = Callable[[int, str], Store]


@pytest.fixture(params=DATABASES)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Old:
    """A store over a database of some step, with some rows in it."""
    if request.param == "sqlite":
        return lambda step, rows: _sqlite(tmp_path / "chappe.db", step, rows)
    server: Server = request.getfixturevalue("postgres")
    return lambda step, rows: _postgres(server, step, rows)


def _sqlite(path: Path, last: int, rows: str) -> Store:
    with closing(sqlite3.connect(path)) as connection:
        for step in migrations("sqlite")[:last]:
            connection.executescript(step.sql)
        connection.executescript(f"{rows}; PRAGMA user_version = {last};")
    return SqliteStore(path, ALONE)


def _postgres(server: Server, last: int, rows: str) -> Store:
    url = server.fresh()
    made = "CREATE TABLE migration (number integer PRIMARY KEY, name text NOT NULL);"
    for step in migrations("postgres")[:last]:
        made += f"{step.sql}; INSERT INTO migration VALUES ({step.number}, '{step.name}');"
    server.psql(made + rows, url)
    return PostgresStore(url, ALONE)


_REPLIED = f"""
INSERT INTO ordr (id, account, dialect, at, first, total, cost, facts)
    VALUES (1, 1, 'highsms', {NOW}, 1, 2, 800, '{{}}');
INSERT INTO terms (id, purse, alphabet, sender, code, flash, udh, opens, closes, hours, bars,
    validity_h, silent_h, silence, events, url, reply_url, form, lane)
    VALUES (1, 1, 0, '', '36105', 0, '', -1, -1, 0, 1, 48, 72, 9, 64, 'http://a/s', 'http://a/r',
        'ww', 7);
INSERT INTO letter (id, total, ordr, terms, start, text, facts)
    VALUES (1, 2, 1, 1, {NOW}, 'Bonjour', '{{}}');
INSERT INTO message (id, letter, number, state, at, due, channel, account, route, price, money,
    parts, sending, news, holder)
    VALUES (1, 1, {NUMBER}, 4, {NOW}, {NOW}, 0, 1, 1, 400, 2, 1, 1, 1, 0);
INSERT INTO reply (id, at, number, code, text, operator, account, message, stop, link)
    VALUES (1, {NOW}, {NUMBER}, '36105', 'OUI', '', 1, 1, 0, 'sim');
INSERT INTO news (subject, seq, event, state, reason, at, operator, lane, due, since, holder,
    reply, account) VALUES (1, 1, 64, 0, 0, {NOW}, '', 9, {NOW}, {NOW}, 0, 1, 1);
"""


async def test_replies_that_were_owed_before_are_told_where_they_were_to_be(old: Old) -> None:
    """E40: where a piece of news is told stands in it by now; then its letter said so."""
    store = old(4, _REPLIED)
    await store.open()
    (one,) = await store.claim_news([9], NOW, 5)
    assert (one.url, one.reply is not None and one.reply.text) == ("http://a/r", "OUI")
    await store.close()


async def test_opt_outs_of_before_are_stops(old: Old) -> None:
    """Lists came later; START takes them off as it did."""
    store = old(4, f"INSERT INTO optout VALUES (1, {NUMBER}, {NOW}, 'reply to 36105');")
    await store.open()
    every = Lists.stop | Lists.black
    assert await store.opt_outs(1, every, 9) == [[NUMBER, NOW, "reply to 36105", Lists.stop]]
    assert await store.opt_out(1, [NUMBER], NOW, "mine", Lists.black) == 1
    assert await store.opt_in(1, [NUMBER]) == 1
    assert await store.opt_outs(1, every, 9) == [[NUMBER, NOW, "mine", Lists.black]]
    await store.close()


@pytest.mark.parametrize("wait", [0, 90 * DAY])
async def test_what_an_earlier_make_sent_is_in_reports(old: Old, wait: int) -> None:
    """Also what it took for later: when that begins was kept for orders of a reference alone."""
    at = NOW + wait
    rows = _REPLIED.replace(f"1, {NOW}, 'Bonjour'", f"1, {at}, 'Bonjour'")
    # Other orders stand in other stretches of numbers; one was taken when that message left.
    after = f"""
        INSERT INTO ordr (id, account, dialect, at, first, total, cost, facts) VALUES
            (5000, 2, 'highsms', {NOW}, 9, 1, 0, '{{}}'),
            (9000, 2, 'highsms', {at}, 9, 1, 0, '{{}}');
        UPDATE message SET sent_at = {at};
    """
    store = old(5, rows + after)
    await store.open()
    asked = LeftAsked(1, "highsms", at, at + 1, DAY)
    assert [one async for one in store.left(asked)] == [[(at, 1)]]
    assert [one async for one in store.orders_left(asked)] == [[(1, 2)]]
    (row,) = await store.left_messages([1])
    assert (row.message.sent_at, row.reply) == (at, "OUI")
    await store.close()


async def test_purses_of_before_are_their_accounts_own(old: Old) -> None:
    """Families came later: what comes into a purse stays there until its account is closed."""
    rows = f"""
        INSERT INTO account (id, login, at, facts, secrets)
            VALUES (1, 'fred', {NOW}, '{{"id":1,"login":"fred"}}', '{{}}');
        INSERT INTO purse (account, name, balance, free) VALUES (1, '', 0, 0);
    """
    store = old(FAMILIES - 1, rows)
    await store.open()
    assert await store.book(1, "", 500, NOW, "by hand") == 500
    assert (await store.purses(1))[""][1] == 500
    ((fred, _),) = await store.accounts()
    assert (fred.parent, fred.details) == ("", {})
    assert await store.closing() == []
    assert await store.made_keys("", 9) == []
    await store.close()

"""What each version wrote is opened by this one: it reads as it did, and goes on where it was.

In `kept` stands a database of each kind as the last version before a step of the schema left it,
in the midst of its work; `python -m tests.upgrade.keep` keeps the next one.
"""

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from chappe.dialects import DIALECTS
from chappe.hands.shown import moment
from chappe.node import Node
from chappe.node.directory import DATABASE
from chappe.store.queries import migrations
from chappe.words.clock import DAY, HOUR, MINUTE, SECOND, HandClock
from chappe.words.lifecycle import Happening, Reason
from chappe.words.report import Report
from tests.journeys import plain
from tests.journeys.families import called, sent
from tests.journeys.house import House, to
from tests.store.server import Server
from tests.upgrade import day, dumps, sight
from tests.upgrade.keep import furnish

NAMES = dumps.names()


class Upgraded:
    """A database of before, under a house of today that is not open yet."""

    def __init__(self, house: House, url: str, known: dict[str, Any]) -> None:
        self.house = house
        self.now: int = known["now"]
        self.key: str = known["key"]
        self.seen: dict[str, Any] = known["seen"]
        self.config = day.said(url)

    async def open(self) -> None:
        """As whoever starts the new version where the old one was killed."""
        await self.house.open(self.config, moment(self.now + SECOND))

    async def shown(self) -> dict[int, dict[str, Any]]:
        """All messages, by their numbers."""
        return _by_number(await sight.seen(self.house.node))

    @property
    def before(self) -> dict[int, dict[str, Any]]:
        return _by_number(self.seen)


def _by_number(seen: dict[str, Any]) -> dict[int, dict[str, Any]]:
    return {one["message"]: one for one in seen["messages"]}


@pytest.fixture(params=NAMES)
async def upgraded(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Upgraded]:
    name, url = str(request.param), ""
    house = House(tmp_path)
    furnish(house.folder)
    await house.ears.open()
    customer = house.ears.url("").removeprefix("http://")
    await house.ears.close()
    text, known = (
        dumps.kept(f"{name}.{ending}").replace(dumps.CUSTOMER, customer)
        for ending in ("sql", "json")
    )
    if name.endswith("postgres"):
        server: Server = request.getfixturevalue("postgres")
        url = server.fresh()
        await dumps.into_postgres(text, url)
    else:
        dumps.into_sqlite(text, house.folder / DATABASE)
    yield Upgraded(house, url, json.loads(known))
    await house.close()


def test_each_database_of_the_last_step_is_kept() -> None:
    """Whoever adds a step has kept what the version before it wrote."""
    for database in ("sqlite", "postgres"):
        steps = [int(name.partition(".")[0]) for name in NAMES if name.endswith(database)]
        assert max(steps) >= migrations(database)[-1].number - 1


async def test_everything_reads_as_it_did(upgraded: Upgraded) -> None:
    """E56: whatever hands and customers can look at, and the sealed keys."""
    clock = HandClock(upgraded.now)
    node = Node(upgraded.config, upgraded.house.folder, clock, (*DIALECTS, plain))
    await node.open()
    try:
        found = await sight.seen(node)
    finally:
        await node.stop()
    assert [*sight.differences(upgraded.seen, found)] == []
    assert found["store"]["audit"] == []


async def test_every_table_that_is_kept_has_rows(upgraded: Upgraded) -> None:
    """Or else what becomes of it would show nowhere."""
    url = upgraded.config.store.url
    if url.startswith("postgresql"):
        assert await _empty_there(url) == {"closing"}
    else:
        empty = _empty_here(upgraded.house.folder / DATABASE)
        assert empty == {"closing", "change", "tenure"}


async def test_what_was_under_way_goes_on(upgraded: Upgraded) -> None:
    """E56 E52: what was scheduled or queued leaves, once; what was never answered is in doubt, as
    its account wants it; an order that was cut short is let go, or was never taken; a STOP is
    confirmed."""
    before = upgraded.before
    await upgraded.open()
    await upgraded.house.let(30)
    await _reported(upgraded)
    await upgraded.house.leap(upgraded.now + 4 * DAY, HOUR)
    after = await upgraded.shown()
    (confirmed,) = [after.pop(ident) for ident in sorted(after) if ident not in before]
    assert (confirmed["number"], *_end(confirmed)) == (f"+{to(4)}", "delivered", "none")
    ends = {ident: _end(one) for ident, one in after.items()}
    assert ends == {ident: _expected(one) for ident, one in before.items()}
    left = [one.message for one in upgraded.house.submits()]
    waited = [ident for ident, one in before.items() if _is_to_leave(one)]
    assert sorted(left) == [*sorted(waited), confirmed["message"]]
    assert await upgraded.house.node.store.audit() == []
    # The file is its door's, which is not open here.
    assert [one.name for one in await upgraded.house.node.store.dropped()] == ["Push.xml"]


async def _reported(upgraded: Upgraded) -> None:
    """The operator's receipt of before comes now."""
    (ident,) = [
        one["ids"][0]["operator_id"]
        for one in upgraded.before.values()
        if one["state"] == "sent" and one["number"].endswith(str(day.LATE))
    ]
    now = upgraded.house.clock.now()
    await upgraded.house.report([Report(ident, Happening.was_delivered, Reason.none, now, "20801")])


def _is_to_leave(one: dict[str, Any]) -> bool:
    """For the first time, or once more."""
    is_again = one["state"] == "sending" and one["account"] == "anna"
    return one["state"] in ("scheduled", "queued") or is_again


def _end(one: dict[str, Any]) -> tuple[str, str]:
    return one["state"], one["reason"]


def _expected(one: dict[str, Any]) -> tuple[str, str]:
    if _is_to_leave(one):
        return "delivered", "none"
    if one["state"] in ("sending", "unknown"):
        return "unknown", "silent"
    if one["state"] == "sent":
        return {
            day.LATE: ("delivered", "none"),
            day.SILENT: ("unknown", "silent"),
            day.NOBODY: ("undelivered", "no_answer"),
        }[int(one["number"][-2:])]
    return _end(one)


async def test_what_was_owed_is_told(upgraded: Upgraded) -> None:
    """E56 E40: each call that was not heard is made again, to where it was to be made."""
    owed = {
        (ident, call["seq"])
        for ident, one in upgraded.before.items()
        for call in one["callbacks"]
        if call["end"] == "owed"
    }
    assert owed
    await upgraded.open()
    await upgraded.house.leap(upgraded.now + HOUR, MINUTE)
    heard = {
        (ident, call["seq"])
        for ident, one in (await upgraded.shown()).items()
        for call in one["callbacks"]
        if call["end"] == "heard"
    }
    assert owed <= heard
    told = [one for told in upgraded.house.ears.heard.values() for one in told]
    assert owed <= {(one.message, one.seq) for one in told}
    assert len(told) == len({(one.message, one.seq) for one in told})


async def test_whoever_got_in_gets_in(upgraded: Upgraded) -> None:
    """E56: by a key from the file, a key that was made by asking, and a password; and sends."""
    await upgraded.open()
    house = upgraded.house
    by_file = await called(house, "credit", "fred")
    assert by_file == await called(house, "credit", accessToken=upgraded.key)
    assert by_file == await called(house, "credit", pseudo="fred", **{"pass": "word-of-fred"})
    assert float(by_file) > 0
    await sent(house, "anna", numero="0639980007")
    await house.let(30)
    newest = max((await upgraded.shown()).items())[1]
    assert (newest["number"], newest["state"]) == ("+33639980007", "delivered")


def _empty_here(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as found:
        names = [
            row[0] for row in found.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {one for one in names if not found.execute(f"SELECT 1 FROM {one}").fetchone()}


async def _empty_there(url: str) -> set[str]:
    connection = await asyncpg.connect(url)
    try:
        names = [row[0] for row in await connection.fetch(dumps.TABLES)]
        return {
            one for one in names if not await connection.fetchval(f"SELECT 1 FROM {one} LIMIT 1")
        }
    finally:
        await connection.close()

"""Families under SIGKILL: no mill is made or lost, and what was answered is booked."""

import asyncio
import sys
from pathlib import Path

from chappe.words.clock import MINUTE
from tests.faults.moving_credit import BALANCE, FAMILY, said
from tests.journeys.house import House
from tests.torture.children import die_with_parent
from tests.torture.cluster import Cluster

_LIVES = 2
_ANSWERED, _CLOSED = 60, 2


async def one_life(folder: Path, url: str) -> int:
    """Killed once so many transfers and closings were answered; how many transfers were."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.moving_credit", str(folder), url),
        stdout=asyncio.subprocess.PIPE,
        preexec_fn=die_with_parent,
    )
    assert child.stdout is not None
    async with asyncio.timeout(60):
        lines: list[bytes] = []
        while lines.count(b"moved\n") < _ANSWERED or lines.count(b"closed\n") < _CLOSED:
            lines.append(await child.stdout.readline())
    child.kill()
    lines += (await child.stdout.read()).splitlines(keepends=True)
    await child.wait()
    return lines.count(b"moved\n")


async def test_a_killed_family_neither_makes_nor_loses_a_mill(tmp_path: Path) -> None:
    """E40: transfers in all directions, and children being closed with something put off."""
    await judged(tmp_path, "sqlite")


async def test_a_killed_family_neither_makes_nor_loses_a_mill_on_postgresql(
    tmp_path: Path, postgres: Cluster
) -> None:
    """E40: the same."""
    await judged(tmp_path, await postgres.fresh())


async def judged(tmp_path: Path, url: str) -> None:
    """Some lives, and what is left of them."""
    answered = sum([await one_life(tmp_path, url) for _ in range(_LIVES)])
    house = House(tmp_path)
    await house.open(said(url))
    try:
        await house.leap(house.clock.now() + 2 * MINUTE, MINUTE)
        store, accounts = house.node.store, house.node.accounts.all()
        balances = {one.login: await house.balance(one.login) for one in accounts}
        ledgers = [await store.ledger(one.id, 100_000) for one in accounts]
        rows = [row for ledger in ledgers for row in ledger]
        assert await store.audit() == []
        assert await store.closing() == []
        assert min(balances.values()) >= 0
        # What is put off by a child that was not yet closed is still held.
        held = -sum(row[2] for row in rows if row[3] in ("held", "released"))
        assert sum(balances.values()) + held == len(FAMILY) * BALANCE
        gone = [one.login for one in accounts if one.state == "closed"]
        assert len(gone) >= _LIVES * _CLOSED
        assert {balances[login] for login in gone} == {0}
        given = [row for row in rows if row[3] == "moved" and row[5].startswith("to ")]
        assert len(given) >= answered
    finally:
        await house.close()

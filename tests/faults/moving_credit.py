"""A node whose family of ten moves credit about, and closes a child now and then, until it is
killed: `python -m tests.faults.moving_credit FOLDER DATABASE`. A line per transfer that was done,
and per child that was closed.
"""

import asyncio
import random
import secrets
import sys
from pathlib import Path
from typing import Any

from chappe.config import Config, StoreConfig
from chappe.doors.pipeline import verb_of
from chappe.words.account import Account
from chappe.words.asked import Purchase
from chappe.words.asks import Asks
from chappe.words.family import CloseChild, ClosedChild, MakeChild, Transfer, Transferred
from chappe.words.order import Channel, Letter, Order
from tests.journeys.house import House, account, config, to

BALANCE = 100_000
FAMILY = ("fred", *(f"child-{n}" for n in range(9)))
_AT_ONCE = 20


def said(url: str) -> Config:
    accounts = [account("fred", balance=BALANCE)]
    accounts += [account(login, balance=BALANCE, parent="fred") for login in FAMILY[1:]]
    store = StoreConfig(url=url) if url.startswith("postgres") else StoreConfig()
    return config(accounts=tuple(accounts), store=store)


def _known(house: House, login: str) -> Account:
    found = house.node.accounts.by_login(login)
    assert found is not None
    return found


async def _ask(house: House, login: str, asked: Asks[Any]) -> Any:
    return await verb_of(asked)(house.node.desk, _known(house, login), "plain", asked)


async def _move(house: House, chance: random.Random) -> None:
    """One after another, in any direction."""
    while True:
        giver, taker = chance.sample(FAMILY, 2)
        purchase = Purchase(Channel.marketing, "FR")
        answer = await _ask(house, giver, Transfer(taker, chance.randint(1, 9), purchase))
        if isinstance(answer, Transferred):
            print("moved", flush=True)


async def _close(house: House) -> None:
    """Children that have something put off, one after another."""
    while True:
        login = f"short-lived-{secrets.token_hex(4)}"
        await _ask(house, "fred", MakeChild(login, "word"))
        await _ask(house, "fred", Transfer(login, 3, Purchase(Channel.marketing, "FR")))
        # Nobody waits for the house to come to rest: there is always somebody who moves credit.
        letter = Letter(text="Bonjour", numbers=[to(0)], start=house.clock.now() + 3_600_000)
        await _ask(house, login, Order(dialect="plain", letters=[letter]))
        if isinstance(await _ask(house, "fred", CloseChild(login)), ClosedChild):
            print("closed", flush=True)


async def _main(folder: Path, url: str) -> None:
    house, chance = House(folder), random.Random(7)
    await house.open(said(url))
    print("ready", flush=True)
    await asyncio.gather(*(_move(house, chance) for _ in range(_AT_ONCE)), _close(house))


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1]), sys.argv[2]))

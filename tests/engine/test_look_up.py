"""Looking numbers up: paid one by one and never twice, answered in order, and never guessed."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from pathlib import Path
from typing import Any

import pytest

from chappe.config import Config, LookupConfig, Secret, StoreConfig
from chappe.engine.desk import Desk
from chappe.engine.enquire import Served, enquire_here
from chappe.engine.look_up import LOOK_UP_MOST, look_up
from chappe.links.contract import Link
from chappe.links.operator import OperatorLink
from chappe.node.directory import CannotStart
from chappe.words.account import Account
from chappe.words.answer import Refusal, Trouble
from chappe.words.asked import LookUp
from chappe.words.clock import HandClock
from chappe.words.found import LookedUp, Subscriber
from chappe.words.money import COUNTED, HLR
from chappe.words.order import Lists
from tests.doors.test_enquirer import says, serving
from tests.journeys.house import CREDIT, House, account, config, to
from tests.store.server import Server

ORANGE, SFR, BOUYGUES, FREE = "20801", "20810", "20820", "20815"
TOO_FEW, NOT_NOW = Refusal((Trouble.no_look_ups,)), Refusal((Trouble.not_now,))


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path)
    yield house
    await house.close()


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> StoreConfig:
    if request.param == "sqlite":
        return StoreConfig()
    server: Server = request.getfixturevalue("postgres")
    return StoreConfig(url=server.fresh())


def said(look_ups: int = 100, **facts: Any) -> Config:
    """A file that gives fred so many look-ups."""
    return config(accounts=(account("fred", hlr_credit=look_ups),), **facts)


async def ask(house: House, numbers: Sequence[int], **more: Any) -> LookedUp | Refusal:
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    return await look_up(house.node.desk, fred, "plain", LookUp(numbers, **more))


async def left(house: House) -> int:
    assert await house.node.store.audit() == []
    assert await house.balance() == CREDIT
    return await house.balance(purse=HLR) // COUNTED


async def test_each_number_is_answered_in_its_order_and_costs_one(
    house: House, store: StoreConfig
) -> None:
    """Asked twice it is paid for twice; what is no number, and who is nobody, is paid for too."""
    await house.open(said(store=store))
    answer = await ask(house, [to(1), 0, to(11), to(1), to(25), 33_140_000_000])
    assert answer == LookedUp(
        [
            Subscriber(to(1), True, ORANGE, False),
            Subscriber(0, False, "", False),
            Subscriber(to(11), False, "", False),
            Subscriber(to(1), True, ORANGE, False),
            Subscriber(to(25), True, SFR, False),
            Subscriber(33_140_000_000, False, "", False),
        ]
    )
    assert await left(house) == 94


async def test_who_stands_on_a_list_is_told(house: House) -> None:
    """E42: the account's own list and everybody's, and no other account's; whoever they are."""
    await house.open(said())
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    keep = house.node.store.opt_out
    await keep(fred.id, [to(1), to(11)], 0, "test", Lists.black)
    await keep(0, [to(2)], 0, "test", Lists.stop)
    await keep(fred.id + 1, [to(3)], 0, "test", Lists.black)
    asked = [to(1), to(2), to(3), to(11), 0]
    for more, barred in (({}, "1 1 0 1 0"), ({"lists": Lists.black}, "1 0 0 1 0")):
        answer = await ask(house, asked, **more)
        assert isinstance(answer, LookedUp)
        assert " ".join(str(int(one.barred)) for one in answer.numbers) == barred


async def test_too_few_look_ups_refuse_all_and_take_nothing(
    house: House, store: StoreConfig
) -> None:
    await house.open(said(2, store=store))
    assert await ask(house, [to(1)] * 3) == TOO_FEW
    assert await left(house) == 2
    assert isinstance(await ask(house, [to(1)] * 2), LookedUp)
    assert await ask(house, [0]) == TOO_FEW
    assert await left(house) == 0


async def test_who_has_no_purse_of_look_ups_has_none(house: House) -> None:
    """Credit for messages pays for no look-up."""
    await house.open()
    assert await ask(house, [to(1)]) == TOO_FEW
    assert await house.balance() == CREDIT


async def test_two_hundred_at_once_are_paid_to_the_last_one(
    house: House, store: StoreConfig
) -> None:
    """Not one more than there is credit for, and not one fewer."""
    await house.open(said(100, store=store))
    answers = await asyncio.gather(*(ask(house, [to(1)] * 3) for _ in range(200)))
    assert answers.count(TOO_FEW) == 200 - 33
    assert await left(house) == 1
    answers = await asyncio.gather(*(ask(house, [to(1)]) for _ in range(200)))
    assert answers.count(TOO_FEW) == 199
    assert await left(house) == 0


async def test_who_pays_afterwards_has_no_floor(house: House, store: StoreConfig) -> None:
    await house.open(config(accounts=(account("fred", post_paid=True),), store=store))
    answers = await asyncio.gather(*(ask(house, [to(1)] * 2) for _ in range(20)))
    assert answers.count(TOO_FEW) == 0
    assert await left(house) == -40


async def test_whoever_pays_for_another_pays_for_their_look_ups(house: House) -> None:
    anna = account("anna", balance=CREDIT, hlr_credit=3)
    await house.open(config(accounts=(anna, account("fred", pays_from="anna"))))
    assert isinstance(await ask(house, [to(1)] * 2), LookedUp)
    assert await ask(house, [to(1)] * 2) == TOO_FEW
    assert await house.balance("anna", HLR) == COUNTED


async def test_opening_look_ups_are_given_once(house: House) -> None:
    """E51: when the account is made; a file that is read anew and a restart give none."""
    await house.open(said(5))
    await ask(house, [to(1)] * 2)
    await house.node.reload(said(50))
    await house.restart()
    assert await left(house) == 3


async def test_nothing_is_asked_for_nothing(house: House) -> None:
    await house.open(said(1))
    assert await ask(house, []) == LookedUp(())
    assert await ask(house, [to(1)] * (LOOK_UP_MOST + 1)) == Refusal((Trouble.too_long,))
    house.node.desk.pause()
    assert await ask(house, [to(1)]) == NOT_NOW
    house.node.desk.resume()
    assert await left(house) == 1
    house.node.desk.drain()
    assert await ask(house, [to(1)]) == Refusal((Trouble.draining,))
    assert await left(house) == 1


async def test_as_many_as_may_be_are_looked_up(house: House) -> None:
    await house.open(said(LOOK_UP_MOST))
    answer = await ask(house, range(33_612_000_000, 33_612_000_000 + LOOK_UP_MOST))
    assert isinstance(answer, LookedUp)
    assert {one.operator for one in answer.numbers} == {ORANGE}
    assert await left(house) == 0


async def test_a_service_without_a_word_costs_nothing_and_nothing_is_guessed(
    house: House, store: StoreConfig
) -> None:
    """E40: of 200 at once, each is given back what it paid."""
    nobody = LookupConfig(url="http://127.0.0.1:1/", key=Secret("lookup-key"), timeout_s=2)
    await house.open(said(100, lookup=nobody, store=store))
    answers = await asyncio.gather(*(ask(house, [to(1)]) for _ in range(200)))
    assert answers.count(NOT_NOW) + answers.count(TOO_FEW) == 200
    assert answers.count(NOT_NOW) >= 100
    assert await ask(house, [to(1)]) == NOT_NOW
    assert await left(house) == 100
    # What is no number needs no service.
    assert await ask(house, [0]) == LookedUp([Subscriber(0, False, "", False)])
    assert await left(house) == 99


async def test_a_service_goes_before_the_simulated_network(house: House) -> None:
    """Its word is kept for the next who asks, who pays all the same."""
    async with serving(says({str(to(11)): {"valid": True, "operator": "20836"}})) as (site, _):
        await house.open(said(10, lookup=LookupConfig(url=site.url, key=Secret("lookup-key"))))
        for _ in range(2):
            answer = await ask(house, [to(11), to(11)])
            assert answer == LookedUp([Subscriber(to(11), True, FREE, False)] * 2)
        assert site.numbers == [[to(11)]]
        assert await left(house) == 6
        await house.stop()


async def test_a_service_that_can_not_be_called_keeps_a_node_from_starting(house: House) -> None:
    """E51"""
    with pytest.raises(CannotStart) as caught:
        await house.open(said(lookup=LookupConfig(url="http://h:99999/")))
    assert str(caught.value) == "The service of [lookup]: its url can't be called."
    await house.node.stop()


class Odd:
    """Somebody who knows, in their own way."""

    def __init__(self, known: Served | BaseException) -> None:
        self.known = known
        self.asked: list[Collection[int]] = []

    async def __call__(self, numbers: Collection[int]) -> Served:
        self.asked.append(numbers)
        if isinstance(self.known, BaseException):
            raise self.known
        return self.known


def desk_with(house: House, enquire: Odd) -> tuple[Desk, Account]:
    node = house.node
    fred = node.accounts.by_login("fred")
    assert fred is not None
    desk = Desk(
        node.office,
        node.dispatch,
        node.emptying,
        node.notify,
        node.desk.tariff,
        node.desk.tinies,
        enquire,
        node.schedule.expect,
    )
    return desk, fred


@pytest.mark.parametrize("fault", [RuntimeError, asyncio.CancelledError])
async def test_a_fault_of_ours_and_a_stop_are_not_paid(
    house: House, fault: type[BaseException]
) -> None:
    await house.open(said(10))
    desk, fred = desk_with(house, Odd(fault()))
    with pytest.raises(fault):
        await look_up(desk, fred, "plain", LookUp([to(1)]))
    assert await left(house) == 10


async def test_any_code_of_a_network_is_the_networks_own(house: House) -> None:
    """A service asked in earnest names whichever of its codes; each number is asked of it once."""
    await house.open(said(10))
    odd = Odd({to(1): "20802", to(2): "20813", to(3): "20636", to(4): "", to(5): None})
    desk, fred = desk_with(house, odd)
    answer = await look_up(desk, fred, "plain", LookUp([0, *map(to, (1, 2, 3, 4, 5, 5))]))
    assert isinstance(answer, LookedUp)
    assert [(one.valid, one.operator) for one in answer.numbers] == [
        (False, ""),
        (True, ORANGE),
        (True, SFR),
        (True, "20636"),
        (True, ""),
        (False, ""),
        (False, ""),
    ]
    assert odd.asked == [frozenset(map(to, (1, 2, 3, 4, 5)))]


# who knows, where nobody is asked


class Real:
    """A link to an operator that tells nothing of its subscribers."""


async def known(links: Collection[Any], *numbers: int) -> list[str | None]:
    found = await enquire_here(links, numbers)
    return [found[number] for number in numbers]


async def test_the_simulated_network_speaks_for_itself_alone(tmp_path: Path) -> None:
    """Beside a real link, and without any, the numbering plan does: it knows of nothing ported."""
    sim: Link = OperatorLink("sim", HandClock(0), tmp_path / "operator.log")
    numbers = to(1), to(11), to(25), 33_140_000_000
    assert await known([sim], *numbers) == [ORANGE, None, SFR, None]
    for links in ([], [Real()], [sim, Real()], [Real(), sim]):
        assert await known(links, *numbers) == [ORANGE, ORANGE, ORANGE, None]


@pytest.mark.parametrize(
    ("nn", "block", "ported"),
    [
        (0, ORANGE, SFR),
        (24, ORANGE, SFR),
        (25, SFR, BOUYGUES),
        (74, BOUYGUES, FREE),
        (75, FREE, ORANGE),
        (96, FREE, ORANGE),
        (97, "20823", ORANGE),
        (98, "20826", ORANGE),
        (99, "20827", ORANGE),
    ],
)
def test_a_number_of_the_simulated_network_is_taken_to_the_next_operator(
    tmp_path: Path, nn: int, block: str, ported: str
) -> None:
    """Row 25 is ported and row 11 nobody's; who is absent, or barred there, is somebody still."""
    sim = OperatorLink("sim", HandClock(0), tmp_path / "operator.log")
    found = {xx: sim.subscriber_of(to(xx, nn)) for xx in range(100)}
    assert found == {**dict.fromkeys(range(100), block), 11: None, 25: ported}
    assert sim.subscriber_of(33_612_345_625) == ORANGE

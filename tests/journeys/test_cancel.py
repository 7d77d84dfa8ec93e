"""Calling off: what has not begun never leaves, is paid back once, and is never half called off."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from chappe.engine.cancel import cancel
from chappe.store.contract import StoreAway
from chappe.words.answer import Receipt, Refusal
from chappe.words.asked import CampaignWanted, CancelWanted
from chappe.words.clock import HOUR, MINUTE, SECOND
from chappe.words.found import Campaign, Cancelled
from chappe.words.lifecycle import Event, Reason, State
from tests.journeys.house import CREDIT, House, account, at, config, link, many
from tests.journeys.plain import Told

MARGIN_MS = 10 * MINUTE
NOTHING = Cancelled(0, 0)


async def call_off(
    house: House, reference: str = "C", login: str = "fred", dialect: str = "plain"
) -> Cancelled | Refusal:
    """As a customer would, up to ten minutes before the start."""
    known = house.node.accounts.by_login(login)
    assert known is not None
    wanted = CancelWanted(reference, MARGIN_MS)
    return await cancel(house.node.desk, known, dialect, wanted)


async def planned(house: House, count: int = 3, reference: str = "C", hours: int = 1) -> Receipt:
    """An order that begins in some hours."""
    start = house.clock.now() + hours * HOUR
    return await house.take(many(count), reference=reference, start=start)


async def test_what_is_called_off_in_time_never_leaves_and_is_paid_back(house: House) -> None:
    """H60 E3: its messages are cancelled, and each price comes back once."""
    await house.open()
    receipt = await planned(house)
    other = await planned(house, 1, "D")
    assert await call_off(house) == Cancelled(1, 3)
    assert await house.fates(receipt) == [(State.cancelled, Reason.none)] * 3
    assert await house.balance() == CREDIT - 400
    await house.leap(house.clock.now() + 2 * HOUR)
    await house.let(5)
    assert [one.message for one in house.submits()] == [other.first]
    booked = [("credit", CREDIT), ("held", -1_200), ("held", -400), ("released", 1_200)]
    assert [(kind, amount) for kind, amount, _ in await house.booked()] == booked


async def test_to_call_it_off_twice_changes_nothing_more(house: House) -> None:
    """H60 E3: nor after a restart."""
    await house.open()
    await planned(house)
    assert await call_off(house) == Cancelled(1, 3)
    assert await call_off(house) == NOTHING
    await house.restart()
    assert await call_off(house) == NOTHING
    assert await house.balance() == CREDIT


# How long before its start -> how many orders are called off.
EDGES = {10 * MINUTE + 1: 1, 10 * MINUTE: 1, 10 * MINUTE - 1: 0, 1: 0, 0: 0, -2 * SECOND: 0}


@pytest.mark.parametrize("before_ms", EDGES)
async def test_ten_minutes_before_the_start_it_is_too_late(house: House, before_ms: int) -> None:
    """H60: then it leaves whole, and is paid."""
    await house.open()
    receipt = await planned(house)
    start = house.clock.now() + HOUR
    await house.leap(start - 11 * MINUTE)
    await house.until(start - before_ms)
    answer = await call_off(house)
    await house.settle()
    count = EDGES[before_ms]
    assert answer == Cancelled(count, 3 * count)
    await house.until(start + 5 * SECOND)
    assert await house.tally(receipt) == ({"cancelled": 3} if count else {"delivered": 3})
    assert await house.balance() == CREDIT - (0 if count else 1_200)


async def test_what_has_begun_goes_on_though_part_of_it_waits_for_tomorrow(house: House) -> None:
    """H60 H20: whatever its window does to the rest."""
    await house.open(config(links=(link("sim", rate=10, window=5),)), now="2026-11-24 15:00:00")
    start = at("2026-11-24 16:59:58")
    receipt = await house.take(many(60), reference="C", start=start, opens=540, closes=1020)
    await house.leap(start - MINUTE)
    await house.until(at("2026-11-24 17:00:05"))
    today = len(house.submits())
    assert await house.tally(receipt) == {"delivered": today, "scheduled": 60 - today}
    assert await call_off(house) == NOTHING
    await house.leap(at("2026-11-25 08:59:59"), 30 * MINUTE)
    await house.let(10)
    assert await house.tally(receipt) == {"delivered": 60}


async def test_nobody_calls_off_what_is_not_his(house: House) -> None:
    """H60: nor in another dialect, nor by a reference that only looks like it."""
    await house.open(config(accounts=(account("fred"), account("jean"))))
    receipt = await planned(house)
    assert await call_off(house, login="jean") == NOTHING
    assert await call_off(house, dialect="other") == NOTHING
    assert [await call_off(house, ref) for ref in ("c", "CC", "", "%", "C ")] == [NOTHING] * 5
    assert await house.tally(receipt) == {"scheduled": 3}


async def test_all_orders_of_a_reference_are_called_off_but_those_that_have_begun(
    house: House,
) -> None:
    """H60: a campaign may have been split into several."""
    await house.open()
    begun = await house.take(many(2), reference="C")
    split = [await planned(house, count, hours=count) for count in (1, 2, 3)]
    answer = await call_off(house)
    await house.settle()
    assert answer == Cancelled(3, 6)
    await house.let(5)
    assert await house.tally(begun) == {"delivered": 2}
    assert [await house.tally(one) for one in split] == [{"cancelled": n} for n in (1, 2, 3)]


async def test_the_customer_hears_of_each_that_was_called_off(house: House) -> None:
    """E2: whose dialect has a word for it."""
    await house.open()
    start = house.clock.now() + HOUR
    receipt = await house.take(many(1), reference="C", start=start, tell=house.tell(Event.final))
    await call_off(house)
    await house.settle()
    told = Told(receipt.first, 1, Event.final, State.cancelled, Reason.none)
    assert house.ears.heard["/fred"] == [told]


# What is called off in pieces


@pytest.fixture
def in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """A campaign that is large by its pieces: 300 messages by ten, and no answer waits for it."""
    monkeypatch.setattr("chappe.engine.empty._MOVED_AT_ONCE", 10)
    monkeypatch.setattr("chappe.engine.empty._AWAITED", 0)


async def half_way(house: House, receipt: Receipt) -> None:
    """Until some of it is cancelled, and much of it is not."""
    while "cancelled" not in await house.tally(receipt):
        await house.node.store.settled()
    assert (await house.tally(receipt))["scheduled"] > 100


@pytest.mark.parametrize("away_ms", [0, 2 * HOUR])
@pytest.mark.usefixtures("in_pieces")
async def test_a_crash_half_way_leaves_nothing_half_called_off(house: House, away_ms: int) -> None:
    """H60 E1: it is carried on, though its time may have come while nobody was there."""
    await house.open()
    receipt = await planned(house, 300)
    assert await call_off(house) == Cancelled(1, 300)
    await half_way(house, receipt)
    await house.crash(away_ms)
    assert await house.tally(receipt) == {"cancelled": 300}
    assert await house.balance() == CREDIT
    await house.leap(house.clock.now() + 2 * HOUR)
    assert house.submits() == []
    assert await house.node.store.audit() == []
    assert await house.node.store.called_off(9) == []


@pytest.mark.usefixtures("in_pieces")
async def test_a_stop_half_way_is_carried_on_too(house: House) -> None:
    """H60 E54: likewise."""
    await house.open()
    receipt = await planned(house, 300)
    assert await call_off(house) == Cancelled(1, 300)
    await half_way(house, receipt)
    await house.restart()
    assert await house.tally(receipt) == {"cancelled": 300}
    assert await house.balance() == CREDIT


async def test_what_is_decided_does_not_leave_before_it_is_carried_out(house: House) -> None:
    """H60: its time comes while its messages still wait; those of others leave at theirs."""
    await house.open()
    receipt = await planned(house)
    for node in house.nodes:
        node.emptying.stop()
    assert await call_off(house) == Cancelled(1, 3)
    assert await house.tally(receipt) == {"scheduled": 3}
    other = await planned(house, 2, "D")
    await house.leap(house.clock.now() + 2 * HOUR)
    assert await house.tally(receipt) == {"scheduled": 3}
    assert await house.tally(other) == {"delivered": 2}
    await house.restart()
    assert await house.tally(receipt) == {"cancelled": 3}


@pytest.mark.usefixtures("in_pieces")
async def test_a_store_that_goes_away_meanwhile_is_waited_for(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """H60 E4: what was decided is done at the next look."""
    await house.open()
    receipt = await planned(house, 300)
    asked: list[int] = []

    def failing(real: Callable[..., Any]) -> Callable[..., Any]:
        async def away_at_the_third(stretches: Any, limit: int) -> Sequence[int]:
            asked.append(limit)
            if len(asked) == 3:
                raise StoreAway("database is away")
            found: Sequence[int] = await real(stretches, limit)
            return found

        return away_at_the_third

    house.step_in(monkeypatch, "unplaced", failing)
    assert await call_off(house) == Cancelled(1, 300)
    await house.settle()
    assert await house.tally(receipt) == {"cancelled": 20, "scheduled": 280}
    await house.let(61)
    assert await house.tally(receipt) == {"cancelled": 300}


async def test_a_look_shows_it_called_off_from_the_decision_on(house: House) -> None:
    """H60: whoever asks sees the whole of it."""
    from chappe.engine import look

    await house.open()
    receipt = await planned(house)
    for node in house.nodes:
        node.emptying.stop()
    await call_off(house)
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    found = await look.campaign(house.node.desk, fred, "plain", CampaignWanted(receipt.order))
    assert isinstance(found, Campaign)
    assert [one.state for one in found.messages] == [State.cancelled] * 3


async def test_a_node_that_has_nothing_to_call_off_writes_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """H60 E43: what is looked for every minute is only read."""
    await house.open()
    await planned(house, hours=9)
    written: list[Sequence[int]] = []

    async def emptied(orders: Sequence[int]) -> None:
        written.append(orders)

    house.step_in(monkeypatch, "emptied", lambda _: emptied)
    assert await call_off(house, "none") == NOTHING
    await house.leap(house.clock.now() + HOUR)
    assert written == []

"""Orders too large for one commit: nobody waits for them, and they are as whole as small ones."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from chappe.engine import accept as accepting
from chappe.engine import draft as engine_draft
from chappe.engine.accept import accept
from chappe.store.contract import Draft, StoreAway
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.lifecycle import Event, Reason, State
from chappe.words.order import EVERY, Letter, OptOut, Order
from tests.journeys.house import CREDIT, House, account, config, many

_STEPS = ["take_up", "attempt", "keep_piece", "decide", "let_go", "drop_over"]


def letters(count: int, first: int = 33_612_000_000) -> list[Letter]:
    """One text each."""
    return [
        Letter(text=f"Bonjour {place}", numbers=[first + place], code="36105")
        for place in range(count)
    ]


async def settled(house: House, receipt: Receipt) -> None:
    await house.let(60)
    assert await house.tally(receipt) == {"delivered": receipt.total}
    assert Counter(one.message for one in house.submits()) == Counter(
        range(receipt.first, receipt.first + receipt.total)
    )
    assert await house.node.store.dropped() == []
    assert await house.node.store.audit() == []


async def test_a_large_order_is_taken_whole(house: House) -> None:
    """E1: one order, one booking, each text with its number, all told; then nothing is owed."""
    await house.open()
    tell = house.tell(Event.final)
    order = Order(
        dialect="plain",
        letters=[Letter(text="Bonjour", numbers=many(2_500), code="36105", tell=tell)],
    )
    answer = await house.order(order)
    assert isinstance(answer, Receipt)
    assert (answer.total, answer.cost, len(answer.parts)) == (2_500, 2_500 * 400, 2_500)
    assert await house.booked() == [
        ("credit", CREDIT, 0),
        ("held", -2_500 * 400, answer.order),
    ]
    await settled(house, answer)
    assert house.ears.calls == {"/fred": 2_500}


async def test_each_of_many_texts_goes_to_its_own_number(house: House) -> None:
    """E1: however the portions are cut."""
    await house.open()
    answer = await house.order(Order(dialect="plain", letters=letters(1_500)))
    assert isinstance(answer, Receipt)
    await settled(house, answer)
    assert [(one.number, one.text) for one in await house.messages(answer)] == [
        (33_612_000_000 + place, f"Bonjour {place}") for place in range(1_500)
    ]


async def test_many_letters_are_weighed_and_drafted_beside_the_loop(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E23: ten thousand of them would hold it up for some ms at each step."""
    beside: dict[str, bool] = {}
    drafts: list[Draft] = []
    draft_of = engine_draft.draft_of
    monkeypatch.setattr(
        accepting, "draft_of", lambda *given, **named: _held(draft_of(*given, **named), drafts)
    )
    for name in ("make_ready", "weight", "draft_of"):
        monkeypatch.setattr(accepting, name, _noted(name, getattr(accepting, name), beside))
    await house.open()
    answer = await house.order(Order(dialect="plain", letters=letters(501)))
    assert isinstance(answer, Receipt)
    assert drafts[0].letters == []  # they went some at a time, and not with the last who held them
    assert beside == {"make_ready": True, "weight": True, "draft_of": True}
    beside.clear()
    assert isinstance(await house.order(Order(dialect="plain", letters=letters(2))), Receipt)
    assert beside == {"make_ready": False, "weight": False, "draft_of": False}
    await house.let(60)
    assert await house.tally(answer) == {"delivered": 501}


def _held(draft: Draft, drafts: list[Draft]) -> Draft:
    drafts.append(draft)
    return draft


def _noted(name: str, work: Callable[..., Any], beside: dict[str, bool]) -> Callable[..., Any]:
    def done(*given: Any, **named: Any) -> Any:
        beside[name] = threading.current_thread() is not threading.main_thread()
        return work(*given, **named)

    return done


async def test_who_opted_out_of_many_letters_is_asked_in_one_question(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E24: not in one for each of ten thousand."""
    await house.open()
    await house.node.store.opt_out(0, [33_612_000_007], house.clock.now(), "test")
    asked: list[int] = []
    opted_out = house.node.store.opted_out

    async def counted(account: int, numbers: Sequence[int], lists: int) -> frozenset[int]:
        asked.append(len(numbers))
        return frozenset(await opted_out(account, numbers, lists))

    monkeypatch.setattr(house.node.store, "opted_out", counted)
    marketing = [replace(one, opt_out=OptOut.always) for one in letters(600)]
    some = Order(dialect="plain", letters=marketing, apart=frozenset((Reason.opted_out,)))
    answer = await house.order(some)
    assert isinstance(answer, Receipt)
    assert (asked, answer.total, answer.troubles) == ([600], 599, {7: Trouble.opted_out})


async def test_a_large_order_for_later_leaves_at_its_time(house: House) -> None:
    """E20: none of it sooner, whichever portion it was in."""
    await house.open()
    due = house.clock.now() + 300_000
    answer = await house.take(many(2_500), start=due)
    assert answer.begins == due
    await house.let(200)
    assert await house.tally(answer) == {"scheduled": 2_500}
    await house.let(100)
    await settled(house, answer)


async def test_what_stands_apart_of_a_large_order_is_told_in_its_place(house: House) -> None:
    """E4: the receipt has everybody as given; bad ones are kept in error, or left out."""
    await house.open()
    numbers = [*many(2_000), 12, *many(1_000, 33_613_000_000)]
    bad = frozenset((Reason.bad_number,))
    left_out = await house.send(numbers, apart=bad)
    assert isinstance(left_out, Receipt)
    assert (left_out.total, left_out.parts[2_000]) == (3_000, 0)
    assert left_out.troubles == {2_000: Trouble.bad_number}
    in_error = await house.send(numbers, fatal=EVERY - bad)
    assert isinstance(in_error, Receipt)
    assert in_error.troubles == {2_000: Trouble.bad_number}
    await house.let(60)
    assert await house.tally(in_error) == {"delivered": 3_000, "refused": 1}
    found = (await house.messages(in_error))[2_000]
    assert (found.state, found.reason) == (State.refused, Reason.bad_number)


async def test_a_large_order_that_can_t_be_paid_leaves_nothing(house: House) -> None:
    """E3: no row of it stays, and its request id may come again."""
    await house.open(config(accounts=(account("fred", balance=2_500 * 400 - 1),)))
    order = Order(dialect="plain", letters=letters(2_500), request_id="R")
    assert await house.order(order) == Refusal((Trouble.no_credit,))
    assert await house.node.store.messages(0, 1 << 60, 1) == []
    assert await house.node.store.tally(0, 1 << 60) == []
    assert await house.node.store.dropped() == []
    assert await house.balance() == 2_500 * 400 - 1
    small = Order(dialect="plain", letters=letters(1), request_id="R")
    assert isinstance(await house.order(small), Receipt)
    assert await house.order(order) == Refusal((Trouble.duplicate,))


async def test_a_single_message_waits_for_no_more_than_a_portion(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a large order is being kept, whoever comes is answered before it."""
    await house.open()
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    ends = []

    def slow(kept: Callable[..., Any]) -> Callable[..., Any]:
        async def slowly(*given: Any) -> None:
            await kept(*given)
            single = Order(dialect="plain", letters=letters(1, 33_614_000_000))
            ends.append(("single", await accept(house.node.desk, fred, single)))

        return slowly

    house.step_in(monkeypatch, "keep_piece", slow)
    answer = await accept(house.node.desk, fred, Order(dialect="plain", letters=letters(1_500)))
    ends.append(("large", answer))
    assert [name for name, _ in ends] == ["single", "single", "single", "large"]
    assert all(isinstance(one, Receipt) for _, one in ends)
    await house.settle()


async def test_a_large_order_is_heard_of_like_any_other(house: House) -> None:
    """By whoever warns of a low balance, counts, and gives back leeway."""
    floor = CREDIT - 1_000
    await house.open(config(accounts=(account("fred", warn_below=floor),)))
    fred, desk = house.node.accounts.by_login("fred"), house.node.desk
    assert fred is not None
    assert not desk.leeway.is_over(fred.id, 30_000)
    assert desk.leeway.is_over(fred.id, 1)
    await house.take(many(15_000))
    assert not desk.leeway.is_over(fred.id, 1)
    assert desk.counts["low_balances"] == 1
    assert desk.measures.accepted["plain"][fred.id] == 15_000


async def test_a_store_that_goes_away_keeps_no_order_that_was_taken(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E1: once it is back its messages leave, and nobody needs to start anything anew."""
    await house.open()

    async def away(*_: object) -> None:
        raise StoreAway("the disk is full")

    with monkeypatch.context() as meanwhile:
        house.step_in(meanwhile, "let_go", lambda _: away)
        answer = await house.order(Order(dialect="plain", letters=letters(1_500)))
        assert isinstance(answer, Receipt)
        await house.let(10)
        assert await house.tally(answer) == {"scheduled": 1_500}
    await settled(house, answer)


async def test_who_leaves_before_the_answer_leaves_a_whole_order_behind(house: House) -> None:
    """E1: what was begun is ended, though nobody waits for it any more."""
    await house.open()
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    asking = asyncio.ensure_future(
        accept(house.node.desk, fred, Order(dialect="plain", letters=letters(1_500)))
    )
    while not await house.node.store.dropped():  # noqa: ASYNC110, the store is asked
        await asyncio.sleep(0)
    asking.cancel()
    await house.let(60)
    kept = await house.node.store.messages(0, 1 << 60, 2_000)
    assert [one.state for one in kept] == [State.delivered] * 1_500
    assert await house.node.store.dropped() == []


@pytest.mark.parametrize("step", _STEPS)
@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
async def test_a_kill_at_any_step_leaves_all_of_it_or_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, step: str, done: bool
) -> None:
    """E1: whoever was answered finds it whole after the start; who was not, may ask again."""
    await house.open()

    def killing(reached: Callable[..., Any]) -> Callable[..., Any]:
        async def killed(*given: object) -> None:
            if done:
                await reached(*given)
            raise StoreAway("killed here")

        return killed

    house.step_in(monkeypatch, step, killing)
    answer = await house.order(Order(dialect="plain", letters=letters(1_500)))
    await house.crash(1_000)
    await house.let(60)
    kept = await house.node.store.messages(0, 1 << 60, 2_000)
    is_whole = isinstance(answer, Receipt) or (step, done) == ("decide", True)
    assert [one.state for one in kept] == [State.delivered] * (1_500 if is_whole else 0)
    assert Counter(one.message for one in house.submits()) == Counter(one.id for one in kept)
    assert await house.balance() == CREDIT - (1_500 * 400 if is_whole else 0)
    assert await house.node.store.dropped() == []
    assert await house.node.store.audit() == []

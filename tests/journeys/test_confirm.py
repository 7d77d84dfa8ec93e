"""A STOP that is confirmed: once, as a message of the account's, by those dialects that do so."""

import asyncio
from typing import Any

import pytest

from chappe.store.contract import Confirmation
from chappe.words.account import Account
from chappe.words.clock import DAY, MINUTE
from chappe.words.lifecycle import Event, State
from chappe.words.news import Message
from chappe.words.order import Channel
from tests.journeys import plain
from tests.journeys.house import CREDIT, House, account, config, many, to

NUMBER = to(0)
SAID = "Vous ne recevrez plus nos messages."
MARKETING: Any = {"channel": Channel.marketing}
PART = 400
ABROAD = 262_692_123_456


@pytest.fixture(autouse=True)
def confirming(monkeypatch: pytest.MonkeyPatch) -> None:
    """The dialect of these orders confirms."""

    def words(account: Account) -> str:
        return SAID if account.login == "fred" else ""

    monkeypatch.setattr(plain, "confirm_stop", words, raising=False)


async def _ordered(house: House, count: int) -> None:
    """Until so many confirmations were ordered: who was started anew looks for them by itself."""
    async with asyncio.timeout(20):
        while len(await confirmations(house)) < count:
            await house.settle()


async def confirmations(house: House) -> list[Message]:
    """Those that were sent, the oldest first."""
    story = await house.node.store.number_story(NUMBER)
    return [one for one in reversed(story["messages"]) if one.text == SAID]


async def left_over(house: House) -> list[Confirmation]:
    return list(await house.node.store.confirmations(0, 9))


async def test_a_stop_is_confirmed_once_and_paid_for(house: House) -> None:
    """E42: by the code that it was written to, as a notification that the opt-out does not stop; a
    second STOP is none, and one after a START is."""
    await house.open()
    await house.take([NUMBER], **MARKETING)
    await house.write(NUMBER, "STOP")
    (one,) = await confirmations(house)
    assert (one.state, one.code, one.sender, one.parts) == (State.delivered, "36105", "", 1)
    assert await house.balance() == CREDIT - 2 * PART
    assert await left_over(house) == []
    await house.write(NUMBER, "STOP")
    await _ordered(house, 1)
    assert len(await confirmations(house)) == 1
    await house.write(NUMBER, "START")
    await house.write(NUMBER, "STOP")
    assert len(await confirmations(house)) == 2
    assert await house.balance() == CREDIT - 3 * PART


async def test_nobody_pays_where_the_account_can_not(house: House) -> None:
    await house.open(config(accounts=(account("fred", balance=PART),)))
    await house.take([NUMBER], **MARKETING)
    await house.write(NUMBER, "STOP")
    (one,) = await confirmations(house)
    assert (one.state, one.price) == (State.delivered, 0)
    assert await house.balance() == 0


async def test_it_costs_the_same_wherever_the_number_is(house: House) -> None:
    """S5: what a marketing text to France costs, though a text there costs twice as much."""
    await house.open()
    await house.take([ABROAD], **MARKETING)
    assert await house.balance() == CREDIT - 2 * PART
    await house.write(ABROAD, "STOP")
    assert await house.balance() == CREDIT - 3 * PART


async def test_what_is_written_after_it_answers_the_message_before_it(house: House) -> None:
    """E32 E42: nobody asked for the confirmation, so nobody is told what came back to it."""
    await house.open()
    receipt = await house.take([NUMBER], tell=house.tell(Event.reply | Event.stop), **MARKETING)
    for text in ("STOP", "START", "OUI"):
        await house.write(NUMBER, text)
    assert len(await confirmations(house)) == 1
    assert [(one.message, one.reply) for one in house.ears.heard["/fred"]] == [
        (receipt.first, "STOP"),
        (receipt.first, "START"),
        (receipt.first, "OUI"),
    ]


@pytest.mark.parametrize("text", ["OUI", "START", "Stopper quoi ?"])
async def test_nothing_else_is_confirmed(house: House, text: str) -> None:
    await house.open()
    await house.take([NUMBER], **MARKETING)
    await house.write(NUMBER, text)
    assert await confirmations(house) == []


async def test_only_what_answers_a_message_of_such_an_account_is_confirmed(house: House) -> None:
    """E42: it is an opt-out all the same."""
    await house.open(config(accounts=(account("fred"), account("anna"))))
    await house.write(NUMBER, "STOP")
    await house.take([NUMBER], account="anna", **MARKETING)
    await house.write(NUMBER, "STOP")
    assert await confirmations(house) == []
    assert await left_over(house) == []


async def test_a_crash_between_a_stop_and_its_confirmation_loses_and_doubles_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E42: whether it fell before it was ordered, or before that was noted."""
    await house.open()
    await house.take([NUMBER], **MARKETING)
    with monkeypatch.context() as broken:
        broken.setattr("chappe.engine.confirm.Confirming.settled", lambda *_: None)
        await house.write(NUMBER, "STOP")
        (one,) = await left_over(house)
        assert (one.dialect, one.number, one.code, one.text) == ("plain", NUMBER, "36105", SAID)
        assert await confirmations(house) == []
        await house.crash()

    async def unnoted(*_: object) -> None:
        return None

    await _ordered(house, 1)
    assert len(await confirmations(house)) == 1
    await house.write(NUMBER, "START")
    with monkeypatch.context() as broken:
        broken.setattr("chappe.store.lookup.LookIntents.confirmed", unnoted)
        await house.write(NUMBER, "STOP")
        await _ordered(house, 2)
        assert len(await confirmations(house)) == 2
        assert len(await left_over(house)) == 1
        await house.crash()
    await house.let(2 * 60)
    assert len(await confirmations(house)) == 2
    assert await left_over(house) == []
    assert await house.balance() == CREDIT - 3 * PART


async def test_what_can_not_be_sent_now_is_sent_later_but_not_after_a_day(house: House) -> None:
    await house.open()
    await house.take([NUMBER], **MARKETING)
    for node in house.nodes:
        node.desk.pause()
    await house.write(NUMBER, "STOP")
    assert len(await left_over(house)) == 1
    for node in house.nodes:
        node.desk.resume()
    await house.leap(house.clock.now() + 2 * MINUTE)
    assert len(await confirmations(house)) == 1
    await house.write(NUMBER, "START")
    for node in house.nodes:
        node.desk.pause()
    await house.write(NUMBER, "STOP")
    await house.leap(house.clock.now() + DAY + 2 * MINUTE)
    assert await left_over(house) == []
    for node in house.nodes:
        node.desk.resume()
    await house.let(90)
    assert len(await confirmations(house)) == 1


async def test_many_who_stop_at_once_are_all_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chappe.engine.confirm._AT_ONCE", 3)
    await house.open()
    numbers = many(8)
    await house.take(numbers, **MARKETING)
    for number in numbers:
        house.link().hand_in(number, "36105", "STOP")
    await house.let(5)
    fates = [one.number for one in house.submits()][len(numbers) :]
    assert sorted(fates) == list(numbers)
    assert await house.balance() == CREDIT - 16 * PART

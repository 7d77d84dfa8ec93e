"""What is kept: found fast among many, forgotten in time, shown and erased when somebody asks."""

import time

from chappe.config import RetentionConfig
from chappe.engine import look
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.asked import CampaignWanted
from chappe.words.clock import DAY, HOUR
from chappe.words.lifecycle import Event, Reason, State
from chappe.words.order import Channel, Letter, Order
from tests.journeys.house import CREDIT, House, account, config, link, many, to

DELIVERED = (State.delivered, Reason.none)
RICH = (account("fred", balance=1_000_000_000),)


async def test_a_campaign_of_ten_thousand_is_found_fast_among_many(house: House) -> None:
    """E43: its status among 200,000 messages in less than 100 ms, by number and by reference."""
    await house.open(config(accounts=RICH))
    house.link().pause()  # they only have to be there
    for index in range(19):
        numbers = many(10_000, 33_612_000_000 + 10_000 * index)
        await house.take(numbers, channel=Channel.marketing)
        if index == 9:
            wanted = await house.take(
                many(10_000, 33_699_000_000), channel=Channel.marketing, reference="autumn"
            )
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    questions = [CampaignWanted(order=wanted.order), CampaignWanted(reference="autumn")] * 4
    times = []
    for question in questions:
        began = time.perf_counter()
        found = await look.campaign(house.node.desk, fred, "plain", question)
        times.append(time.perf_counter() - began)
        assert not isinstance(found, Refusal)
        assert [one.number for one in found.messages] == list(many(10_000, 33_699_000_000))
    assert min(times) < 0.1  # whoever else is on the machine can only add to it


async def test_texts_are_forgotten_before_records(house: House) -> None:
    """E44: a text after 90 days reads as empty; parts, prices and states stay 400 days."""
    await house.open()
    values = [{"$1": "Anne"}, {"$1": "Zoé"}]
    receipt = await house.take([to(40), to(41)], "Salut $1", values=values, tell=house.tell())
    began = house.clock.now()
    await house.let(5)
    before = [
        (one.state, one.reason, one.parts, one.price, one.number)
        for one in await house.messages(receipt)
    ]
    await house.leap(began + 89 * DAY, DAY)
    assert [one.text for one in await house.messages(receipt)] == ["Salut Anne", "Salut Zoé"]
    await house.leap(began + 91 * DAY, 12 * HOUR)
    after = await house.messages(receipt)
    assert [one.text for one in after] == ["", ""]
    assert [(one.state, one.reason, one.parts, one.price, one.number) for one in after] == before
    story = await house.node.store.number_story(to(41))
    assert [one.text for one in story["replies"]] == [""]
    await house.leap(began + 399 * DAY, DAY)
    assert await house.tally(receipt) == {"delivered": 2}
    await house.leap(began + 402 * DAY, 12 * HOUR)
    assert await house.messages(receipt) == []
    assert await house.node.store.order(receipt.order, 1) is None
    # What was paid stays in the books.
    assert await house.balance() == CREDIT - 800
    assert await house.node.store.audit() == []


async def test_what_is_still_under_way_is_not_forgotten(house: House) -> None:
    """E44: retention looks at age; a message scheduled for next year leaves with its text."""
    await house.open(config(retention=RetentionConfig(texts_days=41, records_days=400)))
    began = house.clock.now()
    due = began + 70 * DAY
    receipt = await house.take(many(1), "Bonne année", start=due)
    own = await house.take(many(1), "Bonne $1", values=[{"$1": "Anne"}], start=due)
    two = await house.take(many(2), "A $1", values=[{"$1": "B"}, {"$1": "C"}], start=due)
    each = await house.take(many(2), "", texts=["", "Fin"], start=due)
    await house.leap(due - HOUR, DAY)
    await house.leap(due + HOUR)
    assert await house.fates(receipt) == [DELIVERED]
    assert await house.fates(own) == [DELIVERED]
    assert await house.fates(two) == [DELIVERED] * 2
    assert await house.fates(each) == [DELIVERED] * 2
    texts = ["Bonne année", "Bonne Anne", "A B", "A C", "", "Fin"]
    assert [one.text for one in house.submits()] == texts
    await house.leap(due + 42 * DAY, DAY)
    assert [one.text for one in await house.messages(two)] == ["", ""]
    assert [one.text for one in await house.messages(each)] == ["", ""]


async def test_a_request_id_stays_used_as_long_as_its_record(house: House) -> None:
    """E44 E4: after the texts are gone it is refused still."""

    def order() -> Order:
        letter = Letter(text="Un", numbers=many(1), code="36105")
        return Order(dialect="plain", letters=[letter], request_id="abc")

    await house.open()
    began = house.clock.now()
    assert isinstance(await house.order(order()), Receipt)
    await house.leap(began + 399 * DAY, DAY)
    assert await house.order(order()) == Refusal((Trouble.duplicate,))
    await house.leap(began + 402 * DAY, 12 * HOUR)
    assert isinstance(await house.order(order()), Receipt)


async def test_all_that_is_known_of_a_number_can_be_shown_and_erased(house: House) -> None:
    """E44: messages, replies, opt-outs; afterwards the number is nowhere but on the list."""
    await house.open(config(links=(link("sim", window=500),)))
    number = to(40)
    first = await house.take([number, to(0)], "Bonjour $1", values=[{"$1": "Anne"}, {"$1": "Zoé"}])
    await house.take(many(300))
    second = await house.take([number], "Encore")
    await house.let(5)
    store = house.node.store
    story = await store.number_story(number)
    assert [(one.id, one.text) for one in story["messages"]] == [
        (second.first, "Encore"),
        (first.first, "Bonjour Anne"),
    ]
    assert {one.text for one in story["replies"]} == {"STOP"}
    assert [row[2] for row in story["opt_outs"]] == ["reply to 36105"]
    await store.erase_number(number)
    after = await store.number_story(number)
    assert (after["messages"], after["replies"]) == ([], [])
    assert after["opt_outs"] == story["opt_outs"]
    erased, other = await house.messages(first)
    assert (erased.number, erased.text, erased.state, erased.price) == (0, "", *DELIVERED[:1], 400)
    assert (other.number, other.text) == (to(0), "Bonjour Zoé")
    assert await house.balance() == CREDIT - 303 * 400


async def test_the_memory_of_callbacks_is_forgotten_with_its_message(house: House) -> None:
    """E44: calls and their tries."""
    await house.open(config(retention=RetentionConfig(texts_days=41, records_days=60)))
    house.ears.status["/fred"] = 500
    began = house.clock.now()
    receipt = await house.take(many(1), tell=house.tell(Event.final))
    await house.leap(began + 3 * DAY, HOUR)
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    store = house.node.store
    assert len(await store.calls(fred.id, 10)) == 1
    assert len(await store.attempts(receipt.first, 1)) > 5
    await house.leap(began + 62 * DAY, 12 * HOUR)
    assert await store.calls(fred.id, 10) == []
    await house.leap(began + 65 * DAY, 12 * HOUR)
    assert await store.attempts(receipt.first, 1) == []

"""Looking things up, and forgetting them when their time is over."""

import pytest

from chappe.store.contract import Move
from chappe.words.lifecycle import Happening, Reason, State
from chappe.words.order import Lists
from chappe.words.report import Arrival
from tests.store.office import EURO, NOW, NUMBER, PRICE, Office

FAR = 9000  # messages: more than two stretches of numbers


async def test_a_stretch_of_messages_is_read_in_pages(office: Office) -> None:
    await office.send(numbers=10)
    pages = [await office.store.messages(first, 8, 3) for first in (1, 4, 7)]
    assert await office.store.stretch(1, 8) == [one for page in pages for one in page]
    assert [[message.id for message in page] for page in pages] == [[1, 2, 3], [4, 5, 6], [7, 8]]


async def test_a_campaign_is_counted_by_state_and_reason(office: Office) -> None:
    first = await office.send(numbers=6, sending=2, bad={5: Reason.bad_number})
    moves = [Move(first + n, Happening.acknowledged, Reason.none, NOW) for n in range(4)]
    moves.append(Move(first, Happening.was_delivered, Reason.none, NOW))
    moves.append(Move(first + 1, Happening.was_undelivered, Reason.npai, NOW))
    await office.happen(*moves)
    await office.send(numbers=3)
    assert await office.store.tally(first, first + 5) == [
        [State.sending, 0, 1, 0],
        [State.sent, 0, 2, 0],
        [State.delivered, 0, 1, 0],
        [State.undelivered, Reason.npai, 1, 0],
        [State.refused, Reason.bad_number, 1, 0],
    ]


async def test_an_order_is_shown_to_its_account_alone(office: Office) -> None:
    await office.send()
    other = await office.enrol("other")
    assert await office.store.order(office.customer.account, 1) is not None
    assert await office.store.order(other.account, 1) is None
    assert await office.store.order(office.customer.account, 2) is None


async def test_a_reference_finds_its_newest_messages_first(office: Office) -> None:
    """E43: however many messages lie between them, and nobody else's."""
    mine = office.customer
    old = await office.send(refs=["x"])
    office.customer = await office.enrol("rich", 10_000 * EURO)
    await office.send(numbers=FAR, refs=["x"] + [f"y{n}" for n in range(1, FAR)])
    office.customer = mine
    middle = await office.send(refs=["x"])
    await office.keep(office.draft(office.letter(refs=["x"]), dialect="octopush"))
    new = await office.send(numbers=2, refs=["", "x"]) + 1

    async def ids(limit: int) -> list[int]:
        found = await office.store.messages_by_ref(mine.account, "highsms", "x", limit)
        return [message.id for message in found]

    assert await ids(9) == [new, middle, old]
    assert await ids(2) == [new, middle]
    assert await office.store.messages_by_ref(mine.account, "highsms", "z", 9) == []


async def test_a_letters_reference_finds_those_of_its_messages_that_have_none(
    office: Office,
) -> None:
    """H29: the newest first among those that bear it themselves, and nobody else's."""
    mine = office.customer
    some = ["y", "", *["y"] * FAR, ""]
    large = office.letter(numbers=len(some), ref="x", refs=some, price=0)
    await office.keep(office.draft(large))
    own = await office.send(refs=["x"])
    office.customer = await office.enrol("rich")
    await office.keep(office.draft(office.letter(ref="x")))
    office.customer = mine
    await office.keep(office.draft(office.letter(ref="x"), dialect="octopush"))
    pair = office.letter(numbers=2, ref="x")
    await office.keep(office.draft(office.letter(ref="z"), pair))

    async def ids(limit: int) -> list[int]:
        found = await office.store.messages_by_ref(mine.account, "highsms", "x", limit)
        return [message.id for message in found]

    last = large.first + len(some) - 1
    every = [pair.first + 1, pair.first, own, last, large.first + 1]
    assert [await ids(9), await ids(4), await ids(1)] == [every, every[:4], every[:1]]


async def test_how_far_a_letter_is_looked_through_is_bounded(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """H52: of a million recipients who all have a reference, few are read in vain."""
    monkeypatch.setattr("chappe.store.lookup._TOGETHER", 3)
    monkeypatch.setattr("chappe.store.lookup._LOOKED_THROUGH", 7)
    old = office.letter(numbers=4, ref="x", refs=["", "", "y", "y"])
    new = office.letter(numbers=4, ref="x", refs=["", "y", "y", "y"])
    await office.keep(office.draft(old, new))
    found = await office.store.messages_by_ref(office.customer.account, "highsms", "x", 9)
    assert [message.id for message in found] == [new.first, old.first + 1]


async def test_a_reference_finds_its_newest_orders_first(office: Office) -> None:
    """E43: likewise."""
    account = office.customer.account
    for reference, dialect in (("a", "highsms"), ("b", "highsms"), ("a", "octopush")):
        await office.send(reference=reference, dialect=dialect)
    office.orders = FAR
    await office.send(reference="a")
    found = await office.store.orders_by_ref(account, "highsms", "a", 9)
    assert [order["id"] for order in found] == [FAR + 1, 1]
    assert found[1] == await office.store.order(account, 1)
    assert len(await office.store.orders_by_ref(account, "highsms", "a", 1)) == 1


async def test_replies_are_read_back_to_a_time_the_newest_first(office: Office) -> None:
    await office.send()
    for n in range(4):
        await office.happen(arrivals=[Arrival(NUMBER, "36105", str(n), NOW + n)])
    found = await office.store.replies(office.customer.account, NOW + 1, 2)
    assert [reply.text for reply in found] == ["3", "2"]


async def test_all_that_is_kept_about_a_number_is_shown(office: Office) -> None:
    """E44: its messages, what it wrote, and who may not write to it."""
    first = await office.send()
    await office.send(numbers=[NUMBER + 1])
    last = await office.send()
    await office.happen(arrivals=[Arrival(NUMBER, "36105", "STOP", NOW)])
    await office.store.opt_out(0, [NUMBER], NOW + 1, "by hand")
    story = await office.store.number_story(NUMBER)
    assert [message.id for message in story["messages"]] == [last, first]
    assert [reply.text for reply in story["replies"]] == ["STOP"]
    assert story["opt_outs"] == [
        [0, NOW + 1, "by hand", Lists.stop],
        [office.customer.account, NOW, "reply to 36105", Lists.stop],
    ]


async def test_a_number_is_erased_and_its_wish_is_not(office: Office) -> None:
    """E44: who it was is forgotten, counters and prices stay; what still travels is left to end."""
    first = await office.send(
        numbers=[NUMBER, NUMBER + 1], texts=["à un", "à deux"], refs=["x", "y"]
    )
    travelling = await office.send()
    for happening in (Happening.acknowledged, Happening.was_delivered):
        await office.happen(*(Move(i, happening, Reason.none, NOW) for i in (first, first + 1)))
    await office.happen(arrivals=[Arrival(NUMBER, "36105", "STOP ou pas", NOW)])
    assert await office.store.erase_number(NUMBER) == 2
    story = await office.store.number_story(NUMBER)
    assert [message.id for message in story["messages"]] == [travelling]
    assert story["replies"] == []
    assert len(story["opt_outs"]) == 1
    erased, kept = await office.store.messages(first, first + 1, 2)
    assert (erased.number, erased.text, erased.ref, erased.price) == (0, "", "", PRICE)
    assert (kept.number, kept.text, kept.ref) == (NUMBER + 1, "à deux", "y")
    assert [reply.text for reply in await office.store.replies(erased.account, 0, 9)] == [""]
    assert await office.store.tally(first, first) == [[State.delivered, 0, 1, 0]]

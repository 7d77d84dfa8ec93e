"""Usage: exact at any moment, whether it is counted, remembered, or of what is kept no more."""

from typing import Any

import pytest

from chappe.store.contract import Move, PartRef, Used
from chappe.words import paris
from chappe.words.clock import DAY, HOUR, MINUTE
from chappe.words.lifecycle import Happening, Reason, State
from tests.store.office import LINK, NOW, PRICE, Office

TODAY = paris.day(NOW)
ABROAD = 4_915_112_345_678


def used(office: Office, state: State, messages: int, **more: Any) -> Used:
    facts = {"day": TODAY, "country": "FR", "link": "", "price": messages * PRICE, **more}
    return Used(
        account=office.customer.account,
        dialect="highsms",
        channel=0,
        state=int(state),
        messages=messages,
        parts=messages,
        **facts,
    )


async def send(office: Office, **wishes: Any) -> int:
    return await office.send(**{"happening": Happening.accepted, **wishes})


async def all_of(office: Office) -> list[Used]:
    return [*await office.store.used(0, TODAY + 1_000)]


async def remembered(office: Office, now: int = NOW + HOUR) -> int:
    count = 0
    while await office.store.count_one(now):
        count += 1
    return count


async def fill(office: Office, stretches: int = 5) -> None:
    """So that what is in the first ones may be remembered."""
    for _ in range(stretches * 2):
        await send(office, numbers=2_048, price=0)


async def test_nothing_was_used_at_first(office: Office) -> None:
    assert await all_of(office) == []
    assert await remembered(office) == 0


async def test_each_outcome_has_its_row_and_what_was_given_back_is_not_paid(
    office: Office,
) -> None:
    """By account, dialect, channel, country, link and outcome."""
    first = await send(office, numbers=3)
    await send(office, numbers=[ABROAD])
    await office.happen(
        Move(first, Happening.claimed),
        Move(first, Happening.acknowledged, at=NOW),
        Move(first, Happening.was_delivered, at=NOW),
        Move(first + 1, Happening.cancelled, at=NOW),
        refs=[PartRef(LINK, "a", first, 1)],
    )
    assert await all_of(office) == sorted(
        [
            used(office, State.delivered, 1, link=LINK),
            used(office, State.cancelled, 1, price=0),
            used(office, State.queued, 1),
            used(office, State.queued, 1, country="DE"),
        ],
        key=lambda one: (one.country, one.link, one.state),
    )


@pytest.mark.parametrize(("before", "day"), [(1, TODAY), (0, TODAY + 1)])
async def test_a_day_is_one_of_paris(office: Office, before: int, day: int) -> None:
    """The last moment of a day belongs to it, and the first one of the next does not."""
    await send(office, at=paris.at(TODAY + 1, 0) - before)
    assert [one.day for one in await all_of(office)] == [day]
    assert await office.store.used(day, day) == await all_of(office)
    assert await office.store.used(day + 1, day + 9) == []


async def test_what_is_remembered_is_what_would_be_counted(office: Office) -> None:
    """But not while orders come, nor of the newest: there more is written."""
    await fill(office)
    before = await all_of(office)
    assert await remembered(office, NOW + MINUTE) == 0
    assert await remembered(office) == 4
    assert await all_of(office) == before
    assert sum(one.messages for one in before) == 20_480


async def test_what_befalls_a_message_that_was_counted_is_counted(office: Office) -> None:
    """In the same moment; and remembered anew afterwards."""
    first = await send(office, numbers=10)
    await fill(office)
    await remembered(office)
    await office.happen(Move(first, Happening.cancelled, at=NOW))
    assert used(office, State.cancelled, 1, price=0) in await all_of(office)
    await office.claim(5)
    states = {one.state: one.messages for one in await all_of(office)}
    assert states == {State.cancelled: 1, State.sending: 5, State.queued: 20_490 - 6}
    assert await remembered(office) == 1
    assert {one.state: one.messages for one in await all_of(office)} == states


async def test_a_start_forgets_nothing_that_was_counted(office: Office) -> None:
    """And what changes after it is counted like before."""
    first = await send(office, numbers=10)
    await fill(office)
    await remembered(office)
    before = await all_of(office)
    await office.reopen()
    assert await all_of(office) == before
    await office.happen(Move(first, Happening.cancelled, at=NOW))
    assert used(office, State.cancelled, 1, price=0) in await all_of(office)


async def test_what_is_dropped_stays_counted(office: Office) -> None:
    """For as long as anybody asks, to the message and the cent."""
    first = await send(office, numbers=3)
    await office.happen(*[Move(first + n, Happening.cancelled, at=NOW) for n in range(2)])
    await office.happen(Move(first + 2, Happening.claimed))
    await office.happen(
        Move(first + 2, Happening.acknowledged, at=NOW),
        Move(first + 2, Happening.was_delivered, at=NOW),
        refs=[PartRef(LINK, "a", first + 2, 1)],
    )
    before = await all_of(office)
    for _ in range(20):
        await office.store.forget(NOW + DAY, NOW + DAY, NOW + DAY, 2)
    assert await office.store.messages(0, 1 << 40, 10) == []
    assert (
        await all_of(office)
        == before
        == [
            used(office, State.cancelled, 2, price=0),
            used(office, State.delivered, 1, link=LINK),
        ]
    )


async def test_an_erased_number_has_no_country(office: Office) -> None:
    """Not even where it was counted before."""
    first = await send(office, numbers=[ABROAD])
    await office.happen(Move(first, Happening.cancelled, Reason.none, NOW))
    await fill(office)
    await remembered(office)
    await office.store.erase_number(ABROAD)
    gone = [one for one in await all_of(office) if one.state == State.cancelled]
    assert gone == [used(office, State.cancelled, 1, price=0, country="")]


async def test_numbers_that_nobody_had_are_counted_at_once(office: Office) -> None:
    """They leap by ten millions after a restore, which are 2,441 stretches."""
    await fill(office)
    office.leap(10_000_000)
    await fill(office)
    before = await all_of(office)
    assert 5 < await remembered(office) < 20
    assert await all_of(office) == before
    assert await remembered(office) == 0

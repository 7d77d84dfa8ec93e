"""A node says whether anything goes on that does not wait for the clock."""

import asyncio

from tests.journeys.ears import HANG
from tests.journeys.house import House, to


async def test_a_node_at_rest_is_quiet_until_something_works_in_the_background(
    house: House,
) -> None:
    await house.open()
    assert house.node.is_quiet()
    done = asyncio.Event()
    house.node.desk.background(done.wait())
    assert not house.node.is_quiet()
    done.set()
    await house.settle()
    assert house.node.is_quiet()


async def test_a_node_with_a_batch_open_is_not_quiet(house: House) -> None:
    await house.open()
    waiting = asyncio.ensure_future(house.node.store.settled())
    await asyncio.sleep(0)
    assert not house.node.is_quiet()
    assert await waiting
    assert house.node.is_quiet()


async def test_a_node_whose_batch_is_being_committed_is_not_quiet(house: House) -> None:
    """A clock that went on meanwhile would have made late what that commit brings."""
    await house.open()
    store = house.node.store
    waiting = asyncio.ensure_future(store.settled())
    for _ in range(2):  # it is asked, and the batch is handed over
        await asyncio.sleep(0)
    is_open, is_kept = bool(store.batch), waiting.done()
    assert (is_open, is_kept, house.node.is_quiet()) == (False, False, False)
    assert await waiting
    assert house.node.is_quiet()


async def test_a_node_with_something_to_tell_is_not_quiet_before_anybody_looked(
    house: House,
) -> None:
    await house.open()
    house.node.notify.over([])
    assert not house.node.is_quiet()
    await house.settle()
    assert house.node.is_quiet()


async def test_a_call_in_flight_is_not_quiet_unless_nobody_answers_it(house: House) -> None:
    await house.open()
    house.ears.status["/fred"] = HANG
    await house.take([to(1)], tell=house.tell(path="/fred"))
    await house.let(2)
    hanging = house.ears.hanging
    assert hanging > 0
    assert not house.node.is_quiet()
    assert house.node.is_quiet(unanswered=hanging)

"""Numbers of nodes that share a database: in order to a beat, dense, and drawn seldom.

In: blocks over a counter that several draw from. Promise: what is asserted of many orders is
asserted of each number that was given.
"""

import asyncio
from itertools import pairwise
from typing import Any, cast

import pytest

from chappe.engine.blocks import Blocks
from chappe.store.contract import Store, StoreAway


class _Counters:
    """The store, as far as numbers go."""

    def __init__(self, *, is_shared: bool = True) -> None:
        self.is_shared = is_shared
        self.drawn = {"order": 1, "message": 1}
        self.draws = 0
        self.is_away = False

    async def draw(self, name: str, count: int) -> int:
        await asyncio.sleep(0)
        if self.is_away:
            raise StoreAway
        self.draws += 1
        first = self.drawn[name]
        self.drawn[name] += count
        return first

    def node(self) -> Blocks:
        return Blocks(cast(Store, cast(Any, self)))


async def _beat(counters: _Counters, *nodes: Blocks) -> None:
    for node in nodes:
        node.hear_of(dict(counters.drawn))
    for _ in range(4):  # what that began to draw is there
        await asyncio.sleep(0)


async def _take(node: Blocks, messages: int = 1) -> tuple[int, int]:
    return node.at_hand(messages) or await node.take(messages)


@pytest.mark.parametrize("load", [1, 3, 40, 5_000])
async def test_what_is_taken_a_beat_later_is_higher(load: int) -> None:
    counters = _Counters()
    nodes = [counters.node(), counters.node()]
    last, given = (0, 0), []
    for second in range(12):
        taken = [await _take(nodes[(n + second) % 2]) for n in range(load)]
        assert min(order for order, _ in taken) > last[0]
        assert min(message for _, message in taken) > last[1]
        last = max(order for order, _ in taken), max(message for _, message in taken)
        given += taken
        await _beat(counters, *nodes)
    for numbers in zip(*given, strict=True):
        assert len({*numbers}) == len(given)


async def test_under_load_few_numbers_are_lost_and_few_are_drawn_at_a_time() -> None:
    """Two nodes that take 1,000 orders of three a second each."""
    counters = _Counters()
    nodes = [counters.node(), counters.node()]
    for _ in range(3):
        for _ in range(1_000):
            for node in nodes:
                await _take(node, 3)
        await _beat(counters, *nodes)
    before, draws = dict(counters.drawn), counters.draws
    for _ in range(10):
        for _ in range(1_000):
            for node in nodes:
                assert node.at_hand(3)
            await asyncio.sleep(0)  # what is drawn ahead comes meanwhile
        await _beat(counters, *nodes)
    assert counters.drawn["message"] - before["message"] <= 10 * 2 * (3_000 * 3 // 2 + 2)
    assert counters.drawn["order"] - before["order"] <= 10 * 2 * (1_000 * 3 // 2 + 2)
    assert counters.draws - draws <= 10 * 2 * 2


async def test_one_node_alone_gives_nothing_up() -> None:
    counters = _Counters()
    node = counters.node()
    orders = []
    for _ in range(50):
        orders += [(await _take(node))[0] for _ in range(7)]
        await _beat(counters, node)
    assert orders == [*range(1, 351)]


async def test_what_comes_all_at_once_to_an_idle_node_is_drawn_for_together() -> None:
    counters = _Counters()
    node = counters.node()
    taken = await asyncio.gather(*[_take(node, 2) for _ in range(1_000)])
    assert len({order for order, _ in taken}) == 1_000
    assert len({message for _, message in taken}) == 1_000
    assert counters.draws <= 10


async def test_what_comes_one_by_one_to_an_idle_node_is_drawn_in_growing_blocks() -> None:
    counters = _Counters()
    node = counters.node()
    for _ in range(1_000):
        await _take(node)
    assert counters.draws <= 2 * 12


async def test_a_lone_order_uses_up_few_numbers_and_idle_nodes_none() -> None:
    counters = _Counters()
    nodes = [counters.node(), counters.node()]
    for node in nodes:
        await _take(node)
    await _beat(counters, *nodes)
    await _beat(counters, *nodes)
    after = dict(counters.drawn)
    assert max(after.values()) <= 1 + 2 * 5
    for _ in range(10):
        await _beat(counters, *nodes)
    assert counters.drawn == after


async def test_a_draw_that_fails_is_done_again() -> None:
    counters = _Counters()
    first, second = counters.node(), counters.node()
    await _take(first)
    await _take(second)
    counters.is_away = True
    await _beat(counters, first)
    with pytest.raises(StoreAway):
        await asyncio.gather(*[_take(first) for _ in range(9)])
    counters.is_away = False
    await _beat(counters, first)
    assert (await _take(first))[0] > (await _take(second))[0]


async def test_numbers_that_the_database_forgot_are_given_no_more() -> None:
    """A failover may lose what was drawn last: the standby has another order's numbers next."""
    counters = _Counters()
    node = counters.node()
    for _ in range(100):
        await _take(node)
    counters.drawn = {"order": 50, "message": 50}
    await _beat(counters, node)
    orders = [(await _take(node))[0] for _ in range(20)]
    assert orders == [*range(50, 70)]


async def test_a_node_whose_file_is_its_own_hears_of_nothing() -> None:
    counters = _Counters(is_shared=False)
    node = counters.node()
    assert await _take(node) == (1, 1)
    node.hear_of({"order": 9_000_000, "message": 9_000_000})
    assert await _take(node) == (2, 2)
    assert counters.drawn == {"order": 4_001, "message": 20_001}


async def test_what_is_taken_after_a_vast_order_is_higher() -> None:
    """E32: a reply is tied to what was sent last, whatever came in one order before; and nothing
    that is left is lost."""
    counters = _Counters(is_shared=False)
    node = counters.node()
    taken = [(await _take(node, count), count) for count in (1, 15_000, 1, 3, 30_000, 9_000, 1, 1)]
    firsts = [first for (_, first), _ in taken]
    assert firsts == [1, 2, 15_002, 15_003, 15_006, 45_006, 54_006, 54_007]


async def test_vast_orders_at_once_and_others_beside_them_share_no_number() -> None:
    counters = _Counters(is_shared=False)
    node = counters.node()
    counts = [1, 12_000, 7, 25_000, 9_999, 1, 40_000, 3] * 5
    firsts = await asyncio.gather(*[_take(node, count) for count in counts])
    given = sorted((first, first + count) for (_, first), count in zip(firsts, counts, strict=True))
    assert all(end <= begin for (_, end), (begin, _) in pairwise(given))

"""Clearing: what is large goes some at a time."""

import asyncio
import itertools

from chappe.engine.clear import clear


async def test_others_have_their_turn_while_much_goes() -> None:
    """E23: ten thousand letters in one step would hold everybody up."""
    much, more, fixed = [*range(1_000)], [*range(300)], (1, 2)
    sizes: list[int] = []
    clearing = asyncio.ensure_future(clear([much, fixed, more]))
    while not clearing.done():
        await asyncio.sleep(0)
        sizes.append(len(much) + len(more))
    assert (much, more, fixed) == ([], [], (1, 2))
    assert max(before - after for before, after in itertools.pairwise(sizes)) <= 200

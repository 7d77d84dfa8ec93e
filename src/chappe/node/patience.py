"""Patience: how long a node that stops waits for what is under way.

In: a condition, and a bound. Out: nothing; the one or the other has come.
"""

import asyncio
from collections.abc import Callable

_STEP_S = 0.02


async def until(condition: Callable[[], bool], seconds: float) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not condition() and loop.time() < end:  # noqa: ASYNC110, once, at the end of a life
        await asyncio.sleep(_STEP_S)

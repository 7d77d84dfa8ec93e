"""Mails that nobody honest writes, by the million, through the real door to a whole node.

In: how many, a seed. Out: what was measured. Promise: each is taken, none is a fault, only what is
answered by a receipt is kept, no secret is logged, and once it is warm the process does not grow.
"""

import asyncio
import random
import tempfile
import time
from pathlib import Path

from tests.doors.test_door_fuzz import besieged_in, listening, volleys
from tests.torture.broken import demand
from tests.torture.smpp_fuzz import GROWTH_MAX_MB, resident

_WARM = 0.1  # of all inputs


async def mail_fuzz(inputs: int, seed: str) -> str:
    """All of them to Octopush, which is who takes mail."""
    return await asyncio.to_thread(_fuzz, inputs, random.Random(seed))


def _fuzz(inputs: int, chance: random.Random) -> str:
    begun, warm = time.monotonic(), int(inputs * _WARM)
    with tempfile.TemporaryDirectory() as place, besieged_in(Path(place)) as (siege, run):
        with listening(siege):
            run(volleys(siege, warm, chance))
            before = resident()
            run(volleys(siege, inputs - warm, chance))
        demand(siege.unbalanced() == 0, "every purse is the sum of its entries")
        grew = (resident() - before) / 1e6
    demand(grew < GROWTH_MAX_MB, f"the process grew by {grew:.0f} MB")
    took = time.monotonic() - begun
    return f"{inputs:,} mails in {took:.0f} s; no fault; grew by {max(0.0, grew):.1f} MB"

"""Who did it: the one request of a seeded attack that does harm, found again on servers of its own.

In: an attack's name and seed, and numbers of batches near the harm. Out: the request's octets, as
Python would write them. Promise: what is printed was seen to do harm alone, or it says otherwise.
"""

import asyncio
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from tests.torture.attack.documents import documents_of
from tests.torture.attack.field import Field, field
from tests.torture.attack.good import opened
from tests.torture.attack.heads import heads_of
from tests.torture.attack.hurl import Orders
from tests.torture.attack.promises import TRACE
from tests.torture.attack.volley import FAULT, Bend, Silence, volley

BENDS: Final[Mapping[str, Bend]] = {"heads": heads_of, "documents": documents_of}
_AROUND: Final = 400  # batches before and after those that are named
_HEALTH: Final = b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"
_HEALTH_S, _SILENCE_S = 2.0, 4.0
_ADDRESS: Final = "127.0.0.5"
_SAME: Final = re.compile(rb"(.{1,4}?)\1{19,}", re.DOTALL)


async def found_again(name: str, seed: str, near: Collection[int]) -> str:
    """What did it; empty where nothing is to be looked for."""
    if not near or name not in BENDS:
        return ""
    bend = BENDS[name]
    around = range(max(0, min(near) - _AROUND), max(near) + _AROUND)
    for suspects in (sorted(near), around):
        number = await _first_that_harms(seed, [bend(seed, n) for n in suspects])
        if number is not None:
            batch = suspects[number]
            return await _alone(seed, batch, bend(seed, batch))
    return f"something near the batches {sorted(near)} of seed {seed!r}, which did none again"


async def _alone(seed: str, number: int, batch: Sequence[bytes]) -> str:
    place = await _first_that_harms(seed, [[request] for request in batch])
    if place is None:
        return f"batch {number} of seed {seed!r}, as a whole"
    return f"{shown(batch[place])}, which is request {place} of batch {number} of seed {seed!r}"


async def _first_that_harms(seed: str, batches: Sequence[Sequence[bytes]]) -> int | None:
    async with field(0) as ground:
        orders = Orders("", seed, 0, 1, 1e9, 0, 1.0, 1, ground.ports, "", "")
        for number, batch in enumerate(batches):
            try:
                if FAULT in await asyncio.to_thread(volley, orders, number, batch, _SILENCE_S):
                    return number
            except Silence:
                return number
            if await _harmed(ground):
                return number
    return None


async def _harmed(ground: Field) -> bool:
    if TRACE.search(ground.new_words()):
        return True
    try:
        async with asyncio.timeout(_HEALTH_S):
            line = await opened(ground.ports["http"], _ADDRESS)
            try:
                return (await line.ask(_HEALTH)).status != 200
            finally:
                line.close()
    except (OSError, EOFError, TimeoutError):
        return True


def shown(octets: bytes) -> str:
    """As Python would write them, long runs as products."""
    told, at = [], 0
    for run in _SAME.finditer(octets):
        told += [repr(octets[at : run.start()])] if run.start() > at else []
        told.append(f"{run[1]!r} * {len(run[0]) // len(run[1])}")
        at = run.end()
    told += [repr(octets[at:])] if octets[at:] or not told else []
    return " + ".join(told)

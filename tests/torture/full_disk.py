"""A full disk: no file of the server may grow any more, in the middle of load.

In: a seed. Out: the judge's figures. Promise: requests are answered 'not now', nothing is half
kept; with room again all goes on, in the same server as well as in the next one.
"""

from pathlib import Path

from tests.torture.broken import none_of
from tests.torture.judge import Figures
from tests.torture.run import BOTH, SQLITE, Run, run

_SOME = 300  # messages
_REFUSALS = 40
_ROOM = 64 * 1024  # how much more the largest file may grow


async def full_disk(seed: str) -> Figures:
    """Twice: the room comes back by itself, and by a new start."""
    async with run(SQLITE, BOTH, seed) as at_work:
        server = await at_work.here.serve()
        await at_work.answered(_SOME)
        server.limit(_largest(at_work.here.place) + _ROOM)
        await at_work.refused(_REFUSALS)
        server.limit(-1)
        await at_work.answered(_SOME)
        server.limit(_largest(at_work.here.place) + _ROOM)
        await at_work.refused(_REFUSALS)
        _all_not_now(at_work)
        # What the operator answered and the store could not keep is in doubt after this.
        await server.end()
        await at_work.here.serve()
        await at_work.answered(_SOME)
        return await at_work.verdict(kills=1)


def _largest(place: Path) -> int:
    return max(file.stat().st_size for file in place.iterdir())


def _all_not_now(at_work: Run) -> None:
    wrong = [
        refused
        for refused in at_work.customer.refused
        if refused.answer.status != 503 or b"ERROR_UNKNOWN" not in refused.answer.body
    ]
    none_of(wrong, "what can't be kept now is answered 503 and ERROR_UNKNOWN")

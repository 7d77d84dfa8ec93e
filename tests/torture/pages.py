"""All pages of conformance, played in pieces on PostgreSQL, and against two nodes asked in turn.

In: which pages. Out: how many cases were played. Promise: each page is as true there as on SQLite;
and whatever one node answered holds when the next request reaches the other, but for the rows of
`APART`. Short forms stand in `tests/conformance`.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

from tests.conformance.apart import reason_of
from tests.conformance.grounds import Ground, Grounds
from tests.conformance.house import House, Reached, open_house
from tests.conformance.pages import PAGES, Case, cases_of
from tests.conformance.play import play
from tests.conformance.street import open_street
from tests.store.server import Server
from tests.torture.broken import none_of

_SHOWN = 2_000
_Opened = Callable[[Ground, str], AbstractAsyncContextManager[House]]


async def pages_postgres(pages: Iterable[Path] = PAGES) -> str:
    """Case by case, each request in pieces."""
    cases = [case for page in pages for case in cases_of(page)]
    broken = await _all(cases, partial(open_house, reached=Reached()), pieces=True)
    none_of(broken, "each page is true on PostgreSQL")
    return f"{len(cases):,} cases played"


async def pages_two_nodes(pages: Iterable[Path] = PAGES) -> str:
    """All that happens on them, case by case."""
    cases = [case for page in pages for case in cases_of(page)]
    alike = [case for case in cases if not reason_of(case)]
    none_of(await _all(alike, open_street, pieces=False), "each page is true of two nodes")
    return f"{len(alike):,} cases played, {len(cases) - len(alike)} are each node's own"


async def _all(cases: Sequence[Case], opened: _Opened, *, pieces: bool) -> list[str]:
    """What is wrong with them."""
    place, database = (Path(tempfile.mkdtemp(prefix="chappe-torture-pages-")) for _ in range(2))
    server = Server(database)
    grounds = Grounds(place, server)
    try:
        found = [await _played(case, grounds, opened, pieces=pieces) for case in cases]
    finally:
        server.remove()
        for one in (place, database):
            shutil.rmtree(one, ignore_errors=True)
    return [said for said in found if said]


async def _played(case: Case, grounds: Grounds, opened: _Opened, *, pieces: bool) -> str:
    """'' where it went as its page has it."""
    try:
        async with grounds.lay(case.accounts) as ground, opened(ground, case.scene) as house:
            await play(case, house, pieces=pieces)
    except (AssertionError, TimeoutError) as fault:
        return f"{case.page}: {case.name}: {str(fault)[:_SHOWN] or type(fault).__name__}"
    return ""

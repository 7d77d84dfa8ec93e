"""All pages of conformance, played against two nodes that are asked in turn.

In: which pages. Out: how many cases were played. Promise: whatever one node answered holds when the
next request reaches the other, but for the rows of `APART`. Its short form stands in
`tests/conformance/test_two_nodes.py`.
"""

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.conformance.apart import reason_of
from tests.conformance.grounds import Grounds
from tests.conformance.pages import PAGES, Case, cases_of
from tests.conformance.play import play
from tests.conformance.street import open_street
from tests.store.server import Server
from tests.torture.broken import none_of

_SHOWN = 2_000


async def pages_two_nodes(pages: Iterable[Path] = PAGES) -> str:
    """All that happens on them, case by case."""
    place, database = (Path(tempfile.mkdtemp(prefix="chappe-torture-pages-")) for _ in range(2))
    server = Server(database)
    grounds = Grounds(place, server)
    try:
        cases = [case for page in pages for case in cases_of(page)]
        alike = [case for case in cases if not reason_of(case)]
        broken = [said for case in alike if (said := await _played(case, grounds))]
    finally:
        server.remove()
        for one in (place, database):
            shutil.rmtree(one, ignore_errors=True)
    none_of(broken, "each page is true of two nodes")
    return f"{len(alike):,} cases played, {len(cases) - len(alike)} are each node's own"


async def _played(case: Case, grounds: Grounds) -> str:
    """'' where it went as its page has it."""
    try:
        async with grounds.lay(case.accounts) as ground, open_street(ground, case.scene) as house:
            await play(case, house, pieces=False)
    except (AssertionError, TimeoutError) as fault:
        return f"{case.page}: {case.name}: {str(fault)[:_SHOWN] or type(fault).__name__}"
    return ""

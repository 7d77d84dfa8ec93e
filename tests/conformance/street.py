"""Two nodes on one PostgreSQL for one case: every request reaches the next of them in turn.

In: a case's ground. Out: a house whose doors take turns. Promise: both have one clock, one key and
one customer; all is quiet only once each has heard what the other told it; nobody is over because
a test took long, and the simulated network, whose log lies with one node, stays with that one.
"""

import contextlib
import shutil
from collections.abc import AsyncIterator

import pytest

from chappe.node.directory import KEY
from tests.conformance.grounds import Ground
from tests.conformance.house import House, Reached, opened_nodes
from tests.nodes.wire import as_one


@contextlib.asynccontextmanager
async def open_street(ground: Ground, scene: str) -> AsyncIterator[House]:
    """Two nodes on a ground of PostgreSQL, as the scene has them."""
    beside = ground.data.with_name(f"{ground.data.name}-beside")
    beside.mkdir()
    shutil.copy(ground.data / KEY, beside)
    with pytest.MonkeyPatch.context() as patch:
        wire = as_one(patch)
        places = (ground.data, beside)
        async with opened_nodes(ground, scene, Reached(), places) as (nodes, clock, customer):
            yield House(nodes, clock, customer, ground.taken, wire.standing)
    shutil.rmtree(beside)

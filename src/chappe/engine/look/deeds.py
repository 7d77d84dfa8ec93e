"""Looking at what was done by hand.

In: whose affairs may be seen, and a place. Out: deeds, the newest first. Promise: whoever sees some
accounts is told what was done to these, and of nothing else.
"""

from collections.abc import Sequence

from chappe.engine.desk import Desk
from chappe.engine.look.seen import Seen
from chappe.store.contract.staff import Deed


async def deeds(desk: Desk, seen: Seen, before: int, most: int) -> Sequence[Deed]:
    """Those before one of them. `seen` None: all."""
    if seen is None:
        return await desk.store.deeds(0, before, most)
    return await desk.store.deeds_among(sorted(seen), before, most)

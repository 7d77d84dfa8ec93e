"""Nodes by hand: who lives on this database, and what each of them has.

In: nothing. Out: what is shown.
"""

from chappe.engine.attend import LINK, UPKEEP
from chappe.hands.shown import NothingMore, Shown
from chappe.node import Node


async def listing(node: Node, asked: NothingMore) -> Shown:
    """Each with its links, and whether it has the upkeep: the timers, and what is taken over."""
    has: dict[int, list[str]] = {}
    for tenure in await node.store.tenures():
        has.setdefault(tenure.node, []).append(tenure.what)
    alone = [UPKEEP, *(LINK + name for name in node.links)]
    rows = []
    for fellow in await node.store.fellows():
        held = has.get(fellow.id, []) if node.store.is_shared else alone
        rows.append(
            {
                "node": fellow.name or "this one",
                "life": fellow.id,
                "here": fellow.id == node.store.node,
                "links": [what.removeprefix(LINK) for what in held if what.startswith(LINK)],
                "upkeep": UPKEEP in held,
            }
        )
    return Shown(rows)

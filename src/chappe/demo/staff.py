"""The demo's operator: somebody who may see all of it in the console.

In: the demo's node. Out: nothing. Promise: whoever was added by hand stays.
"""

import asyncio
from typing import TYPE_CHECKING

from chappe.demo import OPERATOR, PASSWORD
from chappe.engine.accounts import HASHER
from chappe.store.contract.staff import StaffMember
from chappe.words.visitor import Role

if TYPE_CHECKING:
    from chappe.node import Node


async def let_in(node: "Node") -> None:
    """See to it that the operator may come in."""
    if not await node.store.staff(OPERATOR):
        hashed = await asyncio.to_thread(HASHER.hash, PASSWORD)
        member = StaffMember(OPERATOR, Role.operator, 0, hashed, node.clock.now())
        await node.store.put_staff(member)

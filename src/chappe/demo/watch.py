"""The demo's watch: a line for each change of a message that was sent here.

In: what commits bring. Out: lines. Promise: it follows some hundred messages at most, looks at the
store in a batch's wake and never in its way; under a load it skips, it does not slow.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from chappe.engine import look
from chappe.store.contract import Batch, Settled
from chappe.words import paris
from chappe.words.answer import Receipt
from chappe.words.lifecycle import FINAL, Reason, State

if TYPE_CHECKING:
    from chappe.node import Node

TOLD_ROOMS = ("chappe.doors", "chappe.callbacks")

_FOLLOWED_MAX = 200
_PAUSE_S = 0.01

_Standing = tuple[State, Reason]
_NEW: _Standing = (State.new, Reason.none)


def turned_away(line: str, at: int) -> str:
    """`16:03:01  refused   highsms push by demo ...`: what a door says that it did not do."""
    first, _, rest = line.partition(" ")
    return f"{paris.stamp(at, paris.DASHED)[11:]}  {first:8}  {rest}"


class Watch:
    """Follows what this node accepts from now on."""

    def __init__(self, node: "Node", say: Callable[[str], None]) -> None:
        self._node = node
        self._say = say
        self._known: dict[int, _Standing] = {}
        self._again = self._looking = False
        node.commits.listen(self)

    def settled(self, batch: Batch, settled: Settled) -> None:
        for answer in settled.answers:
            if isinstance(answer, Receipt):
                last = answer.first + min(answer.total, _FOLLOWED_MAX)
                self._known |= dict.fromkeys(range(answer.first, last), _NEW)
        while len(self._known) > _FOLLOWED_MAX:
            del self._known[next(iter(self._known))]
        self._again = bool(self._known)
        # What settles while all stops is not looked at: the store is closed behind it.
        if self._again and not self._looking and not self._node.desk.draining:
            self._looking = True
            self._node.desk.background(self._look())

    async def _look(self) -> None:
        try:
            while self._again:
                self._again = False
                for ident in tuple(self._known):
                    await self._see(ident)
                await asyncio.sleep(_PAUSE_S)
        finally:
            self._looking = False

    async def _see(self, ident: int) -> None:
        message = await look.message(self._node.desk, ident)
        known = self._known.get(ident)
        if message is None or known is None:
            return
        now = (message.state, message.reason)
        if now == known:
            return
        why = f" ({message.reason.name})" if message.reason else ""
        when = paris.stamp(self._node.clock.now(), paris.DASHED)[11:]
        to = f"+{message.number}" if message.number else message.given
        self._say(f"{when}  message   {ident}  {to}  {message.state.name}{why}")
        if message.state in FINAL:
            del self._known[ident]
        else:
            self._known[ident] = now

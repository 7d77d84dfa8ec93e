"""Nodes: who lives, and who has what.

In: intent-named calls from the engine. Out: words. Promise: a node is over by one statement, which
waits for none of its commits: what it is at meanwhile is kept before, or not at all.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Sequence
from typing import Any

from chappe.store.contract.nodes import AccountChange, Attendance, Fellow, Tenure
from chappe.store.lookup import one
from chappe.store.recent import Recent
from chappe.store.script import Ask, Run, Script
from chappe.words.clock import MINUTE, SECOND

FIRST_MS = 60 * SECOND  # for whoever only wants to write something, and never says that it lives
_SURE_MS = 10 * SECOND  # after which no commit is under way any more that began before
_ASKED_MS = 10 * MINUTE  # far longer than any living node has not asked for
_KEPT = 1_000  # nodes that are over and can still be looked at


class NodeIntents(ABC):
    """What a store does for nodes."""

    is_shared: bool
    node: int
    _recent: Recent

    @abstractmethod
    async def draw(self, name: str, count: int) -> int: ...

    @abstractmethod
    async def _do(self, script: Callable[[], Script], *, is_past_us: bool = True) -> Any: ...

    @abstractmethod
    async def _ask(self, name: str, *args: Any, type: Any = None) -> Any: ...

    @abstractmethod
    async def _beside(self, script: Callable[[], Script]) -> Any:
        """Run in a transaction that waits for no other of this node, and whether it lives or
        not."""

    @property
    def collisions(self) -> int:
        return 0

    async def enrol(self, name: str) -> None:
        """Begin. Whoever had the same name is over. Its number is drawn by the same script: lives
        are entered in their order, so that the last number tells whether there was another one."""

        def script() -> Script:
            ident = yield Ask("draw", ("node", 1))
            yield Run("end_namesakes", (name, ident))
            yield Run("enrol", (ident, name))
            yield Run("first_beat", (ident, FIRST_MS))
            yield Run("free_tenures")
            return ident

        self.node = int(await self._do(script, is_past_us=False))

    async def attend(self, said: str, for_ms: int, since: int, *, ends: bool) -> Attendance | None:
        def script() -> Script:
            was_late = bool((yield Ask("is_late", (self.node,))))
            if not (yield Run("beat", (self.node, for_ms, said), counted=True)):
                return None
            if ends and not was_late and (yield Run("end_lapsed", counted=True)):
                yield Run("free_tenures")
            return Attendance(
                (yield Ask("date")),
                was_late,
                (yield Ask("fellows", (), list[Fellow])),
                (yield Ask("tenures", (), list[Tenure])),
                (yield Ask("changes", (since, self.node, _SURE_MS), list[AccountChange])),
                (yield Ask("drawn")),
            )

        found: Attendance | None = await self._beside(script)
        return found

    async def safety(self) -> str:
        """How an acknowledged commit is kept from a machine that dies; '' where it is a file's."""
        return ""

    async def fellows(self) -> Sequence[Fellow]:
        found: list[Fellow] = await self._ask("fellows", type=list[Fellow])
        return found

    async def tenures(self) -> Sequence[Tenure]:
        found: list[Tenure] = await self._ask("tenures", type=list[Tenure])
        return found

    async def take(self, what: str) -> bool:
        step = Run("take", (what, self.node))
        is_ours = bool(await self._beside(lambda: one(step)))
        if is_ours:
            self._recent.clear()  # its operator may have given an id to others meanwhile
        return is_ours

    async def leave(self, what: str) -> None:
        await self._beside(lambda: one(Run("leave", (what, self.node))))

    async def resign(self) -> None:
        def script() -> Script:
            yield Run("resign", (self.node,))
            yield Run("free_tenures")

        await self._beside(script)

    @abstractmethod
    def listen(self, heard: Callable[[str], None]) -> None: ...

    @abstractmethod
    async def tell(self, said: str) -> None: ...

    async def left_nodes(self) -> Sequence[int]:
        found: list[int] = await self._ask("left_nodes")
        return found

    async def settle_nodes(self, nodes: Sequence[int]) -> None:
        def script() -> Script:
            yield Run("settle_nodes", (nodes,))
            yield Run("drop_pulses")
            yield Run("drop_nodes", (max(nodes) - _KEPT,))

        if nodes:
            await self._do(script, is_past_us=False)

    async def last_change(self) -> int:
        return int(await self._ask("last_change", _SURE_MS))

    async def tidy_nodes(self) -> None:
        await self._beside(lambda: one(Run("drop_changes", (_ASKED_MS,))))

    async def release_news(self) -> int:
        step = Run("release_news")
        return int(await self._do(lambda: one(step), is_past_us=False))

    # what others remember

    def _changed(self, *accounts: int, keys: Sequence[str] = ()) -> Generator[Any, Any, None]:
        """Have the others look at these anew."""
        if self.is_shared:
            rows = [(account, "") for account in accounts] + [(0, digest) for digest in keys]
            yield Run("note_changes", (rows, self.node))

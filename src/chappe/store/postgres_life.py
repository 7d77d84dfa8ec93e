"""A node's life as its transactions find it, and whether it writes alone.

In: transactions that begin. Out: their numbers. Promise: none of a node that is over, or that does
not find what it wrote last, comes to its end; that nobody else writes is found by each transaction
that relies on it, before it does.

Who is the only node that lives reads nothing of what it remembers again, and locks nothing. Any
other node must be entered before it writes, by a script that waits for our transaction; so the
number of the last life that was entered tells.
"""

from collections.abc import Callable, Sequence

import asyncpg

from chappe.store.contract import StoreAway
from chappe.store.postgres_posts import Posts
from chappe.store.recent import Recent

# A transaction is begun in its turn, and marked so that it can be found again, unless the node is
# over, or the database has not what the node wrote last: then an older copy was put in its place.
# Batches lock the rows that they share, and run beside each other; any other script was written as
# if nobody else wrote, and that is how it runs.
_TURN = 0x436861707065 + 2
_BATCH_TURN = f"SELECT pg_advisory_xact_lock_shared({_TURN})"
_SCRIPT_TURN = f"SELECT pg_advisory_xact_lock({_TURN})"
# With it, where nobody else lives: the last life that was entered.
_MARK = """
UPDATE node SET mark = $1 WHERE id = $2 AND over = 0 AND mark = $3
RETURNING pg_current_xact_id()::xid::text AS stamp, CASE
    WHEN NOT EXISTS (SELECT 1 FROM node o WHERE o.over < 2 AND o.id <> $2)
    THEN (SELECT max(id) FROM node) ELSE 0 END AS latest
"""
# The same while that is still the last one.
_MARK_ALONE = """
UPDATE node SET mark = $1 WHERE id = $2 AND over = 0 AND mark = $3
AND $4 = (SELECT max(id) FROM node)
"""
_LAST_MARK = "SELECT mark FROM node WHERE id = $1 FOR UPDATE"
_LIVES = "SELECT 1 FROM node WHERE id = $1 AND over = 0"


class Over(StoreAway):
    """This life of the node has ended, and whatever it held is not its any more."""


class Life:
    """The one that is lived; another one begins whenever `node` gives another number."""

    def __init__(self, node: Callable[[], int], recent: Recent) -> None:
        self.is_over = False
        self.last = 0  # what it wrote last
        self.told = 0  # the last one that is known to be durable
        self.is_alone = False  # as far as the transaction that is tried has found
        self._node = node
        self._recent = recent
        self._known = 0
        self._latest = 0  # the last life that was entered, while no other is lived; else 0

    async def begin(self, posts: Posts, number: int, *, is_batch: bool) -> int:
        """The transaction's number, which the rows that it writes will bear; 0 where nobody asks
        for it."""
        node = self._node()
        if node != self._known:
            self._known, self.last, self.told, self._latest = node, 0, 0, 0
        self.is_alone = False
        posts.post("BEGIN")
        posts.call(*(("turn", _BATCH_TURN) if is_batch else ("script_turn", _SCRIPT_TURN)))
        self.is_alone = await self._marks_alone(posts, number)
        self._recent.share(not self.is_alone)
        if not is_batch:
            self._recent.balances.clear()  # whatever it does
        return 0 if self.is_alone or not node else await self._mark(posts, number)

    async def _marks_alone(self, posts: Posts, number: int) -> bool:
        if self._latest:
            posts.call("mark_alone", _MARK_ALONE, (number, self._known, self.last, self._latest))
        return bool(await posts.send() and self._latest)

    async def _mark(self, posts: Posts, number: int) -> int:
        found: asyncpg.Record | None = await posts.connection.fetchrow(
            _MARK, number, self._known, self.last
        )
        if found is None:
            raise await self._end(posts)
        self._latest = found["latest"]
        return int(found["stamp"])

    def wrote(self, number: int) -> None:
        """That transaction is committed."""
        if self._known:
            self.last = number

    def tells(self, number: int) -> None:
        """... and durable."""
        self.told = number

    def doubt(self) -> None:
        """What was relied on may not be so."""
        self._latest = 0

    async def last_of(self, posts: Posts, sent: Sequence[int]) -> int | None:
        """The last that the database has of transactions whose COMMIT was sent; None: it knows no
        such life. It waits for the row, so that the old session's outcome is decided."""
        last: int | None = await posts.ask(_LAST_MARK, self._node())
        if self._known and last not in (self.told, *sent):
            raise await self._end(posts)
        self.last = last or 0
        return last

    async def _end(self, posts: Posts) -> Over:
        """Why its transactions end no more."""
        self.is_over = True
        if await posts.ask(_LIVES, self._known):
            return Over("the database is older than what this node has written: it was put back")
        return Over("others took this node to be over")

"""The hand that writes into PostgreSQL: statements run in one session, and another one makes sure
that they are on disk.

In: pieces of work, one after the other. Out: what each of them brought. Promise: nobody hears of a
piece before it is durable, and of each in its turn; a node that is over commits nothing, by the
very transaction that would; what a lost session left undone is done again, and nothing twice.

A COMMIT that waits for the disk (or for a standby) keeps a session from its next statement, and the
rows of a purse from other nodes. So pieces are committed without waiting, and another session then
commits a word that nobody reads, but waits: all that was committed before it is durable with it,
since a server writes its log in one order. Both sessions are opened together, before anything is
written: while the second one lives, its server has not forgotten what the first one committed.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Callable
from typing import Any

import asyncpg

from chappe.store.contract import Batch, StoreAway
from chappe.store.postgres_life import Life
from chappe.store.postgres_posts import Posts
from chappe.store.postgres_session import (
    CONNECT_S,
    LOST,
    Connection,
    away,
    flushing,
    sentence,
    writing,
)
from chappe.store.recent import Recent
from chappe.store.script import Script
from chappe.store.writer import Free, Outcome, Work

_PAUSE_S, _PAUSE_MAX_S = 0.1, 2.0
_AGAIN_S = (0.01, 0.05, 0.25, 1.0)
# What another node did meanwhile: what it wrote is there when it is tried again.
_AGAIN = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.UniqueViolationError,
)
_PATIENCE_S = 60.0  # for a server that may have committed: a failover is over by then
_MOST = 8  # pieces that are committed and not yet durable

_FLUSH = "SELECT pg_logical_emit_message(true, 'chappe', '')"


class _SessionDied(Exception):
    """And nothing of what it was at is kept."""


class _Piece:
    """A batch or a script on its way to the disk."""

    __slots__ = ("free", "is_committed", "is_sent", "number", "outcome", "value", "work")

    def __init__(self, number: int, work: Work, outcome: Outcome, free: Free) -> None:
        self.number = number
        self.work = work
        self.outcome = outcome
        self.free: Free | None = free
        self.value: Any = None
        self.is_sent = False  # its COMMIT, so that only the database knows what became of it
        self.is_committed = False

    def sends(self, value: Any) -> None:
        """Its COMMIT, with what it brought."""
        self.value, self.is_sent = value, True

    def was_refused(self) -> None:
        """What the server refused is not done."""
        self.is_sent = False

    def turned_out(self, is_there: bool = True) -> None:
        """Whether the database has it."""
        self.is_committed = is_there

    def end(self, fault: Exception | None = None) -> None:
        """It is told, and the next one may come."""
        self.outcome(None if fault else self.value, fault)
        self.let_on()

    def let_on(self) -> None:
        """The next one may come."""
        free, self.free = self.free, None
        if free is not None:
            free()


def _may_be_kept(fault: BaseException) -> bool:
    """Whether a COMMIT on its way may have been done. A server that says an error, as its last word
    too, has kept nothing; what the driver refused was never sent."""
    if isinstance(fault, asyncpg.PostgresConnectionError):
        return not isinstance(fault.__cause__, asyncpg.PostgresError)
    return isinstance(fault, OSError)


class PostgresHand:
    """All that one node writes, in its order. `demoted` hears that the server only reads now."""

    def __init__(
        self,
        url: str,
        name: str,
        script: Callable[[Work, int], Script],
        recent: Recent,
        node: Callable[[], int],
        demoted: Callable[[], Any],
    ) -> None:
        self.collisions = 0
        self._url = url
        self._name = name
        self._script = script
        self._recent = recent
        self._life = Life(node, recent)
        self._node = node
        self._demoted = demoted
        self._posts: Posts | None = None
        self._flusher: Connection | None = None
        self._pieces: deque[_Piece] = deque()  # of which nobody has heard yet
        self._number = secrets.randbits(61)  # no other node that was given this life has the same
        self._turn = asyncio.Lock()  # whoever uses the first session
        self._flushing: asyncio.Task[None] | None = None
        self._jobs: set[asyncio.Task[None]] = set()
        self._pause_s = 0.0
        self._closed_until = 0.0
        self._is_doubtful = False

    async def open(self) -> Connection:
        """The session that writes, before anything is asked of it."""
        self._closed_until = 0.0
        return (await self._session()).connection

    @property
    def is_over(self) -> bool:
        return self._life.is_over

    async def close(self) -> None:
        """After all was settled that can be."""
        if self._flushing is not None:
            self._flushing.cancel()
        self._give_up(StoreAway("the store is closed"))
        for connection in self._open():
            await connection.close(timeout=CONNECT_S)
        self._posts = self._flusher = None

    def drop(self) -> None:
        """Both sessions end: without the one, nobody knows what became of the other's."""
        for connection in self._open():
            connection.terminate()
        self._posts = self._flusher = None

    def _open(self) -> list[Connection]:
        writes = None if self._posts is None else self._posts.connection
        return [one for one in (writes, self._flusher) if one is not None]

    def take(self, work: Work, outcome: Outcome, free: Free) -> None:
        """One piece. `free` is called once the next one may come, `outcome` once it is durable."""
        self._number += 1
        piece = _Piece(self._number, work, outcome, free)
        self._pieces.append(piece)
        job = asyncio.get_running_loop().create_task(self._write(piece))
        self._jobs.add(job)
        job.add_done_callback(self._jobs.discard)

    async def _write(self, piece: _Piece) -> None:
        try:
            async with self._turn:
                await self._try(piece)
        except Exception as fault:  # the writer must live; who asked gets the fault
            if isinstance(fault, asyncpg.ReadOnlySQLTransactionError):
                await self._demoted()
            self._fail(piece, StoreAway(sentence(fault)) if away(fault) else fault)
        else:
            if len(self._pieces) <= _MOST:
                piece.let_on()
        self._wake()

    def _fail(self, piece: _Piece, fault: Exception) -> None:
        """Nothing came of it. Pieces before it may fail later: what happened in these is put before
        what happened in this one."""
        if piece in self._pieces:  # it may have been given up, where the store closes
            self._pieces.remove(piece)
            piece.end(fault)

    # committing

    async def _try(self, piece: _Piece) -> None:
        """Do it; again where nothing came of it, and another time may well be better."""
        is_renewed = False
        while True:
            try:
                await self._do(await self._session(), piece)
            except _SessionDied as death:
                # It may have died long ago, and nobody noticed until now.
                if is_renewed:
                    raise StoreAway(sentence(death.__cause__ or death)) from death
                is_renewed = True
            else:
                return

    async def _do(self, posts: Posts, piece: _Piece) -> None:
        is_careful = False
        pauses = iter(_AGAIN_S)
        while True:
            try:
                await self._transact(posts, piece, is_careful)
            except asyncpg.PostgresError as fault:
                self.collisions += isinstance(fault, _AGAIN)
                if self._life.is_alone:
                    self._life.doubt()  # it is done again with nothing taken for granted
                elif isinstance(fault, asyncpg.CharacterNotInRepertoireError) and not is_careful:
                    is_careful = True
                elif isinstance(fault, _AGAIN) and (pause := next(pauses, None)) is not None:
                    await asyncio.sleep(pause)
                else:
                    raise
            else:
                return

    async def _transact(self, posts: Posts, piece: _Piece, is_careful: bool) -> None:
        try:
            is_batch = isinstance(piece.work, Batch)
            stamp = await self._life.begin(posts, piece.number, is_batch=is_batch)
            value = await posts.play(self._script(piece.work, stamp), is_careful)
        except BaseException as fault:  # also when cancelled: nobody may find it half done
            await self._roll_back(posts)
            if isinstance(fault, LOST) and self._posts is not posts:
                raise _SessionDied from fault
            raise
        piece.sends(value)
        posts.post("COMMIT")
        try:
            await posts.send()
        except Exception as fault:  # nobody may find it half done
            if _may_be_kept(fault):
                self.drop()  # it is looked up in the next one
                return
            piece.was_refused()
            await self._roll_back(posts)
            if isinstance(fault, LOST) and self._posts is not posts:
                raise _SessionDied from fault
            raise
        piece.turned_out()
        self._life.wrote(piece.number)
        self._recent.kept()

    async def _roll_back(self, posts: Posts) -> None:
        posts.drop()
        try:
            await posts.connection.execute("ROLLBACK")
        except LOST:
            self.drop()

    # making sure

    def _wake(self) -> None:
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.get_running_loop().create_task(self._make_sure())

    async def _make_sure(self) -> None:
        """Until all pieces that are done are told of. Whoever waits for a server that is away waits
        so long and no longer."""
        loop = asyncio.get_running_loop()
        until = loop.time() + _PATIENCE_S
        while self._is_unsure():
            try:
                await self._flush()
                until = loop.time() + _PATIENCE_S
            except (*LOST, StoreAway, _SessionDied) as fault:
                self.drop()
                if loop.time() >= until:
                    async with self._turn:  # nobody is doing any of them again
                        self._give_up(StoreAway(sentence(fault.__cause__ or fault)))
                await asyncio.sleep(_PAUSE_S)

    def _is_unsure(self) -> bool:
        """Whether anything waits for the disk, or to be looked up."""
        if not self._pieces:
            return False
        first = self._pieces[0]
        return first.is_committed or (first.is_sent and self._posts is None)

    async def _flush(self) -> None:
        if self._posts is None or self._flusher is None:
            async with self._turn:
                await self._session()
        flusher = self._flusher
        if flusher is None:
            raise StoreAway("the session was lost")
        pieces = self._pieces
        sure = [piece for piece in pieces if piece.is_committed]
        self._is_doubtful = True
        while self._is_doubtful:
            self._is_doubtful = False
            await flusher.execute(_FLUSH)
        for piece in sure:
            pieces.remove(piece)
            self._life.tells(piece.number)
            piece.end()
        if len(pieces) <= _MOST:
            for piece in pieces:
                if piece.is_committed:
                    piece.let_on()

    def _give_up(self, fault: StoreAway) -> None:
        """What is there can't be learnt in time. If it is there after all, this life of the node is
        over: its mark says so. The last one first, as each puts what happened before what came
        after it."""
        for piece in reversed([piece for piece in self._pieces if piece.is_sent]):
            self._fail(piece, fault)

    # sessions

    async def _session(self) -> Posts:
        """The writing session; a lost one is replaced, with growing pauses between attempts, and
        what it left is done first."""
        if self._posts is not None and not self._posts.connection.is_closed():
            return self._posts
        loop = asyncio.get_running_loop()
        if loop.time() < self._closed_until:
            raise StoreAway("PostgreSQL is away")
        self.drop()
        try:
            self._posts = posts = Posts(await writing(self._url, self._name))
            self._flusher = await flushing(self._url, f"{self._name} flushes", posts.connection)
            self._flusher.add_log_listener(self._warned)
            await self._settle(posts)
        except BaseException:  # also when cancelled: nobody may find them half made
            self.drop()
            self._pause_s = min(_PAUSE_MAX_S, self._pause_s * 2 or _PAUSE_S)
            self._closed_until = loop.time() + self._pause_s
            raise
        self._pause_s = 0.0
        return posts

    def _warned(self, *_: object) -> None:
        """A wait for a standby that is called off ends with a warning alone."""
        self._is_doubtful = True

    async def _settle(self, posts: Posts) -> None:
        """What became of the pieces whose COMMIT was sent: the mark says which was the last that is
        there."""
        sent = [piece for piece in self._pieces if piece.is_sent]
        if not sent:
            return
        last = await self._life.last_of(posts, [piece.number for piece in sent])
        for piece in sent:
            piece.turned_out(last is not None and piece.number <= last)
        lost = [piece for piece in sent if not piece.is_committed]
        if lost:
            self._recent.doubt()
        for piece in lost:
            try:
                await self._do(posts, piece)
            except Exception as fault:  # what is no fault of the session is the piece's
                if isinstance(fault, _SessionDied) or away(fault):
                    raise
                self._fail(piece, fault)

"""Portioning: an order too large for one commit is kept portion by portion, and taken as a whole.

In: a draft that has everything but its place in the store. Out: a receipt or a refusal; then its
messages leave, in portions too. Promise: nobody's single message waits for more than a portion of
somebody else's order; before the one step that decides nothing of it is seen, paid or sent, and
what a dead node began and did not decide is removed.
"""

import asyncio
import logging
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from msgspec.structs import replace

from chappe.engine.desk import Desk
from chappe.store.contract import Batch, Draft, DraftLetter, Settled, StoreAway, begins_of
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.bulk import Dropped
from chappe.words.clock import SECOND

log = logging.getLogger("chappe.engine")

_ONE_COMMIT: Final = 2_000  # rows of letters and messages; they take some 20 ms
_PORTION: Final = 1_000  # likewise
_AT_ONCE: Final = 500  # messages let go, or removed
_AGAIN_MS: Final = 1 * SECOND
_BREATH_S: Final = 0.005  # at least, between two of these: single messages go first
_COLUMNS: Final = ("numbers", "given", "refs", "texts", "parts", "sending", "prices", "routes")
_T = TypeVar("_T")

Piece = Sequence[tuple[DraftLetter, int, int]]
"""Letters, or parts of them; the number of the whole letter; how many recipients that has."""


def is_large(total: int, letters: int) -> bool:
    """Whether one commit of so many messages and letters would keep everybody else waiting."""
    return total + letters > _ONE_COMMIT


async def keep_in_portions(desk: Desk, draft: Draft) -> Receipt | Refusal:
    """Keep all of it, then decide. Whoever asked may leave meanwhile: what is begun is ended."""
    told: asyncio.Future[Receipt | Refusal] = asyncio.get_running_loop().create_future()
    desk.background(_see_through(desk, draft, told))
    return await asyncio.shield(told)


async def _see_through(desk: Desk, draft: Draft, told: "asyncio.Future[Receipt | Refusal]") -> None:
    began: Dropped | None = None
    answer: Receipt | Refusal
    try:
        began = await desk.store.take_up(draft.account, "", draft.at, 0)
        answer = await _keep(desk, began, draft)
    except StoreAway:
        answer = Refusal((Trouble.not_now,))
    except Exception:  # of ours; whoever asked gets an answer, and nothing of it stays
        log.exception("an order could not be kept")
        desk.counts["faults"] += 1
        answer = Refusal((Trouble.fault,))
    if not told.done():
        told.set_result(answer)
    if began is not None:
        await _end(desk, began)


async def _keep(desk: Desk, began: Dropped, draft: Draft) -> Receipt | Refusal:
    shelf = desk.store
    await shelf.attempt(began.id, draft.id, draft.first, draft.total)
    for piece in pieces(draft):
        await shelf.keep_piece(draft, piece)
    if desk.draining:
        return Refusal((Trouble.draining,))
    answer = await shelf.decide(began.id, draft, *begins_of(draft.letters))
    decided(desk, draft, answer)
    return answer


def decided(desk: Desk, draft: Draft, answer: Receipt | Refusal) -> None:
    """Whoever hears of commits hears of this one: it was as good as any that keeps an order."""
    batch = Batch()
    batch.drafts.append(draft)
    desk.commits.settled(batch, Settled(answers=[answer]))


async def resume(desk: Desk) -> None:
    """End what a node that is no more began; what this one is at goes on."""
    for began in await desk.store.left_portions():
        await _end(desk, began)


async def _end(desk: Desk, began: Dropped) -> None:
    """Let its messages go, or remove them, however often the store is away meanwhile; what is left
    when all stops is the next start's."""
    try:
        began = await as_kept(desk, began)
        if not began.taken:
            await remove(desk, began)
        elif not await let_go(desk, began):
            return
        await desk.store.drop_over(began.id)
    except StoreAway:
        if not desk.draining:
            desk.clock.later(_AGAIN_MS, lambda: desk.background(_end(desk, began)))


async def as_kept(desk: Desk, began: Dropped) -> Dropped:
    """The same with its progress as the store has it now."""
    found = {one.id: one for one in await desk.store.dropped()}
    return found.get(began.id, began)


async def let_go(desk: Desk, began: Dropped) -> bool:
    """Let the rest of an order go that was taken: its messages leave when they may. Whether all
    are gone."""
    gone = began.gone
    while gone < began.total and not desk.draining:
        rest = replace(began, gone=gone)
        gone, queues = await breathe(desk.store.let_go(rest, _AT_ONCE, desk.clock.now()))
        desk.dispatch.lined_up(queues)
        due = await desk.store.next_scheduled()
        if due:
            desk.expect(due)
    return gone >= began.total


async def remove(desk: Desk, began: Dropped) -> None:
    """Remove all that is kept of an order that was not taken."""
    last = began.first + began.total - 1
    left = began.total
    while left:
        left = await breathe(desk.store.remove_pieces(began.first, last, _AT_ONCE))


async def breathe(work: Awaitable[_T]) -> _T:
    """Do some work, then leave the store to others for as long as it took."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    found = await work
    await asyncio.sleep(max(_BREATH_S, loop.time() - begun))
    return found


def pieces(draft: Draft) -> Iterator[Piece]:
    """All of an order, a bounded number of rows at a time."""
    piece: list[tuple[DraftLetter, int, int]] = []
    room = _PORTION
    for letter in draft.letters:
        total = len(letter.numbers)
        for part in _cut(letter, room):
            piece.append((part, letter.first, total))
            room -= 1 + len(part.numbers)
            if room <= 1:
                yield piece
                piece, room = [], _PORTION
    if piece:
        yield piece


def _cut(letter: DraftLetter, room: int) -> Iterator[DraftLetter]:
    """A letter in parts: the first fits into the room, the others into portions of their own."""
    total, start = len(letter.numbers), 0
    end = max(1, room - 1)
    if total <= end:
        yield letter
        return
    while start < total:
        yield _part(letter, start, min(end, total))
        start, end = end, end + _PORTION - 1


def _part(letter: DraftLetter, start: int, end: int) -> DraftLetter:
    columns: Mapping[str, Any] = {
        name: column[start:end] for name in _COLUMNS if (column := getattr(letter, name))
    }
    bad = {index - start: why for index, why in letter.bad.items() if start <= index < end}
    tinies = letter.tinies[start:end]
    return replace(letter, first=letter.first + start, bad=bad, tinies=tinies, **columns)

"""Hauling: an order too large to be held at once is taken in load by load, or refused, as a whole.

In: files that customers dropped, and what is in them, a bounded number of recipients at a time.
Out: a receipt or a refusal for each; then their messages leave. Promise: before the one durable
step that decides, nothing of an order is seen, paid or sent, and whatever ends the attempt, all
that was kept of it is removed before the next; after that step it is never attempted again.
"""

import asyncio
from array import array
from collections.abc import Sequence
from itertools import accumulate

from msgspec.structs import replace

from chappe.engine.bar import Barred, barred
from chappe.engine.desk import Desk
from chappe.engine.indulge import weight
from chappe.engine.portion import as_kept, breathe, decided, let_go, remove
from chappe.engine.ready import Ready, make_ready, written
from chappe.store.contract import Draft, DraftLetter, Shelf, StoreAway
from chappe.words.account import Account
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.bulk import Bulk, Dropped, Pieced, Portion
from chappe.words.lifecycle import Happening
from chappe.words.order import Letter, Order

__all__ = ["Haul", "Shelf", "StoreAway"]


class Haul:
    """Takes the orders of files, and lets their messages go. Any of it may raise StoreAway: then
    the caller asks for the same again."""

    def __init__(self, desk: Desk) -> None:
        self.shelf: Shelf = desk.store
        self._desk = desk

    async def files(self) -> Sequence[Dropped]:
        """Those that something is still owed for, the oldest first."""
        return [one for one in await self.shelf.dropped() if one.name]

    async def take(self, dropped: Dropped, account: Account, asked: Pieced) -> Receipt | Refusal:
        """The order of a file, as a whole. Most refusals come with the first piece, before
        anything is kept."""
        bulk, pieces = asked.bulk, asked.pieces
        portions = await asyncio.to_thread(next, pieces, None)
        if isinstance(portions, Refusal):
            return portions
        if not sum(bulk.counts):
            return Refusal((Trouble.no_recipient,))
        if await self._desk.backlog.is_over(account, sum(bulk.counts)):
            return Refusal((Trouble.queue_full,))
        order, first = await self._desk.blocks.take(sum(bulk.counts))
        attempt = _Attempt(self._desk, account, bulk, order, first)
        await self.shelf.attempt(dropped.id, order, first, attempt.draft.total)
        while portions is not None:
            letters = portions if isinstance(portions, Refusal) else await attempt.made(portions)
            if isinstance(letters, Refusal):
                return letters
            await breathe(self.shelf.keep_piece(attempt.draft, letters))
            if self._desk.draining:
                return Refusal((Trouble.draining,))
            portions = await asyncio.to_thread(next, pieces, None)
        if not attempt.is_whole:
            return Refusal((Trouble.fault,), "the file changed while it was read")
        if self._desk.leeway.is_over(account.id, attempt.weight):
            return Refusal((Trouble.too_often,))
        answer = await self.shelf.decide(dropped.id, attempt.draft, attempt.start, attempt.later)
        decided(self._desk, attempt.draft, answer)
        if isinstance(answer, Receipt):  # its draft has no letters that would tell
            self._desk.leeway.earn(account.id, -attempt.weight)
        return answer

    async def fresh(self, dropped: Dropped) -> Dropped:
        """The same file with its progress as the store has it now."""
        return await as_kept(self._desk, dropped)

    async def remove(self, dropped: Dropped) -> None:
        """Remove all that is kept of an order that was not taken; one that was taken stays."""
        dropped = await self.fresh(dropped)
        if not dropped.taken:
            await remove(self._desk, dropped)

    async def let_go(self, dropped: Dropped) -> None:
        """Let the rest of an order go that was taken: its messages leave when they may."""
        await let_go(self._desk, dropped)


class _Attempt:
    """An order on its way into the store."""

    def __init__(self, desk: Desk, account: Account, bulk: Bulk, order: int, first: int) -> None:
        now = desk.clock.now()
        self._desk = desk
        self._account = account
        self._order = bulk.order
        self._now = now
        self._counts = bulk.counts
        self._begins = array("q", accumulate(bulk.counts, initial=first))
        self._known = array("q", bytes(8 * len(bulk.counts)))  # recipients so far, by letter
        self._cost: dict[int, int] = {}
        self._text = (-1, "")  # of the letter that was kept last
        self._starts: int | None = None
        self.later = 0  # when the last letter begins of those that begin later
        self.weight = 0  # how much of it is kept for nothing
        self.draft = Draft(
            id=order,
            account=account.id,
            dialect=bulk.order.dialect,
            at=now,
            reference=bulk.order.reference,
            request_id="",
            facts=written(bulk.order.facts),
            origin=bulk.order.origin,
            trace=bulk.order.trace,
            first=first,
            total=sum(bulk.counts),
            cost=self._cost,
            letters=(),
        )

    @property
    def is_whole(self) -> bool:
        """Whether all recipients came that were counted before."""
        return self._known == array("q", self._counts)

    @property
    def start(self) -> int:
        """When the order begins; 0: with its acceptance."""
        return self._starts or 0

    async def made(
        self, portions: Sequence[Portion]
    ) -> list[tuple[DraftLetter, int, int]] | Refusal:
        """A piece made ready to be kept, beside the loop."""
        letters = [portion.letter for portion in portions]
        unwilling = await barred(self._desk, self._account, letters)
        ready = await asyncio.to_thread(self._ready, letters, unwilling)
        # A piece may have no recipients: those of its letter were all in the one before.
        if ready.troubles:
            return Refusal(tuple(ready.troubles), ready.detail)
        self.weight += weight(ready.letters)
        return await asyncio.to_thread(self._numbered, portions, ready)

    def _ready(self, letters: Sequence[Letter], unwilling: Barred) -> Ready:
        order = Order(
            dialect=self._order.dialect,
            letters=letters,
            apart=self._order.apart,
            fatal=self._order.fatal,
        )
        return make_ready(self._desk, self._account, order, self._now, unwilling)

    def _numbered(
        self, portions: Sequence[Portion], ready: Ready
    ) -> list[tuple[DraftLetter, int, int]]:
        made = []
        for portion, made_ready, name in zip(portions, ready.letters, ready.purses, strict=True):
            place = portion.place
            own = self._begins[place]
            first = own + self._known[place]
            purse = self._desk.accounts.purse(self._account, name)
            letter = replace(made_ready, first=first, purse=purse)
            self._known[place] += len(letter.numbers)
            self._cost[purse] = self._cost.get(purse, 0) + sum(letter.prices)
            self._note_start(letter)
            if letter.tinies and ready.tinies is not None:
                letter = ready.tinies.filled(letter)
            made.append((self._said(place, letter), own, self._counts[place]))
        return made

    def _note_start(self, letter: DraftLetter) -> None:
        """One letter that leaves at once makes the order begin at once."""
        due = letter.due if letter.happening is Happening.postponed else 0
        self._starts = due if self._starts is None else min(self._starts, due)
        self.later = max(self.later, due)

    def _said(self, place: int, letter: DraftLetter) -> DraftLetter:
        """A letter has one text; where these recipients' is another, it becomes their own."""
        known, text = self._text
        if known != place:
            self._text = (place, letter.text)
        elif text != letter.text and not letter.texts:
            return replace(letter, texts=[letter.text] * len(letter.numbers))
        return letter

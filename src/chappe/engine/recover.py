"""Recovering: an old state is gone on with, though what it holds to be sent was sent since.

In: a node that was put back from a backup and has not begun, and what somebody decided. Out: moves
into doubt, news that is given up. Promise: what is in doubt leaves by no other way than by hand;
each step is bounded and done whole, so that one which broke off is simply done again; no number
that a customer may know from the time in between is given again.
"""

from collections.abc import Awaitable, Callable, Sequence

from chappe.engine.desk import Desk
from chappe.engine.doubt import Doubt
from chappe.engine.haul import Haul
from chappe.store.contract import Move
from chappe.words.lifecycle import Happening

_AT_ONCE = 1_000
_NEWS_AT_ONCE = 5_000
# More than are taken between two backups: a day at a hundred a second.
LEAPT = {"order": 1_000_000, "message": 10_000_000}

_Find = Callable[[], Awaitable[Sequence[int]]]


async def recover(desk: Desk, doubt: Doubt, pieces: Haul) -> int:
    """Bring into doubt whatever would leave as soon as the node began; how many messages."""
    store, now = desk.store, desk.clock.now()
    for dropped in await store.dropped():
        if dropped.taken:
            await pieces.let_go(dropped)

    async def called_again() -> Sequence[int]:
        """Those of deleted orders are not made anyway."""
        while found := await store.due_again(now, _AT_ONCE):
            over = [ident for ident, deleted in found if deleted]
            store.batch.moves += [Move(ident, Happening.cancelled, at=now) for ident in over]
            await store.kept()
            if len(over) < len(found):
                return [ident for ident, deleted in found if not deleted]
        return ()

    async def on_their_way() -> Sequence[int]:
        return [heir.id for heir in await store.heirs(_AT_ONCE)]

    ways: Sequence[tuple[_Find, Sequence[Happening]]] = (
        (lambda: store.due_scheduled(now, _AT_ONCE), (Happening.came_due, Happening.claimed)),
        (called_again, (Happening.called_again, Happening.claimed)),
        (lambda: store.queued(_AT_ONCE), (Happening.claimed,)),
        (on_their_way, ()),
    )
    count = 0
    for find, steps in ways:
        while found := await find():
            doubt.distrust(found, *steps)
            await store.kept()
            count += len(found)
    return count


async def forgo(desk: Desk, answer: str) -> int:
    """Tell nothing of what is owed, and confirm no opt-out: how much news was owed."""
    store, count = desk.store, 0
    while found := await store.confirmations(0, _AT_ONCE):
        await store.confirmed([one.reply for one in found])
    while given_up := await store.give_up_news(answer, _NEWS_AT_ONCE):
        count += given_up
    return count


async def leap(desk: Desk) -> None:
    """Begin with numbers that were never given, also by the state that is lost."""
    for name, count in LEAPT.items():
        await desk.store.draw(name, count)

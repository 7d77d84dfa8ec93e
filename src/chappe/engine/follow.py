"""Following: who opens a short URL is led on, counted, and told of.

In: codes; questions for those who clicked. Out: where a code leads; who followed. Promise: whoever
was led on is counted on disk; clicks that come together share one commit; a code that leads nowhere
costs a read at most.
"""

import asyncio

from chappe.engine.decline import or_not_now
from chappe.engine.desk import Desk
from chappe.words.account import Account
from chappe.words.answer import Refusal
from chappe.words.asked import ClicksWanted
from chappe.words.found import Clicked, Clicks

_PAGE = 10_000
_MOST_CLICKS = 1_000_000


class Follow:
    """The short URLs of one node, as those who open them see it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._clicks: list[tuple[int, int]] = []  # (message, at): those of the next commit
        self._next: asyncio.Task[None] | None = None  # which has not begun yet
        self._writing = asyncio.Lock()

    def known(self, code: str) -> bool:
        """Whether this may be one of our codes, which is known without asking the store."""
        return bool(self._desk.tinies.numbers(code))

    @or_not_now
    async def follow(self, code: str, *, counts: bool = True) -> str | Refusal:
        """Where a code leads, '' for nowhere; the click is on disk before this answers."""
        tinies = self._desk.tinies
        found = await tinies.kept.tiny(tinies.numbers(code))
        if found is None:
            return ""
        message, short, target = found
        if not short.endswith(f"/{code}"):
            return ""  # of another length than the one that this message was given
        if counts:
            await self._counted(message)
        return target

    async def _counted(self, message: int) -> None:
        self._clicks.append((message, self._desk.clock.now()))
        if self._next is None:
            self._next = asyncio.get_running_loop().create_task(self._write())
            self._next.add_done_callback(_looked_at)
        # Who hangs up has clicked all the same, and others wait for the same commit.
        await asyncio.shield(self._next)

    async def _write(self) -> None:
        """Write the waiting clicks down; those that come meanwhile share the next commit."""
        async with self._writing:
            clicks, self._clicks, self._next = self._clicks, [], None
            lanes = await self._desk.tinies.kept.followed(clicks)
            self._desk.counts["clicks"] += len(clicks)
            self._desk.notify.claim(lanes)


def _looked_at(writing: asyncio.Task[None]) -> None:
    """Take the fault of a commit off the task: those who wait for it hear of it as well."""
    if not writing.cancelled():
        writing.exception()


@or_not_now
async def clicks(
    desk: Desk, account: Account, dialect: str, wanted: ClicksWanted
) -> Clicks | Refusal:
    """The recipients who followed their short URL, in the order in which their messages were
    taken."""
    found: list[Clicked] = []
    after = 0
    while len(found) < _MOST_CLICKS:
        page = await desk.tinies.kept.clicks(
            account.id,
            dialect,
            wanted.reference,
            wanted.name_fact,
            wanted.since,
            wanted.until,
            after,
            _PAGE,
        )
        found += page
        if len(page) < _PAGE:
            break
        after = page[-1].message.id
    return Clicks(found)

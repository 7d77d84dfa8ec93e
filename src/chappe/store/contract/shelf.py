"""Short URLs and orders in pieces: two families that few parts of the engine know.

In: calls of the engine. Out: words.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from chappe.store.contract.orders import Draft, DraftLetter
from chappe.words.answer import Receipt, Refusal
from chappe.words.bulk import Dropped
from chappe.words.found import Clicked


class ShortUrls(Protocol):
    """Short URLs, and who followed them."""

    async def tiny(self, numbers: Sequence[int]) -> tuple[int, str, str] | None:
        """(message, short URL, target) of the newest of these messages whose URL leads anywhere."""

    async def followed(self, clicks: Sequence[tuple[int, int]]) -> Sequence[int]:
        """Count clicks, each (message, at), and owe their news: by which lanes some may be told
        now."""

    async def clicks(
        self,
        account: int,
        dialect: str,
        reference: str,
        name_fact: str,
        since: int,
        until: int,
        after: int,
        limit: int,
    ) -> Sequence[Clicked]:
        """Messages behind number `after` that left in that time and whose short URL was followed,
        in the order of their numbers. A reference is an order's or a recipient's; where nothing
        bears it, the fact of an order."""

    async def clicks_counted(self, account: int, first: int, last: int) -> tuple[int, int]:
        """Of a stretch of an account's messages, how many had their short URL followed, and how
        often in all."""


class LetGo(NamedTuple):
    """How many messages of an order are gone by now, and where some of them wait for a link."""

    gone: int
    queues: Sequence[tuple[int, int]]  # (route, channel)


class Shelf(Protocol):
    """Orders that are kept piece by piece."""

    async def take_up(self, account: int, name: str, at: int, size: int) -> Dropped: ...

    async def dropped(self) -> Sequence[Dropped]: ...

    async def left_portions(self) -> Sequence[Dropped]:
        """Orders in portions that nobody is at any more: their node is over."""

    async def attempt(self, dropped: int, order: int, first: int, total: int) -> None: ...

    async def keep_piece(
        self, draft: Draft, letters: Sequence[tuple[DraftLetter, int, int]]
    ) -> None:
        """Each letter with its own number, and how many recipients it has in all."""

    async def decide(
        self, dropped: int, draft: Draft, start: int, later: int
    ) -> Receipt | Refusal: ...

    async def let_go(self, dropped: Dropped, count: int, now: int) -> LetGo: ...

    async def remove_pieces(self, first: int, last: int, limit: int) -> int: ...

    async def note_shown(self, dropped: int) -> None: ...

    async def note_told(self, dropped: int, sent_at: int, told_at: int) -> None: ...

    async def drop_over(self, dropped: int) -> None: ...

"""Talks: what handsets wrote to accounts and were written, each number's with an account by itself.

In: calls of the engine. Out: words, a page at a time, the newest first.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from chappe.words.news import Reply


class TalkPlace(NamedTuple):
    """Where a page of talks ended: when the last reply that was looked at came, and its number."""

    at: int
    reply: int


class TalksAsked(NamedTuple):
    """Talks of some accounts, or of all (None), in which somebody wrote something; those of one
    number, where it is given."""

    accounts: Sequence[int] | None
    most: int
    before: TalkPlace | None = None  # None: from the newest on
    number: int = 0


class Talks(NamedTuple):
    """Each by the last reply in it. So much was looked at, and a page may come short for it."""

    found: Sequence[Reply]
    next: TalkPlace | None  # None: there is nothing more


class Talking(Protocol):
    """What handsets wrote, as people read it."""

    async def talks(self, asked: TalksAsked) -> Talks: ...

    async def written_by(
        self, account: int, number: int, before: int, most: int
    ) -> Sequence[Reply]:
        """What a number wrote to an account before one of its replies, the newest first."""

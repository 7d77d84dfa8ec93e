"""Handsets: what a phone shows of what came to it besides a message itself, and what it wrote.

In: calls of the engine. Out: words.
"""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from chappe.words.news import Reply


class Carrying(msgspec.Struct, frozen=True, array_like=True):
    """How a message travels. The field order is the store's."""

    message: int
    alphabet: int
    flash: int
    udh: str  # hex
    speech: str  # how it is spoken, as `words.calls` writes it; '' is a text


class OnPhones(Protocol):
    """What simulated phones are shown by."""

    async def carrying(self, messages: Sequence[int]) -> Sequence[Carrying]:
        """How each of these messages travels; nothing of one that is not there."""

    async def last_written(
        self, number: int, accounts: Sequence[int] | None, most: int
    ) -> Sequence[Reply]:
        """The last that a number wrote, to these accounts (None: to whomever), the newest first."""

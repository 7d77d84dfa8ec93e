"""Hardening new passwords that come in by requests: hashed beside the loop, one at a time.

In: a password, and the account that asks. Out: its hash, or None where that account has too many
waiting.
Promise: accounts take turns, so nobody waits for all that another one asks.
"""

import asyncio
from collections import Counter

from chappe.engine.accounts import HASHER

_WAITING_OF_ACCOUNT = 64


class Hardening:
    """The one place in which new passwords are hashed."""

    def __init__(self) -> None:
        self._place = asyncio.Lock()
        self._turns: dict[int, asyncio.Lock] = {}  # account -> one of its own waits among others'
        self._waiting: Counter[int] = Counter()

    async def hashed(self, account: int, password: str) -> str | None:
        if self._waiting[account] >= _WAITING_OF_ACCOUNT:
            return None
        self._waiting[account] += 1
        turn = self._turns.setdefault(account, asyncio.Lock())
        try:
            async with turn, self._place:
                return await asyncio.to_thread(HASHER.hash, password)
        finally:
            self._waiting[account] -= 1
            if not self._waiting[account]:
                del self._waiting[account], self._turns[account]

"""Hardening new passwords that come in by requests: hashed beside the loop, one at a time.

In: a password, and the account that asks. Out: its hash, or None where too many of that account wait.
Promise: accounts take turns, so nobody waits for all that another one asks.
"""

import asyncio

from chappe.engine.accounts import HASHER

_WAITING_OF_ACCOUNT = 64


class _Queue:
    """The passwords of one account; one of them at a time waits among those of others."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.length = 0


class Hardening:
    """The one place in which new passwords are hashed."""

    def __init__(self) -> None:
        self._place = asyncio.Lock()
        self._queues: dict[int, _Queue] = {}

    async def hashed(self, account: int, password: str) -> str | None:
        queue = self._queues.setdefault(account, _Queue())
        if queue.length >= _WAITING_OF_ACCOUNT:
            return None
        queue.length += 1
        try:
            async with queue.turn, self._place:
                return await asyncio.to_thread(HASHER.hash, password)
        finally:
            queue.length -= 1
            if not queue.length:
                del self._queues[account]

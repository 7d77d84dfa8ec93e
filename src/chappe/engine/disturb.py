"""Disturbing: what goes wrong on purpose for the accounts that asked for it, until it is over.

In: an account's chaos, and for how long. Out: what befalls its requests at the door, and its
messages at a simulated operator. Promise: it ends by itself; nobody else's traffic notices
it; where no chaos is set it costs one look at an empty table for each batch. It is this node's
alone.
"""

import asyncio
import random
from collections.abc import Mapping, Sequence
from typing import Final

from chappe.links.contract import Link, TakesOrdeals
from chappe.store.contract import Leaving
from chappe.words.account import Account
from chappe.words.answer import NotAdmitted, Refusal
from chappe.words.chaos import AT_DOOR, LASTS_MOST_S, Chaos, Ordeal
from chappe.words.clock import SECOND, Clock, Timer

ACCOUNTS_MOST: Final = 1_000


class _InForce:
    """Chaos of one account, its chance, and when it is over."""

    def __init__(self, chaos: Chaos, until: int, over: Timer) -> None:
        self.chaos = chaos
        self.until = until
        self.over = over
        self.chance = random.Random(chaos.seed)

    def draw(self, shares: Mapping[str, float]) -> str:
        """Which of these it is; '' for none."""
        rest = self.chance.random()
        for name, share in shares.items():
            rest -= share
            if rest < 0:
                return name
        return ""

    def ordeal(self) -> Ordeal:
        chaos = self.chaos
        befalls = self.draw(chaos.at_operator) if chaos.at_operator else ""
        return Ordeal(befalls, chaos.reason, chaos.receipt_ms, chaos.dead)


class Disturbing:
    """Whatever chaos is in force at one node."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._in_force: dict[int, _InForce] = {}
        self.waiting = 0  # requests that are kept back now

    @property
    def is_on(self) -> bool:
        """Whether anybody has asked for any."""
        return bool(self._in_force)

    def begin(self, account: int, chaos: Chaos, seconds: int) -> int:
        """Let this chaos rule from now on in the place of any other. When it is over; 0: too many
        accounts have some."""
        if account not in self._in_force and len(self._in_force) >= ACCOUNTS_MOST:
            return 0
        self.end(account)
        lasts_ms = min(seconds, LASTS_MOST_S) * SECOND
        over = self._clock.later(lasts_ms, lambda: self.end(account))
        until = self._clock.now() + lasts_ms
        self._in_force[account] = _InForce(chaos, until, over)
        return until

    def of(self, account: int) -> tuple[Chaos, int] | None:
        """What rules, and until when."""
        found = self._in_force.get(account)
        return None if found is None else (found.chaos, found.until)

    def all(self) -> Mapping[int, tuple[Chaos, int]]:
        """The same of every account that has any."""
        return {account: (one.chaos, one.until) for account, one in self._in_force.items()}

    def end(self, account: int) -> bool:
        """All is well again; whether it was not."""
        found = self._in_force.pop(account, None)
        if found is None:
            return False
        found.over.cancel()
        return True

    def end_all(self) -> None:
        for account in tuple(self._in_force):
            self.end(account)

    # at the door

    def is_at_door(self, account: int) -> bool:
        """Whether a request of theirs is to be waited for, or refused."""
        found = self._in_force.get(account)
        return found is not None and bool(found.chaos.answer_ms or found.chaos.at_door)

    async def at_door(self, account: Account) -> Refusal | None:
        """Wait as long as chaos wants it; then why the request is refused, if it is."""
        found = self._in_force.get(account.id)
        if found is None:
            return None
        if found.chaos.answer_ms:
            self.waiting += 1
            try:
                await _passed(self._clock, found.chaos.answer_ms)
            finally:
                self.waiting -= 1
        befalls = found.draw(found.chaos.at_door)
        return NotAdmitted((AT_DOOR[befalls],), account=account) if befalls else None

    # at the operator

    def befall(self, link: Link, leaving: Sequence[Leaving]) -> None:
        """These leave now: tell a simulated operator what becomes of those texts that are
        disturbed."""
        if not isinstance(link, TakesOrdeals):
            return
        ordeals = {}
        for message in leaving:
            found = None if message.speech else self._in_force.get(message.account)
            if found is not None and found.chaos.is_at_operator:
                ordeals[message.id] = found.ordeal()
        if ordeals:
            link.foretell(ordeals)


async def _passed(clock: Clock, ms: int) -> None:
    """So much time goes by."""
    over = asyncio.Event()
    timer = clock.later(ms, over.set)
    try:
        await over.wait()
    finally:
        timer.cancel()

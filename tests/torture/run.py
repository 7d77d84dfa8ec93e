"""What every run has in common: its ground, its customers, its listener, and the verdict.

In: a database, the accounts' choices, a seed. Out: a `Run`, and the judge's figures. Promise: the
last server comes to rest before anything is judged, and ends gracefully.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable, Sequence

from chappe.links.operator.mind.journal import logs, read_submits
from tests.torture.broken import demand
from tests.torture.customer import Customer
from tests.torture.eye import look, quiet
from tests.torture.ground import Ground, ground
from tests.torture.judge import Evidence, Figures, judge
from tests.torture.listener import Listener

SQLITE = "sqlite:///chappe.db"
BOTH = ("resend", "hold")

_PATIENCE_S = 60.0
_LOOK_S = 0.02
_QUIET_S = 60.0
_QUIET_PER_KILL_S = 3.0  # what is left to do at the end grows with them

# The last server lives fast, since a call that was not heard is tried again after minutes.
_FAST = ("--clock-speed", "30")


class Run:
    """Customers at work on a ground."""

    def __init__(
        self, here: Ground, customer: Customer, listener: Listener, chance: random.Random
    ) -> None:
        self.here = here
        self.customer = customer
        self.chance = chance
        self._listener = listener

    async def answered(self, messages: int) -> None:
        """Wait until so many more messages were answered."""
        before = self.customer.messages
        await until(lambda: self.customer.messages >= before + messages, "requests are answered")

    async def refused(self, requests: int) -> None:
        """Wait until so many more requests were refused."""
        before = len(self.customer.refused)
        await until(lambda: len(self.customer.refused) >= before + requests, "requests are refused")

    async def verdict(self, kills: int) -> Figures:
        """Hang up, let the server come to rest, end it, and judge."""
        here, customer = self.here, self.customer
        await customer.rest()
        demand(bool(customer.answered), "requests are answered", customer.refused[:3])
        await here.server.stop()
        server = await here.serve(*_FAST)
        await quiet(here, _QUIET_S + _QUIET_PER_KILL_S * kills)
        await server.stop()
        demand(not self._listener.strange, "every call can be read", self._listener.strange[:1])
        submits = await asyncio.to_thread(lambda: [*read_submits(logs(here.journal))])
        seen = await look(here)
        return judge(
            Evidence(
                customer.asked,
                customer.answered,
                seen,
                submits,
                self._listener.heard,
                here.starts,
                kills,
            )
        )


async def until(
    condition: Callable[[], bool], promise: str, patience_s: float = _PATIENCE_S
) -> None:
    """Wait for it."""
    loop = asyncio.get_running_loop()
    end = loop.time() + patience_s
    while not condition():
        demand(loop.time() < end, f"in {patience_s:.0f} s {promise}")
        await asyncio.sleep(_LOOK_S)


@contextlib.asynccontextmanager
async def run(url: str, choices: Sequence[str], seed: str) -> AsyncIterator[Run]:
    """Customers that send already; no server runs yet."""
    async with (
        Listener(random.Random(f"{seed} listener")) as listener,
        ground(url, choices, listener) as here,
    ):
        customer = Customer(here.port, choices, random.Random(f"{seed} customer"))
        customer.send()
        try:
            yield Run(here, customer, listener, random.Random(seed))
        finally:
            await customer.leave()

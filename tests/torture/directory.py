"""The largest group that may be, filled in calls as large as a provider takes, and written to.

In: a database, and how many are to be in it. Out: what it took. Promise: all of it is done within
ten seconds, and the process grows by less than a bound; everyone gets one message. Its short form
stands in `tests/journeys/test_book.py`.
"""

import resource
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from chappe.config import StoreConfig
from chappe.engine import book as booking
from chappe.words import book
from chappe.words.clock import HOUR
from chappe.words.lifecycle import Reason
from chappe.words.order import Channel, Lists, OptOut
from tests.journeys.house import CREDIT, House, account, config
from tests.torture.broken import demand
from tests.torture.run import SQLITE

FULL = book.MEMBERS_MOST
_CALL = 500  # numbers
_WITHIN_S = 10.0
_GROWTH_MAX_MB = 60.0
_FIRST = 33_600_000_000
_STRIDE = 7_919  # they come in no order, as those of a real directory do


async def directory(url: str, members: int) -> str:
    """Fill a group with so many, and send it one campaign."""
    place = Path(tempfile.mkdtemp(prefix="chappe-torture-directory-"))
    house = House(place)
    facts: dict[str, Any] = {} if url == SQLITE else {"store": StoreConfig(url=url)}
    try:
        await house.open(config(accounts=(account("fred", balance=1_000 * CREDIT),), **facts))
        before, begun = _memory_mb(), time.monotonic()
        group = await _filled(house, members)
        filled = time.monotonic() - begun
        receipt = await house.take(
            [],
            group=group,
            start=house.clock.now() + HOUR,
            apart=frozenset({Reason.opted_out}),
            channel=Channel.marketing,
            opt_out=OptOut.always,
            lists=Lists.stop | Lists.black,
        )
        took = time.monotonic() - begun
        growth = _memory_mb() - before
        demand(receipt.total == members, "everyone gets one message", receipt.total)
        demand(took < _WITHIN_S, f"it takes less than {_WITHIN_S:.0f} s", took)
        demand(growth < _GROWTH_MAX_MB, f"it grows by less than {_GROWTH_MAX_MB} MB", growth)
    finally:
        await house.close()
        shutil.rmtree(place, ignore_errors=True)
    return (
        f"{members:,} members in calls of {_CALL}: {filled:.1f} s; one order to them: "
        f"{took - filled:.1f} s; {growth:.0f} MB more memory"
    )


async def _filled(house: House, members: int) -> int:
    desk, fred = house.node.desk, house.node.accounts.by_login("fred")
    assert fred is not None
    made = await booking.make_group(desk, fred, "plain", book.MakeGroup("Tous"))
    assert isinstance(made, book.Group)
    numbers = [_FIRST + place * _STRIDE % members for place in range(members)]
    for at in range(0, members, _CALL):
        entries = [
            book.Entry(number, {"1": f"Nom {number}", "2": "Paris"})
            for number in numbers[at : at + _CALL]
        ]
        asked = book.AddMembers(made.id, entries, unless_scheduled=True)
        added = await booking.add_members(desk, fred, "plain", asked)
        demand(isinstance(added, book.Changed) and len(added.numbers) == _CALL, "all come in")
    return made.id


def _memory_mb() -> float:
    """The most that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000

"""Emptying: orders that were called off, piece by piece.

In: orders of which it was decided that none of their messages comes due. Out: each message
cancelled, its price given back; calls that are under way are ended. Promise: it is done in bounded
pieces, by one at a time for each order, and carried on after a restart.
"""

import logging
from collections.abc import Sequence

from chappe.engine.attend import ended
from chappe.engine.dispatch import Dispatch
from chappe.engine.office import Office
from chappe.store.contract import CalledOff, Move, StoreAway
from chappe.words.clock import MINUTE, SECOND
from chappe.words.lifecycle import Happening

log = logging.getLogger("chappe.engine")

_ORDERS_AT_ONCE = 1_000
_MOVED_AT_ONCE = 1_000  # messages
_TOLD_AT_ONCE = 200  # orders; a wake-up has no more than 8,000 octets
_AWAITED = 10_000  # messages; no answer waits until more are cancelled
_LOOK_EVERY_MS = 1 * MINUTE
_HEARD_MS = 10 * SECOND  # after which whoever has not heard of something is over


class Emptying:
    """What was called off, and who is at it."""

    def __init__(self, office: Office, dispatch: Dispatch) -> None:
        self._office = office
        self._dispatch = dispatch
        self._in_hand: set[int] = set()
        self._closing: set[int] = set()  # accounts
        self._since: dict[int, int] = {}  # account that is closed -> when that was first seen
        self._stopped = False

    def start(self) -> None:
        """Take up what was decided before; and what was left over, every now and then."""
        if not self._stopped:
            self._office.background(self._look())

    def stop(self) -> None:
        self._stopped = True

    async def _look(self) -> None:
        store = self._office.store
        try:
            now, closing = self._office.clock.steady(), await store.closing()
            self._since = {account: self._since.get(account, now) for account in closing}
            for account in closing:
                await self.close(account)
            await self.carry_out(await store.called_off(_ORDERS_AT_ONCE))
        except StoreAway:
            log.warning("the store is away; what is called off is looked for later")
        finally:
            self._office.clock.later(_LOOK_EVERY_MS, self.start)

    async def close(self, account: int) -> None:
        """Call off what a closed account has for later, and drop its keys. A store that goes away
        meanwhile leaves the rest to the next look."""
        if account in self._closing:
            return
        self._closing.add(account)
        try:
            await self._close(account)
        except StoreAway:
            log.warning("the store went away; what a closed account left is looked for later")
        finally:
            self._closing.discard(account)

    async def _close(self, account: int) -> None:
        office = self._office
        store, keyring = office.store, office.accounts.keyring
        await store.settled()  # what it asked for just before is there, or never will be
        while not self._stopped:
            orders = await store.call_off_all(account, office.clock.now(), _ORDERS_AT_ONCE)
            await self.carry_out_soon(orders)
            if len(orders) < _ORDERS_AT_ONCE:
                await keyring.drop(keyring.of(account))
                if self._is_known_everywhere(account):
                    await store.closed(account)
                return

    def _is_known_everywhere(self, account: int) -> bool:
        """Another node goes on taking orders for a closed account until it hears of it: what they
        put off is found by the next look."""
        now = self._office.clock.steady()
        is_old = now - self._since.get(account, now) >= _HEARD_MS
        return is_old or not self._office.store.is_shared

    async def carry_out_soon(self, orders: Sequence[CalledOff]) -> None:
        """Before this returns where they are small, else after it."""
        if sum([order.total for order in orders]) <= _AWAITED:
            await self.carry_out(orders)
        else:
            self._office.background(self.carry_out(orders))

    async def carry_out(self, orders: Sequence[CalledOff]) -> None:
        """A store that goes away meanwhile leaves the rest to the next look."""
        mine = [order for order in orders if order.id not in self._in_hand]
        ids = {order.id for order in mine}
        self._in_hand |= ids
        try:
            if mine:
                await self._empty(mine)
        except StoreAway:
            log.warning("the store went away; what is called off is emptied later")
        finally:
            self._in_hand -= ids

    async def _empty(self, orders: Sequence[CalledOff]) -> None:
        """What waits is cancelled, for its time or for its link. Of calls, what is under way is
        ended, and what a link had and gave back meanwhile is cancelled in its turn."""
        store = self._office.store
        stretches = sorted((order.first, order.last) for order in orders)
        calls = sorted((order.first, order.last) for order in orders if order.is_calls)
        while not self._stopped:
            if calls:
                await self._end(calls)
                await store.kept()
            moved = await self._cancel(stretches)
            await self._end(calls)  # what was claimed between the two
            if not (calls and moved) and not self._stopped:
                await store.emptied([order.id for order in orders])
                return
            stretches = calls

    async def _end(self, calls: Sequence[tuple[int, int]]) -> None:
        """Here, and wherever else the link of calls may be."""
        self._dispatch.end(calls)
        store = self._office.store
        if store.is_shared:
            for start in range(0, len(calls), _TOLD_AT_ONCE):
                await store.tell(ended(calls[start : start + _TOLD_AT_ONCE]))

    async def _cancel(self, stretches: Sequence[tuple[int, int]]) -> int:
        """A bounded number at a time, each on disk before the next are looked for; how many."""
        store, moved = self._office.store, 0
        while stretches and not self._stopped:
            found = await store.unplaced(stretches, _MOVED_AT_ONCE)
            if not found:
                break
            now, last = self._office.clock.now(), found[-1]
            store.batch.moves += [Move(ident, Happening.cancelled, at=now) for ident in found]
            await store.kept()
            moved += len(found)
            # Those that are done with are not looked at again.
            stretches = [(max(begin, last + 1), end) for begin, end in stretches if end > last]
        return moved

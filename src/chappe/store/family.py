"""Families: credit that has another owner, accounts that are closed for good, and made keys.

In: intent-named calls from the engine. Out: words. Promise: what moves is booked on both sides in
one transaction; whatever comes into a purse that has an heir is the heir's when that commits.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from typing import Any

import msgspec

from chappe.store.contract import CalledOff
from chappe.store.contract.family import KeptKey, Passing
from chappe.store.lookup import newest, one
from chappe.store.rows import LEDGER
from chappe.store.script import Add, Ask, Into, Run, Script
from chappe.words.account import Account
from chappe.words.stage import Stage

_KEY = Into("made_key", KeptKey.__struct_fields__)


class FamilyIntents(ABC):
    """What a store does for families."""

    @abstractmethod
    def _changed(self, *accounts: int, keys: Sequence[str] = ()) -> Generator[Any, Any, None]: ...

    @abstractmethod
    async def _do(self, script: Callable[[], Script], *, is_past_us: bool = True) -> Any: ...

    @abstractmethod
    async def _ask(self, name: str, *args: Any, type: Any = None) -> Any: ...

    async def pass_on(self, passing: Passing) -> bool:
        amount, at = passing.amount, passing.at

        def script() -> Script:
            found = yield Ask("purses", (sorted([(passing.giver,), (passing.taker,)]),))
            held = {ident: (balance, has_no_floor) for ident, balance, has_no_floor in found}
            balance, has_no_floor = held[passing.giver]
            if balance < amount and not has_no_floor:
                return False
            yield from _book(
                [
                    (passing.giver, at, -amount, "moved", 0, passing.given),
                    (passing.taker, at, amount, "moved", 0, passing.taken),
                ]
            )
            yield from inherited([passing.taker], at)
            return True

        return bool(await self._do(script, is_past_us=False))

    async def close_account(
        self,
        account: Account,
        secrets: Mapping[str, Any],
        heir: int,
        apart: Collection[str],
        at: int,
    ) -> int:
        facts, hidden = kept_facts(account), msgspec.json.encode(secrets).decode()

        def script() -> Script:
            yield Ask("put_account", (account.login, at, facts, hidden))
            purses = yield Ask("purses_of", (account.id,))
            heirs = {name: ident for name, ident, *_ in (yield Ask("purses_of", (heir,)))}
            moved = 0
            pairs = []
            for name, ident, balance, _ in purses:
                if name in apart and name not in heirs:
                    heirs[name] = yield Ask("put_purse", (heir, name, None))
                pairs.append((ident, heirs.get(name, heirs[""])))
                moved += max(balance, 0) if name not in apart else 0
            yield Run("set_heirs", (pairs,))
            yield Run("begin_closing", (account.id,))
            yield from inherited([ident for ident, _ in pairs], at)
            yield from self._changed(account.id, heir)
            return moved

        return int(await self._do(script, is_past_us=False))

    async def closing(self) -> Sequence[int]:
        found: list[int] = await self._ask("closing")
        return found

    async def call_off_all(self, account: int, now: int, limit: int) -> Sequence[CalledOff]:
        def script() -> Script:
            low, high = yield Ask("order_stretches")
            found = yield from newest("ahead_of", low, high, (account, now), limit)
            ids = [order for order, _, _ in found]
            yield Run("set_stage", (ids, int(Stage.ordinary), int(Stage.called_off)))
            yield Run("await_no_more", (ids,))
            return found

        return [CalledOff(*row) for row in await self._do(script, is_past_us=False)]

    async def closed(self, account: int) -> None:
        await self._do(lambda: one(Run("end_closing", (account,))), is_past_us=False)

    async def reopen_account(self, account: int) -> None:
        await self._do(lambda: one(Run("drop_heirs", (account,))), is_past_us=False)

    async def put_key(self, key: KeptKey) -> None:
        def script() -> Script:
            yield Add(_KEY, [msgspec.structs.astuple(key)])
            yield from self._changed(keys=[key.digest])

        await self._do(script, is_past_us=False)

    async def drop_keys(self, digests: Sequence[str]) -> None:
        def script() -> Script:
            yield Run("drop_keys", (digests,))
            yield from self._changed(keys=digests)

        await self._do(script, is_past_us=False)

    async def made_keys(self, after: str, most: int) -> Sequence[KeptKey]:
        found: list[KeptKey] = await self._ask("made_keys", after, most, type=list[KeptKey])
        return found

    async def some_keys(self, digests: Sequence[str]) -> Sequence[KeptKey]:
        found: list[KeptKey] = await self._ask("some_keys", list(digests), type=list[KeptKey])
        return found


def inherited(purses: Collection[int], at: int) -> Generator[Any, Any, None]:
    """What came into these goes on to whoever is their heir. Hardly ever anybody is."""
    seen = {*purses}
    while purses and (found := (yield Ask("left_behind", (sorted(purses),)))):
        bookings: list[tuple[Any, ...]] = []
        for ident, heir, amount in found:
            bookings.append((ident, at, -amount, "moved", 0, "the account is closed"))
            bookings.append((heir, at, amount, "moved", 0, "of a closed account"))
        yield from _book(bookings)
        purses = {heir for _, heir, _ in found} - seen
        seen |= purses


def _book(bookings: Sequence[tuple[Any, ...]]) -> Generator[Any, Any, None]:
    """Rows of the ledger, with their purses' balances."""
    yield Add(LEDGER, bookings)
    sums: dict[int, int] = {}
    for purse, _, amount, *_ in bookings:
        sums[purse] = sums.get(purse, 0) + amount
    yield Run("add_to_balances", (sorted(sums.items()),))


def kept_facts(account: Account) -> str:
    """An account as it is kept."""
    known = msgspec.structs.asdict(account)
    del known["ids"]  # the installation's, not the account's
    return msgspec.json.encode(known).decode()

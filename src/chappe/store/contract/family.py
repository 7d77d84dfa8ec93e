"""Families: credit that has another owner, accounts that are closed for good, and made keys.

In: calls of the engine. Out: words. Promise: what moves is booked on both sides or on neither.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec

from chappe.store.contract.running import CalledOff
from chappe.words.account import Account


class KeptKey(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A key that was made by asking, by its digest. The field order is the store's."""

    digest: str
    id: str
    account: int
    kind: str
    at: int
    ends: int  # 0: it has no end


class Passing(NamedTuple):
    """Credit that goes from one purse to another, and what the ledger says of it on each side."""

    giver: int
    taker: int
    amount: int
    at: int
    given: str
    taken: str


class Families(Protocol):
    """Credit within families, and what a closed account leaves behind."""

    async def pass_on(self, passing: Passing) -> bool:
        """Whether so much was there; a purse of whoever pays afterwards has no floor."""

    async def close_account(
        self,
        account: Account,
        secrets: Mapping[str, Any],
        heir: int,
        apart: Collection[str],
        at: int,
    ) -> int:
        """Keep a child as it is when closed, and give all that is in its purses, now and whenever
        something comes into one later, to another account: to its purse of the same name, else to
        its own. Purses of a name in `apart` go to none but their like. How much it was at once,
        but for those."""

    async def closing(self) -> Sequence[int]:
        """Closed accounts of which something may be left to be called off or dropped."""

    async def call_off_all(self, account: int, now: int, limit: int) -> Sequence[CalledOff]:
        """Orders of an account of which something is for later than now, by whichever dialect."""

    async def closed(self, account: int) -> None:
        """Nothing is left of it."""

    async def reopen_account(self, account: int) -> None:
        """What comes into its purses is its own again."""

    async def put_key(self, key: KeptKey) -> None: ...

    async def drop_keys(self, digests: Sequence[str]) -> None: ...

    async def some_keys(self, digests: Sequence[str]) -> Sequence[KeptKey]:
        """Those of these keys that there are."""

    async def made_keys(self, after: str, most: int) -> Sequence[KeptKey]:
        """Those behind a digest, in the order of these."""

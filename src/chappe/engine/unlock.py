"""Unlocking with keys that were made by asking: whose a key is, and until when.

In: rows of the store, digests of keys. Out: accounts, by number. Promise: making or dropping a key
costs nothing that grows with how many there are, of its account or of others.
"""

from collections.abc import Collection, Sequence

from chappe.store.contract import Store
from chappe.store.contract.family import KeptKey

_LOADED_AT_ONCE = 10_000
_DROPPED_AT_ONCE = 1_000


class Keyring:
    """All keys of the installation that were made by asking."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._keys: dict[str, KeptKey] = {}
        self._of: dict[int, dict[str, None]] = {}  # account -> its keys' digests, the oldest first

    async def load(self) -> None:
        last = ""
        while found := await self._store.made_keys(last, _LOADED_AT_ONCE):
            for key in found:
                self._take(key)
            last = found[-1].digest

    async def refresh(self, digests: Collection[str]) -> None:
        """Other nodes made or dropped these."""
        found = {key.digest: key for key in await self._store.some_keys(sorted(digests))}
        for digest in digests:
            if digest in found:
                self._take(found[digest])
            elif digest in self._keys:
                self._forget(self._keys[digest])

    def _take(self, key: KeptKey) -> None:
        self._keys[key.digest] = key
        self._of.setdefault(key.account, {})[key.digest] = None

    def owner(self, digest: str, now: int) -> int:
        """The account that a key is of; 0 where it is nobody's, or has ended."""
        key = self._keys.get(digest)
        if key is None or (key.ends and key.ends <= now):
            return 0
        return key.account

    def count(self, account: int) -> int:
        return len(self._of.get(account, ()))

    def of(self, account: int) -> list[KeptKey]:
        return [self._keys[digest] for digest in self._of.get(account, ())]

    async def add(self, key: KeptKey) -> None:
        """It opens from now on."""
        await self._store.put_key(key)
        self._take(key)

    async def drop(self, keys: Sequence[KeptKey]) -> None:
        """They open nothing any more; a bounded number at a time."""
        for begin in range(0, len(keys), _DROPPED_AT_ONCE):
            some = [key.digest for key in keys[begin : begin + _DROPPED_AT_ONCE]]
            await self._store.drop_keys(some)
            for key in keys[begin : begin + _DROPPED_AT_ONCE]:
                self._forget(key)

    def _forget(self, key: KeptKey) -> None:
        own = self._of.get(key.account, {})
        self._keys.pop(key.digest, None)
        own.pop(key.digest, None)
        if not own:
            self._of.pop(key.account, None)

"""The address book: contacts, groups, and who is in which.

In: intent-named calls from the engine. Out: words. Promise: a group's size is how many are in it;
who is in a group twice is in it once; nobody sees or changes another account's.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any

import msgspec

from chappe.store.contract.book import Bounds
from chappe.store.membership import held, leave, leave_all
from chappe.store.script import Add, Ask, Into, Run, Script
from chappe.words.answer import Refusal, Trouble
from chappe.words.book import Contact, Group, Member

_FULL = Refusal((Trouble.queue_full,))
_TOO_LONG = Refusal((Trouble.too_long,))
_GROUP = Into("book_group", ("id", "account", "name", "at", "size"))
_MEMBER = Into("member", ("account", "book_group", "number", "fields"))


class BookIntents(ABC):
    """What a store does for address books."""

    @abstractmethod
    async def _do(self, script: Callable[[], Script], *, is_past_us: bool = True) -> Any: ...

    @abstractmethod
    async def _ask(self, name: str, *args: Any, type: Any = None) -> Any: ...

    async def _book(self, script: Callable[[], Script]) -> Any:
        """No message is touched."""
        return await self._do(script, is_past_us=False)

    # groups

    async def group(self, account: int, group: int, name: str) -> Group | None:
        name_of, key = ("group_of", group) if group else ("group_named", name)
        found: Group | None = await self._ask(name_of, account, key, type=Group)
        return found

    async def make_group(
        self, account: int, name: str, at: int, bounds: Bounds, *, unless_there: bool = False
    ) -> Group | None:
        def script() -> Script:
            if unless_there:
                found = yield Ask("group_named", (account, name), Group)
                if found is not None:
                    return found
            if (yield Ask("count_groups", (account,))) >= bounds.groups:
                return None
            return Group((yield from _new_group(account, name, at)), name, at, 0)

        made: Group | None = await self._book(script)
        return made

    async def groups(self, account: int, after: int, most: int) -> Sequence[Group]:
        found: list[Group] = await self._ask("groups", account, after, most, type=list[Group])
        return found

    async def drop_group(self, account: int, group: int) -> bool:
        def script() -> Script:
            yield Run("empty_group", (account, group))
            return (yield Run("drop_group", (account, group), counted=True))

        return bool(await self._book(script))

    # members

    async def add_members(
        self,
        account: int,
        group: int,
        entries: Sequence[tuple[int, str]],
        bounds: Bounds,
        free_at: int = 0,
    ) -> Sequence[int] | Refusal:
        asked = dict(entries)

        def script() -> Script:
            refusal = yield from held(account, group, free_at)
            if refusal is not None:
                return refusal
            there = set((yield Ask("among", (account, group, list(asked)))))
            fresh = [number for number in asked if number not in there]
            known = yield Ask("group_of", (account, group), Group)
            if known.size + len(fresh) > bounds.members:
                return _FULL
            if fresh:
                yield Add(_MEMBER, [(account, group, number, asked[number]) for number in fresh])
                yield Run("resize", (len(fresh), account, group))
            return fresh

        added: list[int] | Refusal = await self._book(script)
        return added

    async def drop_members(
        self, account: int, group: int, numbers: Sequence[int], free_at: int = 0
    ) -> Sequence[int] | Refusal:
        def script() -> Script:
            refusal = yield from held(account, group, free_at)
            return refusal or (yield from leave(account, group, numbers))

        dropped: list[int] | Refusal = await self._book(script)
        return dropped

    async def members(self, account: int, group: int, after: int, most: int) -> Sequence[Member]:
        args = (account, group, after, most)
        found: list[Member] = await self._ask("members", *args, type=list[Member])
        return found

    async def member_numbers(self, account: int, group: int, most: int) -> Sequence[int]:
        found: list[int] = await self._ask("member_numbers", account, group, most)
        return found

    async def groups_with(self, account: int, number: int) -> Sequence[int]:
        found: list[list[int]] = await self._ask("groups_with", number, account)
        return [group for _, group in found]

    # contacts

    async def put_contact(
        self,
        account: int,
        number: int,
        fields: str,
        at: int,
        bounds: Bounds,
        groups: Sequence[str] = (),
    ) -> bool | Refusal:
        asked = ({number: fields}, at, bounds, groups)
        new = await self.put_contacts(account, *asked)
        return new if isinstance(new, Refusal) else new > 0

    async def put_contacts(
        self,
        account: int,
        entries: Mapping[int, str],
        at: int,
        bounds: Bounds,
        groups: Sequence[str] = (),
    ) -> int | Refusal:
        numbers, names = list(entries), list(dict.fromkeys(groups))

        def script() -> Script:
            fresh = 0
            whole: dict[int, str] = {}
            for number, fields in entries.items():
                known = yield Ask("contact", (account, number), dict[str, str])
                fresh += known is None
                whole[number] = _merged(known, fields) if known else fields
            most = bounds.contacts
            if fresh and (yield Ask("count_contacts", (account, most))) + fresh > most:
                return _FULL
            if max(map(len, whole.values()), default=0) > bounds.fields:
                return _TOO_LONG
            joined = yield from _to_join(account, numbers, names, bounds)
            if joined is None:
                return _FULL
            for number, fields in whole.items():
                yield Run("put_contact", (account, number, at, fields))
            for name, there, joining in joined:
                ident = there or (yield from _new_group(account, name, at))
                yield Add(_MEMBER, [(account, ident, number, "{}") for number in joining])
                yield Run("resize", (len(joining), account, ident))
            return fresh

        new: int | Refusal = await self._book(script)
        return new

    async def contacts(self, account: int, after: int, most: int) -> Sequence[Contact]:
        args = (account, after, most)
        found: list[Contact] = await self._ask("contacts", *args, type=list[Contact])
        return found

    async def drop_contact(self, account: int, number: int) -> bool:
        def script() -> Script:
            count = yield Run("drop_contact", (account, number), counted=True)
            count += yield from leave_all(number, account)
            return count > 0

        return bool(await self._book(script))


def _new_group(account: int, name: str, at: int) -> Generator[Any, Any, int]:
    ident: int = yield Ask("draw", ("group", 1))
    yield Add(_GROUP, [(ident, account, name, at, 0)])
    return ident


def _to_join(
    account: int, numbers: Sequence[int], names: Sequence[str], bounds: Bounds
) -> Generator[Any, Any, Sequence[tuple[str, int, Sequence[int]]] | None]:
    """The groups of these names that some of the numbers are not in, 0 for one that is to be made,
    and which these are; None where there is no room."""
    joined: list[tuple[str, int, Sequence[int]]] = []
    for name in names:
        found = yield Ask("group_named", (account, name), Group)
        ident, size, there = 0, 0, set[int]()
        if found is not None:
            ident, size = found.id, found.size
            there |= set((yield Ask("among", (account, ident, list(numbers)))))
        joining = [number for number in numbers if number not in there]
        if size + len(joining) > bounds.members:
            return None
        if joining:
            joined.append((name, ident, joining))
    fresh = sum([not ident for _, ident, _ in joined])
    if fresh and (yield Ask("count_groups", (account,))) + fresh > bounds.groups:
        return None
    return joined


def _merged(known: Mapping[str, str], fields: str) -> str:
    """What is known of a contact, changed in what is given."""
    given = msgspec.json.decode(fields, type=dict[str, str])
    return msgspec.json.encode({**known, **given}).decode()

"""The address book: contacts, groups and their members, with the account in every key.

In: calls of the engine, fields as JSON. Out: words.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from chappe.words.answer import Refusal
from chappe.words.book import Contact, Group, Member


class Bounds(NamedTuple):
    """How much an account may have."""

    groups: int
    contacts: int
    members: int  # of one group
    fields: int  # characters of the JSON of one contact's, or one member's


class Book(Protocol):
    """Pages go by number, from behind the last one that was seen. Of a group that is not the
    account's nothing is told; None says that there is no room. Where `free_at` is given, a group
    that an order goes to after that instant stays as it is: it is `in_use`."""

    async def group(self, account: int, group: int, name: str) -> Group | None:
        """One group: by its id, or, where that is 0, the oldest of a name."""

    async def make_group(
        self, account: int, name: str, at: int, bounds: Bounds, *, unless_there: bool = False
    ) -> Group | None:
        """A new one, whatever others are called; or the one of this name, where there is one."""

    async def groups(self, account: int, after: int, most: int) -> Sequence[Group]: ...

    async def drop_group(self, account: int, group: int) -> bool:
        """Whether it was there."""

    async def add_members(
        self,
        account: int,
        group: int,
        entries: Sequence[tuple[int, str]],
        bounds: Bounds,
        free_at: int = 0,
    ) -> Sequence[int] | Refusal:
        """Those that were not there yet."""

    async def drop_members(
        self, account: int, group: int, numbers: Sequence[int], free_at: int = 0
    ) -> Sequence[int] | Refusal:
        """Those that were there."""

    async def members(
        self, account: int, group: int, after: int, most: int
    ) -> Sequence[Member]: ...

    async def member_numbers(self, account: int, group: int, most: int) -> Sequence[int]:
        """The first numbers of a group."""

    async def groups_with(self, account: int, number: int) -> Sequence[int]:
        """The groups that a number is in."""

    async def put_contact(
        self,
        account: int,
        number: int,
        fields: str,
        at: int,
        bounds: Bounds,
        groups: Sequence[str] = (),
    ) -> bool | Refusal:
        """Add or change one in what is given, and see to it that they are in the groups of these
        names, all of it or nothing; whether they are new."""

    async def put_contacts(
        self,
        account: int,
        entries: Mapping[int, str],
        at: int,
        bounds: Bounds,
        groups: Sequence[str] = (),
    ) -> int | Refusal:
        """The same of many, each with their fields, all of it or nothing; how many are new."""

    async def contacts(self, account: int, after: int, most: int) -> Sequence[Contact]: ...

    async def drop_contact(self, account: int, number: int) -> bool:
        """From the book and from all groups; whether it was in any of these."""

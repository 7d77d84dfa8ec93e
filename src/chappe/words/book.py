"""The address book of an account: contacts, groups, and who is in which.

In: filled by a dialect, or by the store. Out: taken by `engine.book`, worded by a dialect. What is
known of a member within a group stands apart from what is known of the contact, since providers
differ in it. Pages go by number, from behind the last one that was seen (0: from the first on).
"""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from chappe.words.answer import Wordable
from chappe.words.asks import Asks, Question

MEMBERS_MOST = 100_000
"""Of one group, so that it can be a recipient as a whole."""

GROUPS_MOST = 10_000
CONTACTS_MOST = 1_000_000
FIELDS_MOST = 10_000  # characters of the JSON of one contact's, or one member's
NAME_MOST = 255


class Group(msgspec.Struct, Wordable, frozen=True, array_like=True):
    """A group, or a directory as others call it. The field order is the store's."""

    id: int
    name: str
    at: int  # when it was made
    size: int


class Contact(msgspec.Struct, frozen=True, array_like=True):
    """Somebody by their number."""

    number: int
    at: int  # when they were added
    fields: Mapping[str, str] = {}


class Member(msgspec.Struct, frozen=True, array_like=True):
    """A number in a group, with what is known of it there and of its contact."""

    number: int
    fields: Mapping[str, str] = {}
    contact: Mapping[str, str] = {}


class Entry(msgspec.Struct, frozen=True):
    """A number to be added, with its fields."""

    number: int
    fields: Mapping[str, str] = {}


# What comes back.


class Groups(msgspec.Struct, Wordable, frozen=True):
    """Groups of an account, by their ids."""

    groups: Sequence[Group]

    @property
    def lines(self) -> int:
        return len(self.groups)


class Members(msgspec.Struct, Wordable, frozen=True):
    """Members of a group, by number."""

    members: Sequence[Member]

    @property
    def lines(self) -> int:
        return len(self.members)


class Contacts(msgspec.Struct, Wordable, frozen=True):
    """Contacts of an account, by number."""

    contacts: Sequence[Contact]

    @property
    def lines(self) -> int:
        return len(self.contacts)


class Changed(msgspec.Struct, Wordable, frozen=True):
    """The numbers that were added, changed or removed; all others were so already."""

    numbers: Collection[int] = ()

    @property
    def lines(self) -> int:
        return len(self.numbers)


# What may be asked. A group that is not there, or another's, is `not_found`; where a book has no
# room it is `queue_full`, and fields that are longer than anybody's are `too_long`. Who asks for
# a change `unless_scheduled` is told `in_use` while an order of the account to that group has not
# begun: not of one that was called off.


class GroupWanted(msgspec.Struct, Asks[Group], frozen=True):
    """One group, by its id or the oldest of a name; made where it may be and is not there."""

    id: int = 0
    name: str = ""
    may_make: bool = False


class MakeGroup(msgspec.Struct, Asks[Group], frozen=True):
    """A new group, whatever others are called."""

    name: str


class RemoveGroup(msgspec.Struct, Asks[Group], frozen=True):
    """A group goes; its contacts stay."""

    id: int


class AddMembers(msgspec.Struct, Asks[Changed], frozen=True):
    """Numbers come into a group; one that is in it stays as it is."""

    group: int
    entries: Sequence[Entry]
    unless_scheduled: bool = False


class RemoveMembers(msgspec.Struct, Asks[Changed], frozen=True):
    """Numbers leave a group."""

    group: int
    numbers: Sequence[int]
    unless_scheduled: bool = False


class PutContact(msgspec.Struct, Asks[Changed], frozen=True):
    """A contact is added, or changed in the fields that are given; and comes into some groups,
    which are made as needed."""

    entry: Entry
    groups: Sequence[str] = ()


class RemoveContact(msgspec.Struct, Asks[Changed], frozen=True):
    """A contact goes, and leaves all groups."""

    number: int


class GroupsWanted(msgspec.Struct, Question[Groups], frozen=True):
    """A page of the account's groups."""

    after: int = 0
    most: int = 100


class MembersWanted(msgspec.Struct, Question[Members], frozen=True):
    """A page of a group's members."""

    group: int
    after: int = 0
    most: int = 1_000


class ContactsWanted(msgspec.Struct, Question[Contacts], frozen=True):
    """A page of the account's contacts."""

    after: int = 0
    most: int = 1_000

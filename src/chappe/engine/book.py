"""The address book: adding, changing, removing and listing; and a group as a recipient.

In: what a customer asks of their book; orders whose letters go to a group. Out: what there is, or a
refusal; orders with the numbers in place of the group. Promise: whoever is in a group gets its
message once; nothing of another account's book is told, and no book grows without end.
"""

from collections.abc import Sequence

import msgspec

from chappe.engine.decline import closed_for_now, or_not_now
from chappe.engine.desk import Desk
from chappe.engine.ready import written
from chappe.store.contract.book import Bounds
from chappe.words import book
from chappe.words.account import Account
from chappe.words.answer import Refusal, Trouble
from chappe.words.order import Letter, Order, goes_to_group

BOUNDS = Bounds(book.GROUPS_MOST, book.CONTACTS_MOST, book.MEMBERS_MOST, book.FIELDS_MOST)
_PAGE_MOST = 10_000
_NOT_FOUND = Refusal((Trouble.not_found,))
_FULL = Refusal((Trouble.queue_full,))
_TOO_LONG = Refusal((Trouble.too_long,))


async def expanded(desk: Desk, account: Account, order: Order) -> Order:
    """The order, with who is in a group among its recipients. A letter to a group that nobody is
    in, or that is not the account's, is one to nobody at all: it refuses the order, whomever else
    it names. Raises StoreAway."""
    count = sum([goes_to_group(letter) for letter in order.letters])
    if not count:
        return order
    if count > 1:
        raise ValueError("one letter of an order may go to a group, which is as large as any order")
    letters = [
        await _to_members(desk, account, letter) if goes_to_group(letter) else letter
        for letter in order.letters
    ]
    return msgspec.structs.replace(order, letters=letters)


async def _to_members(desk: Desk, account: Account, letter: Letter) -> Letter:
    """Numbers that the letter names go first, each once."""
    if letter.given or letter.refs or letter.texts or letter.values or letter.wrong:
        raise ValueError("a letter to a group has no columns beside its numbers")
    group = letter.group
    if not group:
        named = await desk.store.group(account.id, 0, letter.group_name)
        group = named.id if named is not None else 0
    asked = (account.id, group, book.MEMBERS_MOST)
    members = await desk.store.member_numbers(*asked) if group else ()
    numbers = dict.fromkeys([*letter.numbers, *members]) if members else ()
    return msgspec.structs.replace(letter, numbers=list(numbers), group=group)


# groups


@or_not_now
async def group(
    desk: Desk, account: Account, dialect: str, wanted: book.GroupWanted
) -> book.Group | Refusal:
    """One that is there, or made as needed."""
    if wanted.may_make and not wanted.id:
        return await _made(desk, account, wanted.name, unless_there=True)
    return await desk.store.group(account.id, wanted.id, wanted.name) or _NOT_FOUND


@or_not_now
async def make_group(
    desk: Desk, account: Account, dialect: str, wanted: book.MakeGroup
) -> book.Group | Refusal:
    """A new one."""
    return await _made(desk, account, wanted.name)


async def _made(
    desk: Desk, account: Account, name: str, *, unless_there: bool = False
) -> book.Group | Refusal:
    if len(name) > book.NAME_MOST:
        return _TOO_LONG
    asked = (account.id, name, desk.clock.now(), BOUNDS)
    return await desk.store.make_group(*asked, unless_there=unless_there) or _FULL


@or_not_now
async def remove_group(
    desk: Desk, account: Account, dialect: str, wanted: book.RemoveGroup
) -> book.Group | Refusal:
    """As it was."""
    found = await desk.store.group(account.id, wanted.id, "")
    if found is None or not await desk.store.drop_group(account.id, wanted.id):
        return _NOT_FOUND
    return found


@or_not_now
async def groups(
    desk: Desk, account: Account, dialect: str, wanted: book.GroupsWanted
) -> book.Groups | Refusal:
    """By their ids."""
    most = min(wanted.most, _PAGE_MOST)
    return book.Groups(await desk.store.groups(account.id, wanted.after, most))


# members


@or_not_now
async def add_members(
    desk: Desk, account: Account, dialect: str, wanted: book.AddMembers
) -> book.Changed | Refusal:
    """Those that were not in it."""
    entries = [(entry.number, written(entry.fields)) for entry in wanted.entries]
    if any(len(fields) > book.FIELDS_MOST for _, fields in entries):
        return _TOO_LONG
    free_at = desk.clock.now() if wanted.unless_scheduled else 0
    asked = (account.id, wanted.group, entries, BOUNDS, free_at)
    return _changed(await desk.store.add_members(*asked))


@or_not_now
async def remove_members(
    desk: Desk, account: Account, dialect: str, wanted: book.RemoveMembers
) -> book.Changed | Refusal:
    """Those that were in it."""
    free_at = desk.clock.now() if wanted.unless_scheduled else 0
    asked = (account.id, wanted.group, wanted.numbers, free_at)
    return _changed(await desk.store.drop_members(*asked))


def _changed(numbers: Sequence[int] | Refusal) -> book.Changed | Refusal:
    return numbers if isinstance(numbers, Refusal) else book.Changed(frozenset(numbers))


@or_not_now
async def members(
    desk: Desk, account: Account, dialect: str, wanted: book.MembersWanted
) -> book.Members | Refusal:
    """By number."""
    if await desk.store.group(account.id, wanted.group, "") is None:
        return _NOT_FOUND
    page = (wanted.after, min(wanted.most, _PAGE_MOST))
    return book.Members(await desk.store.members(account.id, wanted.group, *page))


# contacts


@or_not_now
async def put_contact(
    desk: Desk, account: Account, dialect: str, wanted: book.PutContact
) -> book.Changed | Refusal:
    """With the groups that it is to be in; to ask for the same again does no harm."""
    number, fields = wanted.entry.number, written(wanted.entry.fields)
    if trouble := closed_for_now(desk):
        return Refusal((trouble,))
    if any(len(name) > book.NAME_MOST for name in wanted.groups):
        return _TOO_LONG
    asked = (account.id, number, fields, desk.clock.now(), BOUNDS, wanted.groups)
    put = await desk.store.put_contact(*asked)
    return put if isinstance(put, Refusal) else book.Changed((number,))


@or_not_now
async def put_contacts(
    desk: Desk, account: Account, entries: Sequence[book.Entry], groups: Sequence[str]
) -> int | Refusal:
    """The same of some thousand at once, with the groups that all of them are to be in; how many
    are new."""
    if trouble := closed_for_now(desk):
        return Refusal((trouble,))
    if any(len(name) > book.NAME_MOST for name in groups):
        return _TOO_LONG
    fields = {entry.number: written(entry.fields) for entry in entries}
    return await desk.store.put_contacts(account.id, fields, desk.clock.now(), BOUNDS, groups)


@or_not_now
async def remove_contact(
    desk: Desk, account: Account, dialect: str, wanted: book.RemoveContact
) -> book.Changed | Refusal:
    """From all groups, too."""
    was_there = await desk.store.drop_contact(account.id, wanted.number)
    return book.Changed((wanted.number,) if was_there else ())


@or_not_now
async def contacts(
    desk: Desk, account: Account, dialect: str, wanted: book.ContactsWanted
) -> book.Contacts | Refusal:
    """By number."""
    most = min(wanted.most, _PAGE_MOST)
    return book.Contacts(await desk.store.contacts(account.id, wanted.after, most))

"""Groups: a page of them, and one with who is in it.

In: a visit. Out: pages; groups that are made, filled, emptied and removed. Promise: a group that an
order goes to which has not begun stays as it is.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from chappe.console import whose
from chappe.console.form import Form
from chappe.console.rooms.contacts.changing import DIALECT, owner, why
from chappe.console.rooms.contacts.listing import Owned, group_address, groups_address
from chappe.console.rooms.contacts.naming import name_of, others
from chappe.console.shape import Away, Missing, Outcome, View, Visit
from chappe.engine import book
from chappe.hands.deeds import note
from chappe.words.account import Account
from chappe.words.answer import Refusal, Trouble
from chappe.words.book import (
    NAME_MOST,
    AddMembers,
    Entry,
    Group,
    MakeGroup,
    Member,
    RemoveGroup,
    RemoveMembers,
)
from chappe.words.visitor import Right

_SHOWN: Final = 50
_PLACE_MOST: Final = 10**15


class Held(NamedTuple):
    """A group, and whose it is."""

    account: Account
    group: Group

    @property
    def address(self) -> str:
        return group_address(self.account, self.group.id)


async def page(visit: Visit) -> Outcome:
    """A page of groups, and the way to make one."""
    return await _shown(visit, Form([], visit.say))


async def _shown(visit: Visit, form: Form) -> View:
    query = visit.query
    account = whose.asked(visit, query)
    behind = query.whole("behind", 0, _PLACE_MOST, 0)
    found: Sequence[Group] = ()
    if account is not None and query.is_right:
        found = await visit.node.store.groups(account.id, behind, _SHOWN + 1)
    login = account.login if account is not None else ""
    rest = found[_SHOWN:]
    place = found[_SHOWN - 1].id if rest else 0
    facts = {
        "title": visit.say("Groups"),
        "query": query,
        "form": form,
        "account": account,
        "rows": [(one, group_address(account, one.id)) for one in found[:_SHOWN]]
        if account
        else [],
        "with_account": whose.has_several(visit),
        "logins": whose.offered(visit),
        "may_act": visit.may(Right.act),
        "book": whose.path("contacts", account=login),
        "next": whose.path("contacts", "groups", account=login, behind=place) if rest else "",
        "first": whose.path("contacts", "groups", account=login) if behind else "",
    }
    status = 200 if form.is_right and query.is_right else 422
    return View("rooms/contacts/groups.html", facts, status)


async def make(visit: Visit) -> Outcome:
    """A new one."""
    form = visit.form
    account, name = owner(visit, form), form.text("name", most=NAME_MOST, needed=True)
    if account is None or not form.is_right:
        return await _shown(visit, form)
    made = await book.make_group(visit.node.desk, account, DIALECT, MakeGroup(name))
    if isinstance(made, Refusal):
        form.wrong("name", why(visit, made))
        return await _shown(visit, form)
    await _note(visit, "group make", Held(account, made))
    return Away(groups_address(account), visit.say("Made: {name}.", name=name))


async def _note(visit: Visit, deed: str, held: Held, **facts: Any) -> None:
    said = {"account": held.account.login, "group": held.group.id, "name": held.group.name}
    await note(visit.node, visit.visitor.login, deed, said | facts)


async def _held(visit: Visit) -> Held | None:
    """The group of a page's address; None where there is none."""
    account, ident = whose.named(visit, visit.args[0]), visit.args[1]
    if account is None or not (ident.isascii() and ident.isdecimal() and len(ident) <= 15):
        return None
    group = await visit.node.store.group(account.id, int(ident), "") if int(ident) else None
    return Held(account, group) if group is not None else None


async def one(visit: Visit) -> Outcome:
    """Who is in it."""
    held = await _held(visit)
    return Missing() if held is None else await _shown_one(visit, held, Form([], visit.say))


async def _shown_one(visit: Visit, held: Held, form: Form) -> View:
    behind = visit.query.whole("behind", 0, _PLACE_MOST, 0)
    account, group = held.account, held.group
    found = await visit.node.store.members(account.id, group.id, behind, _SHOWN + 1)
    facts = {
        "title": group.name or visit.say("Group {id}", id=group.id),
        "form": form,
        "group": group,
        "login": account.login,
        "with_account": whose.has_several(visit),
        "rows": [_row(visit, account, member) for member in found[:_SHOWN]],
        "address": held.address,
        "groups": groups_address(account),
        "may_act": visit.may(Right.act),
        "next": f"{held.address}?behind={found[_SHOWN - 1].number}" if found[_SHOWN:] else "",
        "first": held.address if behind else "",
    }
    return View("rooms/contacts/group.html", facts, 200 if form.is_right else 422)


def _row(visit: Visit, account: Account, member: Member) -> Mapping[str, Any]:
    known = {**member.contact, **member.fields}
    return {
        "number": member.number,
        "address": Owned(account, member.number).address,
        "name": name_of(known),
        "others": others(visit, known),
    }


async def fill(visit: Visit) -> Outcome:
    """Numbers come into it."""
    held = await _held(visit)
    if held is None:
        return Missing()
    form = visit.form
    numbers = whose.phones_asked(visit, form)
    if not form.is_right:
        return await _shown_one(visit, held, form)
    asked = AddMembers(held.group.id, [Entry(number) for number in numbers], unless_scheduled=True)
    said = await book.add_members(visit.node.desk, held.account, DIALECT, asked)
    if isinstance(said, Refusal):
        form.wrong("numbers", why(visit, said))
        return await _shown_one(visit, held, form)
    await _note(visit, "group fill", held, total=len(said.numbers))
    return Away(held.address, visit.say("New in the group: {count}.", count=len(said.numbers)))


async def leave(visit: Visit) -> Outcome:
    """A number leaves it."""
    held = await _held(visit)
    number = whose.phone_asked(visit, visit.form)
    if held is None or not number:
        return Missing()
    asked = RemoveMembers(held.group.id, [number], unless_scheduled=True)
    said = await book.remove_members(visit.node.desk, held.account, DIALECT, asked)
    if isinstance(said, Refusal):
        return await _refused(visit, held, said)
    if not said.numbers:
        return Missing()
    await _note(visit, "group leave", held, number=f"+{number}")
    return Away(held.address, visit.say("No longer in the group: {number}.", number=f"+{number}"))


async def _refused(visit: Visit, held: Held, refusal: Refusal) -> Outcome:
    if Trouble.not_found in refusal.troubles:
        return Missing()
    visit.form.wrong("", why(visit, refusal))
    return await _shown_one(visit, held, visit.form)


async def remove(visit: Visit) -> Outcome:
    """It goes; its contacts stay."""
    held = await _held(visit)
    if held is None:
        return Missing()
    said = await book.remove_group(
        visit.node.desk, held.account, DIALECT, RemoveGroup(held.group.id)
    )
    if isinstance(said, Refusal):
        return await _refused(visit, held, said)
    await _note(visit, "group remove", held)
    return Away(groups_address(held.account), visit.say("Removed: {name}.", name=held.group.name))

"""Changing contacts: adding one, changing what is known of them, groups, removing.

In: a visit with what was typed. Out: it is done and written down, or why not. Promise: what a
provider's API would refuse is refused here; what is not on the page stays as it was.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from chappe.console import whose
from chappe.console.form import Form
from chappe.console.rooms.contacts.listing import FIELDS_SHOWN, Owned, owned, shown, shown_one
from chappe.console.rooms.contacts.naming import KNOWN
from chappe.console.shape import Away, Missing, Outcome, Visit
from chappe.engine import book
from chappe.hands.deeds import note
from chappe.words.account import Account
from chappe.words.answer import Refusal, Trouble
from chappe.words.book import NAME_MOST, Entry, PutContact, RemoveContact, RemoveMembers

DIALECT: Final = "console"
_VALUE_MOST: Final = 1_000
_GROUPS_MOST: Final = 20

_WHY: Final[Mapping[Trouble, str]] = {
    Trouble.queue_full: "There is no room for more in this book.",
    Trouble.too_long: "That is too long to be kept.",
    Trouble.in_use: "An order to this group has not begun yet: it stays as it is until then.",
}
_NOT_NOW: Final = "Nothing is changed now: try again in a moment."


def why(visit: Visit, refusal: Refusal) -> str:
    """Why a book stays as it is."""
    known = [_WHY[trouble] for trouble in refusal.troubles if trouble in _WHY]
    return visit.say(known[0] if known else _NOT_NOW)


def owner(visit: Visit, form: Form) -> Account | None:
    """In whose book something is to be put; None is a mistake."""
    account = whose.asked(visit, form, "owner")
    if account is None:
        form.wrong("owner", visit.say("Say whose it is to be."))
    return account


def group_names(visit: Visit, form: Form, name: str) -> Sequence[str]:
    """Names of groups in one field, between commas."""
    most = NAME_MOST * _GROUPS_MOST
    names = [one.strip() for one in form.text(name, most=most).split(",")]
    names = [one for one in dict.fromkeys(names) if one]
    if len(names) > _GROUPS_MOST:
        form.wrong(name, visit.say("At most {most} groups.", most=_GROUPS_MOST))
    if any(len(one) > NAME_MOST for one in names):
        form.wrong(name, visit.say("A name has at most {most} characters.", most=NAME_MOST))
    return names


async def add(visit: Visit) -> Outcome:
    """Put somebody into the book; one who is there is changed in what is given."""
    form = visit.form
    account, number = owner(visit, form), whose.phone_asked(visit, form, "phone")
    if not form.typed["phone"]:
        form.wrong("phone", visit.say("Fill this in."))
    fields = {name: form.text(name, most=_VALUE_MOST) for name in KNOWN}
    groups = group_names(visit, form, "groups")
    if account is None or not form.is_right:
        return await shown(visit, form)
    given = {name: value for name, value in fields.items() if value}
    found = Owned(account, number)
    refusal = await _put(visit, found, given, groups)
    if refusal is not None:
        form.wrong("", why(visit, refusal))
        return await shown(visit, form)
    said = visit.say("In the book: {number}.", number=f"+{number}")
    return Away(whose.path("contacts", account=account.login), said)


async def change(visit: Visit) -> Outcome:
    """Change what is known of them; what is emptied is known no more."""
    found = owned(visit)
    if found is None:
        return Missing()
    form = visit.form
    fields = _fields(visit, form)
    if not form.is_right:
        return await shown_one(visit, found, form)
    refusal = await _put(visit, found, fields)
    if refusal is not None:
        form.wrong("", why(visit, refusal))
        return await shown_one(visit, found, form)
    return Away(found.address, visit.say("Kept."))


def _fields(visit: Visit, form: Form) -> dict[str, str]:
    fields = {name: form.text(name, most=_VALUE_MOST) for name in KNOWN if name in form}
    for place in range(FIELDS_SHOWN):
        if f"name-{place}" in form:
            name = form.text(f"name-{place}", most=NAME_MOST)
            fields[name] = form.text(f"value-{place}", most=_VALUE_MOST, lines=True)
    name = form.text("new-name", most=NAME_MOST)
    value = form.text("new-value", most=_VALUE_MOST)
    if value and not name:
        form.wrong("new-name", visit.say("Fill this in."))
    if name:
        fields[name] = value
    return fields


async def _put(
    visit: Visit, found: Owned, fields: Mapping[str, str], groups: Sequence[str] = ()
) -> Refusal | None:
    asked = PutContact(Entry(found.number, fields), groups)
    said = await book.put_contact(visit.node.desk, found.account, DIALECT, asked)
    if isinstance(said, Refusal):
        return said
    await _note(visit, "contact put", found)
    return None


async def _note(visit: Visit, deed: str, found: Owned) -> None:
    facts = {"account": found.account.login, "number": f"+{found.number}"}
    await note(visit.node, visit.visitor.login, deed, facts)


async def remove(visit: Visit) -> Outcome:
    """They leave the book, and all groups."""
    found = owned(visit)
    if found is None:
        return Missing()
    asked = RemoveContact(found.number)
    said = await book.remove_contact(visit.node.desk, found.account, DIALECT, asked)
    if isinstance(said, Refusal):
        visit.form.wrong("", why(visit, said))
        return await shown_one(visit, found, visit.form)
    if not said.numbers:
        return Missing()
    await _note(visit, "contact remove", found)
    gone = visit.say("No longer in the book: {number}.", number=f"+{found.number}")
    return Away(whose.path("contacts", account=found.account.login), gone)


async def join(visit: Visit) -> Outcome:
    """They come into groups, which are made as needed."""
    found = owned(visit)
    if found is None:
        return Missing()
    form = visit.form
    names = group_names(visit, form, "groups")
    if form.is_right and not names:
        form.wrong("groups", visit.say("Fill this in."))
    refusal = await _put(visit, found, {}, names) if form.is_right else None
    if refusal is not None:
        form.wrong("groups", why(visit, refusal))
    if not form.is_right:
        return await shown_one(visit, found, form)
    return Away(found.address, visit.say("Kept."))


async def leave(visit: Visit) -> Outcome:
    """They leave one."""
    found = owned(visit)
    ident = visit.form.whole("group", 1, 10**15)
    if found is None or not visit.form.is_right:
        return Missing()
    asked = RemoveMembers(ident, [found.number], unless_scheduled=True)
    said = await book.remove_members(visit.node.desk, found.account, DIALECT, asked)
    if isinstance(said, Refusal) and Trouble.not_found in said.troubles:
        return Missing()
    if isinstance(said, Refusal):
        visit.form.wrong("groups", why(visit, said))
        return await shown_one(visit, found, visit.form)
    await _note(visit, "group leave", found)
    return Away(found.address, visit.say("Kept."))

"""Reading the book: a page of contacts, and one contact with their groups.

In: a visit. Out: pages. Promise: a page reads a bounded part of the book.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from chappe.console import whose
from chappe.console.form import Form
from chappe.console.rooms.contacts.naming import KNOWN, name_of, others
from chappe.console.shape import Missing, Outcome, View, Visit
from chappe.words.account import Account
from chappe.words.book import Contact, Group
from chappe.words.visitor import Right

_SHOWN: Final = 50
_GROUPS_SHOWN: Final = 100  # that one contact is in, and that are proposed
FIELDS_SHOWN: Final = 50  # of one contact
_NUMBER_MOST: Final = 10**15


class Owned(NamedTuple):
    """A number, and the account in whose book it is looked for."""

    account: Account
    number: int

    @property
    def address(self) -> str:
        return whose.path("contacts", "one", self.account.login, self.number)


async def page(visit: Visit) -> Outcome:
    """A page of contacts, and the way to add one."""
    return await shown(visit, Form([], visit.say))


async def shown(visit: Visit, form: Form) -> View:
    """The same, with what was typed to add one."""
    query = visit.query
    account, number = whose.asked(visit, query), whose.phone_asked(visit, query)
    behind = query.whole("behind", 0, _NUMBER_MOST, 0)
    found: Sequence[Contact] = ()
    if account is not None and query.is_right:
        found = await _found(visit, account, number, behind)
    kept = {"account": query.typed.get("account", ""), "number": query.typed.get("number", "")}
    rest = found[_SHOWN:]
    facts = {
        "title": visit.say("Contacts"),
        "query": query,
        "form": form,
        "account": account,
        "rows": [_row(visit, account, one) for one in found[:_SHOWN]] if account else [],
        "known": [(name, visit.say(label)) for name, label in KNOWN.items()],
        "with_account": whose.has_several(visit),
        "logins": whose.offered(visit),
        "may_act": visit.may(Right.act),
        "groups": whose.path("contacts", "groups", account=account.login if account else ""),
        "bring": whose.path("contacts", "import", account=account.login if account else ""),
        "next": whose.path("contacts", **kept, behind=found[_SHOWN - 1].number) if rest else "",
        "first": whose.path("contacts", **kept) if behind else "",
    }
    status = 200 if form.is_right and query.is_right else 422
    return View("rooms/contacts/page.html", facts, status)


def groups_address(account: Account) -> str:
    """The page of an account's groups."""
    return whose.path("contacts", "groups", account=account.login)


async def _found(visit: Visit, account: Account, number: int, behind: int) -> Sequence[Contact]:
    if number:
        contact = await known(visit, Owned(account, number))
        return [contact] if contact is not None else []
    return await visit.node.store.contacts(account.id, behind, _SHOWN + 1)


async def known(visit: Visit, owned: Owned) -> Contact | None:
    """The contact of this number."""
    found = await visit.node.store.contacts(owned.account.id, owned.number - 1, 1)
    return found[0] if found and found[0].number == owned.number else None


def _row(visit: Visit, account: Account, contact: Contact) -> Mapping[str, Any]:
    return {
        "number": contact.number,
        "address": Owned(account, contact.number).address,
        "name": name_of(contact.fields),
        "others": others(visit, contact.fields),
        "at": contact.at,
    }


# one of them


def owned(visit: Visit) -> Owned | None:
    """Whom the address of a page is about; None where that is nobody."""
    account = whose.named(visit, visit.args[0])
    number = whose.phone_of(visit.args[1])
    return Owned(account, number) if account is not None and number else None


async def one(visit: Visit) -> Outcome:
    """A contact; of one who is not in the book yet, the way to add them."""
    found = owned(visit)
    return Missing() if found is None else await shown_one(visit, found, Form([], visit.say))


async def shown_one(visit: Visit, found: Owned, form: Form) -> View:
    """The same, with what was typed to change it."""
    contact = await known(visit, found)
    fields = contact.fields if contact is not None else {}
    rest = [(name, value) for name, value in fields.items() if value and name not in KNOWN]
    store, login, account = visit.node.store, found.account.login, found.account.id
    facts = {
        "title": name_of(fields) or f"+{found.number}",
        "form": form,
        "number": found.number,
        "login": login,
        "with_account": whose.has_several(visit),
        "is_known": contact is not None,
        "at": contact.at if contact is not None else 0,
        "known": [(name, visit.say(label), fields.get(name, "")) for name, label in KNOWN.items()],
        "rest": rest[:FIELDS_SHOWN],
        "is_cut": len(rest) > FIELDS_SHOWN,
        "groups": await _groups(visit, found),
        "proposed": await store.groups(account, 0, _GROUPS_SHOWN),
        "address": found.address,
        "talk": whose.path("replies", login, found.number),
        "book": whose.path("contacts", account=login),
        "may_act": visit.may(Right.act),
    }
    return View("rooms/contacts/one.html", facts, 200 if form.is_right else 422)


async def _groups(visit: Visit, found: Owned) -> Sequence[tuple[Group, str]]:
    """Those that a number is in, each with its address."""
    store, account = visit.node.store, found.account
    idents = (await store.groups_with(account.id, found.number))[:_GROUPS_SHOWN]
    groups = [await store.group(account.id, ident, "") for ident in idents]
    return [(group, group_address(account, group.id)) for group in groups if group is not None]


def group_address(account: Account, ident: int) -> str:
    """The page of a group."""
    return whose.path("contacts", "group", account.login, ident)

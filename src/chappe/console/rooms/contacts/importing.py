"""Importing contacts: a file is looked through, its columns are told apart, and it is kept.

In: a CSV file, what its columns hold, a group. Out: what was understood of it; or that it was kept.
Promise: a line without a phone number is left out and told; who is in the book already is changed
in what the file says.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from chappe.console import whose
from chappe.console.form import Form
from chappe.console.rooms.contacts.changing import group_names, owner, why
from chappe.console.rooms.contacts.naming import KNOWN, NUMBER
from chappe.console.rooms.contacts.sheets import OWN, BookSheet, meant, read, text_of
from chappe.console.shape import Away, Outcome, View, Visit
from chappe.engine import book
from chappe.hands.deeds import note
from chappe.words.account import Account
from chappe.words.answer import Refusal
from chappe.words.book import Entry

_FILE_MOST: Final = 16 * 1024 * 1024
ROWS_MOST: Final = 100_000
_TOGETHER: Final = 1_000  # in one commit
_SAMPLE: Final = 5


async def upload(visit: Visit) -> Outcome:
    """The way to bring a file."""
    return _shown(visit, Form([], visit.say))


async def look_through(visit: Visit) -> Outcome:
    """See what is understood of it, and keep it where that is asked for."""
    form = visit.form
    account, groups = owner(visit, form), group_names(visit, form, "groups")
    wish, octets = form.choice("do", ("look", "keep")), form.octets("file", _FILE_MOST)
    if form.is_right and not octets:
        form.wrong("file", visit.say("Choose a file that holds something."))
    if account is None or not form.is_right:
        return _shown(visit, form)
    sheet = await asyncio.to_thread(read, text_of(octets), ROWS_MOST)
    if sheet is None:
        most = visit.say.count(ROWS_MOST)
        form.wrong("file", visit.say("It has more than {most} lines: split it.", most=most))
        return _shown(visit, form)
    columns = _columns(form, sheet)
    if form.is_right and NUMBER not in columns:
        form.wrong("file", visit.say("No column of it holds phone numbers."))
    if wish == "look" or not form.is_right:
        return _shown(visit, form, sheet, columns)
    entries = await asyncio.to_thread(_entries, sheet, columns)
    refusal = await _keep(visit, account, entries, groups)
    if refusal is not None:
        form.wrong("file", why(visit, refusal))
        return _shown(visit, form, sheet, columns)
    said = visit.say("Imported: {count}.", count=visit.say.count(len(entries)))
    return Away(whose.path("contacts", account=account.login), said)


def _columns(form: Form, sheet: BookSheet) -> Sequence[str]:
    """What each column holds: as chosen for a file of as many columns, else as it seems."""
    seems = meant(sheet)
    is_chosen = form.text("columns") == str(len(seems))
    columns = []
    for place, column in enumerate(seems):
        chosen = form.choice(f"column-{place}", (NUMBER, OWN, *KNOWN), "") if is_chosen else column
        columns.append(chosen)
    return columns


def _entries(sheet: BookSheet, columns: Sequence[str]) -> Sequence[Entry]:
    """Each number once, by the last line that names it."""
    numbers = columns.index(NUMBER)
    titles = sheet.titles
    found: dict[int, Mapping[str, str]] = {}
    for row in sheet.rows:
        number = whose.phone_of(row[numbers]) if numbers < len(row) else 0
        if number:
            found[number] = {
                titles[place] if column == OWN else column: value
                for place, (column, value) in enumerate(zip(columns, row, strict=False))
                if value and column and column != NUMBER
            }
    return [Entry(number, fields) for number, fields in found.items()]


def _without_number(sheet: BookSheet, columns: Sequence[str]) -> int:
    place = columns.index(NUMBER)
    return sum(not (place < len(row) and whose.phone_of(row[place])) for row in sheet.rows)


async def _keep(
    visit: Visit, account: Account, entries: Sequence[Entry], groups: Sequence[str]
) -> Refusal | None:
    """Some at a time. It is written down as one deed, also where it ends before its time."""
    desk, kept = visit.node.desk, 0
    refusal: Refusal | None = None
    for at in range(0, len(entries), _TOGETHER):
        some = entries[at : at + _TOGETHER]
        said = await book.put_contacts(desk, account, some, groups)
        if isinstance(said, Refusal):
            refusal = said
            break
        kept += len(some)
    facts = {"account": account.login, "total": kept, "name": ", ".join(groups)}
    await note(visit.node, visit.visitor.login, "contact import", facts)
    return refusal


def _shown(
    visit: Visit, form: Form, sheet: BookSheet | None = None, columns: Sequence[str] = ()
) -> View:
    say = visit.say
    asked = whose.asked(visit, visit.query)
    facts = {
        "title": say("Import contacts"),
        "form": form,
        "with_account": whose.has_several(visit),
        "logins": whose.offered(visit),
        "own": asked.login if asked is not None else "",
        "sheet": sheet,
        "sample": sheet.rows[:_SAMPLE] if sheet is not None else (),
        "titles": _titles(visit, sheet) if sheet is not None else (),
        "options": [
            ("", say("leave out")),
            (NUMBER, say("the number")),
            *[(name, say(label)) for name, label in KNOWN.items()],
            (OWN, say("a field of this name")),
        ],
        "columns": columns,
        "count": len(_entries(sheet, columns)) if sheet and NUMBER in columns else 0,
        "bare": _without_number(sheet, columns) if sheet and NUMBER in columns else 0,
        "book": whose.path("contacts", account=asked.login if asked is not None else ""),
    }
    is_part = "hx-request" in visit.request.headers
    template = "rooms/contacts/looked.html" if is_part else "rooms/contacts/import.html"
    return View(template, facts, 200 if form.is_right else 422)


def _titles(visit: Visit, sheet: BookSheet) -> Sequence[str]:
    return [title or visit.say("Column {no}", no=no) for no, title in enumerate(sheet.titles, 1)]

"""Bringing a file of recipients: it is kept, read, and shown as it was read.

In: a file; how it is to be read. Out: pages. Promise: a guess is shown before anything is made of
it; what was typed beside it is there again afterwards.
"""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from chappe.console.rooms.campaigns.compose import choosing, compose_page
from chappe.console.rooms.campaigns.sheet import COLUMNS_MOST, DELIMITERS, ENCODINGS, SheetForm
from chappe.console.rooms.campaigns.shelf import Brought, owner_of, shelf_of
from chappe.console.rooms.campaigns.wish import FIELDS, NUMBERS_MOST, account_of
from chappe.console.shape import Away, Missing, Outcome, View, Visit

FILE_MOST: Final = 16 * 1024 * 1024


def has_file(visit: Visit) -> bool:
    """Whether a file came with a form."""
    return bool(visit.form.octets("bring", FILE_MOST)) or "bring" in visit.form.mistakes


async def bring(visit: Visit) -> Outcome:
    """A file, with what was typed beside it."""
    form = visit.form
    account = account_of(visit, form)
    octets = form.octets("bring", FILE_MOST)
    for name in FIELDS:
        form.text(name, most=NUMBERS_MOST, lines=True)
    if account is None:
        return choosing(visit, form)
    if "bring" not in form.mistakes and not octets.strip():
        form.wrong("bring", visit.say("Choose a file with something in it."))
    if not form.is_right:
        return await compose_page(visit, form, account, None, None)
    brought = Brought(
        owner=owner_of(visit),
        account=account.id,
        at=visit.node.clock.now(),
        size=len(octets),
        reading=SheetForm(),
        typed={name: form.typed[name] for name in FIELDS if form.typed.get(name)},
    )
    token = await shelf_of(visit.node).put(brought, octets)
    return Away(f"/campaigns/file/{token}")


async def show(visit: Visit) -> Outcome:
    """How it was read; while it is being read, how far that is."""
    token, shelf = visit.args[0], shelf_of(visit.node)
    brought = await shelf.brought(token, owner_of(visit))
    if brought is None:
        return Missing()
    if brought.found is None and shelf.job(token) is None:
        await shelf.read(token, brought)
        brought = await shelf.brought(token, owner_of(visit)) or brought
    form = visit.form
    reading = brought.reading
    form.typed.setdefault("encoding", reading.encoding)
    form.typed.setdefault("delimiter", reading.delimiter)
    form.typed.setdefault("has_header", "1" if reading.has_header else "")
    form.typed.setdefault("column", str(reading.column))
    facts = {
        "title": visit.say("Recipients from a file"),
        "form": form,
        "token": token,
        "brought": brought,
        "found": brought.found,
        "job": shelf.job(token),
        "encodings": [(name, name.upper()) for name in ENCODINGS],
        "columns": _columns(brought),
    }
    return View("rooms/campaigns/file.html", facts, 200 if form.is_right else 422)


async def read_anew(visit: Visit) -> Outcome:
    """Read in another way than was guessed."""
    token, shelf, form = visit.args[0], shelf_of(visit.node), visit.form
    brought = await shelf.brought(token, owner_of(visit))
    if brought is None:
        return Missing()
    reading = SheetForm(
        form.choice("encoding", ENCODINGS),
        form.choice("delimiter", DELIMITERS),
        form.flag("has_header"),
        form.whole("column", 0, COLUMNS_MOST - 1),
    )
    if not form.is_right:
        return await show(visit)
    await shelf.read(token, replace(brought, reading=reading))
    return Away(f"/campaigns/file/{token}")


def _columns(brought: Brought) -> Sequence[tuple[str, str]]:
    """Those that the numbers may stand in."""
    names = brought.found.columns if brought.found is not None else ()
    return [(str(place), name) for place, name in enumerate(names)] or [("0", "1")]

"""Importing opt-outs: a file is looked through, and then kept.

In: a text or CSV file, whose numbers begin its lines, or one that was exported. Out: what stands in
it; or that it was kept. Promise: a line that is no number's is left out and told; a file that was
exported is kept whole or refused at its first mistake; lists of others are refused.
"""

import asyncio
import csv
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from chappe.console import whose
from chappe.console.form import Form
from chappe.console.rooms.optouts.changing import back, owner
from chappe.console.rooms.optouts.listing import EVERYBODY, LISTS
from chappe.console.shape import Away, Outcome, View, Visit
from chappe.hands import optouts as hands
from chappe.hands.deeds import note
from chappe.hands.shown import CannotDo, phone
from chappe.words.order import Lists

_FILE_MOST: Final = 16 * 1024 * 1024
_LINES_MOST: Final = 1_000_000
_AT_ONCE: Final = 4_000
_WRONG_SHOWN: Final = 10
_FIELD: Final = re.compile("[;,\t]")
_Line = tuple[int, hands.OptOutLine]


class OptOutFile(NamedTuple):
    """What stands in a file."""

    lines: int
    numbers: Sequence[int]  # each once
    wrong: int
    first_wrong: Sequence[tuple[int, str]]  # which line, and what stands there
    exported: Sequence[_Line]  # where it is one that was exported

    @property
    def total(self) -> int:
        return len(self.exported) or len(self.numbers)


async def upload(visit: Visit) -> Outcome:
    """The way to bring a file."""
    return _shown(visit, Form([], visit.say))


async def look_through(visit: Visit) -> Outcome:
    """See what stands in it, and keep it where that is asked for."""
    form = visit.form
    login, list_ = owner(visit, form), form.choice("onto", LISTS)
    wish = form.choice("do", ("look", "keep"))
    octets = form.octets("file", _FILE_MOST)
    if form.is_right and not octets:
        form.wrong("file", visit.say("Choose a file that holds something."))
    read = None
    if form.is_right:
        read = await asyncio.to_thread(_read, visit, form, octets)
    if read is not None and form.is_right and not read.total:
        form.wrong("file", visit.say("There is no phone number in it."))
    if read is None or not form.is_right:
        return _shown(visit, form)
    if wish == "look":
        return _shown(visit, form, read, await _known(visit, login, list_, read))
    fresh = await _keep(visit, login, list_, read)
    figures = {"count": visit.say.count(read.total), "new": visit.say.count(fresh)}
    return Away(back(login), visit.say("Imported: {count}. New among them: {new}.", **figures))


def _shown(visit: Visit, form: Form, read: OptOutFile | None = None, known: int = 0) -> View:
    is_part = "hx-request" in visit.request.headers
    facts = {
        "title": visit.say("Import opt-outs"),
        "form": form,
        "for_all": visit.seen is None,
        "with_account": whose.has_several(visit),
        "logins": whose.offered(visit),
        "own": visit.account.login if visit.account is not None else "",
        "lists": [(name, visit.say(label)) for name, label in LISTS.items()],
        "read": read,
        "known": known,
    }
    template = "rooms/optouts/looked.html" if is_part else "rooms/optouts/import.html"
    return View(template, facts, 200 if form.is_right else 422)


# reading


def _read(visit: Visit, form: Form, octets: bytes) -> OptOutFile | None:
    """None where it is not read to its end, which stands beside the field."""
    lines = _text(octets).splitlines()
    if len(lines) > _LINES_MOST:
        most = visit.say.count(_LINES_MOST)
        form.wrong("file", visit.say("It has more than {most} lines: split it.", most=most))
        return None
    if lines and lines[0].strip() == ",".join(hands.OptOutLine._fields):
        try:
            exported = list(_exported(visit, lines))
        except CannotDo as why:
            form.wrong("file", str(why))
            return None
        return OptOutFile(len(lines) - 1, (), 0, (), exported)
    return _read_numbers(lines)


def _text(octets: bytes) -> str:
    """Whatever a spreadsheet writes."""
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        return octets.decode("cp1252", "replace")


def _read_numbers(lines: Sequence[str]) -> OptOutFile:
    numbers: dict[int, None] = {}
    count = wrong = 0
    first_wrong: list[tuple[int, str]] = []
    for no, line in enumerate(lines, 1):
        text = _FIELD.split(line, maxsplit=1)[0].strip().strip('"').strip()
        if not text:
            continue
        number = whose.phone_of(text) if len(text) <= 40 else 0
        if number:
            numbers[number] = None
        elif no == 1:
            continue  # what the columns are called
        else:
            wrong += 1
            if len(first_wrong) < _WRONG_SHOWN:
                first_wrong.append((no, text[:40]))
        count += 1
    return OptOutFile(count, list(numbers), wrong, first_wrong, ())


def _exported(visit: Visit, lines: Sequence[str]) -> Iterator[_Line]:
    """Each line behind the first. CannotDo says what is wrong with which."""
    rows = csv.reader(islice(lines, 1, None))
    for no, row in enumerate(rows, 2):
        if not row:
            continue
        try:
            if len(row) != len(hands.OptOutLine._fields):
                raise CannotDo(", ".join(hands.OptOutLine._fields))
            line = hands.OptOutLine(*row)
            hands.check_line(line)
            if not line.account and visit.seen is not None:
                raise CannotDo(visit.say("Everybody’s list is not yours to change."))
            if line.account and whose.named(visit, line.account) is None:
                raise CannotDo(visit.say("There is no such account."))
        except CannotDo as why:
            at = visit.say("Line {no}: {why}", no=no, why=str(why))
            raise CannotDo(at) from why
        yield no, line


# keeping


async def _known(visit: Visit, login: str, list_: str, read: OptOutFile) -> int:
    """How many of a file's numbers are barred already."""
    account = whose.named(visit, login) if login else None
    ident = account.id if account is not None else EVERYBODY
    known = 0
    for at in range(0, len(read.numbers), _AT_ONCE):
        some = read.numbers[at : at + _AT_ONCE]
        known += len(await visit.node.store.opted_out(ident, some, int(Lists[list_])))
    return known


async def _keep(visit: Visit, login: str, list_: str, read: OptOutFile) -> int:
    """How many are new. It is written down as one deed."""
    fresh = 0
    for at in range(0, len(read.numbers), _AT_ONCE):
        numbers = [*map(phone, read.numbers[at : at + _AT_ONCE])]
        asked = hands.OptOutChange(numbers=numbers, login=login, list=list_)
        fresh += (await hands.import_(visit.node, asked)).value["new"]
    for at in range(0, len(read.exported), _AT_ONCE):
        lines = hands.OptOutLines(lines=list(read.exported[at : at + _AT_ONCE]))
        fresh += (await hands.put(visit.node, lines)).value["new"]
    facts = {"login": login, "total": read.total} | ({"list": list_} if read.numbers else {})
    await note(visit.node, visit.visitor.login, "optout import", facts)
    return fresh

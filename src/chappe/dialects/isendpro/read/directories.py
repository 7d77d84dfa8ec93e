"""Directories: making one, and who comes in or goes.

In: what a call says. Out: questions of the address book, or a Refusal.
"""

from collections.abc import Mapping

from chappe.dialects.isendpro.names import Asked
from chappe.dialects.isendpro.read.numbers import read_numbers
from chappe.dialects.isendpro.read.sending import read_directory
from chappe.dialects.isendpro.tables.errors import Error
from chappe.dialects.isendpro.tables.paths import ADDING, FIELDS, LIMITS
from chappe.dialects.shape import Opened
from chappe.words.account import Account
from chappe.words.answer import Refusal, Wrong
from chappe.words.book import AddMembers, Entry, MakeGroup, RemoveMembers


def read_create(opened: Opened[Asked], account: Account, now: int) -> MakeGroup | Refusal:
    """A new one, whatever others are called."""
    name = opened.content.fields.get("repertoireNom", "").strip()
    if not name or len(name) > LIMITS["name"]:
        return Refusal(wrong={Error.no_name: ""})
    return MakeGroup(name)


def read_add(opened: Opened[Asked], account: Account, now: int) -> AddMembers | Refusal:
    """Numbers with their fields; one that is in it stays as it is."""
    asked = opened.content
    if asked.fields.get("repertoireEdit") != ADDING:
        return Refusal(wrong={Error.fault: ""})
    wrong = _members(asked)
    if wrong:
        return Refusal(wrong=wrong)
    entries: dict[int, Entry] = {}
    for place, number in zip(asked.places, asked.numbers, strict=True):
        if number and number not in entries:
            entries[number] = Entry(number, _values(asked.fields, place))
    return AddMembers(asked.directory, list(entries.values()), unless_scheduled=True)


def read_remove(opened: Opened[Asked], account: Account, now: int) -> RemoveMembers | Refusal:
    """Numbers go."""
    asked = opened.content
    wrong = _members(asked)
    if wrong:
        return Refusal(wrong=wrong)
    numbers = list(dict.fromkeys(number for number in asked.numbers if number))
    return RemoveMembers(asked.directory, numbers, unless_scheduled=True)


def _members(asked: Asked) -> Wrong:
    wrong: Wrong = {}
    asked.directory = read_directory(asked.fields.get("repertoireId", ""))
    read_numbers(asked, wrong)
    return wrong


def _values(fields: Mapping[str, str], place: str) -> Mapping[str, str]:
    """`champY` is that of a number alone, `champY_X` that of the X-th of several."""
    values = {}
    for field, name in FIELDS.items():
        value = fields.get(f"champ{field}_{place}") or fields.get(f"champ{field}")
        if value:
            values[name] = value[: LIMITS["field"]]
    return values

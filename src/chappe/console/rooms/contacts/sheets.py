"""A CSV file as spreadsheets write it.

In: its text. Out: rows, and what each column seems to hold. Promise: whatever stands in it, time
and memory stay in proportion to its length.
"""

import csv
import io
from collections.abc import Sequence
from itertools import islice
from typing import Final, NamedTuple

from chappe.console import whose
from chappe.console.rooms.contacts.naming import NUMBER, meant_by

OWN: Final = "own"  # a field that is called as the column is
_COLUMNS_MOST: Final = 20
_LETTERS_MOST: Final = 1_000  # of a cell
_TITLE_MOST: Final = 255
_PHONE_MOST: Final = 40
_LOOKED_AT: Final = 50  # rows, to find the numbers among columns


class BookSheet(NamedTuple):
    """Its rows, without that of titles; '' is the title of a column that has none."""

    titles: Sequence[str]
    rows: Sequence[Sequence[str]]


def text_of(octets: bytes) -> str:
    """Its text, in whichever of the two encodings spreadsheets write it."""
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        return octets.decode("cp1252", "replace")


def read(text: str, most: int) -> BookSheet | None:
    """None where it has more rows than so many. What is no CSV has no rows."""
    first = text.partition("\n")[0]
    sign = max(";,\t", key=first.count)
    try:
        rows = [
            _row(row) for row in islice(csv.reader(io.StringIO(text), delimiter=sign), most + 2)
        ]
    except csv.Error:
        return BookSheet((), ())
    rows = [row for row in rows if any(row)]
    width = max(map(len, rows), default=0)
    titles: list[str] = []
    if rows and not any(map(_is_phone, rows[0])):
        titles = [title[:_TITLE_MOST] for title in rows.pop(0)]
    if len(rows) > most:
        return None
    return BookSheet([*titles, *[""] * (width - len(titles))], rows)


def _row(cells: Sequence[str]) -> Sequence[str]:
    return [cell.strip()[:_LETTERS_MOST] for cell in cells[:_COLUMNS_MOST]]


def _is_phone(cell: str) -> bool:
    return 0 < len(cell) <= _PHONE_MOST and whose.phone_of(cell) > 0


def meant(sheet: BookSheet) -> Sequence[str]:
    """What each column seems to hold, none of it twice; '' is left out."""
    found: list[str] = []
    for title in sheet.titles:
        meaning = meant_by(title) or (OWN if title else "")
        found.append(meaning if meaning == OWN or meaning not in found else "")
    if NUMBER not in found and sheet.rows:
        counts = [0] * len(found)
        for row in sheet.rows[:_LOOKED_AT]:
            for place, cell in enumerate(row):
                counts[place] += _is_phone(cell)
        if any(counts):
            found[counts.index(max(counts))] = NUMBER
    return found

"""The lines of a file, as spreadsheets and programs write CSV.

In: octets. Out: records by the number of their first line, with what stands in the columns that are
known. Promise: nothing raises, and no step is longer than a line; what can't be read costs its own
line, and those behind it are read.
"""

import contextlib
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Self

from chappe.dialects.smsmode.tables.letters import WINDOWS_EURO
from chappe.words.text import readable

_LINE_MOST = 1 << 17  # letters; a field of more is none for csv either
_RECORD_MOST = 10_000  # letters before another line of the same record begins
_MENDED_MOST = 1_000  # records whose further lines are read by themselves
_UTF_8_MARK = b"\xef\xbb\xbf"

Row = Mapping[str, str]


def read_rows(raw: bytes, known: Sequence[str]) -> Iterator[tuple[int, Row | None]]:
    """What is given by each record, {} in a blank line; None where it can't be read. Of columns of
    the same name the first that says something counts. The first line that is not blank names them;
    where it can't be read there are none."""
    lines = _Lines(raw)
    columns: list[str] = []
    for no, fields in _records(lines):
        if columns:
            yield no, _row(columns, fields) if fields is not None else None
        elif fields is None:
            return
        elif fields:
            names = {name.casefold(): name for name in known}
            columns = [names.get(field.strip().casefold(), "") for field in fields]
            if not any(columns):
                return


def _row(columns: Sequence[str], fields: Sequence[str]) -> Row | None:
    """None where more is given than there are columns: a text with a comma in it, and no quotes."""
    if len(fields) > len(columns) and any(fields[len(columns) :]):
        return None
    given: dict[str, str] = {}
    for name, field in zip(columns, fields, strict=False):
        if field and name:
            given.setdefault(name, field)
    return given


def _records(lines: "_Lines") -> Iterator[tuple[int, list[str] | None]]:
    reader = csv.reader(lines, delimiter=lines.mark(), skipinitialspace=True, strict=True)
    mended = 0
    while True:
        no = lines.begin()
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error:
            if mended < _MENDED_MOST and lines.give_back():
                mended += 1
            yield no, None
        else:
            yield no, fields if len(fields) > 1 or any(map(str.strip, fields)) else []


class _Lines:
    """The lines of a file. Those of a record that was none can be read again, but for the first."""

    def __init__(self, raw: bytes) -> None:
        marked = raw.startswith(_UTF_8_MARK)
        charset = "utf-8-sig" if marked else "iso-8859-15"
        self._file = io.TextIOWrapper(io.BytesIO(raw), charset, "replace", newline="")
        self._euro = "" if marked else chr(WINDOWS_EURO)
        self._no = 0  # of the last line that was read
        self._record: list[str] = []
        self._size = 0
        self._again: list[str] = []  # the next one last

    def mark(self) -> str:
        """What stands between fields, as the first line has it that is not blank."""
        self.begin()
        head = ""
        with contextlib.suppress(csv.Error):
            head = next((line for line in self if line.strip()), "")
        self._again += reversed(self._record)
        self._no = 0
        return ";" if ";" in head and "," not in head else ","

    def begin(self) -> int:
        """The next line is the first of a record: its number."""
        self._record, self._size = [], 0
        return self._no + 1

    def give_back(self) -> bool:
        """Whether there was anything behind the first line."""
        further = self._record[1:]
        self._again += reversed(further)
        self._no -= len(further)
        return bool(further)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        """Raises csv.Error where that is no line of this record."""
        if self._size > _RECORD_MOST:
            raise csv.Error("the record has no end")
        line = self._again.pop() if self._again else self._read()
        if not line:
            raise StopIteration
        self._no += 1
        self._record.append(line)
        self._size += len(line)
        if len(line) > _LINE_MOST:
            raise csv.Error("the line is too long")
        return line

    def _read(self) -> str:
        """Of a line that is too long no more than shows that it is."""
        line = self._file.readline(_LINE_MOST + 1)
        if len(line) > _LINE_MOST:
            rest = line
            while rest and rest[-1] not in "\r\n":
                rest = self._file.readline(_LINE_MOST)
        if self._euro and self._euro in line:
            line = line.replace(self._euro, "€")
        return readable(line)

"""Reading a sheet of recipients: a CSV in whatever letters and with whatever signs between cells.

In: octets, and how they are to be read, or nothing of that. Out: a guess; recipients with the cells
of their row, the rows that are wrong with their lines. Pure. Promise: nothing that a file holds
raises; it is read in bounded pieces, between which others have their turn; a number that comes
again is counted and left out.
"""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final

import msgspec

from chappe.words.number import Spelling, read, read_all

ROWS_MOST: Final = 100_000
COLUMNS_MOST: Final = 50
CELL_MOST: Final = 1_000  # letters
WRONG_MOST: Final = 100  # rows that are shown with what is wrong with them
ENCODINGS: Final = ("utf-8", "windows-1252", "utf-16")
DELIMITERS: Final = {"semicolon": ";", "comma": ",", "tab": "\t", "bar": "|"}

# As people and spreadsheets write them: these drop the zero that a French number begins with.
SPELLINGS: Final = (
    Spelling.PLUS | Spelling.ZEROS | Spelling.BARE | Spelling.NATIONAL | Spelling.SHORT
)
_PIECE: Final = 1_000  # rows that are read together
_LOOKED_AT: Final = 50  # rows that a guess looks at
_HEAD: Final = 1 << 16  # letters in which they stand

# Why a row is wrong; each is a sentence of the room's.
BAD_NUMBER: Final = "This is no phone number."
NO_CELL: Final = "There is no such column in this row."
LONG_CELL: Final = "A cell is too long."
BROKEN: Final = "From here on it can't be read: a quotation mark is never closed."
TOO_MANY: Final = "From here on nothing is read: a file has at most 100,000 recipients."


class SheetForm(msgspec.Struct, frozen=True):
    """How a file is read."""

    encoding: str = ENCODINGS[0]
    delimiter: str = "semicolon"
    has_header: bool = True
    column: int = 0  # of the numbers


class WrongRow(msgspec.Struct, frozen=True):
    """A row from which nobody gets a message: its line, what it begins with, and why."""

    line: int
    text: str
    why: str


class SheetFound(msgspec.Struct, frozen=True, kw_only=True):
    """What a file holds, without its recipients."""

    columns: Sequence[str] = ()
    first: Sequence[Sequence[str]] = ()  # some rows, to be looked at
    rows: int = 0  # with anything in them
    good: int = 0
    doubles: int = 0
    wrong_count: int = 0
    wrong: Sequence[WrongRow] = ()


class SheetPeople(msgspec.Struct):
    """Who a file names: each number with the cells of its row."""

    numbers: list[int] = []
    rows: list[Sequence[str]] = []


Progress = Callable[[int, int], None]  # rows read; letters read of all


def text_of(octets: bytes, encoding: str) -> str:
    """What cannot be read becomes U+FFFD."""
    name = "utf-8-sig" if encoding == "utf-8" else encoding
    return octets.decode(name, "replace").replace("\0", "\ufffd")


def guess(octets: bytes) -> SheetForm:
    """How a file is read best, as far as its first rows tell."""
    encoding = _encoding(octets)
    text = text_of(octets[: 2 * _HEAD], encoding)[:_HEAD]
    delimiter = max(DELIMITERS, key=lambda name: _regular(text, DELIMITERS[name]))
    rows = list(islice(_cells(text, DELIMITERS[delimiter]), _LOOKED_AT))
    hits = Counter(place for row in rows for place, cell in enumerate(row) if _number(cell))
    column = max(hits, key=lambda place: (hits[place], -place), default=0)
    has_header = bool(rows) and not any(map(_number, rows[0])) and len(rows) > 1
    return SheetForm(encoding, delimiter, has_header, column)


def _encoding(octets: bytes) -> str:
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        octets.decode("utf-8")
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"


def _regular(text: str, delimiter: str) -> tuple[int, int]:
    """In how many rows a sign cuts as often as in most, where it cuts any."""
    widths = Counter(len(row) for row in islice(_cells(text, delimiter), _LOOKED_AT))
    width, count = max(widths.items(), key=lambda one: one[1], default=(0, 0))
    return (count, width) if width > 1 else (0, 0)


def _cells(text: str, delimiter: str) -> Iterator[list[str]]:
    """Rows with anything in them, as far as they can be read."""
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if any(row):
                yield row
    except csv.Error:
        return


def _number(cell: str) -> int:
    return read(cell.strip(), SPELLINGS) if len(cell) < CELL_MOST else 0


def read_sheet(
    octets: bytes, reading: SheetForm, most: int = ROWS_MOST, progress: Progress | None = None
) -> tuple[SheetFound, SheetPeople]:
    """All of it, or as many recipients as are wanted."""
    return _Reader(text_of(octets, reading.encoding), reading, most).read(progress)


class _Reader:
    """One file on its way."""

    def __init__(self, text: str, reading: SheetForm, most: int) -> None:
        self._source = io.StringIO(text, newline="")
        self._length = len(text)
        self._rows = csv.reader(self._source, delimiter=DELIMITERS[reading.delimiter])
        self._reading = reading
        self._most = most
        self._seen: set[int] = set()
        self._wrong: list[WrongRow] = []
        self._wrong_count = self._count = self._doubles = 0
        self._columns: Sequence[str] = ()
        self._first: list[Sequence[str]] = []
        self._found = SheetPeople()
        self._is_over = False

    def read(self, progress: Progress | None) -> tuple[SheetFound, SheetPeople]:
        while not self._is_over:
            self._take(self._piece())
            if progress is not None:
                progress(self._count, 100 * self._source.tell() // max(1, self._length))
        found = SheetFound(
            columns=_named(self._columns, max(map(len, self._first), default=0)),
            first=self._first,
            rows=self._count,
            good=len(self._found.numbers),
            doubles=self._doubles,
            wrong_count=self._wrong_count,
            wrong=self._wrong,
        )
        return found, self._found

    def _piece(self) -> list[tuple[int, list[str]]]:
        """Some rows with anything in them, each with its line."""
        piece: list[tuple[int, list[str]]] = []
        while len(piece) < _PIECE and not self._is_over:
            line = self._rows.line_num + 1
            try:
                row = next(self._rows)
            except StopIteration:
                self._is_over = True
            except csv.Error:
                self._note(line, "", BROKEN)
                self._is_over = True
            else:
                if any(row):
                    piece.append((line, row))
        if piece and self._reading.has_header and not self._columns and not self._count:
            self._columns = piece.pop(0)[1]
        return piece

    def _take(self, piece: Sequence[tuple[int, list[str]]]) -> None:
        column, room = self._reading.column, self._most - len(self._found.numbers)
        cells = [row[column].strip() if column < len(row) else "" for _, row in piece]
        numbers = read_all([cell if len(cell) < CELL_MOST else "" for cell in cells], SPELLINGS)
        for (line, row), number in zip(piece, numbers, strict=True):
            if not room:
                if self._most == ROWS_MOST:
                    self._note(line, row[0], TOO_MANY)
                self._is_over = True
                return
            self._count += 1
            if len(self._first) < 5:
                self._first.append([cell[:80] for cell in row[:COLUMNS_MOST]])
            if why := self._why_wrong(row, number):
                self._note(line, row[column] if column < len(row) else row[0], why)
            elif number in self._seen:
                self._doubles += 1
            else:
                self._seen.add(number)
                self._found.numbers.append(number)
                self._found.rows.append(tuple(row[:COLUMNS_MOST]))
                room -= 1

    def _why_wrong(self, row: Sequence[str], number: int) -> str:
        if self._reading.column >= len(row):
            return NO_CELL
        if not number:
            return BAD_NUMBER
        return LONG_CELL if len(max(row, key=len)) > CELL_MOST else ""

    def _note(self, line: int, text: str, why: str) -> None:
        self._wrong_count += 1
        if len(self._wrong) < WRONG_MOST:
            self._wrong.append(WrongRow(line, text[:80], why))


def _named(header: Sequence[str], width: int) -> Sequence[str]:
    """The names of the columns; one without a name goes by its place, and so does one whose name
    another has."""
    names: list[str] = []
    for place in range(min(COLUMNS_MOST, max(len(header), width))):
        name = " ".join(header[place].split())[:40] if place < len(header) else ""
        name = name.replace("{", "").replace("}", "")
        names.append(name if name and name not in names else str(place + 1))
    return names

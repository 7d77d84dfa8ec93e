"""Several files as one: the settings file, and what it includes behind it.

In: the text of the file, its surroundings. Out: their tables together, and for each path of those
the file and the line. Promise: it is as if all stood in one file, but for what may come once: that
stands in one of them only; who is included includes nothing.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from chappe.config.draw import Drawn, varied
from chappe.config.lines import line_index, line_of
from chappe.config.mistake import Fault, Path, Wrong, kind
from chappe.config.outside import Outside
from chappe.config.readers import at_least_one, one_or_many, text
from chappe.config.schema import Sections
from chappe.config.syntax import parse

INCLUDE = "include"
_NAMES = at_least_one(one_or_many(text("conf.d", 1_000)))


class _Sheet:
    """One file, and where in it everything stands, for which nobody asks where all is well."""

    def __init__(self, given: str | bytes, source: str) -> None:
        self.text, self.tables = parse(given, source)
        self.source = source

    def line(self, path: Path) -> int:
        return line_of(self._index, path)

    @cached_property
    def _index(self) -> dict[Path, int]:
        return line_index(self.text)


class Sheets:
    """All files of one reading; what is wrong with them as files is in `faults`."""

    def __init__(self, given: str | bytes, source: str, outside: Outside, known: Sections) -> None:
        self.faults: list[Fault] = []
        self.tables: dict[str, Any] = {}
        self._known = known
        self._homes: dict[Path, tuple[int, Path]] = {}
        first = _Sheet(given, source)
        self._sheets = [first, *self._included(first, outside)]
        for number, sheet in enumerate(self._sheets):
            for name, found in sheet.tables.items():
                if name != INCLUDE:
                    self._add(number, name, found)
                elif number:
                    what = "an included file includes no other"
                    remedy = f"Name that one in {source}."
                    self.faults.append(Fault((name,), what, remedy, INCLUDE, sheet=number))

    def home(self, path: Path, sheet: int | None = None) -> tuple[int, Path]:
        """The number of the file that a path leads to, and the path within it."""
        if sheet is not None:
            return sheet, path
        for size in (2, 1):
            if path[:size] in self._homes:
                number, own = self._homes[path[:size]]
                return number, own + path[size:]
        return 0, path

    def line(self, home: tuple[int, Path]) -> int:
        return self._sheets[home[0]].line(home[1])

    def source(self, number: int) -> str:
        return self._sheets[number].source

    def _included(self, first: _Sheet, outside: Outside) -> Iterator[_Sheet]:
        if INCLUDE not in first.tables:
            return
        drawn = Drawn({}, set(), {}, [])
        given = varied(first.tables[INCLUDE], (INCLUDE,), outside, drawn)
        self.faults += [fault._replace(place=INCLUDE) for fault in drawn.faults]
        at: Path = ()
        try:
            names = _NAMES.read(given) if not drawn.faults else ()
            for place, name in enumerate(names):
                at = (place,)
                for included in outside.included(name):
                    yield _Sheet(included.content, included.source)
        except Wrong as wrong:
            at = wrong.at or at
            self.faults.append(Fault((INCLUDE, *at), wrong.what, wrong.remedy, INCLUDE))

    def _add(self, number: int, name: str, found: Any) -> None:
        """What a file holds under a name, behind what was found under it before."""
        kept = self.tables.setdefault(name, [] if isinstance(found, list) else found)
        section = self._known.get(name)
        if isinstance(kept, list) and isinstance(found, list):
            self._homes.setdefault((name,), (number, (name,)))
            for place, one in enumerate(found):
                self._homes[(name, len(kept))] = (number, (name, place))
                kept.append(one)
        elif kept is found:
            self._homes[(name,)] = (number, (name,))
        elif section is None:
            pass  # Where it was found before, it is said that nobody knows it.
        elif section.most > 1:
            what = f"{kind(found)} is not a list of tables, each with two brackets"
            remedy = f"Write {section.header} on a line of its own for each."
            self.faults.append(Fault((name,), what, remedy, sheet=number))
        else:
            what, remedy = "it may stand in one file only", "Put all its keys into one of the two."
            self.faults.append(Fault((name,), what, remedy, other=(name,), sheet=number))

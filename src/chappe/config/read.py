"""The file, read: `read_config`.

In: the text of a TOML file, its surroundings, and the dialects that are spoken. Out: a Config, or a
Mistake. Promise: every mistake is found before anything is returned, the one that stands first in
the first file is told, and no secret is in it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from chappe.config.check import check
from chappe.config.draw import draw
from chappe.config.mistake import Fault, Path, Wrong, kind, named
from chappe.config.outside import Outside
from chappe.config.schema import (
    FILE,
    REQUIRED,
    Drafts,
    Key,
    Section,
    Sections,
    TableDraft,
    file_keys,
)
from chappe.config.sheets import INCLUDE, Sheets
from chappe.config.tables import sections
from chappe.config.told import first, place_of
from chappe.config.values import Config
from chappe.dialects import DIALECTS
from chappe.dialects.shape import Dialect

_ALIKE = 0.7


def read_config(
    text: str | bytes,
    source: str = "chappe.toml",
    dialects: Sequence[Dialect] = DIALECTS,
    outside: Outside | None = None,
) -> Config:
    """The Config that a file holds; `source` is its name for the Mistake that is raised, `outside`
    where its variables, the files of its secrets and those that it includes are looked up."""
    outside = outside or Outside()
    known = sections(dialects)
    sheets = Sheets(text, source, outside, known)
    drawn = draw(sheets.tables, known, outside)
    faults = [*sheets.faults, *drawn.faults]
    # What clashes with what can be told once everything could be drawn.
    is_whole = not faults
    drafts = _Reading(known, faults, drawn.varied).read(drawn.tables)
    if is_whole:
        faults.extend(check(drawn.tables, drafts, dialects))
    if faults:
        raise first(faults, sheets, drawn.filed, known)
    return _built(drafts, known)


class _Reading:
    """One file on its way from TOML to drafts; what is wrong is added to its faults."""

    def __init__(self, known: Sections, faults: list[Fault], varied: Collection[Path]) -> None:
        self._known = known
        self._faults = faults
        self._varied = varied

    def read(self, tables: Mapping[str, Any]) -> dict[str, list[TableDraft]]:
        drafts: dict[str, list[TableDraft]] = {}
        for name, given in tables.items():
            section = self._known.get(name)
            if section is None:
                self._blame_section(name, given)
            else:
                occurrences = self._occurrences(section, given)
                drafts[name] = [self._section(section, one, path) for path, one in occurrences]
        return drafts

    def _blame(self, path: Path, what: str, remedy: str, place: str = "") -> None:
        self._faults.append(Fault(path, what, remedy, place))

    def _occurrences(self, section: Section, given: Any) -> Iterator[tuple[Path, dict[str, Any]]]:
        """The tables of a section, each with its path."""
        path: Path = (section.name,)
        if section.most == 1:
            if isinstance(given, dict):
                yield path, given
            else:
                remedy = f"Write {section.header} on a line of its own, once."
                self._blame(path, f"{kind(given)} is not one table", remedy)
            return
        remedy = f"Write {section.header} on a line of its own for each."
        if not isinstance(given, list):
            what = f"{kind(given)} is not a list of tables, each with two brackets"
            self._blame(path, what, remedy)
            return
        if len(given) > section.most:
            what = f"there are {len(given)} of them"
            self._blame((*path, section.most), what, f"At most {section.most} will do.")
        for number, one in enumerate(given):
            if isinstance(one, dict):
                yield (*path, number), one
            else:
                self._blame((*path, number), f"{kind(one)} is not a table", remedy)

    def _section(self, section: Section, given: Mapping[str, Any], path: Path) -> TableDraft:
        tables = section.tables or {}
        inner = {name: one for name, one in given.items() if _is_table(section, name, one)}
        plain = {key: value for key, value in given.items() if key not in inner}
        values = self._keys(section, plain, path, (*section.keys, *tables))
        for key, row in section.keys.items():
            if row.default is REQUIRED and key not in given:
                self._blame(path, f"it has no {key}", f"Add {key} = ..., {row.reader.form}.")
        if section.tables is not None:
            values["declared"] = frozenset(plain)
            values["dialects"] = {
                name: self._inner(tables[name], one, (*path, name))
                for name, one in inner.items()
                if name in tables
            }
        for name in inner.keys() - tables.keys():
            self._blame_table(section, name, path)
        return TableDraft(path, values, given)

    def _inner(self, keys: Mapping[str, Key], given: Any, path: Path) -> dict[str, Any]:
        if isinstance(given, dict):
            return self._values(keys, given, path, tuple(keys))
        remedy = f"Write {place_of(path, self._known)} on a line of its own."
        self._blame(path, f"{kind(given)} is not a table", remedy)
        return {}

    def _keys(
        self, section: Section, given: Mapping[str, Any], path: Path, known: Sequence[str]
    ) -> dict[str, Any]:
        for key in given.keys() & section.idle.keys():
            what = f"{section.idle[key]}, so it would do nothing"
            self._blame((*path, key), what, "Remove it.")
        rest = {key: value for key, value in given.items() if key not in section.idle}
        return self._values(section.keys, rest, path, known)

    def _values(
        self,
        keys: Mapping[str, Key],
        given: Mapping[str, Any],
        path: Path,
        known: Sequence[str],
    ) -> dict[str, Any]:
        values = {}
        for key, value in given.items():
            row = keys.get(key)
            if row is None:
                meant = self._key_meant(key, (*known, *file_keys(keys)), known)
                self._blame((*path, key), "this key is unknown", meant)
                continue
            try:
                values[key] = row.reader.read(value)
            except Wrong as wrong:
                at = (*path, key, *wrong.at)
                if at in self._varied and row.reader.of_file is None:
                    # The reader may have quoted a variable, and nobody knows what that holds.
                    wrong = Wrong("with its variables it will not do", f"Form: {row.reader.form}.")
                self._blame(at, wrong.what, wrong.remedy)
        return values

    def _key_meant(self, key: str, possible: Sequence[str], known: Sequence[str]) -> str:
        if key.removesuffix(FILE) in known:
            return f"Only what is secret may stand in a file; write {key.removesuffix(FILE)}."
        alike = get_close_matches(key[:60], possible, 1, _ALIKE)
        if alike:
            return f"Did you mean {alike[0]}?"
        if key == INCLUDE:
            return "Write it above all sections."
        owners = self._owners(key)
        if owners:
            return f"It belongs below {' or '.join(owners)}."
        return f"Known here: {', '.join(known)}."

    def _owners(self, key: str) -> list[str]:
        return [
            header for header, owned in self._headers() if key in owned or key in file_keys(owned)
        ]

    def _blame_table(self, section: Section, name: str, path: Path) -> None:
        tables = section.tables or {}
        alike = get_close_matches(name[:60], tables, 1, _ALIKE)
        headers = [f"[{section.name}.{one}]" for one in alike or tables]
        remedy = f"There are {', '.join(headers) or 'none'}."
        if alike:
            remedy = f"Did you mean {headers[0]}?"
        place = f"[{section.name}.{named(name)}]"
        self._blame((*path, name), "no such dialect is spoken here", remedy, place)

    def _blame_section(self, name: str, given: Any) -> None:
        if isinstance(given, dict | list):
            alike = get_close_matches(name[:60], self._known, 1, _ALIKE)
            listed = ", ".join(section.header for section in self._known.values())
            remedy = f"Known are {listed}."
            if alike:
                remedy = f"Did you mean {self._known[alike[0]].header}?"
            self._blame((name,), "this section is unknown", remedy, f"[{named(name)}]")
            return
        owners = self._owners(name)
        below = " or ".join(owners) if owners else "the header of its section"
        remedy = f"Write it below {below}."
        self._blame((name,), "this key stands above all sections", remedy, named(name))

    def _headers(self) -> Iterator[tuple[str, Mapping[str, Key]]]:
        """Every header that may stand in a file, with its keys."""
        for section in self._known.values():
            yield section.header, section.keys
            for table, keys in (section.tables or {}).items():
                yield f"[{section.name}.{table}]", keys


def _is_table(section: Section, name: str, value: Any) -> bool:
    """Whether a dialect is meant, be it one that there is."""
    if section.tables is None or name in section.keys:
        return False
    return name in section.tables or (isinstance(value, dict) and name not in section.idle)


def _built(drafts: Drafts, known: Sections) -> Config:
    fields: dict[str, Any] = {}
    for name, found in drafts.items():
        section = known[name]
        made = tuple(section.struct(**draft.values) for draft in found)
        if section.most == 1:
            fields[section.field] = made[0]
        elif made:
            fields[section.field] = made
    if "prices" in fields:
        fields["prices"] = tuple(row for price in fields["prices"] for row in price.tariffs())
    return Config(**fields)

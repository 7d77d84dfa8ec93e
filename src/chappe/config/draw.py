"""Secrets from elsewhere: what a file writes as `${NAME}` or `NAME_file` stands in its place.

In: the tables of a file, and its surroundings. Out: tables as if all had been written in them, and
where each drawn value was asked for. Promise: a secret's file is a rule of the tables: whatever key
is a secret has one; no fault quotes what was drawn.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from chappe.config.mistake import Fault, Path, Wrong
from chappe.config.outside import Outside
from chappe.config.readers import secret
from chappe.config.schema import FileKey, Sections, file_keys

_TEXT_MOST = 4_000
_MARK = re.compile(r"\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]{0,99})\}|\$\{")
# A path that is read as secrets are, so that no sentence quotes it.
_PATH = secret(1_000)


class Drawn(NamedTuple):
    """`varied` are the texts that hold variables; `filed` leads from each secret that came from a
    file to the key that names the file."""

    tables: dict[str, Any]
    varied: set[Path]
    filed: dict[Path, Path]
    faults: list[Fault]


def draw(tables: Mapping[str, Any], known: Sections, outside: Outside) -> Drawn:
    drawn = Drawn({}, set(), {}, [])
    for name, given in tables.items():
        drawn.tables[name] = varied(given, (name,), outside, drawn)
    files = {
        name: (
            file_keys(section.keys),
            {inner: file_keys(keys) for inner, keys in (section.tables or {}).items()},
        )
        for name, section in known.items()
    }
    for name, (own, inner) in files.items():
        for path, table in _tables(drawn.tables.get(name), (name,)):
            _take_files(own, table, path, outside, drawn)
            for dialect, keys in inner.items():
                for below, settings in _tables(table.get(dialect), (*path, dialect)):
                    _take_files(keys, settings, below, outside, drawn)
    return drawn


def varied(value: Any, path: Path, outside: Outside, drawn: Drawn) -> Any:
    """A value with its variables; a copy where it is a table or list."""
    match value:
        case str() if "${" in value:
            try:
                return _text(value, path, outside, drawn)
            except Wrong as wrong:
                drawn.faults.append(Fault(path, wrong.what, wrong.remedy))
                return value
        case dict():
            return {key: varied(one, (*path, key), outside, drawn) for key, one in value.items()}
        case list():
            return [varied(one, (*path, n), outside, drawn) for n, one in enumerate(value)]
        case _:
            return value


def _text(value: str, path: Path, outside: Outside, drawn: Drawn) -> str:
    pieces, end, length = [], 0, 0
    for mark in _MARK.finditer(value):
        pieces += [value[end : mark.start()], _meant(mark, outside)]
        end = mark.end()
        length += sum(map(len, pieces[-2:]))
        if length > _TEXT_MOST:
            break
        if mark[1]:
            drawn.varied.add(path)
    if length + len(value) - end > _TEXT_MOST:
        what = f"with its variables it has more than {_TEXT_MOST} characters"
        raise Wrong(what, "No setting needs that.")
    return "".join((*pieces, value[end:]))


def _meant(mark: re.Match[str], outside: Outside) -> str:
    if mark[1]:
        return outside.variable(mark[1])
    if mark[0].startswith("$$"):
        return "${"
    raise Wrong("${ begins no variable here", "Write ${NAME}, or $${ for ${ itself.")


def _tables(given: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The tables of a section, whether it may have one or many."""
    if isinstance(given, dict):
        yield path, given
    elif isinstance(given, list):
        for number, one in enumerate(given):
            if isinstance(one, dict):
                yield (*path, number), one


def _take_files(
    files: Mapping[str, FileKey], table: dict[str, Any], path: Path, outside: Outside, drawn: Drawn
) -> None:
    for name in files.keys() & table.keys():
        key, take = files[name]
        given = table.pop(name)
        try:
            if key in table:
                raise Wrong(f"{key} stands here as well", "Keep one of the two.")
            table[key] = take(outside.secret(_PATH.read(given).reveal()))
        except Wrong as wrong:
            drawn.faults.append(Fault((*path, name), wrong.what, wrong.remedy))
        drawn.filed[(*path, key)] = (*path, name)

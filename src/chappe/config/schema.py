"""What the tables of settings are made of.

In: rows (reader, meaning) and the struct that holds the defaults. Out: sections of keys.
Promise: a row for each field of the struct and no other, or the program does not start.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

import msgspec

from chappe.config.mistake import Path
from chappe.config.readers import Reader

REQUIRED: Final = msgspec.NODEFAULT
FILE: Final = "_file"


class Key(NamedTuple):
    """One setting. `unset` says in words what its absence means, where the default can't."""

    reader: Reader
    default: Any
    meaning: str
    unset: str = ""


class Section(NamedTuple):
    """A [table], or a [[table]] that may stand `most` times."""

    name: str
    field: str  # of Config
    struct: type[msgspec.Struct]
    meaning: str
    keys: Mapping[str, Key]
    most: int = 1
    tables: Mapping[str, Mapping[str, Key]] | None = None  # [name.table], where it may have some
    idle: Mapping[str, str] = {}  # keys that would do nothing -> why

    @property
    def header(self) -> str:
        return f"[[{self.name}]]" if self.most > 1 else f"[{self.name}]"


Sections = Mapping[str, Section]


class FileKey(NamedTuple):
    """What may stand in place of a secret: the name of a file that holds it. `take` makes the text
    of the file into what would stand in the settings."""

    secret: str
    take: Callable[[str], Any]


def file_keys(keys: Mapping[str, Key]) -> dict[str, FileKey]:
    """THE rule: a key for the file of each secret, under its name with `_file` behind it."""
    return {
        f"{key}{FILE}": FileKey(key, row.reader.of_file)
        for key, row in keys.items()
        if row.reader.of_file is not None
    }


class TableDraft(NamedTuple):
    """A table of the file: what of it could be read, and what was given."""

    path: Path
    values: dict[str, Any]
    given: Mapping[str, Any]


Drafts = Mapping[str, list[TableDraft]]

Row = tuple[Reader, str] | tuple[Reader, str, str]


def section(
    name: str,
    struct: type[msgspec.Struct],
    meaning: str,
    rows: Mapping[str, Row],
    field: str = "",
    most: int = 1,
    inner: frozenset[str] = frozenset(),
) -> Section:
    """A section whose defaults are those of its struct; `inner` fields are no keys of the file."""
    defaults = {one.name: _default(one) for one in msgspec.structs.fields(struct)}
    odd = defaults.keys() - inner ^ rows.keys()
    if odd:
        raise TypeError(f"[{name}] and {struct.__name__} differ in {sorted(odd)}")
    keys = {key: Key(row[0], defaults[key], *row[1:]) for key, row in rows.items()}
    return Section(name, field or name, struct, meaning, keys, most)


def _default(field: msgspec.structs.FieldInfo) -> Any:
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return field.default

"""Named statements read from .sql files, and migrations from the schema folder.

In: a database's name. Out: name -> statement. A statement follows its `-- name: what it is for`;
what follows `-- _name: ...` is no statement, but a piece that statements hold as {name}. The piece
{row} is made of the columns of `recent.Row`.
"""

import re
from functools import cache
from importlib import resources
from typing import NamedTuple

from chappe.store.recent import row_columns

_HEAD = re.compile(r"^-- (\w+): (.+)$", re.MULTILINE)


class Migration(NamedTuple):
    """One numbered step of the schema."""

    number: int
    name: str
    sql: str


@cache
def queries(database: str) -> dict[str, str]:
    """All statements of one database: those of DATABASE.sql, and each feature's own."""
    found: dict[str, str] = {}
    for file in resources.files(__package__).joinpath("sql").iterdir():
        if not f".{file.name}".endswith(f".{database}.sql"):
            continue
        text = file.read_text("utf-8")
        heads = list(_HEAD.finditer(text))
        ends = [head.start() for head in heads[1:]] + [len(text)]
        for head, end in zip(heads, ends, strict=True):
            if head.group(1) in found:
                raise ValueError(f"the statements of {database} name {head.group(1)} twice")
            found[head.group(1)] = text[head.end() : end].strip().rstrip(";")
    pieces = {name: found.pop(name) for name in [*found] if name.startswith("_")}
    for piece, columns in {"_row": row_columns(), **pieces}.items():
        found = {name: sql.replace(f"{{{piece[1:]}}}", columns) for name, sql in found.items()}
    return found


@cache
def migrations(database: str) -> tuple[Migration, ...]:
    """The schema's steps in order: NNN_before_name.DATABASE.sql, or NNN_after_name...

    `before` may run while older nodes still work on the database, `after` may not.
    """
    steps = []
    for entry in resources.files(__package__).joinpath("schema").iterdir():
        if entry.name.endswith(f".{database}.sql"):
            number, _, name = entry.name.partition("_")
            steps.append(Migration(int(number), name, entry.read_text("utf-8")))
    return tuple(sorted(steps))

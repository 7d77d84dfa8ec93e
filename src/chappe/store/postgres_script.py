"""Running scripts on a PostgreSQL connection.

In: a script. Out: what it returns. Promise: the same script gives the same values here as on SQLite.
"""

from collections.abc import Iterable
from itertools import chain, islice
from typing import Any, NamedTuple

import msgspec

from chappe.store.postgres_session import Connection
from chappe.store.queries import queries
from chappe.store.script import Add, Run, Script, packed, unpacked

_FEW = 128  # rows; up to here one INSERT of arrays is faster than COPY

# PostgreSQL keeps no U+0000. It travels as a code point that no text may hold, and comes back.
_NUL, _STAND_IN = "\0", "\uffff"


class Table(NamedTuple):
    """How rows of a table are written."""

    name: str
    columns: tuple[str, ...]
    insert: str
    numbered: bool  # its first column is the database's to fill


_COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, NULL), a.attidentity = 'a'
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum
"""


async def tables(connection: Connection) -> dict[str, Table]:
    """All tables, as the database has them."""
    columns: dict[str, list[tuple[str, str, bool]]] = {}
    for table, column, type_, numbered in await connection.fetch(_COLUMNS):
        columns.setdefault(table, []).append((column, type_, numbered))
    return {name: _table(name, found) for name, found in columns.items()}


def _table(name: str, found: list[tuple[str, str, bool]]) -> Table:
    ours = [(column, type_) for column, type_, numbered in found if not numbered]
    names = ", ".join(column for column, _ in ours)
    arrays = ", ".join(f"${n}::{type_}[]" for n, (_, type_) in enumerate(ours, 1))
    insert = f"INSERT INTO {name} ({names}) SELECT * FROM unnest({arrays})"
    if name == "part":
        # An operator that gives an id twice means its first; a part is never written over.
        insert += " ON CONFLICT DO NOTHING"
    return Table(name, tuple(column for column, _ in ours), insert, found[0][2])


async def play(
    connection: Connection, script: Script, known: dict[str, Table], careful: bool = False
) -> Any:
    """Feed a script with the values that its steps give. `careful` looks at every text of every
    row for what PostgreSQL can't keep: hardly ever needed, so it is done the second time round."""
    statements = queries("postgres")
    value: Any = None
    try:
        while True:
            step = script.send(value)
            if isinstance(step, Add):
                value = await _add(connection, known[step.table], step.rows, careful)
            elif isinstance(step, Run):
                status = await connection.execute(statements[step.name], *bound(step.args))
                value = int(status.rpartition(" ")[2])
            else:
                found = await connection.fetchval(statements[step.name], *bound(step.args))
                value = shown(found, step.type)
    except StopIteration as stop:
        return stop.value


def bound(args: tuple[Any, ...]) -> list[Any]:
    """Arguments as they travel."""
    return [packed(_without_nul(arg) if _has_nul(arg) else arg) for arg in args]


def shown(found: Any, type_: Any) -> Any:
    """An answer as it was kept."""
    if isinstance(found, str):
        found = found.replace(_STAND_IN, "\\u0000")
    return unpacked(found, type_)


def _has_nul(arg: Any) -> bool:
    if isinstance(arg, str):
        return _NUL in arg
    return isinstance(arg, list | tuple) and b"\\u0000" in msgspec.json.encode(arg)


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace(_NUL, _STAND_IN)
    return tuple(map(_without_nul, value)) if isinstance(value, list | tuple) else value


async def _add(
    connection: Connection, table: Table, rows: Iterable[tuple[Any, ...]], careful: bool
) -> int:
    if careful:
        rows = map(_without_nul, rows)
    if table.numbered:
        rows = (row[1:] for row in rows)
    rows = iter(rows)
    few = list(islice(rows, _FEW + 1))
    if len(few) <= _FEW or table.name == "part":
        few += rows
        status = await connection.execute(table.insert, *map(list, zip(*few, strict=True)))
    else:
        status = await connection.copy_records_to_table(
            table.name, records=chain(few, rows), columns=table.columns
        )
    return int(status.rpartition(" ")[2])

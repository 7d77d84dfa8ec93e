"""Running scripts on a PostgreSQL connection.

In: a script. Out: what it returns. Promise: a script gives the same values here as on SQLite.
"""

from typing import Any

import msgspec

from chappe.store.postgres_session import Connection
from chappe.store.queries import queries
from chappe.store.rows import CONFLICTS, FRAGMENT, PART, USAGE
from chappe.store.script import Add, Into, Run, Script, packed, unpacked

# PostgreSQL keeps no U+0000. It travels as a code point that no text may hold, and comes back.
_NUL, _STAND_IN = "\0", "\uffff"


# All other rows go in through COPY, for one as for 10,000: it measured no slower than an INSERT of
# arrays with few rows, and faster with many. But COPY can't pass over a row that is there already.
_TYPES: dict[Into, str] = {
    PART: "$1::text[], $2::text[], $3::bigint[], $4::integer[]",
    FRAGMENT: "$1::text[], $2::text[], $3::integer[], $4::bigint[], $5::text[]",
    USAGE: (
        "$1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::text[], "
        "$7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[]"
    ),
}


# What two nodes may want at once is locked first, by a statement of its own: what is read after it
# is what the other one left.
_LOCKED_BY = {"same_rows": "lock_messages", "news_behind": "lock_messages"}


async def play(connection: Connection, script: Script, careful: bool = False) -> Any:
    """Feed a script with the values that its steps give. `careful` looks at every text of every
    row for what PostgreSQL can't keep: hardly ever needed, so it is done the second time round."""
    statements = queries("postgres")
    value: Any = None
    try:
        while True:
            step = script.send(value)
            if isinstance(step, Add):
                value = await _add(connection, step, careful)
            elif isinstance(step, Run):
                status = await connection.execute(statements[step.name], *bound(step.args))
                value = int(status.rpartition(" ")[2])
            else:
                if step.name in _LOCKED_BY:
                    await connection.execute(statements[_LOCKED_BY[step.name]], *bound(step.args))
                found = await connection.fetchval(statements[step.name], *bound(step.args))
                value = shown(found, step.type)
    except StopIteration as stop:
        return stop.value


def bound(args: tuple[Any, ...]) -> list[Any]:
    """Arguments as they travel."""
    return [packed(without_nul(arg) if _has_nul(arg) else arg) for arg in args]


def shown(found: Any, type_: Any) -> Any:
    """An answer as it was kept."""
    if isinstance(found, str):
        found = found.replace(_STAND_IN, "\\u0000")
    return unpacked(found, type_)


def _has_nul(arg: Any) -> bool:
    if isinstance(arg, str):
        return _NUL in arg
    return isinstance(arg, list | tuple) and b"\\u0000" in msgspec.json.encode(arg)


def without_nul(value: Any) -> Any:
    """A text, or all of a row's, as PostgreSQL can keep it."""
    if isinstance(value, str):
        return value.replace(_NUL, _STAND_IN)
    return tuple(map(without_nul, value)) if isinstance(value, list | tuple) else value


async def _add(connection: Connection, step: Add, careful: bool) -> int:
    rows = map(without_nul, step.rows) if careful else step.rows
    if step.into in CONFLICTS:
        into, types = step.into, _TYPES[step.into]
        statement = f"INSERT INTO {into.table} SELECT * FROM unnest({types}) {CONFLICTS[into]}"
        status = await connection.execute(statement, *map(list, zip(*rows, strict=True)))
    else:
        table, columns = step.into
        status = await connection.copy_records_to_table(table, records=rows, columns=columns)
    return int(status.rpartition(" ")[2])

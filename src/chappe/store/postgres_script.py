"""Running scripts on a PostgreSQL connection.

In: a script. Out: what it returns. Promise: a script gives the same values here as on SQLite.
"""

from typing import Any

import msgspec

from chappe.store.postgres_session import Connection
from chappe.store.queries import queries
from chappe.store.script import Add, Run, Script, packed, unpacked

# PostgreSQL keeps no U+0000. It travels as a code point that no text may hold, and comes back.
_NUL, _STAND_IN = "\0", "\uffff"


async def play(connection: Connection, script: Script) -> Any:
    """Feed a script with the values that its steps give, each of which is waited for."""
    statements = queries("postgres")
    value: Any = None
    try:
        while True:
            step = script.send(value)
            if isinstance(step, Add):
                raise TypeError(f"rows of {step.into.table} are added by the hand that writes")
            text, args = statements[step.name], bound(step.args)
            if isinstance(step, Run):
                status = await connection.execute(text, *args)
                value = int(status.rpartition(" ")[2])
            else:
                value = shown(await connection.fetchval(text, *args), step.type)
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

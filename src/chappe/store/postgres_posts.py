"""Statements for PostgreSQL that nobody waits for: sent together with whatever is waited for next.

In: statements by their names, rows. Out: nothing, or what is asked for. Promise: they run in their
order, each before whatever is sent or asked after it; behind one that fails none is run.

A statement that is waited for costs a round trip: some 60 us of the loop, and meanwhile either the
node or the database has nothing to do. Those of a batch go as one text, in which each is called by
the name under which the session has prepared it.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import msgspec

from chappe.store.postgres_script import bound, shown, without_nul
from chappe.store.postgres_session import Connection
from chappe.store.queries import queries
from chappe.store.rows import CONFLICTS
from chappe.store.script import Add, Into, Run, Script

_MOST = 100  # rows; with more of them COPY is quicker, which is waited for

# What two nodes may want at once is locked first, by a statement of its own: what is read after it
# is what the other one left.
_LOCKED_BY = {"same_rows": "lock_messages", "news_behind": "lock_messages"}

_COLUMNS = re.compile(r"unnest\(\s*\$1::[^()]*\)")
_COLUMN = re.compile(r"::(\w+)\[\]")

_TYPES = """
SELECT c.relname, a.attname, format_type(a.atttypid, NULL) FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attnum > 0
"""


class Posts:
    """Those of one session."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._texts: list[str] = []  # what is to be sent
        self._fresh: dict[str, str] = {}  # what must be prepared before
        self._prepared: set[str] = set()
        self._types: Mapping[tuple[str, str], str] = {}
        self._inserts: dict[tuple[Into, bool], _Insert] = {}

    def post(self, text: str) -> None:
        """A statement as it stands."""
        self._texts.append(text)

    def call(self, name: str, text: str, args: Sequence[Any] = ()) -> None:
        """One that the session is to know by a name."""
        if name not in self._prepared:
            self._fresh.setdefault(name, text)
        values = ", ".join(map(literal, args))
        self._texts.append(f"EXECUTE {name}({values})" if values else f"EXECUTE {name}")

    async def send(self) -> int:
        """All that is posted; how many rows the last one touched."""
        if not self._texts:
            return 0
        for name, text in self._fresh.items():
            if name not in self._prepared:
                await self.connection.execute(f"PREPARE {name} AS {text}")
                self._prepared.add(name)
        self._fresh.clear()
        texts, self._texts = self._texts, []
        status = await self.connection.execute(without_nul(";\n".join(texts)))
        return _count(status)

    def drop(self) -> None:
        """Nothing of what was not sent is meant any more."""
        self._texts.clear()

    async def ask(self, text: str, *args: Any) -> Any:
        """What a statement gives, behind all that is posted."""
        await self.send()
        return await self.connection.fetchval(text, *args)

    async def play(self, script: Script, careful: bool = False) -> Any:
        """Feed a script with the values that its steps give; what it wrote last is yet to be sent.
        `careful` looks at every text of rows that are copied for what PostgreSQL can't keep: hardly
        ever needed, so it is done the second time round."""
        statements = queries("postgres")
        value: Any = None
        try:
            while True:
                step = script.send(value)
                if isinstance(step, Add):
                    value = await self._add(step, careful)
                elif isinstance(step, Run):
                    self._run(step, statements[step.name])
                    value = await self.send() if step.counted else None
                else:
                    args = bound(step.args)
                    if lock := _LOCKED_BY.get(step.name):
                        self.call(lock, statements[lock], args)
                    value = shown(await self.ask(statements[step.name], *args), step.type)
        except StopIteration as stop:
            return stop.value

    def _run(self, step: Run, text: str) -> None:
        if types := columns_of(text):
            rows, *others = step.args
            if rows:
                self.call(step.name, text, [*_arrays(rows, types), *bound(tuple(others))])
        else:
            self.call(step.name, text, bound(step.args))

    async def _add(self, step: Add, careful: bool) -> int | None:
        rows = [*step.rows]
        if len(rows) > _MOST and step.into not in CONFLICTS:
            await self.send()
            table, columns = step.into
            records = map(without_nul, rows) if careful else rows
            status = await self.connection.copy_records_to_table(
                table, records=records, columns=columns
            )
            return _count(status)
        if not rows:
            return 0
        if not self._types:
            found = await self.connection.fetch(_TYPES)
            self._types = {(table, column): type_ for table, column, type_ in found}
        self._insert(step, rows)
        return await self.send() if step.counted else None

    def _insert(self, step: Add, rows: Sequence[Sequence[Any]]) -> None:
        key = step.into, step.fresh and not step.counted
        insert = self._inserts.get(key)
        if insert is None:
            types = [self._types[step.into.table, column] for column in step.into.columns]
            name = f"add_{len(self._inserts)}"
            insert = self._inserts[key] = _Insert(name, _insertion(*key, types), types)
        args: list[Any] = _arrays(rows, insert.types)
        if key[1]:
            args.append(len(rows))
        self.call(insert.name, insert.text, args)


@cache
def columns_of(text: str) -> Sequence[str]:
    """The types of the arrays that a statement takes apart from its first parameter on."""
    found = _COLUMNS.search(text)
    return [] if found is None else _COLUMN.findall(found.group())


class _Insert(NamedTuple):
    """How rows come into a table."""

    name: str
    text: str
    types: Sequence[str]


def _insertion(into: Into, is_fresh: bool, types: Sequence[str]) -> str:
    """Where each row is to be new, one that is there already is a fault."""
    places = ", ".join([f"${place}::{type_}[]" for place, type_ in enumerate(types, 1)])
    text = (
        f"INSERT INTO {into.table} ({', '.join(into.columns)}) "
        f"SELECT * FROM unnest({places}) {CONFLICTS.get(into, '')}"
    )
    if not is_fresh:
        return text
    asked = f"(count(*) = ${len(types) + 1}::bigint)::integer"
    return f"WITH added AS ({text} RETURNING 1) SELECT 1 / {asked} FROM added"


def _count(status: str) -> int:
    """How many rows, as a command's last word says; some say none."""
    said = status.rpartition(" ")[2]
    return int(said) if said.isdigit() else 0


def literal(value: Any) -> str:
    """A value as it stands in a statement."""
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(int(value))


def _arrays(rows: Sequence[Sequence[Any]], types: Sequence[str]) -> list[str]:
    """Rows as an array of each column."""
    columns = zip(zip(*rows, strict=True), types, strict=True)
    return [array(values, type_ == "text") for values, type_ in columns]


def array(values: Sequence[Any], of_texts: bool) -> str:
    """Values of one column as PostgreSQL writes an array."""
    if not of_texts:
        numbers = msgspec.json.encode(values).decode()[1:-1]
        return "{" + numbers.replace("true", "1").replace("false", "0") + "}"
    return "{" + ",".join(["NULL" if one is None else _quoted(one) for one in values]) + "}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

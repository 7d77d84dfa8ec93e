"""Fills a store with many messages: copies of what a server has really stored.

In: the SQLite file of a server that has stopped, and how many messages there shall be. Out: how
many there are. Promise: a copy has numbers of its own and differs in nothing else, whatever columns
there are; no copy is owed a callback or waits for a link. SQL stands here, outside the store, since
no operation of the product makes history.
"""

import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

from bench.trouble import Broken

# table -> column -> what is added to it in the n-th copy: a stretch of orders, one of messages, or
# a name. Tables that do not hang on an order stay as they are, the money among them.
SHIFTS: Final[Mapping[str, Mapping[str, str]]] = {
    "ordr": {"id": "order", "first": "message", "ref": "name"},
    "letter": {"id": "message", "ordr": "order"},
    "message": {"id": "message", "letter": "message"},
    "news": {"subject": "message"},
    "part": {"message": "message", "ref": "name"},
}
_ADDED: Final = {
    "order": "{column} + n * :orders",
    "message": "{column} + n * :messages",
    # In ascending order, as an operator gives them: then an index grows at its end only.
    "name": "printf('copy-%06d-', n) || {column}",
}
_COPIES: Final = 20
"""In one transaction: 200,000 messages where the campaign has 10,000."""

# table -> which of its rows hang on an account.
_OF_ACCOUNT: Final[Mapping[str, str]] = {
    "ordr": "account = :account",
    "letter": "ordr IN (SELECT id FROM main.ordr WHERE account = :account)",
    "message": "account = :account",
    "news": "account = :account",
    "part": "message IN (SELECT id FROM main.message WHERE account = :account)",
}

_BYTES_A_MESSAGE: Final = 300
_PRAGMAS: Final = """
PRAGMA synchronous = OFF;
PRAGMA cache_size = -262144;
PRAGMA temp_store = MEMORY;
"""


def multiply(path: Path, wanted: int, login: str = "") -> int:
    """Copy all orders, or those of one account, which must be the last, as often as it takes. Every
    one of them must be final and told."""
    if shutil.disk_usage(path.parent).free < wanted * _BYTES_A_MESSAGE:
        raise Broken(f"{wanted:,} messages need {wanted * _BYTES_A_MESSAGE >> 30} GiB of disk.")
    with closing(sqlite3.connect(path, isolation_level=None)) as store:
        store.executescript(_PRAGMAS)
        account = _account(store, login) if login else 0
        for table, rows in _OF_ACCOUNT.items():
            store.execute(
                f"CREATE TEMP TABLE first_{table} AS SELECT * FROM main.{table} "
                f"WHERE NOT :account OR {rows}",
                {"account": account},
            )
        stretch = _stretch(store)
        there = _number(store, "SELECT count(*) FROM message")
        copies = -(-max(0, wanted - there) // _number(store, "SELECT count(*) FROM first_message"))
        statements = [_statement(store, table) for table in SHIFTS]
        for first in range(1, copies + 1, _COPIES):
            span = {"from": first, "to": min(first + _COPIES - 1, copies)}
            store.execute("BEGIN IMMEDIATE")
            for statement in statements:
                store.execute(statement, {**stretch, **span})
            store.execute("COMMIT")
        _raise_counters(store)
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return _number(store, "SELECT count(*) FROM message")


def _stretch(store: sqlite3.Connection) -> dict[str, int]:
    """How far apart copies stand: further than from the lowest number to the highest."""
    return {
        "orders": _number(store, "SELECT max(id) - min(id) + 2 FROM first_ordr"),
        "messages": _number(store, "SELECT max(id) - min(id) + 2 FROM first_message"),
    }


def _statement(store: sqlite3.Connection, table: str) -> str:
    """One INSERT that makes several copies of what was set aside."""
    columns = [row[1] for row in store.execute(f"PRAGMA main.table_info({table})")]
    added = SHIFTS[table]
    taken = [
        _ADDED[added[column]].format(column=column) if column in added else column
        for column in columns
    ]
    return (
        f"WITH RECURSIVE copy (n) AS (SELECT :from UNION ALL SELECT n + 1 FROM copy WHERE n < :to) "
        f"INSERT INTO {table} SELECT {', '.join(taken)} FROM copy CROSS JOIN first_{table}"
    )


def answer_all(path: Path, login: str) -> None:
    """Every message of an account is answered, once."""
    with closing(sqlite3.connect(path)) as store:
        store.execute(
            "INSERT INTO reply (id, at, number, code, text, operator, account, message, stop, link)"
            " SELECT id, at, number, '36034', 'Oui', '', account, id, 0, 'sim' FROM message"
            " WHERE account = ?",
            (_account(store, login),),
        )
        store.commit()


def _account(store: sqlite3.Connection, login: str) -> int:
    return _number(store, "SELECT id FROM account WHERE login = ?", login)


def _raise_counters(store: sqlite3.Connection) -> None:
    """No number that a copy has may be drawn again."""
    for name, table in (("order", "ordr"), ("message", "message")):
        highest = _number(store, f"SELECT max(id) FROM {table}")
        changed = store.execute(
            "UPDATE counter SET next = max(next, ? + 1) WHERE name = ?", (highest, name)
        )
        if changed.rowcount != 1:
            raise Broken(f"The store has no counter named {name}: the generator needs its name.")


def _number(store: sqlite3.Connection, question: str, *args: str) -> int:
    return int(store.execute(question, args).fetchone()[0] or 0)

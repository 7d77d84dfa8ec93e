"""The hand that writes into an SQLite database: statements, one transaction at a time.

In: statements with their values. Out: what they give. Promise: what is posted is run in its order,
before anything that is asked or counted after it; where one of them fails, that is raised by the
next that is waited for, or by the end of the transaction, which then undoes it all.

There are two: of Python's own module, where each statement is waited for; and one in C, whose
statements run in a thread of its own while whoever posts them goes on (`chappe.native`).
"""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Protocol

try:
    import _sqlite3

    from chappe.native import hand as native
except ImportError:  # no compiler was found, or it is for another Python
    native = None  # type: ignore[assignment]  # there is no such module then

_LIBRARY = "libsqlite3.so.0"
Values = Sequence[Any]


class SqliteHand(Protocol):
    """One connection's."""

    @property
    def ask(self) -> Callable[..., Any]:
        """(text, values): the first value that a statement gives."""

    @property
    def count(self) -> Callable[[str, Values], int]:
        """How many rows a statement touches."""

    @property
    def post(self) -> Callable[..., None]:
        """(text, values, how many rows it should touch): run it, now or soon."""

    def begin(self, how: str) -> None:
        """Begin a transaction. That it can't be may be raised by what is asked next."""

    def commit(self) -> bool:
        """End it; False where a statement did not touch what it should."""

    def rollback(self) -> None:
        """Undo it, where there is one."""

    def close(self) -> None: ...


class PlainHand:
    """Of Python's own module."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._is_sure = True

    def ask(self, text: str, values: Values = ()) -> Any:
        row = self._connection.execute(text, values).fetchone()
        return None if row is None else row[0]

    def count(self, text: str, values: Values) -> int:
        before = self._connection.total_changes
        self._connection.execute(text, values)
        return self._connection.total_changes - before

    def post(self, text: str, values: Values, expected: int | None = None) -> None:
        if expected is None:
            self._connection.execute(text, values)
        elif self.count(text, values) != expected:
            self._is_sure = False

    def begin(self, how: str) -> None:
        self._is_sure = True
        self._connection.execute(how)

    def commit(self) -> bool:
        try:
            self._connection.execute("COMMIT")
        except BaseException:  # whatever it was, the next transaction must find none open
            self.rollback()
            raise
        return self._is_sure

    def rollback(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def close(self) -> None:
        self._connection.close()


class NativeHand:
    """In C. `commit_later` ends a transaction while whoever asks for it goes on: `fileno` is
    readable once that has come, and `ended` says how, as `commit` would have."""

    def __init__(self, path: str, pragmas: Sequence[str]) -> None:
        made = native.Hand(path, sqlite3.OperationalError, sqlite3.IntegrityError)
        self.ask, self.count, self.post = made.ask, made.count, made.post
        self.commit, self.rollback, self.commit_later = (
            made.commit,
            made.rollback,
            made.commit_later,
        )
        self.ended, self.fileno, self.close = made.ended, made.fileno, made.close
        for pragma in pragmas:
            self.ask(pragma)

    def begin(self, how: str) -> None:
        self.post(how, ())


def is_native() -> bool:
    """Whether it may be in C: by the very library that Python's own module has loaded, since two
    of them in one process break each other's locks."""
    if native is None:
        return False
    try:
        with open(_sqlite3.__file__, "rb") as module:
            return _LIBRARY.encode() in module.read() and native.load(_LIBRARY)
    except (AttributeError, OSError):  # it is a part of the interpreter
        return False

"""Statements run in a thread that never waits for the interpreter's lock, in C."""

from collections.abc import Sequence
from typing import Any

class Hand:
    """Writes into a database. What fails is a `fault`, or a `conflict` where it is one of rows."""

    def __new__(cls, path: str, fault: type[Exception], conflict: type[Exception]) -> Hand: ...
    def ask(self, text: str, values: Sequence[Any] = ..., /) -> Any:
        """The first value that a statement gives."""

    def count(self, text: str, values: Sequence[Any] = ..., /) -> int:
        """How many rows a statement touches."""

    def post(self, text: str, values: Sequence[Any], expected: int | None = ..., /) -> None:
        """A statement to be run; whoever gives it goes on."""

    def commit(self) -> bool:
        """End the transaction; False where a statement did not touch what it should."""

    def rollback(self) -> None:
        """Undo it, if there is one."""

    def commit_later(self) -> None:
        """End it, and go on."""

    def ended(self) -> bool | None:
        """How it ended; None: it has not."""

    def fileno(self) -> int:
        """Readable once one has ended later."""

    def close(self) -> None:
        """Do what was given, and let go of the file."""

def load(library: str, /) -> bool:
    """Use it, if it is loaded already and has all that it takes."""

"""What each question is answered with: the type that joins readers, verbs and writers.

In: nothing. Out: a mark on what is asked. Promise: where a reader asks one thing, and its verb or
its writer has another in mind, the type checker says so.
"""

from collections.abc import Awaitable, Callable
from typing import Generic, Self, TypeVar

from chappe.words.account import Account
from chappe.words.answer import Refusal, Wordable

A_co = TypeVar("A_co", bound=Wordable, covariant=True)
D = TypeVar("D")


class Asks(Generic[A_co]):
    """A question that is refused or answered with an A."""

    __slots__ = ()

    @classmethod
    def answered_by(
        cls, verb: Callable[[D, Account, str, Self], Awaitable[A_co | Refusal]]
    ) -> tuple[type[Self], Callable[[D, Account, str, Self], Awaitable[A_co | Refusal]]]:
        """A row of the table of verbs: who answers this, by desk, account and dialect."""
        return cls, verb


class Question(Asks[A_co]):
    """Something that is merely asked: nothing is sent, kept or changed by it."""

    __slots__ = ()

"""What each question is answered with: the type that joins readers, verbs and writers.

In: nothing. Out: a mark on the questions. Promise: where a reader asks one thing and its writer
words another, the type checker says so.
"""

from typing import Generic, TypeVar

A_co = TypeVar("A_co", covariant=True)


class Asks(Generic[A_co]):
    """A question that is refused or answered with an A."""

    __slots__ = ()

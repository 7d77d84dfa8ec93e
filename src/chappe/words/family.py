"""Accounts beneath accounts, credit that moves between them, and keys that are made by asking.

In: filled by a dialect. Out: answered by `engine.family` and `engine.keys`. A child has a life,
keys and purses of its own; a parent ends it, and gets what it had left. A family is a parent with
its children; whoever is not in it is `not_found`, whether there is such an account or not.
"""

from collections.abc import Mapping

import msgspec

from chappe.words.answer import Wordable
from chappe.words.asked import Purchase
from chappe.words.asks import Asks

CHILDREN_MOST = 10_000
KEYS_MOST = 100_000  # of one account


class Made(msgspec.Struct, Wordable, frozen=True):
    """An account that was made."""

    login: str


class Closed(msgspec.Struct, Wordable, frozen=True):
    """An account that is no more, and what it had left: mills."""

    login: str
    amount: int


class Moved(msgspec.Struct, Wordable, frozen=True):
    """Credit that has another owner: mills."""

    amount: int


class MadeKey(msgspec.Struct, Wordable, frozen=True):
    """A key, told this once; `ends` is 0 where it has no end."""

    id: str
    key: str
    at: int
    ends: int


class MakeChild(msgspec.Struct, Asks[Made], frozen=True):
    """A new account beneath this one. A login that somebody has is `name_taken`."""

    login: str
    password: str
    details: Mapping[str, str] = {}  # what is known of whoever has it

    def __repr__(self) -> str:
        return f"MakeChild(login={self.login!r}, secrets hidden)"


class CloseChild(msgspec.Struct, Asks[Closed], frozen=True):
    """A child's end: what it has put off is called off, what it has left is its parent's."""

    login: str


class Transfer(msgspec.Struct, Asks[Moved], frozen=True):
    """Credit for somebody else of the family: what so many of a purchase cost."""

    to: str
    count: int
    of: Purchase
    note: str = ""


class MakeKey(msgspec.Struct, Asks[MadeKey], frozen=True):
    """One key more; all others go on."""

    ends: int = 0

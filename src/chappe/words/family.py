"""Accounts beneath accounts, credit that moves between them, and keys that are made by asking.

In: filled by a dialect. Out: answered by `engine.family` and `engine.issue`. A child has a life,
keys and purses of its own; a parent ends it, and gets what it had left. A family is a parent with
its children; whoever is not in it is `not_found`, whether there is such an account or not.
"""

from collections.abc import Mapping

import msgspec

from chappe.words.answer import Wordable
from chappe.words.asked import Purchase
from chappe.words.asks import Asks

CHILDREN_MOST = 10_000  # of one account, closed ones among them
KEYS_MOST = 100_000  # of one account
KEY_LENGTH = 32  # letters and digits
NAME_MOST = 100  # characters of a login
PASSWORD_MOST = 1_000
DETAILS_MOST = 4_096  # of all that is known of whoever has an account
NOTE_MOST = 1_000


class MadeChild(msgspec.Struct, Wordable, frozen=True):
    """An account that was made."""

    login: str


class ClosedChild(msgspec.Struct, Wordable, frozen=True):
    """An account that is no more, and what it had left: mills."""

    login: str
    amount: int


class Transferred(msgspec.Struct, Wordable, frozen=True):
    """Credit that has another owner: mills."""

    amount: int


class MadeKey(msgspec.Struct, Wordable, frozen=True):
    """A key, told this once; `ends` is 0 where it has no end."""

    id: str
    key: str
    at: int
    ends: int


class MakeChild(msgspec.Struct, Asks[MadeChild], frozen=True):
    """A new account beneath this one, without credit. A login that somebody has, as such or as
    their mail address, is `name_taken`, as is one that nobody may have; where there is no room for
    one more it is `queue_full`, and a child has room for none."""

    login: str
    password: str
    details: Mapping[str, str] = {}  # what is known of whoever has it

    def __repr__(self) -> str:
        return f"MakeChild(login={self.login!r}, secrets hidden)"


class CloseChild(msgspec.Struct, Asks[ClosedChild], frozen=True):
    """A child's end: what it has put off is called off, what it has left is its parent's."""

    login: str


class Transfer(msgspec.Struct, Asks[Transferred], frozen=True):
    """Credit for somebody else of the family: what so many of a purchase cost."""

    to: str
    count: int
    of: Purchase
    note: str = ""


class MakeKey(msgspec.Struct, Asks[MadeKey], frozen=True):
    """One key more; all others go on."""

    ends: int = 0
    kind: str = "api"  # as `Claim.key_kind` has it

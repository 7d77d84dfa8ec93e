"""Nodes: who else works on the same database, and who has what.

In: calls of the engine. Out: words. Promise: the database's clock alone says when somebody is over;
whoever is over writes nothing any more, whatever it takes itself to be.
"""

from collections.abc import Callable, Mapping, Sequence, Set
from typing import NamedTuple, Protocol

import msgspec


class Fellow(msgspec.Struct, frozen=True, array_like=True):
    """A node that lives. The field order is the store's."""

    id: int
    name: str
    said: str  # what it wants others to know


class Tenure(msgspec.Struct, frozen=True, array_like=True):
    """What one node at a time has. The field order is the store's."""

    what: str
    node: int  # 0: nobody has it
    term: int


class AccountChange(msgspec.Struct, frozen=True, array_like=True):
    """An account, or a key that was made by asking, that another node changed. The field order is
    the store's."""

    id: int
    account: int  # 0: it is a key
    digest: str
    is_old: bool | int  # nobody can still be at an earlier one


class KnownChanges(NamedTuple):
    """Which changes of other nodes somebody knows."""

    since: int  # all up to this one
    later: Set[int]  # and these


class Attendance(NamedTuple):
    """What a node finds when it says that it lives."""

    date: int  # by the database's clock
    was_late: bool  # it was not felt for too long: the database may have been away, for all
    fellows: Sequence[Fellow]  # itself among them
    tenures: Sequence[Tenure]
    changes: Sequence[AccountChange]
    drawn: Mapping[str, int]  # the next number of orders, and of messages, that a node will draw


class Nodes(Protocol):
    """The nodes of one database."""

    is_shared: bool  # whether there may be others
    node: int  # this one's number; whoever is started again is another one

    @property
    def collisions(self) -> int:
        """How many commits were tried again, since another node was in their way."""

    async def attend(self, said: str, for_ms: int, since: int, *, ends: bool) -> Attendance | None:
        """Live for so much longer; None: others took it to be over. `since` is the change behind
        which others are asked for; `ends` takes those to be over that were not felt in time, unless
        this one was not either."""

    async def changes(self, since: int) -> Sequence[AccountChange]:
        """What others changed behind that one, for whoever cannot wait for a beat."""

    async def last_change(self) -> int:
        """The one behind which to ask, for whoever has read what is kept just now."""

    async def tidy_nodes(self) -> None:
        """Drop what nobody asks for any more."""

    async def fellows(self) -> Sequence[Fellow]:
        """All that live."""

    async def tenures(self) -> Sequence[Tenure]: ...

    async def take(self, what: str) -> bool:
        """Have this from now on, if nobody has it."""

    async def leave(self, what: str) -> None: ...

    async def resign(self) -> None:
        """Live no longer."""

    def listen(self, heard: Callable[[str], None]) -> None:
        """Call this with what other nodes tell. It may get lost."""

    async def tell(self, said: str) -> None:
        """Have the others hear this, in a few kB."""

    async def left_nodes(self) -> Sequence[int]:
        """Those that are over, and whose messages and news are to be taken over."""

    async def settle_nodes(self, nodes: Sequence[int]) -> None:
        """That is done."""

    async def release_news(self) -> int:
        """What those held that are over is owed again."""

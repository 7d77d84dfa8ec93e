"""The console's people: who may come in besides accounts, who is in, and what was done by hand.

In: calls of the engine. Out: words.
"""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from chappe.store.contract.batch import NEVER


class StaffMember(msgspec.Struct, frozen=True, array_like=True):
    """Somebody with a login of their own. The field order is the store's."""

    login: str  # folded
    role: int  # one of words.visitor.Role
    account: int  # whose things may be seen, with those of its children; 0: all
    password: str  # its hash
    at: int


class VisitKept(msgspec.Struct, frozen=True, array_like=True):
    """A visit as it is kept. The field order is the store's."""

    digest: str  # of its token
    login: str
    account: int  # 0: of one of the staff
    proof: str
    at: int
    until: int


class Deed(msgspec.Struct, frozen=True, array_like=True):
    """Something that was done by hand. The field order is the store's."""

    id: int
    at: int
    who: str
    account: int  # to which; 0: to none in particular
    what: str
    facts: str  # JSON, without secrets


class Staff(Protocol):
    """Rare rows: nothing of them is held in memory."""

    async def put_staff(self, member: StaffMember) -> None:
        """Whoever has this login is so from now on."""

    async def drop_staff(self, login: str) -> bool:
        """Whether there was such a one. Their visits are over with that."""

    async def staff(self, login: str = "") -> Sequence[StaffMember]:
        """Of one login, or all."""

    async def begin_visit(self, visit: VisitKept) -> None: ...

    async def visit(self, digest: str, now: int) -> VisitKept | None: ...

    async def end_visit(self, digest: str) -> None: ...

    async def note_deed(self, at: int, who: str, account: int, what: str, facts: str) -> None: ...

    async def deeds(self, account: int, before: int = NEVER, most: int = 50) -> Sequence[Deed]:
        """The newest first; of one account, or (0) all."""

    async def deeds_among(
        self, accounts: Sequence[int], before: int = NEVER, most: int = 50
    ) -> Sequence[Deed]:
        """The same of some accounts."""

    async def forget_staff(self, deeds_before: int, now: int, limit: int) -> int:
        """Visits whose time is up, and old deeds; 0: all is done."""

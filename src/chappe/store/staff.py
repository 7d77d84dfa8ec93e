"""The console's people, visits and deeds, said once for every database.

In: intent-named calls. Out: rows. Promise: whoever is of the staff no longer is out at once.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

from chappe.store.contract import NEVER
from chappe.store.contract.staff import Deed, StaffMember, VisitKept
from chappe.store.script import Run, Script


class StaffIntents(ABC):
    """What a store does for the console."""

    @abstractmethod
    async def _ask(self, name: str, *args: Any, type: Any = None) -> Any: ...

    @abstractmethod
    async def _run(self, name: str, *args: Any) -> Any: ...

    @abstractmethod
    async def _do(self, script: Callable[[], Script], *, is_past_us: bool = True) -> Any: ...

    async def put_staff(self, member: StaffMember) -> None:
        await self._run(
            "put_staff", member.login, member.role, member.account, member.password, member.at
        )

    async def drop_staff(self, login: str) -> bool:
        def script() -> Script:
            yield Run("end_visits", (login, 0))
            return (yield Run("drop_staff", (login,), counted=True))

        return bool(await self._do(script))

    async def staff(self, login: str = "") -> Sequence[StaffMember]:
        found: list[StaffMember] = await self._ask("all_staff", login, type=list[StaffMember])
        return found

    async def begin_visit(self, visit: VisitKept) -> None:
        args = (visit.digest, visit.login, visit.account, visit.proof, visit.at, visit.until)
        await self._run("begin_visit", *args)

    async def visit(self, digest: str, now: int) -> VisitKept | None:
        found: list[VisitKept] = await self._ask("visits", digest, now, type=list[VisitKept])
        return found[0] if found else None

    async def end_visit(self, digest: str) -> None:
        await self._run("end_visit", digest)

    async def note_deed(self, at: int, who: str, account: int, what: str, facts: str) -> None:
        await self._run("note_deed", at, who, account, what, facts)

    async def deeds(self, account: int, before: int = NEVER, most: int = 50) -> Sequence[Deed]:
        name, whose = ("deeds_to", (account,)) if account else ("deeds", ())
        found: list[Deed] = await self._ask(name, *whose, before, most, type=list[Deed])
        return found

    async def deeds_among(
        self, accounts: Sequence[int], before: int = NEVER, most: int = 50
    ) -> Sequence[Deed]:
        args = (list(accounts), before, most)
        found: list[Deed] = await self._ask("deeds_among", *args, type=list[Deed])
        return found

    async def forget_staff(self, deeds_before: int, now: int, limit: int) -> int:
        def script() -> Script:
            count = yield Run("drop_visits", (now, limit), counted=True)
            return count + (yield Run("drop_deeds", (deeds_before, limit), counted=True))

        return int(await self._do(script))

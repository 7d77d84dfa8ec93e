"""The console's people, their visits, and what was done by hand, in both databases."""

from typing import Any

from chappe.store.contract.staff import Deed, StaffMember, VisitKept
from chappe.words.visitor import Role
from tests.store.office import NOW, Office

ROOT = StaffMember("root", Role.operator, 0, "hash", NOW)
HELP = StaffMember("help", Role.support, 7, "other", NOW)


def visit(token: str, login: str = "root", account: int = 0, until: int = NOW + 10) -> VisitKept:
    return VisitKept(token, login, account, "proof", NOW, until)


async def test_staff_is_kept_changed_and_dropped(office: Office) -> None:
    """E63"""
    store: Any = office.store
    await store.put_staff(ROOT)
    await store.put_staff(HELP)
    assert await store.staff() == [HELP, ROOT]
    assert await store.staff("root") == [ROOT]
    changed = StaffMember("root", Role.reader, 3, "new hash", NOW)
    await store.put_staff(changed)
    assert await store.staff("root") == [changed]
    assert await store.drop_staff("root") is True
    assert await store.drop_staff("root") is False
    assert await store.staff() == [HELP]


async def test_a_visit_lasts_until_its_end(office: Office) -> None:
    """E63"""
    store: Any = office.store
    await store.begin_visit(visit("a"))
    assert await store.visit("a", NOW + 9) == visit("a")
    assert await store.visit("a", NOW + 10) is None
    assert await store.visit("b", NOW) is None
    await store.end_visit("a")
    assert await store.visit("a", NOW) is None


async def test_whoever_is_dropped_is_out_and_others_stay(office: Office) -> None:
    store: Any = office.store
    await store.put_staff(ROOT)
    await store.begin_visit(visit("mine"))
    await store.begin_visit(visit("an account's of that login", account=5))
    await store.begin_visit(visit("another's", "help"))
    await store.drop_staff("root")
    assert await store.visit("mine", NOW) is None
    assert await store.visit("an account's of that login", NOW) is not None
    assert await store.visit("another's", NOW) is not None


async def test_deeds_are_listed_the_newest_first(office: Office) -> None:
    """E63: of all, of one account, and a page at a time."""
    store: Any = office.store
    for n in range(5):
        await store.note_deed(NOW + n, "root", n % 2, f"deed {n}", '{"n":"1"}')
    found = await store.deeds(0)
    assert [(one.at - NOW, one.what) for one in found] == [
        (n, f"deed {n}") for n in (4, 3, 2, 1, 0)
    ]
    assert found[0] == Deed(found[0].id, NOW + 4, "root", 0, "deed 4", '{"n":"1"}')
    assert [one.what for one in await store.deeds(1)] == ["deed 3", "deed 1"]
    assert [one.what for one in await store.deeds(0, found[2].id, 1)] == ["deed 1"]


async def test_old_deeds_and_visits_are_forgotten(office: Office) -> None:
    store: Any = office.store
    for n in range(4):
        await store.note_deed(NOW + n, "root", 0, f"deed {n}", "{}")
        await store.begin_visit(visit(f"v{n}", until=NOW + n))
    counts = []
    while count := await store.forget_staff(NOW + 2, NOW + 1, 1):
        counts.append(count)
    assert counts == [2, 2]
    assert [one.what for one in await store.deeds(0)] == ["deed 3", "deed 2"]
    assert await store.visit("v2", NOW) is not None
    assert await store.visit("v1", NOW) is None

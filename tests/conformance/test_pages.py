"""Every case of every page, over a real socket: the body whole, in pieces, and on PostgreSQL."""

import pytest

from tests.conformance.grounds import Grounds
from tests.conformance.house import Reached, open_house
from tests.conformance.pages import PAGES, Case, cases_of
from tests.conformance.play import play
from tests.conformance.unreached import (
    UNREACHED_ERRORS,
    UNREACHED_STATUSES,
    errors,
    statuses,
)
from tests.store.server import Server

CASES = [case for page in PAGES for case in cases_of(page)]
NAMES = [f"{case.page}: {case.name}" for case in CASES]

REACHED = Reached()
_DONE: set[Case] = set()


@pytest.fixture(scope="module")
def grounds(tmp_path_factory: pytest.TempPathFactory) -> Grounds:
    return Grounds(tmp_path_factory.mktemp("conformance"))


@pytest.fixture(scope="module")
def postgres_grounds(tmp_path_factory: pytest.TempPathFactory, postgres: Server) -> Grounds:
    return Grounds(tmp_path_factory.mktemp("conformance-postgres"), postgres)


@pytest.mark.parametrize("pieces", [False, True], ids=["whole", "in pieces"])
@pytest.mark.parametrize("case", CASES, ids=NAMES)
async def test_a_page_tells_the_truth(case: Case, pieces: bool, grounds: Grounds) -> None:
    await _play(case, grounds, pieces=pieces)


@pytest.mark.parametrize("case", CASES, ids=NAMES)
async def test_a_page_tells_the_truth_on_postgresql(case: Case, postgres_grounds: Grounds) -> None:
    await _play(case, postgres_grounds)


@pytest.mark.parametrize("dialect", sorted({case.page.partition("/")[0] for case in CASES}))
async def test_every_row_is_reached_or_its_absence_explained(
    dialect: str, grounds: Grounds
) -> None:
    for case in CASES:
        if case.page.startswith(f"{dialect}/") and case not in _DONE:
            await _play(case, grounds)
    missing_errors = {row for row in _errors(dialect) if row not in REACHED.errors}
    missing_statuses = {row for row in statuses() if row not in REACHED.statuses}
    missing_statuses = {row for row in missing_statuses if row[0] == dialect}
    for _, error in sorted(missing_errors):
        print(f"not reached: {dialect}, ERRORS, {error}")
    for _, state, reason in sorted(missing_statuses):
        print(f"not reached: {dialect}, STATUS, {state.name}, {reason.name}")
    assert missing_errors == {row for row in UNREACHED_ERRORS if row[0] == dialect}
    assert missing_statuses == {row for row in UNREACHED_STATUSES if row[0] == dialect}


def _errors(dialect: str) -> set[tuple[str, str]]:
    return {(name, str(error)) for name, error in errors() if name == dialect}


async def _play(case: Case, grounds: Grounds, *, pieces: bool = False) -> None:
    async with (
        grounds.lay(case.accounts) as ground,
        open_house(ground, case.scene, REACHED) as house,
    ):
        await play(case, house, pieces=pieces)
    _DONE.add(case)

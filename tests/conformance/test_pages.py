"""Every case of every page, over a real socket: whole, and some of each in pieces on PostgreSQL.

A request that comes in pieces is the door's affair, and where it is kept the store's: two ways
through the page try both of each. On PostgreSQL a case takes four times as long, so that here every
second one is played there; `make torture` plays all of them (`pages-postgres`).
"""

import itertools
import os
from pathlib import Path

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
SOME = [case for page in PAGES for case in [*cases_of(page)][::2]]


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Where all processes of this run note which rows each case brought about."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "played"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def grounds(tmp_path_factory: pytest.TempPathFactory) -> Grounds:
    return Grounds(tmp_path_factory.mktemp("conformance"))


@pytest.fixture(scope="module")
def postgres_grounds(tmp_path_factory: pytest.TempPathFactory, postgres_server: Server) -> Grounds:
    return Grounds(tmp_path_factory.mktemp("conformance-postgres"), postgres_server)


@pytest.mark.parametrize("case", CASES, ids=NAMES)
async def test_a_page_tells_the_truth_whole(case: Case, grounds: Grounds, played: Path) -> None:
    await _play_whole(case, grounds, played)


@pytest.mark.parametrize("case", SOME, ids=[f"{case.page}: {case.name}" for case in SOME])
async def test_a_page_tells_the_truth_in_pieces_on_postgresql(
    case: Case, postgres_grounds: Grounds
) -> None:
    await _play(case, postgres_grounds, pieces=True)


async def test_what_a_refusal_leaves_behind_is_seen(grounds: Grounds) -> None:
    """Or else no page would tell."""
    refused = next(case for case in CASES if case.page == "highsms/wrong_credentials")
    looks = itertools.count()

    async def taken() -> tuple[int, ...]:
        return (next(looks),)

    async with (
        grounds.lay(refused.accounts) as ground,
        open_house(ground._replace(taken=taken), refused.scene, Reached()) as house,
    ):
        with pytest.raises(AssertionError, match="yet something was taken"):
            await play(refused, house, pieces=False)


@pytest.mark.parametrize("dialect", sorted({case.page.partition("/")[0] for case in CASES}))
async def test_every_row_is_reached_or_its_absence_explained(
    dialect: str, grounds: Grounds, played: Path
) -> None:
    reached = Reached()
    for case in CASES:
        if case.page.startswith(f"{dialect}/"):
            if not _note_of(case, played).exists():
                await _play_whole(case, grounds, played)
            reached.add(_note_of(case, played).read_bytes())
    missing_errors = {row for row in errors() if row[0] == dialect} - reached.errors
    missing_statuses = {row for row in statuses() if row[0] == dialect} - reached.statuses
    for _, error in sorted(missing_errors):
        print(f"not reached: {dialect}, ERRORS, {error}")
    for _, state, reason in sorted(missing_statuses):
        print(f"not reached: {dialect}, STATUS, {state.name}, {reason.name}")
    assert missing_errors == {row for row in UNREACHED_ERRORS if row[0] == dialect}
    assert missing_statuses == {row for row in UNREACHED_STATUSES if row[0] == dialect}


async def _play(case: Case, grounds: Grounds, *, pieces: bool = False) -> Reached:
    reached = Reached()
    async with (
        grounds.lay(case.accounts) as ground,
        open_house(ground, case.scene, reached) as house,
    ):
        await play(case, house, pieces=pieces)
    return reached


async def _play_whole(case: Case, grounds: Grounds, played: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        # What is asked here but once goes by a plan all the same, where its kind could have one.
        patch.setattr("chappe.doors.kinds._PATIENCE", 0)
        reached = await _play(case, grounds)
    note = _note_of(case, played)
    unread = note.with_suffix(f".{os.getpid()}")
    unread.write_bytes(reached.note())
    unread.rename(note)  # so that another process reads all of it or nothing


def _note_of(case: Case, played: Path) -> Path:
    return played / f"{CASES.index(case)}.json"

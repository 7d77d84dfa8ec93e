"""Every case of every page, over a real socket: the body whole, and in pieces of a few bytes."""

import asyncio
from pathlib import Path

import pytest

from chappe.words.clock import SECOND
from tests.conformance.house import House, Reached, build_ground, open_house
from tests.conformance.runner import (
    AT_ONCE,
    Case,
    Told,
    cases_of,
    request_bytes,
    same,
    told_of,
    wait_ms,
)
from tests.conformance.unreached import (
    UNREACHED_ERRORS,
    UNREACHED_STATUSES,
    errors,
    statuses,
)

PAGES = sorted(Path(__file__).parent.glob("*.md"))
CASES = [case for page in PAGES for case in cases_of(page)]
_LIFE_MS = 2 * SECOND  # what ordinary messages need from the request to the reply

REACHED = Reached()
_DONE: set[Case] = set()


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(build_ground(tmp_path_factory.mktemp("conformance")))


@pytest.mark.parametrize("pieces", [False, True], ids=["whole", "in pieces"])
@pytest.mark.parametrize("case", CASES, ids=[f"{case.page}: {case.name}" for case in CASES])
async def test_a_page_tells_the_truth(
    case: Case, pieces: bool, ground: Path, tmp_path: Path
) -> None:
    await _play(case, ground, tmp_path, pieces)


async def test_every_row_is_reached_or_its_absence_explained(ground: Path, tmp_path: Path) -> None:
    for index, case in enumerate(case for case in CASES if case not in _DONE):
        await _play(case, ground, tmp_path / str(index), False)
    missing_errors = {(name, str(error)) for name, error in errors()} - REACHED.errors
    missing_statuses = set(statuses()) - REACHED.statuses
    for dialect, error in sorted(missing_errors):
        print(f"not reached: {dialect}, ERRORS, {error}")
    for dialect, state, reason in sorted(missing_statuses):
        print(f"not reached: {dialect}, STATUS, {state.name}, {reason.name}")
    assert missing_errors == set(UNREACHED_ERRORS)
    assert missing_statuses == set(UNREACHED_STATUSES)


async def _play(case: Case, ground: Path, folder: Path, pieces: bool) -> None:
    async with open_house(ground, folder, case.scene, REACHED) as house:
        bound: dict[str, str] = {}
        answer: Told | None = None
        for step in case.steps:
            if step.kind != "answer" and step.note != AT_ONCE and answer is not None:
                await house.go_by(_LIFE_MS)
                answer = None
            if step.kind == "request":
                head, body = request_bytes(step, house.customer.place, bound)
                answer = await _asked(house, head, body, pieces)
            elif step.kind == "answer":
                assert answer is not None
                expected = told_of(step, house.customer.place)
                assert same(expected, answer, bound), _difference(expected, answer)
            elif step.kind == "callback":
                _expect_callback(house, told_of(step, house.customer.place), bound)
            elif step.kind == "handset":
                house.write(*step.text.rstrip("\n").split(" ", 2))
                if step.note != AT_ONCE:
                    await house.go_by(_LIFE_MS)
            elif step.kind == "wait":
                await house.go_by(wait_ms(step))
            else:
                pytest.fail(f"a page has no blocks of kind {step.kind!r}")
        assert house.customer.calls == [], "the page does not mention these calls"
    _DONE.add(case)


async def _asked(house: House, head: bytes, body: bytes, pieces: bool) -> Told:
    """The answer; one that refuses must have left no order, no message and no booking behind."""
    refused, taken = house.refused, house.taken()
    answer = await house.ask(head, body, pieces=pieces)
    if house.refused > refused:
        assert house.taken() == taken, f"it was refused, yet something was taken: {answer}"
    return answer


def _expect_callback(house: House, expected: Told, bound: dict[str, str]) -> None:
    calls = house.customer.calls
    assert calls, f"no call came, but {expected} was to come"
    assert same(expected, calls[0], bound), _difference(expected, calls[0])
    del calls[0]


def _difference(expected: Told, actual: Told) -> str:
    said, was = "\n".join(expected), "\n".join(actual)
    return f"\nthe page says: {said}\nit was: {was}"

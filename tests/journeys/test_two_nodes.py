"""Which journeys two nodes play: each row of the tables is of some that there are."""

import re
from pathlib import Path

from tests.journeys.apart import AGAIN, APART, reason_of

_NAMES = re.compile(r"^async def (test_\w+)\(", re.MULTILINE)


def names() -> set[tuple[str, str]]:
    """A file, and a journey of it."""
    return {
        (file.stem, name)
        for file in Path(__file__).parent.glob("test_*.py")
        for name in _NAMES.findall(file.read_text("utf-8"))
    }


def test_each_row_that_sets_a_journey_apart_is_of_one() -> None:
    for where, words in APART:
        found = [name for file, name in names() if file == where and words in name]
        assert len(found) == 1 or (found and not words), (where, words)


def test_whatever_two_nodes_play_within_the_check_is_there_and_not_apart() -> None:
    assert AGAIN - names() == set()
    assert [one for one in AGAIN if reason_of(*one)] == []

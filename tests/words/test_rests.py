"""How long whoever looks now and then rests."""

import itertools

import pytest

from chappe.words.clock import HOUR, MINUTE, SECOND
from chappe.words.rests import Rests


def _rests(least_ms: int, *took_s: float) -> list[int]:
    """After looks that took so long, each of them."""
    times = itertools.chain(*((0.0, took) for took in took_s))
    rests = Rests(least_ms, lambda: next(times))
    found = []
    for _ in took_s:
        rests.begin()
        found.append(rests.over())
    return found


@pytest.mark.parametrize(
    ("took_s", "rest_ms"), [(0, SECOND), (0.1, SECOND), (0.25, 7_500), (9, MINUTE)]
)
def test_looks_take_a_thirtieth_of_the_time(took_s: float, rest_ms: int) -> None:
    """But no longer than a minute passes between two."""
    assert _rests(SECOND, took_s, took_s) == [SECOND, rest_ms]


def test_one_that_took_long_by_chance_changes_nothing() -> None:
    assert _rests(SECOND, 0, 9, 0, 0.5, 0.25) == [SECOND, SECOND, SECOND, SECOND, 7_500]


def test_nobody_looks_more_often_than_it_would() -> None:
    assert _rests(HOUR, 9, 9) == [HOUR, HOUR]

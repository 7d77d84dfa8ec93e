"""Leeway: how much an account may have us keep that nobody pays for."""

import pytest

from chappe.engine.indulge import Leeway, is_in_vain
from chappe.words.clock import MINUTE, HandClock


def test_an_account_that_pays_for_nothing_comes_to_an_end() -> None:
    """E3: after two of the largest calls; a hundred a minute come back."""
    clock = HandClock(0)
    leeway = Leeway(clock)
    assert [leeway.is_over(1, 10_000) for _ in range(3)] == [False, False, True]
    assert leeway.is_over(2, 10_000) is False
    clock.advance(MINUTE)
    assert [leeway.is_over(1, 1) for _ in range(101)] == [False] * 100 + [True]
    clock.advance(201 * MINUTE)
    assert [leeway.is_over(1, 10_000) for _ in range(3)] == [False, False, True]


def test_what_pays_for_itself_is_never_over() -> None:
    leeway = Leeway(HandClock(0))
    assert leeway.is_over(1, 1_000_000) is False
    assert [leeway.is_over(1, weight) for weight in (1, 0, -5)] == [True, False, False]


@pytest.mark.parametrize(("paid", "over"), [(0, True), (-7, True), (10, True), (11, False)])
def test_what_was_paid_for_makes_up_for_what_was_not(paid: int, over: bool) -> None:
    leeway = Leeway(HandClock(0))
    assert leeway.is_over(1, 20_010) is False
    leeway.earn(1, paid)
    assert leeway.is_over(1, 1) is over


def test_who_has_paid_for_much_has_no_more_than_all() -> None:
    leeway = Leeway(HandClock(0))
    leeway.is_over(1, 10)
    leeway.earn(1, 1_000_000)
    assert [leeway.is_over(1, 10_000) for _ in range(3)] == [False, False, True]


@pytest.mark.parametrize(
    ("kept", "apart", "paid", "in_vain"),
    [
        (10_000, 0, 0, False),
        (30_000, 0, 10_000, False),
        (30_001, 0, 10_000, True),
        (0, 100_000, 100_000, False),
        (0, 99_999, 1, False),
        (20_000, 100_000, 0, False),
        (0, 100_001, 0, True),
        (0, 200_002, 100_001, True),
    ],
)
def test_an_order_of_wrong_numbers_beyond_all_leeway_is_in_vain(
    kept: int, apart: int, paid: int, in_vain: bool
) -> None:
    """E3: one request may hold a million of them. What stands apart fills no disk."""
    assert is_in_vain(kept, apart, paid) is in_vain

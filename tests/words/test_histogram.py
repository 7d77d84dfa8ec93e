"""Histograms: what lies between which bounds, and what a share of it does not exceed."""

import pytest

from chappe.words.histogram import Histogram, quantile

BOUNDS = (10, 100, 1_000)


def counted(*measures: int) -> Histogram:
    found = Histogram(BOUNDS)
    for measure in measures:
        found.add(measure)
    return found


def test_a_date_that_was_set_counts_as_no_time() -> None:
    assert (counted(-5).counts, counted(-5).total) == ([1, 0, 0, 0], 0)


def test_a_bound_belongs_to_what_is_below_it() -> None:
    found = counted(0, 10, 11, 100, 1_000, 1_001)
    assert (found.counts, found.total) == ([2, 2, 1, 1], 2_122)


def test_one_measure_may_stand_for_many() -> None:
    found = Histogram(BOUNDS)
    found.add(50, 8)
    assert (found.counts, found.total) == ([0, 8, 0, 0], 400)


@pytest.mark.parametrize(
    ("share", "counts", "expected"),
    [
        (0.5, [0, 0, 0, 0], None),
        (0.5, [0, 4, 0, 0], 55.0),
        (0.99, [0, 4, 0, 0], 99.1),
        (0.5, [2, 0, 2, 0], 10.0),
        (0.75, [2, 0, 2, 0], 550.0),
        (0.99, [1, 0, 0, 9], 1_000.0),  # nobody knows how far above
    ],
)
def test_a_quantile_is_found_between_its_bounds(
    share: float, counts: list[int], expected: float | None
) -> None:
    assert quantile(share, BOUNDS, counts) == pytest.approx(expected)

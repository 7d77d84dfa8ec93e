"""A histogram: how many of what was measured lie between fixed bounds, and how large all is.

In: measures, as plain numbers of one unit. Out: counts by bounds, and quantiles of them. Promise:
it never grows, whatever is measured.
"""

from bisect import bisect_left
from collections.abc import Sequence


class Histogram:
    """The last of the counts is of what lies above all bounds; each bound belongs to what is below
    it."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: Sequence[int]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0

    def add(self, measure: int, weight: int = 1) -> None:
        """Count one measure, which stands for so many. Where a date was set it may be below 0."""
        measure = max(0, measure)
        self.counts[bisect_left(self.bounds, measure)] += weight
        self.total += measure * weight


def quantile(share: float, bounds: Sequence[int], counts: Sequence[int]) -> float | None:
    """What this share of the measures does not exceed, as if they lay evenly between their bounds;
    None where nothing was measured. Beyond the last bound it says that bound."""
    rank, below = share * sum(counts), 0
    if not rank:
        return None
    lower = 0
    for bound, count in zip(bounds, counts, strict=False):
        if below + count >= rank:
            return lower + (bound - lower) * (rank - below) / count
        below, lower = below + count, bound
    return float(bounds[-1])

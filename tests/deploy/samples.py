"""What a watchman has scraped: samples by their labels, in the order of time.

In: pages as /metrics shows them, each with its instant, or that nobody answered. Out: the samples
of a stretch of time. Promise: as Prometheus keeps them; a series that is not on the next page ends
there.
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from prometheus_client.parser import text_string_to_metric_families

LOOK_BACK_S = 300.0

Labels = frozenset[tuple[str, str]]
Vector = dict[Labels, float]

_ENDED = math.nan


class Samples:
    """Of one target."""

    def __init__(self, **target: str) -> None:
        self._target = target.items()
        self._series: dict[Labels, tuple[list[float], list[float]]] = {}
        self._names: dict[str, list[Labels]] = {}
        self._last: frozenset[Labels] = frozenset()
        self.times: list[float] = []

    def scraped(self, at: float, page: str | None) -> None:
        """One page; None where nobody answered."""
        found = {self._labels("up"): float(page is not None)}
        for family in text_string_to_metric_families(page or ""):
            for sample in family.samples:
                found[self._labels(sample.name, **sample.labels)] = sample.value
        for labels in self._last - found.keys():
            found[labels] = _ENDED
        self._last = frozenset(labels for labels, one in found.items() if not math.isnan(one))
        for labels, value in found.items():
            if labels not in self._series:
                self._series[labels] = ([], [])
                self._names.setdefault(dict(labels)["__name__"], []).append(labels)
            times, values = self._series[labels]
            times.append(at)
            values.append(value)
        self.times.append(at)

    def _labels(self, name: str, **labels: str) -> Labels:
        return frozenset([("__name__", name), *self._target, *labels.items()])

    def between(
        self, name: str, fits: Callable[[Labels], bool], begin: float, end: float
    ) -> Iterator[tuple[Labels, Sequence[tuple[float, float]]]]:
        """Of each series of a name that fits, the samples from `begin` to `end`, if any."""
        for labels in self._names.get(name, ()):
            if fits(labels):
                times, values = self._series[labels]
                low = bisect_right(times, begin - 1e-6)
                high = bisect_right(times, end)
                if high > low:
                    yield labels, list(zip(times[low:high], values[low:high], strict=True))

    def names(self) -> dict[str, set[str]]:
        """Each name with the labels that it was ever seen with."""
        found: dict[str, set[str]] = {}
        for name, series in self._names.items():
            for labels in series:
                found.setdefault(name, set()).update([label for label, _ in labels])
        return found

    def series(self, every_s: float, last: int) -> Iterator[tuple[Labels, list[float | None]]]:
        """Each from 0 to the last of some equal steps; None where it had no sample."""
        for labels, (times, values) in self._series.items():
            known = dict(zip([round(at / every_s) for at in times], values, strict=True))
            yield labels, [known.get(step) for step in range(last + 1)]

"""Counters and gauges in Prometheus' format.

In: numbers by name. Out: the text that /metrics answers.
"""

from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric


class _Numbers:
    """What the registry collects from."""

    def __init__(self, counts: Mapping[str, int], gauges: Mapping[str, int]) -> None:
        self._counts = counts
        self._gauges = gauges

    def collect(self) -> Iterator[Metric]:
        happened = CounterMetricFamily("chappe_happened", "What happened.", labels=["what"])
        for name, count in sorted(self._counts.items()):
            happened.add_metric([name.replace(" ", "_")], count)
        yield happened
        for name, value in self._gauges.items():
            yield GaugeMetricFamily(f"chappe_{name}", "Now.", value=value)


def exposition(counts: Mapping[str, int], gauges: Mapping[str, int]) -> bytes:
    """The whole text."""
    registry = CollectorRegistry()
    registry.register(_Numbers(counts, gauges))
    return generate_latest(registry)

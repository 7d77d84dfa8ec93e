"""Counters and gauges in Prometheus' format.

In: numbers by name. Out: the text that /metrics answers.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

Links = Mapping[str, Mapping[str, float]]
"""Link -> figure -> number."""

_OF_LINKS: Final = {
    "up": "1 where it may send.",
    "unanswered": "Parts that left and were not answered.",
    "pace": "Parts a second that it is served with at most; 0 is no bound.",
    "reconnects": "Since it was declared or changed.",
    "odd": "What it met and did not expect.",
}


class _Numbers:
    """The figures in the shape in which the library collects them."""

    def __init__(self, counts: Mapping[str, int], gauges: Mapping[str, int], links: Links) -> None:
        self._counts = counts
        self._gauges = gauges
        self._links = links

    def collect(self) -> Iterator[Metric]:
        happened = CounterMetricFamily("chappe_happened", "What happened.", labels=["what"])
        for name, count in sorted(self._counts.items()):
            happened.add_metric([name.replace(" ", "_")], count)
        yield happened
        for name, value in self._gauges.items():
            yield GaugeMetricFamily(f"chappe_{name}", "Now.", value=value)
        for name, meaning in _OF_LINKS.items():
            gauge = GaugeMetricFamily(f"chappe_link_{name}", meaning, labels=["link"])
            for link, figures in self._links.items():
                gauge.add_metric([link], figures[name])
            yield gauge


def exposition(counts: Mapping[str, int], gauges: Mapping[str, int], links: Links) -> bytes:
    """The whole text of /metrics."""
    registry = CollectorRegistry()
    registry.register(_Numbers(counts, gauges, links))
    return generate_latest(registry)

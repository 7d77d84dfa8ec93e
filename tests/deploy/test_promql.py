"""The small reader of Prometheus' language says what Prometheus says, or nothing."""

import math

import pytest

from tests.deploy.promql import Query
from tests.deploy.samples import Labels, Samples


def scraped(*pages: str | None) -> Samples:
    """A page a minute."""
    found = Samples(job="chappe")
    for minute, page in enumerate(pages):
        text = "".join(f"{line.strip()}\n" for line in page.split(";")) if page else page
        found.scraped(60.0 * minute, text)
    return found


def said(expr: str, *pages: str | None) -> dict[str, float]:
    """What it says at the last page; samples by their labels, the job aside."""
    samples = scraped(*pages)
    vector = Query(expr).vector(samples, samples.times[-1])
    return {",".join(_shown(labels)): found for labels, found in vector.items()}


def _shown(labels: Labels) -> list[str]:
    return sorted(f"{name}={value}" for name, value in labels if name not in ("job", "__name__"))


@pytest.mark.parametrize(
    "expr",
    ["", "a +", "sum by a (b)", "a[5y]", "quantile(1, a)", "a > b", "a 5", "rate(a)[5m]", "a{b~c}"],
)
def test_what_it_does_not_know_is_an_error(expr: str) -> None:
    samples = scraped("a 1; b 1")
    with pytest.raises((SyntaxError, IndexError, KeyError, ValueError)):
        Query(expr).at(samples, 0.0)


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        ('a{x="1"}', {"x=1": 3}),
        ('a{x!="1"}', {"x=2": 5}),
        ('a{x=~"1|2"} > 4', {"x=2": 5}),
        ("sum(a)", {"": 8}),
        ("max by (job) (a) - 1 * 2", {"": 3}),
        ("count(a) / 4", {"": 0.5}),
        ("a / on (job) b", {"": pytest.approx(0.3)}),
        ("1 + 2 * 3", {"": 7}),
        ('a unless on (x) a{x="1"}', {"x=2": 5}),
        ('a and on (x) a{x="1"}', {"x=1": 3}),
        ("nothing or b", {"": 10}),
        ("up", {"": 1}),
    ],
)
def test_words_mean_what_they_mean(expr: str, expected: dict[str, float]) -> None:
    page = 'a{x="1"} 3; a{x="2"} 5; b 10'
    if expr.startswith("a / on"):
        expr = 'a{x="1"} / on (job) b'
    assert said(expr, page) == expected


def test_nobody_who_answers_is_down_and_shows_nothing() -> None:
    assert said("up", "a 1", None) == {"": 0}
    assert said("a", "a 1", None) == {}


def test_a_rate_is_stretched_to_its_range_and_survives_a_restart() -> None:
    """As Prometheus reckons it: 60 a minute is 300 in five."""
    assert said("increase(c[5m])", *[f"c {60 * minute}" for minute in range(1, 8)]) == {"": 300}
    assert said("rate(c[5m])", *[f"c {60 * minute}" for minute in range(1, 8)]) == {"": 1}
    assert said("increase(c[2m])", "c 100", "c 10", "c 20") == {"": 20}
    assert said("increase(c[5m])", "c 4") == {}
    assert said("changes(c[10m])", "c 4", "c 4", "c 5", "c 5", "c 4") == {"": 2}


def test_a_quantile_comes_of_buckets() -> None:
    page = 'h_bucket{le="1"} 2; h_bucket{le="2"} 4; h_bucket{le="+Inf"} 4'
    assert said("histogram_quantile(0.75, h_bucket)", page) == {"": 1.5}
    beyond = 'h_bucket{le="1"} 0; h_bucket{le="2"} 0; h_bucket{le="+Inf"} 4'
    assert said("histogram_quantile(0.5, h_bucket)", beyond) == {"": 2}
    none = 'h_bucket{le="1"} 0; h_bucket{le="+Inf"} 0'
    assert math.isnan(said("histogram_quantile(0.5, h_bucket)", none)[""])

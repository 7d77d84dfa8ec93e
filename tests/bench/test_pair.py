"""How revisions are put side by side: the plan, and the table of their ratios."""

import pytest

from bench.pair import Plan, drawn, plan_of, spread


def test_the_plan_is_read_from_words() -> None:
    assert plan_of(["v1", ".", "--load", "few", "bulk", "--rounds", "3"]) == Plan(
        revisions=["v1", "."], kinds=["few", "bulk"], rounds=3, seconds=4, simulated=False
    )


def test_a_ratio_is_taken_within_its_round() -> None:
    """The machine was twice as slow in the second round, and nobody became slower by it."""
    plan = Plan(["v1", "v2"], ["few"], 2, 1, False)
    rounds = [
        {("v1", "few"): {"CPU": cpu}, ("v2", "few"): {"CPU": cpu * 0.9}} for cpu in (100.0, 200.0)
    ]
    assert drawn(plan, rounds).splitlines() == [
        "| load | figure | v1 | v2 | ratio [quartiles] |",
        "| --- | --- | --- | --- | --- |",
        "| few | CPU | 150.0 | 135.0 | 0.900 [0.900 to 0.900] |",
    ]


@pytest.mark.parametrize(
    ("ratios", "said"),
    [([1.0], "1.000"), ([1.0, 2.0, 3.0, 4.0, 5.0], "3.000 [2.000 to 4.000]")],
)
def test_the_spread_is_what_half_of_the_rounds_lie_between(ratios: list[float], said: str) -> None:
    assert spread(ratios) == said

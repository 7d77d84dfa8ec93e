"""How revisions are put side by side: the plan, and the table of their ratios."""

import pytest

from bench.pair import Figures, Plan, drawn, in_turn, plan_of, spread


def test_the_plan_is_read_from_words() -> None:
    assert plan_of(["v1", ".", "--load", "few", "many", "--rounds", "3"]) == Plan(
        revisions=["v1", "."], kinds=["few", "many"], rounds=3, seconds=4, simulated=False
    )


def test_each_round_has_another_order_and_no_number_twice() -> None:
    """The first round warms up, and is not among what was seen."""
    asked: list[tuple[str, str, int]] = []

    def loaded(name: str, kind: str, first: int) -> tuple[Figures, int]:
        asked.append((name, kind, first))
        return {"first": float(first)}, first + 5

    assert [*in_turn(["a", "b"], ["few", "many"], 1, loaded)] == [
        {
            ("b", "few"): {"first": 10.0},
            ("a", "few"): {"first": 10.0},
            ("b", "many"): {"first": 15.0},
            ("a", "many"): {"first": 15.0},
        }
    ]
    assert asked == [
        *(("a", "few", 0), ("b", "few", 0), ("a", "many", 5), ("b", "many", 5)),
        *(("b", "few", 10), ("a", "few", 10), ("b", "many", 15), ("a", "many", 15)),
    ]


def test_a_ratio_is_taken_within_its_round() -> None:
    """The machine was twice as slow in the second round, and nobody became slower by it."""
    rounds = [
        {("v1", "few"): {"CPU": cpu}, ("v2", "few"): {"CPU": cpu * 0.9}} for cpu in (100.0, 200.0)
    ]
    assert drawn(["v1", "v2"], ["few"], rounds).splitlines() == [
        "| load | figure | v1 | v2 | ratio [quartiles] |",
        "| --- | --- | --- | --- | --- |",
        "| few | CPU | 150.0 | 135.0 | 0.900 [0.900 to 0.900] |",
    ]


def test_a_small_figure_is_told_to_its_thousandth() -> None:
    rounds = [{("v1", "few"): {"s": 0.1784}, ("v2", "few"): {"s": 9.9996}}]
    assert (
        drawn(["v1", "v2"], ["few"], rounds).splitlines()[2]
        == "| few | s | 0.178 | 10.000 | 56.052 |"
    )


@pytest.mark.parametrize(
    ("ratios", "said"),
    [([1.0], "1.000"), ([1.0, 2.0, 3.0, 4.0, 5.0], "3.000 [2.000 to 4.000]")],
)
def test_the_spread_is_what_half_of_the_rounds_lie_between(ratios: list[float], said: str) -> None:
    assert spread(ratios) == said

"""Money as text: exact, and never more than there is."""

import pytest

from chappe.words.found import Bought, Credit
from chappe.words.money import euros, quotient


@pytest.mark.parametrize(
    ("amount", "decimals", "text"),
    [(1_251_899, 2, "125.18"), (1_251_899, 0, "125"), (-1, 2, "-0.01"), (5, 4, "0.0005")],
)
def test_euros_are_rounded_down(amount: int, decimals: int, text: str) -> None:
    """The customer is never told of more than there is."""
    assert euros(amount, decimals) == text


@pytest.mark.parametrize(
    ("amount", "unit", "most", "least", "text"),
    [
        (125_180, 100, 2, None, "1251.80"),
        (10_000, 3, 2, None, "3333.33"),
        (85_000, 400, 4, 1, "212.5"),
        (400, 400, 4, 1, "1.0"),
        (1, 3, 4, 1, "0.3333"),
        (-85_000, 400, 4, 1, "-212.5"),
        (-1, 30_000, 4, 1, "-0.0001"),
        (0, 7, 4, 0, "0"),
        (7 * 10**30 + 1, 7, 4, 0, "1" + "0" * 30 + ".1428"),
    ],
)
def test_a_quotient_is_exact_to_the_decimals_that_are_asked_for(
    amount: int, unit: int, most: int, least: int | None, text: str
) -> None:
    """Whatever the size; the rest is rounded down."""
    assert quotient(amount, unit, most, least) == text


@pytest.mark.parametrize(
    ("bought", "count", "units"),
    [
        (Bought(1_000, 300), 3, "3.33"),
        (Bought(-1_000, 300), 0, "-3.34"),
        (Bought(-1_000, 300, free=True), -1, "-3.34"),
        (Bought(1_000, 0), -1, "0.00"),
        (Bought(1_000, None), 0, "0.00"),
        (Bought(1_000, None, free=True), 0, "0.00"),
    ],
)
def test_credit_is_counted_in_whole_ones_or_with_a_fraction(
    bought: Bought, count: int, units: str
) -> None:
    """Floored or not is the dialect's choice, and so is what an unbounded purse shows."""
    assert (bought.count, bought.units(2)) == (count, units)
    assert list(Credit(balance=0, free=False, bought=[bought]).counts) == [count]

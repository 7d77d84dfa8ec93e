"""Pages that are drawn from tables are what the tables say."""

from pathlib import Path

from chappe.doors.figures.page import metrics_page
from chappe.words.lifecycle import FINAL, TABLE, State
from chappe.words.lifecycle_page import lifecycle_page

DOCS = Path(__file__).parents[2] / "docs"


def test_the_lifecycle_page_is_what_the_table_says() -> None:
    """E2: one life cycle, one table; the page is drawn from it."""
    assert (DOCS / "lifecycle.md").read_text("utf-8") == lifecycle_page()


def test_the_page_of_the_figures_is_what_the_table_says() -> None:
    """E53: whoever builds a board finds every figure there."""
    assert (DOCS / "metrics.md").read_text("utf-8") == metrics_page()


def test_nothing_leaves_a_final_state_and_every_state_can_be_reached() -> None:
    """E2: no state is ever left backwards."""
    assert not {state for state, _ in TABLE} & FINAL
    assert {step.to for step in TABLE.values()} == set(State) - {State.new}

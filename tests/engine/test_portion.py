"""Portions: an order is cut into bounded pieces that are the same order."""

from pathlib import Path

import pytest

from chappe.engine.portion import pieces
from chappe.store.contract import DraftLetter
from chappe.store.sqlite import SqliteStore
from chappe.words.lifecycle import Reason
from tests.store.office import NOW, Office


@pytest.mark.parametrize("sizes", [[1], [1_500, 1_500], [999, 1, 998, 3], [1] * 1_200, [5_000]])
def test_portions_hold_everybody_once_in_their_order(sizes: list[int], tmp_path: Path) -> None:
    """And each is bounded, whichever sizes the letters have."""
    office = Office(lambda settings: SqliteStore(tmp_path / "unopened", settings))
    columns = {"refs": "r", "texts": "t", "given": "g"}
    made: list[DraftLetter] = []
    for count in sizes:
        own = {name: [f"{letter}{n}" for n in range(count)] for name, letter in columns.items()}
        bad = {count // 2: Reason.bad_number}
        made.append(office.letter(numbers=count, bad=bad, **own))
    draft = office.draft(*made, at=NOW)
    found = [*pieces(draft)]
    assert max(sum(1 + len(one.numbers) for one, *_ in piece) for piece in found) <= 1_001
    rows = [
        (number, total, one.first + place, column, one.refs[place], one.texts[place],
         one.given[place], one.bad.get(place))
        for piece in found
        for one, number, total in piece
        for place, column in enumerate(one.numbers)
    ]  # fmt: skip
    assert rows == [
        (one.first, len(one.numbers), one.first + place, column, f"r{place}", f"t{place}",
         f"g{place}", one.bad.get(place))
        for one in made
        for place, column in enumerate(one.numbers)
    ]  # fmt: skip

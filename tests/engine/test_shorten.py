"""Short URLs: which messages a code may mean."""

from pathlib import Path

from chappe.engine.shorten import Tinies
from chappe.store.settings import ALONE
from chappe.store.sqlite import SqliteStore
from chappe.words.tiny import LONGEST, SHORTEST, capacity


def test_no_code_means_a_number_that_no_message_can_have(tmp_path: Path) -> None:
    """H25: anybody may ask for a long code, and no store could look for a number beyond 63 bits."""
    store = SqliteStore(tmp_path / "chappe.db", ALONE)
    tinies = Tinies(store, b"k" * 32, "zv.hcnx.fr", lambda _: True)
    for length in range(SHORTEST, LONGEST + 1):
        for first in "AZaz09":
            numbers = tinies.numbers(first + "A" * (length - 1))
            assert all(0 <= number < 2**63 for number in numbers)
            short = capacity(length) * 17 < 2**63
            assert not short or len(numbers) in (0, 16)

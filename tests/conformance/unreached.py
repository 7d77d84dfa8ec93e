"""The rows that no page reaches, and why.

In: the tables of the dialects. Out: the rows that could be reached, and those that are not.
"""

from collections.abc import Mapping

from chappe.dialects import DIALECTS
from chappe.words.answer import Trouble
from chappe.words.lifecycle import Reason, State

UNREACHED_TROUBLES: Mapping[tuple[str, Trouble], str] = {}
UNREACHED_STATUSES: Mapping[tuple[str, State, Reason], str] = {}


def rows_of() -> tuple[set[tuple[str, Trouble]], set[tuple[str, State, Reason]]]:
    return set(), set()

"""The rows that no page reaches, and why: each dialect's own, beside its pages.

In: the tables of the dialects, and what can befall a message. Out: the rows that pages are to
reach, and those that they do not. A row that drops out of the second list must stay reached.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module

from chappe.words.lifecycle import Reason, State
from tests.conformance.meant import MEANT
from tests.spoken import SPOKEN

_UNREACHED = {one.NAME: import_module(f"tests.conformance.{one.NAME}.unreached") for one in SPOKEN}

UNREACHED_ERRORS: Mapping[tuple[str, str], str] = {
    (name, error): why for name, their in _UNREACHED.items() for error, why in their.ERRORS.items()
}
UNREACHED_STATUSES: Mapping[tuple[str, State, Reason], str] = {
    (name, *row): why for name, their in _UNREACHED.items() for row, why in their.STATUSES.items()
}


def errors() -> Iterator[tuple[str, str]]:
    """Every row of every ERRORS."""
    for dialect in SPOKEN:
        for error in dialect.ERRORS:
            yield dialect.NAME, error


def statuses() -> Iterator[tuple[str, State, Reason]]:
    """The rows of every STATUS that a message can come to have."""
    for dialect in SPOKEN:
        for state, reasons in MEANT.items():
            for reason in reasons:
                yield dialect.NAME, state, reason

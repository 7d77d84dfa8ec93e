"""What the doctor finds: how bad it is, and a sentence that says what to do.

In: nothing. Out: `Finding`, and the words for how bad it is. Promise: `wrong` alone makes a command
fail; a `warning` is what will hurt one day, a `note` is what somebody might not expect.
"""

from collections.abc import Mapping
from typing import NamedTuple

OK, NOTE, WARNING, WRONG = "ok", "note", "warning", "wrong"

_NAMED_MOST = 5


class Finding(NamedTuple):
    """One line that the doctor prints."""

    check: str
    how: str
    says: str


def row_of(finding: Finding) -> Mapping[str, str]:
    return finding._asdict()


def named(names: list[str]) -> str:
    """The first few of these names, in one line."""
    return ", ".join(names[:_NAMED_MOST]) + (", ..." if len(names) > _NAMED_MOST else "")

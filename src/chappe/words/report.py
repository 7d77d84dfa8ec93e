"""What comes back from an operator: reports of what became of a part, and handsets' messages.

In: made by links. Out: taken by the engine and kept by the store.
"""

from typing import NamedTuple

from chappe.words.lifecycle import Happening, Reason


class Report(NamedTuple):
    """What became of a part that an operator took. `ref` is the operator's id, canonical."""

    ref: str
    happening: Happening
    reason: Reason
    at: int
    operator: str = ""  # MCCMNC


class Arrival(NamedTuple):
    """A message from a handset to one of our codes."""

    number: int
    code: str
    text: str
    at: int
    operator: str = ""

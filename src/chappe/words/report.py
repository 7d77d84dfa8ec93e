"""What comes back from an operator: reports of what became of a part, and handsets' messages.

In: made by links. Out: taken by the engine and kept by the store.
"""

import msgspec

from chappe.words.lifecycle import Happening, Reason


class Report(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What became of a part that an operator took. `ref` is the operator's id, canonical."""

    ref: str
    happening: Happening
    reason: Reason
    at: int
    operator: str = ""  # MCCMNC


class Arrival(msgspec.Struct, frozen=True, order=True, gc=False):
    """A message from a handset to one of our codes."""

    number: int
    code: str
    text: str
    at: int
    operator: str = ""

"""What comes back from an operator: reports of what became of a part, and handsets' messages.

In: made by links. Out: taken by the engine and kept by the store.
"""

import msgspec

from chappe.words.lifecycle import Happening, Reason


class Report(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What became of a part that an operator took. `ref` is the operator's id in its plain form.

    An operator may write the id of a report otherwise than that of its answer: `forms` are then
    the ids that may be meant, the likeliest first, and of several the one counts whose message
    went to one of `numbers`.
    """

    ref: str
    happening: Happening
    reason: Reason
    at: int
    operator: str = ""  # MCCMNC
    forms: tuple[str, ...] = ()  # () is `ref` alone
    numbers: tuple[int, ...] = ()  # phone numbers that stand in the report


class Arrival(msgspec.Struct, frozen=True, order=True, gc=False):
    """A message from a handset to one of our codes."""

    number: int
    code: str
    text: str
    at: int
    operator: str = ""
    pieces: str = ""  # what its fragments were kept under, where it came in several


class Fragment(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One part of a message from a handset, kept until all of them came. Only its link reads what
    it holds."""

    pieces: str  # what all fragments of a message are kept under
    no: int
    at: int
    body: str

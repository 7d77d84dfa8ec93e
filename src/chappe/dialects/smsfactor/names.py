"""What reading and writing both speak of: a document's elements, and its recipients in columns.

In: filled by `read.xml`. Out: read into an order or a question, and named in answers. Texts are as
given; '' is 'not given', and so is what holds blanks alone.
"""

import msgspec

from chappe.dialects.craft.texts import Texts
from chappe.dialects.smsfactor.tables import LIMITS, NUMBER


class CallDocument(msgspec.Struct):
    """One document."""

    fields: dict[str, str] = {}
    numbers: Texts = msgspec.field(default_factory=Texts)
    refs: list[str] = []  # an entry per number, where any has one
    wrong: str = ""  # the first element that stands twice, or that has others within
    long: str = ""  # the first one that is too long for anything

    def given(self, name: str) -> str:
        """An element without the blanks around it."""
        return self.fields.get(name, "").strip()


def number_at(place: int, given: Texts) -> str:
    """`gsm 3: 0112345678`: counted from 1."""
    return f"{NUMBER} {place + 1}: {given[place][: LIMITS['told']]}"

"""What reading, writing and telling of iSendPro all spell alike.

In: fields as given; numbers of telephones. Out: what a call says, and numbers as the provider
writes them.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from chappe.words.news import Message
from chappe.words.number import Style, network, operator, spell

EVERYBODY = -1
"""In the place of one recipient: what is said of a text that several share."""

TRACKER = "tracker"
"""The fact of a letter that holds the tracker of whoever has none of their own."""


class Asked(msgspec.Struct):
    """What a call says: its fields; and the numbers in it, once they are read, in rising order."""

    fields: Mapping[str, str]
    places: Sequence[str] = ()  # the X of each `numX`; '' is `num`
    given: Sequence[str] = ()
    numbers: Sequence[int] = ()
    directory: int = 0
    weights: Mapping[int, int] = {}  # recipient -> how many characters its text counts as
    figures: Mapping[int, Sequence[int]] = {}  # recipient -> those in the sentence of its error

    @property
    def is_for_one(self) -> bool:
        """Whether it has one number, or is to a directory, so that nothing in its answer bears a
        number of its own."""
        return not self.places or tuple(self.places) == ("",)


def network_of(message: Message, told: str = "") -> str:
    """As the link has it, else by the numbering plan: of some ends no operator ever said a word."""
    return network(told or message.operator or operator(message.number))


def national(number: int) -> str:
    """`0612345678`; abroad `0032475123456`."""
    return spell(number, Style.NATIONAL)


def tracker(message: Message) -> str:
    """A message's own, else that of all its sending."""
    return message.ref or _facts(message.letter_facts).get(TRACKER, "")


@lru_cache(256)
def _facts(text: str) -> Mapping[str, str]:
    found: dict[str, str] = msgspec.json.decode(text, type=dict[str, str])
    return found

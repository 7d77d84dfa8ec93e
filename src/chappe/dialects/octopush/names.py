"""What reading, writing and telling of Octopush all spell alike.

In: fields as given; numbers of orders and telephones. Out: tickets, and numbers with their '+'.
"""

from collections.abc import Mapping, Sequence

import msgspec

_TICKET = "api%012d"


class Sending(msgspec.Struct):
    """What a call says: its fields, none of them empty; and the recipients, once they are read."""

    fields: Mapping[str, str]
    mailed: bool = False
    given: Sequence[str] = ()  # one for each recipient, as written
    numbers: Sequence[int] = ()

    def is_to(self, given: Sequence[str], numbers: Sequence[int]) -> None:
        """Once its recipients are read: what an answer names them by."""
        self.given, self.numbers = given, numbers


def ticket(order: int) -> str:
    """`api110000000021`."""
    return _TICKET % order


def international(number: int) -> str:
    """`+33617985438`."""
    return f"+{number}"

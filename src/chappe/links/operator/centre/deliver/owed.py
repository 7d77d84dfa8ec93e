"""What the centre owes its clients: receipts and replies, and when each is due.

In: what a submit or a handset brought about. Out: `OwedReceipt` and `OwedReply`, for whoever tells
them. Promise: each has a key of its own.
"""

from typing import Final, NamedTuple

import msgspec

PARTS_MAX: Final = 255
"""A header counts the parts of a message in one octet."""


class Asking(NamedTuple):
    """Who submitted, and how: what a receipt, or a handset's reply, is addressed by."""

    system_id: str = ""  # empty: whoever is bound
    ton: int = 0  # of the sender's address
    npi: int = 0
    registered: int = 1  # registered_delivery (5.2.17)


NOBODY: Final = Asking()


class Owed(msgspec.Struct, kw_only=True, gc=False):
    """One deliver_sm that is to come."""

    due: int
    ref: int
    n: int  # from 0: which of the receipts, or which part of the reply
    number: int  # of the handset
    asking: Asking = NOBODY
    connection: int = 0  # the connection that submitted; 0: no longer known
    tries: int = 0

    @property
    def key(self) -> int:
        return self.ref << 8 | self.n


class OwedReceipt(Owed, kw_only=True, gc=False):
    """A receipt. `ident` is the reference that the client knows the message by."""

    ident: int
    outcome: int
    sender: str
    at: int  # when it was submitted
    text: str = ""  # as much of it as a receipt repeats


class OwedReply(Owed, kw_only=True, gc=False):
    """A part of what a handset wrote."""

    code: str
    text: str  # all of it
    octets: bytes
    data_coding: int
    joined: bool = False  # it begins with a header
    total: int = 1

"""What reading, writing and telling of sMsmode all spell alike.

In: fields as given; amounts. Out: what a call says, and credits.
"""

from collections.abc import Mapping

import msgspec

from chappe.words.asked import Purchase
from chappe.words.order import Channel

REFERENCE = "refClient"

# What a credit is: one SMS to France.
A_CREDIT = Purchase(Channel.marketing, "FR")


class Asked(msgspec.Struct):
    """What a call says: its fields, none of them empty."""

    fields: Mapping[str, str]
    by_get: bool  # whether its recipients came in the URL of a GET
    file: bytes = b""

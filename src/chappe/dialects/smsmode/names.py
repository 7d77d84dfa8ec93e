"""What reading, writing and telling of sMsmode all spell alike.

In: fields as given; amounts; messages. Out: what a call says, credits, and references.
"""

from collections.abc import Mapping

import msgspec

from chappe.words.asked import Purchase
from chappe.words.news import Message
from chappe.words.order import Channel

REFERENCE = "refClient"

_facts = msgspec.json.Decoder(dict[str, str]).decode

# What a credit is: one SMS to France.
A_CREDIT = Purchase(Channel.marketing, "FR")


class GivenCall(msgspec.Struct):
    """What a call says: its fields, none of them empty."""

    fields: Mapping[str, str]
    by_get: bool  # whether its recipients came in the URL of a GET
    file: bytes = b""


def reference_of(message: Message) -> str:
    """What the call, or the line of its file, said."""
    return message.ref or _facts(message.order_facts or "{}").get(REFERENCE, "")

"""What reading, writing and telling of sMsmode all spell alike.

In: fields as given; amounts; messages. Out: what a call says, credits, references, statuses.
"""

from collections.abc import Mapping

import msgspec

from chappe.dialects.smsmode.tables.statuses import PARTLY_RECEIVED, STATUS
from chappe.words.asked import Purchase
from chappe.words.lifecycle import Reason, State
from chappe.words.news import Message
from chappe.words.order import Channel
from chappe.words.parts import came_partly

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


def status_of(message: Message, state: State, reason: Reason) -> int:
    """As the annex has it. A long SMS of which some parts came and some did not came partly."""
    return PARTLY_RECEIVED if came_partly(message.parts_known) else STATUS[state, reason]

"""What the engine found for a question: worded by a dialect.

In: made by `engine.look`. Out: columns and rows in our words.
"""

from collections.abc import Mapping, Sequence

import msgspec

from chappe.words.news import Message


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """One order and what became of its messages, in the order in which they were given."""

    id: int
    at: int
    reference: str
    facts: Mapping[str, str]
    messages: Sequence[Message]

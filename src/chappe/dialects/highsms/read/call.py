"""What a call holds, whatever form it came in: a push, its messages, their recipients.

In: filled by one of the forms' readers. Out: read into an order. Values are text as given, blanks
trimmed where the form does so; '' is 'not given'.
"""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from chappe.dialects.highsms.tables.refusals import Error
from chappe.words.answer import Refusal

URL_MARK = "%URL%"
TOO_LONG = Refusal(wrong={Error.bad_value: "a value is too long"})


class Said(msgspec.Struct):
    """One `message`. Recipients stand in columns; `params` has an entry for each of them."""

    fields: Mapping[str, str] = {}
    text: str = ""
    binary: str = ""
    numbers: list[str] = []
    refs: list[str] = []
    params: list[dict[str, str] | None] = []
    shared: dict[str, str] = {}


class Push(msgspec.Struct):
    """The whole call."""

    fields: Mapping[str, str] = {}
    messages: list[Said] = []
    recipients: int = 0  # all that were given, even where only the first ones were kept
    params: int = 0  # variables that were given, likewise
    in_query: bool = False  # a `+` that was not percent-encoded came as a blank

    def wishes(self, said: Said) -> Mapping[str, str]:
        """What a message sets wins over what the push sets."""
        return {**self.fields, **said.fields} if said.fields else self.fields


class Chunk(NamedTuple):
    """Some recipients of a message, in the order in which they stand."""

    place: int  # of the message in the call
    said: Said  # of one that goes on, only the recipients are sure to be as they stand
    ends: bool  # no more of this message follows

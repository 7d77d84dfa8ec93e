"""What a call holds, whatever form it came in: a push, its messages, their recipients.

In: filled by one of the forms' readers. Out: read into an order. Values are text as given, blanks
trimmed where the form does so; '' is 'not given'.
"""

from collections.abc import Mapping

import msgspec

URL_MARK = "%URL%"


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

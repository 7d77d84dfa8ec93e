"""What a test expects of its messages, held against what is there.

In: expectations, messages. Out: sentences, one for each that does not hold. Promise: a sentence
tells both sides, and of texts where they part.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from chappe.console.sandbox.asked import AskedFields
from chappe.console.sandbox.seen import shown
from chappe.words.news import Message

COUNT_MOST: Final = 200
_SHOWN_MOST = 80
_EXACT = ("text", "state", "reason", "from", "to", "api", "reference", "order_reference", "price")


class Expected:
    """What is expected: of the newest message, and of how many there are."""

    def __init__(self, asked: AskedFields) -> None:
        self._count = asked.whole("count", 0, COUNT_MOST, -1)
        self._parts = asked.whole("parts", 0, 255, -1)
        self._contains = asked.text("contains")
        exact = {name: asked.text(name) for name in _EXACT if name in asked}
        number = asked.number("to") if "to" in exact else 0
        self._exact: Mapping[str, Any] = {**exact, **({"to": f"+{number}"} if number else {})}
        if not (self._exact or self._contains) and self._count < 0 and self._parts < 0:
            asked.refuse("Nothing is expected: say what, such as text, state, parts or count.")

    @property
    def is_of_none(self) -> bool:
        return self._count == 0

    def differences(self, messages: Sequence[Message]) -> list[str]:
        """What is not as expected; the newest message stands first."""
        found = []
        if self._count >= 0 and len(messages) != self._count:
            found.append(f"count: expected {self._count}, was {len(messages)}")
        if self.is_of_none:
            return found
        if not messages:
            return found or ["no message fits"]
        message = messages[0]
        facts = shown(message)
        for name, value in self._exact.items():
            if facts[name] != value:
                found.append(_said(name, value, facts))
        if self._parts >= 0 and message.parts != self._parts:
            found.append(f"parts: expected {self._parts}, was {message.parts}")
        if self._contains not in message.text:
            found.append(f"text: expected to hold {_quoted(self._contains)}, was {_text(message)}")
        return found


def _said(name: str, value: str, facts: Mapping[str, Any]) -> str:
    was = str(facts[name])
    said = f"{name}: expected {_quoted(value)}, was {_quoted(was)}"
    if name == "state" and facts["reason"]:
        return f"{said} ({facts['reason']})"
    if name != "text":
        return said
    part = next(
        (at for at, pair in enumerate(zip(value, was, strict=False)) if len({*pair}) > 1), None
    )
    at = min(len(value), len(was)) if part is None else part
    return f"{said}; they part at letter {at + 1}"


def _text(message: Message) -> str:
    return _quoted(message.text)


def _quoted(text: str) -> str:
    cut = text if len(text) <= _SHOWN_MOST else f"{text[:_SHOWN_MOST]}..."
    return f'"{cut}"'

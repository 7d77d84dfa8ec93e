"""What a program asked of the sandbox: the fields of its query and of its JSON, read one by one.

In: a request. Out: values, and the first thing that is wrong with them. Promise: nothing here
raises; what is not known, given twice, too long or of another kind is said, never passed over.
"""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec

from chappe.words.clock import SECOND
from chappe.words.exchange import Request
from chappe.words.lifecycle import State
from chappe.words.number import USUAL, read
from chappe.words.parameters import TooMany, query_pairs

BODY_MOST: Final = 64 * 1024
TEXT_MOST: Final = 1_600
STATES: Final = tuple(state.name for state in State if state)
_AGO = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)s")
_DECIMAL = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")
_FLAGS: Final = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


class Blame(NamedTuple):
    """What is wrong with a request, and with which field."""

    sentence: str
    field: str = ""


class AskedFields:
    """The fields of one request. Reading one notes what is wrong with it."""

    def __init__(self, fields: Mapping[str, Any], wrong: Blame | None = None) -> None:
        self._fields = fields
        self._read: set[str] = set()
        self._wrong = wrong

    @property
    def wrong(self) -> Blame | None:
        """What is wrong, once all that is known was read: a field that nobody read is no field."""
        strange = [one for one in self._fields if one not in self._read]
        if strange and not (self._wrong and self._wrong.field):
            known = ", ".join(sorted(self._read)) or "none"
            return Blame(f"There is no such field here; those are: {known}.", strange[0][:60])
        return self._wrong

    def refuse(self, sentence: str, field: str = "") -> None:
        """Note what is wrong; the first stays."""
        if self._wrong is None:
            self._wrong = Blame(sentence, field)

    def text(self, name: str, most: int = TEXT_MOST, *, needed: bool = False) -> str:
        """A text; '' where none was given."""
        value = self._value(name)
        if value is None or value == "":
            if needed:
                self.refuse("This is needed.", name)
            return ""
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            self.refuse("This is to be a text.", name)
            return ""
        if len(value) > most:
            self.refuse(f"This is too long: at most {most} letters.", name)
        return value

    def decimal(self, name: str, least: float, most: float, default: float) -> float:
        """A number between two bounds."""
        written = self.text(name, 40)
        if not written:
            return default
        if not _DECIMAL.fullmatch(written) or not least <= float(written) <= most:
            self.refuse(f"This is to be a number from {least:g} to {most:g}.", name)
            return default
        return float(written)

    def whole(self, name: str, least: int, most: int, default: int) -> int:
        """A whole number between two bounds."""
        written = self.text(name, 40)
        if not written:
            return default
        if not (written.isascii() and written.isdigit() and least <= int(written) <= most):
            self.refuse(f"This is to be a whole number from {least} to {most}.", name)
            return default
        return int(written)

    def flag(self, name: str) -> bool:
        value = self._value(name)
        if value is None or isinstance(value, bool):
            return bool(value)
        found = _FLAGS.get(str(value).lower())
        if found is None:
            self.refuse("This is to be true or false.", name)
        return bool(found)

    def number(self, name: str, *, needed: bool = False) -> int:
        """A phone number in any usual spelling; 0 where none was given."""
        written = self.text(name, 40, needed=needed)
        # A blank stands where somebody wrote a plus into a query as it is.
        found = read(written.strip(), USUAL) if written else 0
        if written and not found:
            self.refuse("This is no phone number such as +33639980001 or 0639980001.", name)
        return found

    def states(self, name: str) -> frozenset[State]:
        """States by their names, with commas between them; none where none was given."""
        names = [one.strip() for one in self.text(name, 200).split(",") if one.strip()]
        if strange := [one for one in names if one not in STATES]:
            self.refuse(f"There is no state {strange[0][:20]!r}, but {', '.join(STATES)}.", name)
            return frozenset()
        return frozenset(State[one] for one in names)

    def since(self, name: str, now: int, default: int) -> int:
        """An instant: so many seconds ago ('30s'), or as ISO 8601 has it, with its zone."""
        written = self.text(name, 40).strip()
        if not written:
            return default
        if ago := _AGO.fullmatch(written):
            return max(0, now - int(float(ago[1]) * SECOND))
        try:
            at = datetime.fromisoformat(written.replace(" ", "+"))  # a plus, in a query as it is
        except ValueError:
            at = None
        if at is None or at.tzinfo is None:
            self.refuse("This is to be like 30s or 2026-05-12T10:00:00Z.", name)
            return default
        return max(0, int(at.timestamp() * SECOND))

    def within(self, name: str) -> "AskedFields":
        """The fields of an object."""
        value = self._value(name)
        if value is None:
            return AskedFields({})
        if not isinstance(value, dict):
            self.refuse("This is to be an object.", name)
            return AskedFields({})
        return AskedFields(value)

    def __contains__(self, name: str) -> bool:
        return self._fields.get(name) is not None

    def _value(self, name: str) -> Any:
        self._read.add(name)
        return self._fields.get(name)


def asked_of(request: Request) -> AskedFields:
    """What stands in a query, and in a body that is a JSON object."""
    try:
        pairs = [
            (name.decode("utf-8"), value.decode("utf-8"))
            for name, value in query_pairs(request.query)
            if name != b"key"
        ]
    except (UnicodeDecodeError, TooMany):
        return AskedFields({}, Blame("The query is not text in UTF-8."))
    body: Any = {}
    if len(request.body) > BODY_MOST:
        return AskedFields({}, Blame(f"The body is too large: at most {BODY_MOST} octets."))
    if request.body.strip():
        try:
            body = msgspec.json.decode(request.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return AskedFields({}, Blame("The body is no JSON."))
        if not isinstance(body, dict):
            return AskedFields({}, Blame("The body is to be a JSON object."))
    counted = Counter([*(name for name, _ in pairs), *body])
    if twice := [name for name, count in counted.items() if count > 1]:
        return AskedFields({}, Blame("This was given twice.", twice[0][:60]))
    return AskedFields({**dict(pairs), **body})

"""The document: authentication, message, recipients.

In: what was found, the root that it must have, the type that it came under. Out: a Call, or a
Refusal.
Promise: nothing outside the document is read, nothing is declared in it, the length of a text is
bounded, and what is kept grows with the recipients alone.
"""

from collections.abc import Mapping

from chappe.dialects.craft.octets import begins_at
from chappe.dialects.craft.xml_in import (
    Enough,
    NotTaken,
    Reading,
    XmlExcess,
    read,
)
from chappe.dialects.smsfactor.names import CallDocument
from chappe.dialects.smsfactor.read.encoding import HEAD, encoding_of
from chappe.dialects.smsfactor.read.forms import Found, stands_again
from chappe.dialects.smsfactor.tables import (
    BOUNDS,
    ELEMENTS,
    LIMITS,
    LOGINS,
    NUMBER,
    REFERENCE,
    REFERRED,
)
from chappe.dialects.smsfactor.tables.refusals import Error
from chappe.words.answer import Refusal

_HELD = LIMITS["held"]


def read_xml(found: Found, root: str, content_type: str = "") -> CallDocument | Refusal:
    """Read the whole document."""
    return _read(_Elements(root), found, content_type, len(found.octets))


def read_xml_head(found: Found, root: str, content_type: str = "") -> CallDocument | Refusal:
    """Read as far as its authentication, which must stand in its beginning."""
    return _read(_Login(root), found, content_type, LIMITS["look"])


def _read(
    elements: "_Elements", found: Found, content_type: str, most: int
) -> CallDocument | Refusal:
    raw = found.octets
    begin = begins_at(raw)
    encoding = encoding_of(raw[begin : begin + HEAD], content_type)
    if encoding == "":
        return _refused(XmlExcess.encoding.value, 1)
    reading = Reading(elements, BOUNDS, encoding, found.closer)
    rest = memoryview(raw)[begin:]
    fault = read(reading, rest[:most], whole=len(rest) <= most)
    if fault is not None:
        return _refused(fault.detail, fault.line)
    if reading.end >= 0 and stands_again(found, begin + reading.end):
        return _refused("two documents", reading.line)
    if not elements.has_login:
        return _refused("no authentication", reading.line)
    return elements.call


def _refused(what: str, line: int) -> Refusal:
    return Refusal(wrong={Error.xml: f"{what}, line {line}"})


class _Elements:
    """Hears one document."""

    def __init__(self, root: str) -> None:
        self.call = CallDocument()
        self.has_login = False
        self.depth = 0
        self._root = root
        self._section = ""  # the element below the root that is open, if we know it
        self._name = ""  # the element below that, if we know it
        self._ref = ""
        self._seen: set[tuple[str, str]] = set()
        self._words: list[str] = []
        self._held = 0

    def start(self, name: str, given: dict[str, str]) -> None:
        depth = self.depth = self.depth + 1
        if depth == 3:
            self._start_inner(name, given)
        elif depth == 2:
            self._start_section(name)
        elif depth > 3:
            self._blame(self._name)
        elif name != self._root:
            raise NotTaken(XmlExcess.meaning, f"{self._root} expected")

    def _start_section(self, name: str) -> None:
        self._section = name if name in ELEMENTS[self._root] else ""
        if not self._section:
            return
        if name in LOGINS:
            if self.has_login:
                raise NotTaken(XmlExcess.meaning, "two authentications")
            self.has_login = True
        self._once(name)

    def _start_inner(self, name: str, given: Mapping[str, str]) -> None:
        section = self._section
        if not section or name not in ELEMENTS[self._root][section]:
            return
        self._name = name
        self._words, self._held = [], 0
        ref = given.get(REFERENCE, "")
        self._ref = ref if name in REFERRED and ref.strip() else ""
        if name != NUMBER:
            self._once(name)

    def _once(self, name: str) -> None:
        if (self._section, name) in self._seen:
            self._blame(name)
        self._seen.add((self._section, name))

    def _blame(self, name: str) -> None:
        """There is no telling what is meant, least of all who asks."""
        if name and self._section in LOGINS:
            raise NotTaken(XmlExcess.meaning, f"{name} is ambiguous")
        self.call.wrong = self.call.wrong or name

    def letters(self, letters: str) -> None:
        if self._name and self._held <= _HELD:
            self._words.append(letters)
            self._held += len(letters)

    def end(self, name: str) -> None:
        depth = self.depth
        self.depth = depth - 1
        if depth == 3:
            if self._name:
                self._end_inner()
        elif depth == 2:
            self._end_section()

    def _end_section(self) -> None:
        self._section = ""

    def _end_inner(self) -> None:
        name, self._name = self._name, ""
        call, words = self.call, "".join(self._words)
        if self._held > _HELD:
            call.long = call.long or name
        if name != NUMBER:
            call.fields[name] = words
            if self._ref:
                call.fields[REFERENCE] = self._ref
        elif stripped := words.strip():
            if self._ref or call.refs:
                call.refs += [""] * (len(call.numbers) - len(call.refs))
                call.refs.append(self._ref)
            call.numbers.append(stripped)


class _Login(_Elements):
    """Hears one document until it is known who sends it."""

    def _end_section(self) -> None:
        if self._section in LOGINS:
            raise Enough
        super()._end_section()

    def _end_inner(self) -> None:
        if self._section in LOGINS:
            super()._end_inner()

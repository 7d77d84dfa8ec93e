"""The document: authentication, message, recipients.

In: octets, the root that they must have, the type that they came under. Out: a Call, or a Refusal.
Promise: nothing outside the document is read, nothing is declared in it, depth and the length of a
text are bounded, and what is kept grows with the recipients alone.
"""

import re
from collections.abc import Mapping
from xml.parsers import expat

from chappe.dialects.smsfactor.read.call import Call
from chappe.dialects.smsfactor.read.encoding import encoding_of
from chappe.dialects.smsfactor.tables import (
    ELEMENTS,
    LIMITS,
    LOGINS,
    NUMBER,
    REFERENCE,
    REFERRED,
)
from chappe.dialects.smsfactor.tables.refusals import Error
from chappe.words.answer import Refusal

# Blanks and a mark that expat would not have before a declaration.
_BEFORE = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*")
_OCTETS = 1 << 18  # parsed at a time; whatever can't be told piece by piece must be shorter
_HELD = LIMITS["held"]
_DEPTH = LIMITS["depth"]
_NAMES = LIMITS["names"]


class _NotTaken(Exception):
    """Well-formed, yet nothing that we take. It does not leave this file."""


def read_xml(raw: bytes, root: str, content_type: str = "") -> Call | Refusal:
    """Read the whole document."""
    elements = _Elements(root)
    parser = elements.listen(expat.ParserCreate(encoding_of(raw, content_type)))
    try:
        _parse(parser, raw)
    except expat.ExpatError as fault:
        return _refused(expat.errors.messages.get(fault.code, "malformed"), fault.lineno)
    except (LookupError, ValueError):
        # Python's own: an encoding that it does not know, or that has no table of 256 letters.
        return _refused("unknown encoding", 1)
    except _NotTaken as fault:
        return _refused(str(fault), parser.CurrentLineNumber)
    if not elements.has_login:
        return _refused("no authentication", parser.CurrentLineNumber)
    return elements.call


def _parse(parser: "expat.XMLParserType", raw: bytes) -> None:
    """A piece at a time, since expat copies what it is given. A tag or comment that is longer than
    a piece would be copied whole, and looked through again with each further piece."""
    before = _BEFORE.match(raw)
    view = memoryview(raw)[before.end() if before else 0 :]
    at = 0
    whole = len(view) - len(view) % _OCTETS
    for start in range(0, whole, _OCTETS):
        parser.Parse(view[start : start + _OCTETS], False)
        if start and parser.CurrentByteIndex == at:
            raise _NotTaken("too long")
        at = parser.CurrentByteIndex
    parser.Parse(view[whole:], True)


def _refused(what: str, line: int) -> Refusal:
    return Refusal(wrong={Error.xml: f"{what}, line {line}"})


class _Elements:
    """Follows a parser through one document."""

    def __init__(self, root: str) -> None:
        self.call = Call({}, [], [])
        self.has_login = False
        self._root = root
        self._depth = 0
        self._section = ""  # the element below the root that is open, if we know it
        self._name = ""  # the element below that, if we know it
        self._ref = ""
        self._names: set[str] = set()
        self._seen: set[tuple[str, str]] = set()
        self._words: list[str] = []
        self._held = 0

    def listen(self, parser: "expat.XMLParserType") -> "expat.XMLParserType":
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._letters
        parser.StartDoctypeDeclHandler = self._doctype
        return parser

    def _start(self, name: str, given: Mapping[str, str]) -> None:
        self._depth += 1
        if name not in self._names or not self._names.issuperset(given):
            self._note(name, *given)
        if self._depth == 3:
            self._start_inner(name, given)
        elif self._depth == 2:
            self._start_section(name)
        elif self._depth > _DEPTH:
            raise _NotTaken("too deep")
        elif self._depth > 3:
            self._blame(self._name)
        elif name != self._root:
            raise _NotTaken(f"{self._root} expected")

    def _note(self, *names: str) -> None:
        """The parser remembers each name for as long as it lives."""
        self._names.update(names)
        if len(self._names) > _NAMES:
            raise _NotTaken("too many names")

    def _start_section(self, name: str) -> None:
        self._section = name if name in ELEMENTS[self._root] else ""
        if not self._section:
            return
        if name in LOGINS:
            if self.has_login:
                raise _NotTaken("two authentications")
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
            raise _NotTaken(f"{name} is ambiguous")
        self.call.wrong = self.call.wrong or name

    def _letters(self, letters: str) -> None:
        if self._name and self._held <= _HELD:
            self._words.append(letters)
            self._held += len(letters)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._depth == 2 and self._name:
            self._end_inner()
        elif self._depth == 1:
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
            call.numbers.append(stripped)
            call.refs.append(self._ref)

    def _doctype(self, *declared: object) -> None:
        raise _NotTaken("a DTD")

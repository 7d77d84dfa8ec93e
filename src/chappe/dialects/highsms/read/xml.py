"""The call as XML: `push` > `message` > `text` or `binary`, `param`, `to`.

In: bytes. Out: a Push, or what is wrong and in which line. Promise: nothing outside the document
is read, entities are never declared, and depth and memory are bounded.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple
from xml.parsers import expat

from chappe.dialects.craft.octets import is_utf_8, known_as, stretches, trimmed
from chappe.dialects.craft.xml_in import Enough, Excess, Fault, Hearer, Octets, Reading, read
from chappe.dialects.highsms.read.call import Push
from chappe.dialects.highsms.read.elements import Elements, fields_of
from chappe.dialects.highsms.tables import AS_ANOTHER, CALL_BOUNDS, LIMITS, XML_ERRORS
from chappe.dialects.highsms.tables.refusals import Error
from chappe.words.answer import Refusal

# The samples have blanks within the quotes (`encoding= "iso-8859-1 "`), which expat refuses.
_DECLARATION = re.compile(
    rb"""<\?xml\s+version\s*=\s*["']\s*1\.[0-9]\s*["']"""
    rb"""(?:\s*encoding\s*=\s*["']\s*([A-Za-z][A-Za-z0-9._-]{0,39})\s*["'])?"""
    rb"""(?:\s*standalone\s*=\s*["'](?:yes|no)["'])?\s*\?>"""
)
HEAD = 4_096  # octets: a declaration is shorter
# Under 'standalone' an entity that an external DTD might declare is an error, not silence.
_OURS = b'<?xml version="1.0" standalone="yes"?>'
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_BARE = re.compile(rb"&[A-Za-z0-9_.:#-]*\Z")
_INVALID = expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]


class Declared(NamedTuple):
    """What a document says of itself before it begins."""

    encoding: str  # as expat calls it; '' where none is declared
    prologue: bytes  # a declaration of ours, with as many lines as theirs
    begins: int  # where the document goes on behind its own


def read_xml(raw: bytes) -> Push | Refusal:
    """Read the whole document."""
    elements = Elements()
    refusal = _heard(elements, raw, len(raw))
    if refusal is not None:
        return refusal
    return elements.push if elements.root == "push" else NO_PUSH


def read_xml_head(raw: bytes) -> Push | Refusal:
    """Read its root alone, which must stand in its beginning: what a push says of itself."""
    root = _Root()
    refusal = _heard(root, raw, LIMITS["look"])
    if refusal is not None:
        return refusal
    if not root.name:
        return _wrong("XML_ERROR_NO_ELEMENTS", 1)
    return Push(fields_of(root.given)) if root.name == "push" else NO_PUSH


def attributes_of(raw: bytes) -> Mapping[str, str]:
    """The root's attributes in their order, untrimmed; nothing behind them is read."""
    root = _Root()
    _heard(root, raw, len(raw))
    return root.given


class _Root:
    """Hears the root, and no more."""

    def __init__(self) -> None:
        self.depth = 0
        self.name = ""
        self.given: Mapping[str, str] = {}

    def start(self, name: str, given: dict[str, str]) -> None:
        self.name, self.given = name, given
        raise Enough

    def letters(self, letters: str) -> None:
        """There are none before a root."""

    def end(self, name: str) -> None:
        """Nothing ends before it begins."""


def _heard(hearer: Hearer, raw: bytes, most: int) -> Refusal | None:
    """Why a document can't be taken, as far as its first octets tell."""
    source = trimmed(raw)
    declared = declared_in(source)
    if declared is None:
        return UNKNOWN_ENCODING
    as_utf_8 = raw.isascii() or is_utf_8(stretches(source))
    reading = Reading(hearer, CALL_BOUNDS, encoding_of(declared, as_utf_8))
    rest = source[declared.begins :]
    return refusal_of(read(reading, rest[:most], declared.prologue, len(rest) <= most))


def declared_in(source: Octets) -> Declared | None:
    """Of a document, or its beginning; None: an encoding that nobody knows."""
    head = bytes(source[:HEAD])
    found = _DECLARATION.match(head)
    spelt = (found[1] or b"").decode() if found else ""
    encoding = known_as(spelt) if spelt else ""
    if encoding is None or head.startswith(_UTF_16):
        return None
    if found is not None:
        return Declared(encoding, _OURS + b"\n" * found[0].count(b"\n"), found.end())
    return Declared(encoding, b"" if head.startswith(b"<?xml") else _OURS, 0)


def encoding_of(declared: Declared, as_utf_8: bool) -> str:
    """UTF-8 wherever the bytes are that, whatever is declared; else what is declared."""
    if as_utf_8:
        return "utf-8"
    return AS_ANOTHER.get(declared.encoding, declared.encoding)


def refusal_of(fault: Fault | None) -> Refusal | None:
    """What is wrong, and in which line."""
    if fault is None:
        return None
    if fault.excess is Excess.encoding:
        return UNKNOWN_ENCODING
    if fault.excess is Excess.token:
        return TOO_LONG
    if fault.excess is not None:
        return _wrong("XML_ERROR_SYNTAX", fault.line)
    name = XML_ERRORS.get(fault.code, "XML_ERROR_SYNTAX")
    if fault.code == _INVALID and _BARE.search(fault.before):
        name += " ; expected"
    return _wrong(name, fault.line)


def _wrong(name: str, line: int) -> Refusal:
    return Refusal(wrong={Error.xml: f"{name} line {line}"})


UNKNOWN_ENCODING = _wrong("XML_ERROR_UNKNOWN_ENCODING", 1)
NO_PUSH = Refusal(wrong={Error.missing: "push"})
TOO_LONG = Refusal(wrong={Error.bad_value: "a value is too long"})

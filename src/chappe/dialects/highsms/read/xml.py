"""The call as XML: `push` > `message` > `text` or `binary`, `param`, `to`.

In: bytes. Out: a Push, or a few recipients at a time, or what is wrong and in which line. Promise:
nothing outside the document is read, entities are never declared; depth and memory are bounded, and
no more is held than a call may have, however much is in it.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple
from xml.parsers import expat

from msgspec.structs import replace

from chappe.dialects.craft.octets import is_utf_8, known_as, stretches, trimmed
from chappe.dialects.craft.xml_in import (
    Enough,
    Hearer,
    NotTaken,
    Octets,
    Reading,
    XmlExcess,
    XmlFault,
    read,
)
from chappe.dialects.highsms.read.call import TOO_LONG, URL_MARK, Chunk, Push, Said
from chappe.dialects.highsms.tables.limits import (
    AS_ANOTHER,
    CALL_BOUNDS,
    FIELDS,
    LIMITS,
    XML_ERRORS,
)
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


class XmlDeclaration(NamedTuple):
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


def declared_in(source: Octets) -> XmlDeclaration | None:
    """Of a document, or its beginning; None: an encoding that nobody knows."""
    head = bytes(source[:HEAD])
    found = _DECLARATION.match(head)
    spelt = (found[1] or b"").decode() if found else ""
    encoding = known_as(spelt) if spelt else ""
    if encoding is None or head.startswith(_UTF_16):
        return None
    if found is not None:
        return XmlDeclaration(encoding, _OURS + b"\n" * found[0].count(b"\n"), found.end())
    return XmlDeclaration(encoding, b"" if head.startswith(b"<?xml") else _OURS, 0)


def encoding_of(declared: XmlDeclaration, as_utf_8: bool) -> str:
    """UTF-8 wherever the bytes are that, whatever is declared; else what is declared."""
    if as_utf_8:
        return "utf-8"
    return AS_ANOTHER.get(declared.encoding, declared.encoding)


def refusal_of(fault: XmlFault | None) -> Refusal | None:
    """What is wrong, and in which line."""
    if fault is None:
        return None
    if fault.excess is XmlExcess.encoding:
        return UNKNOWN_ENCODING
    if fault.excess is XmlExcess.token:
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


class Elements:
    """Hears one document, until there are more than `most` recipients, or `params`."""

    def __init__(
        self, most: int = LIMITS["recipients"], params: int = LIMITS["params_in_all"]
    ) -> None:
        self.push = Push()
        self._most = most
        self._most_params = params
        self._place = 0  # of the first message that is held
        self._taken = 0  # recipients
        self.root = ""
        self.depth = 0
        self._said = Said()
        self._said_is_open = False
        self._words: list[str] | None = None
        self._held = 0  # letters of these
        self._inner = ""  # the element within `message` that is open

    # a few at a time

    @property
    def held(self) -> int:
        """Recipients that were not taken yet."""
        return self.push.recipients - self._taken

    def take(self) -> list[Chunk]:
        """What is complete by now; the rest stays, and goes on growing."""
        said = self.push.messages
        going_on = said.pop() if self._said_is_open and said else None
        chunks = [Chunk(self._place + at, one, True) for at, one in enumerate(said)]
        self._place += len(said)
        self.push.messages = []
        if going_on is not None:
            self.push.messages.append(going_on)
            # The number of an open `to` is not yet known whole.
            count = len(going_on.numbers) - (self._inner == "to")
            if count > 0:
                chunks.append(Chunk(self._place, _cut(going_on, count), False))
        self._taken += sum([len(chunk.said.numbers) for chunk in chunks])
        return chunks

    # what is heard

    def start(self, name: str, given: dict[str, str]) -> None:
        depth = self.depth = self.depth + 1
        if depth == 3:
            if self._said_is_open:
                self._start_inner(name, given)
        elif depth == 4 and name == "param" and self._inner == "to":
            if self._words is not None:
                own = self._said.params[-1] = self._said.params[-1] or {}
                self._add_param(own, given)
        elif depth == 2:
            self._said_is_open = name == "message" and self.root == "push"
            if self._said_is_open:
                self._start_message(given)
        elif depth == 1:
            self.root = name
            if name == "push":
                self.push.fields = fields_of(given)

    def _start_message(self, given: dict[str, str]) -> None:
        self._said = Said(fields_of(given), "", "", [], [], [], {})
        if len(self.push.messages) < self._most:
            self.push.messages.append(self._said)
        else:
            # Each needs a recipient, so these are too many whether they have one or not.
            self.push.recipients += self._most + 1
            raise Enough

    def _start_inner(self, name: str, given: dict[str, str]) -> None:
        self._inner = name
        if name == "to":
            self._start_to(given)
        elif name in ("text", "binary"):
            self._words, self._held = [], 0
        elif name == "param":
            self._add_param(self._said.shared, given)

    def _start_to(self, given: dict[str, str]) -> None:
        self.push.recipients += 1
        if self.push.recipients > self._most:
            raise Enough  # the call will be refused, whatever else is in it
        said = self._said
        said.numbers.append(given.get("value", "").strip())
        said.refs.append(given.get("ret_id", "").strip())
        said.params.append(None)
        self._words, self._held = [], 0

    def _add_param(self, params: dict[str, str], given: Mapping[str, str]) -> None:
        self.push.params += 1
        if self.push.params > self._most_params:
            raise Enough
        name = given.get("var", "").strip()
        if name and name != URL_MARK:
            params[name] = given.get("value", "").strip()

    def letters(self, letters: str) -> None:
        if self._words is not None:
            self._held += len(letters)
            if self._held > LIMITS["value_octets"]:
                raise NotTaken(XmlExcess.token)
            self._words.append(letters)

    def end(self, name: str) -> None:
        depth = self.depth
        self.depth = depth - 1
        if depth != 3:
            if depth == 2:
                self._said_is_open = False
            return
        self._inner = ""
        if self._words is None:
            return
        words, self._words = "".join(self._words).strip(), None
        if name == "text":
            self._said.text = words
        elif name == "binary":
            self._said.binary = words
        elif name == "to" and words and not self._said.numbers[-1]:
            self._said.numbers[-1] = words


def _cut(said: Said, count: int) -> Said:
    """The first recipients of a message; it keeps the others."""
    first = replace(
        said,
        numbers=said.numbers[:count],
        refs=said.refs[:count],
        params=said.params[:count],
    )
    del said.numbers[:count], said.refs[:count], said.params[:count]
    return first


def fields_of(given: Mapping[str, str]) -> dict[str, str]:
    """What means something; the rest would be carried from message to message for nothing."""
    return {
        name: stripped
        for name, value in given.items()
        if name in FIELDS and (stripped := value.strip())
    }

"""The one way in which XML is given to expat, and what is too much of it.

In: octets in pieces, a hearer. Out: elements and texts to the hearer; a Fault where the document
can't be taken. Promises: nothing outside the document is read and nothing is declared in it; what
the parser holds is bounded, and so is each call of it, which keeps all other threads waiting.

Expat keeps every name for as long as it lives, holds a tag or comment whole, and looks through an
unfinished one again with each piece. So names, attributes and tokens have bounds beside depth.
"""

from enum import Enum
from typing import NamedTuple, Protocol
from xml.parsers import expat

PIECE = 1 << 18  # octets that are parsed at a time
SHOWN = 64  # octets before a fault that are shown to whoever words it

Octets = bytes | memoryview


class XmlExcess(Enum):
    """What is wrong with a document that is no expat error."""

    token = "too long"
    names = "too many names"
    attributes = "too many attributes"
    nodes = "too many elements"
    depth = "too deep"
    declared = "a DTD"
    encoding = "unknown encoding"
    meaning = ""  # whoever hears it can't take it


class XmlBounds(NamedTuple):
    """What a document may be made of."""

    nodes: int  # elements and attributes in all
    known: frozenset[str] = frozenset()  # names that mean something: they are not counted
    depth: int = 32
    names: int = 1_000  # different others, of elements and attributes
    letters: int = 1_000  # of a name
    attributes: int = 100  # of an element
    token: int = PIECE  # octets of a tag or comment that are waiting for its end
    doctype: bool = False  # whether one is let pass that declares nothing itself


class NotTaken(Exception):
    """Well-formed, yet not to be taken. A hearer raises it; no caller ever sees it."""

    def __init__(self, excess: XmlExcess, detail: str = "") -> None:
        super().__init__(detail or excess.value)
        self.excess = excess


class Enough(Exception):
    """What a hearer was looking for is found. No caller ever sees it."""


class Hearer(Protocol):
    """Hears what is in a document, and counts how deep in it that is: within the root it is 1."""

    depth: int

    def start(self, name: str, given: dict[str, str]) -> None: ...

    def letters(self, letters: str) -> None:
        """A text may come in several of these."""

    def end(self, name: str) -> None: ...


class XmlFault(NamedTuple):
    """Why a document can't be taken."""

    excess: XmlExcess | None  # None: it is an error of expat's, of this code
    code: int
    detail: str
    line: int
    before: bytes  # the octets before the place


class Reading:
    """One document on its way through expat. Where a `closer` is given, this octet behind its root
    ends it: what follows is something else."""

    def __init__(
        self, hearer: Hearer, bounds: XmlBounds, encoding: str | None, closer: bytes = b""
    ) -> None:
        # The parser holds the watch, and the watch no parser: none must wait for the collector.
        watch = self._watch = _Watch(hearer, bounds)
        parser = self._parser = expat.ParserCreate(encoding)
        parser.buffer_text = True
        parser.StartElementHandler = watch.start
        parser.EndElementHandler = hearer.end
        parser.CharacterDataHandler = hearer.letters
        parser.StartDoctypeDeclHandler = watch.doctype
        self._token = bounds.token
        self._fed = 0
        self._before: Octets = b""
        self._closer = closer
        self.ended = False  # the hearer has heard enough, or the closer stands behind the root
        self.end = -1  # where the closer stands, counted from the first octet that was fed

    def feed(self, piece: Octets, last: bool) -> XmlFault | None:
        """The next piece; with the last one the document must be complete."""
        parser = self._parser
        try:
            parser.Parse(piece, last)
            self._fed += len(piece)
            if not last and self._fed - parser.CurrentByteIndex > self._token:
                raise NotTaken(XmlExcess.token)
        except expat.ExpatError as fault:
            message = expat.errors.messages.get(fault.code, "malformed")
            before, octet = self._around(piece)
            if not self._is_closed(before, octet):
                return XmlFault(None, fault.code, message, fault.lineno, before)
            self.ended, self.end = True, parser.ErrorByteIndex
        except NotTaken as fault:
            return XmlFault(fault.excess, 0, str(fault), parser.CurrentLineNumber, b"")
        except (LookupError, ValueError):
            # Python's own: an encoding that it does not know, or that has no table of 256 letters.
            return XmlFault(XmlExcess.encoding, 0, XmlExcess.encoding.value, 1, b"")
        except Enough:
            self.ended = True
        if not last:
            short = len(piece) < SHOWN
            self._before = bytes(self._before[-SHOWN:]) + bytes(piece) if short else piece
        return None

    @property
    def line(self) -> int:
        """The line that was come to."""
        return self._parser.CurrentLineNumber

    def _around(self, piece: Octets) -> tuple[bytes, bytes]:
        """What stands before the fault, and the octet that it is at. The fault may lie in the piece
        before, where a token began that goes wrong in this."""
        held = bytes(self._before) + bytes(piece)
        at = max(0, self._parser.ErrorByteIndex - self._fed + len(self._before))
        return held[max(0, at - SHOWN) : at], held[at : at + 1]

    def _is_closed(self, before: bytes, octet: bytes) -> bool:
        """Whether the document is complete, and expat only stumbled over the closer. Behind a root,
        what ends in `>` is whole."""
        return (
            octet == self._closer != b"" and self._watch.has_root and before.rstrip().endswith(b">")
        )


def read(
    reading: Reading, document: Octets, prologue: bytes = b"", whole: bool = True
) -> XmlFault | None:
    """A document, or its beginning, as far as its hearer wants it. No piece is copied but that of a
    small document with something to go before it."""
    size = len(document)
    if size <= PIECE:
        return reading.feed(prologue + bytes(document) if prologue else document, whole)
    fault = reading.feed(prologue, False)
    view = memoryview(document)
    for start in range(0, size, PIECE):
        if fault is not None or reading.ended:
            break
        fault = reading.feed(view[start : start + PIECE], whole and start + PIECE >= size)
    return fault


class _Watch:
    """Stands between a parser and a hearer, and keeps count."""

    __slots__ = ("_bounds", "_hearer", "_known", "_names", "_nodes", "_start")

    def __init__(self, hearer: Hearer, bounds: XmlBounds) -> None:
        self._bounds = bounds
        self._hearer = hearer
        self._start = hearer.start
        self._known = bounds.known
        self._nodes = 0
        self._names: set[str] = set()

    @property
    def has_root(self) -> bool:
        """Whether the root is there, and closed."""
        return self._nodes > 0 and self._hearer.depth == 0

    def start(self, name: str, given: dict[str, str]) -> None:
        bounds = self._bounds
        if name not in self._known or not self._known.issuperset(given):
            self._note(name, given)
        self._nodes += 1 + len(given)
        if self._nodes > bounds.nodes:
            raise NotTaken(XmlExcess.nodes)
        if self._hearer.depth >= bounds.depth:
            raise NotTaken(XmlExcess.depth)
        self._start(name, given)

    def _note(self, name: str, given: dict[str, str]) -> None:
        """The parser remembers each name for as long as it lives."""
        names, bounds = self._names, self._bounds
        if len(given) > bounds.attributes:
            # As a rule they are many names as well, but an element could use the same ones again.
            raise NotTaken(XmlExcess.names if len(given) > bounds.names else XmlExcess.attributes)
        if name in names and names.issuperset(given):
            return
        if max(map(len, (name, *given))) > bounds.letters:
            raise NotTaken(XmlExcess.token)
        names.update((name, *given))
        if len(names) > bounds.names:
            raise NotTaken(XmlExcess.names)

    def doctype(self, name: str, system: str | None, public: str | None, inner: int) -> None:
        """A line that names a file may be let pass; the file is never read. So nothing is ever
        declared: what a document declares itself stands within its doctype."""
        if inner or not self._bounds.doctype:
            raise NotTaken(XmlExcess.declared)

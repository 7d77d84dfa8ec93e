"""The one way in which XML is given to expat, and what is too much of it.

In: octets in pieces, a hearer. Out: elements and texts to the hearer; a Fault where the document
can't be taken. Promises: nothing outside the document is read and nothing is declared in it; what
the parser holds is bounded, and so is each call of it, which keeps all other threads waiting.

Expat keeps every name for as long as it lives, holds a tag or comment whole, and looks through an
unfinished one again with each piece. So names, attributes and tokens have bounds beside depth.
"""

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import NamedTuple, Protocol
from xml.parsers import expat

PIECE = 1 << 18  # octets that are parsed at a time
SHOWN = 64  # octets before a fault that are shown to whoever words it

Octets = bytes | memoryview


class Excess(Enum):
    """What is wrong with a document that is no expat error."""

    token = "too long"
    names = "too many names"
    attributes = "too many attributes"
    nodes = "too many elements"
    depth = "too deep"
    declared = "a DTD"
    encoding = "unknown encoding"
    meaning = ""  # whoever hears it can't take it


class Bounds(NamedTuple):
    """What a document may be made of."""

    nodes: int  # elements and attributes in all
    depth: int = 32
    names: int = 1_000  # different ones, of elements and attributes
    letters: int = 1_000  # of a name
    attributes: int = 100  # of an element
    token: int = PIECE  # octets of a tag or comment that are waiting for its end
    doctype: bool = False  # whether one is let pass that declares nothing itself


class NotTaken(Exception):
    """Well-formed, yet not to be taken. A hearer raises it; no caller ever sees it."""

    def __init__(self, excess: Excess, detail: str = "") -> None:
        super().__init__(detail or excess.value)
        self.excess = excess


class Enough(Exception):
    """What a hearer was looking for is found. No caller ever sees it."""


class Hearer(Protocol):
    """Hears what is in a document. The root has depth 1."""

    def start(self, name: str, given: dict[str, str], depth: int) -> None: ...

    def letters(self, letters: str) -> None:
        """A text may come in several of these."""

    def end(self, depth: int) -> None: ...


class Fault(NamedTuple):
    """Why a document can't be taken."""

    excess: Excess | None  # None: it is an error of expat's, of this code
    code: int
    detail: str
    line: int
    before: bytes  # the octets before the place


class Reading:
    """One document on its way through expat."""

    def __init__(self, hearer: Hearer, bounds: Bounds, encoding: str | None) -> None:
        # The parser holds the watch, and the watch no parser: none must wait for the collector.
        watch = _Watch(hearer, bounds)
        parser = self._parser = expat.ParserCreate(encoding)
        parser.buffer_text = True
        parser.StartElementHandler = watch.start
        parser.EndElementHandler = watch.end
        parser.CharacterDataHandler = hearer.letters
        parser.StartDoctypeDeclHandler = watch.doctype
        parser.EntityDeclHandler = watch.entity
        self._token = bounds.token
        self._fed = 0
        self._before: Octets = b""
        self.ended = False  # the hearer has heard enough

    def feed(self, piece: Octets, last: bool) -> Fault | None:
        """The next piece; with the last one the document must be complete."""
        parser = self._parser
        try:
            parser.Parse(piece, last)
            self._fed += len(piece)
            if self._fed - parser.CurrentByteIndex > self._token and not last:
                raise NotTaken(Excess.token)
        except expat.ExpatError as fault:
            message = expat.errors.messages.get(fault.code, "malformed")
            return Fault(None, fault.code, message, fault.lineno, self._window(piece))
        except NotTaken as fault:
            return Fault(fault.excess, 0, str(fault), parser.CurrentLineNumber, b"")
        except (LookupError, ValueError):
            # Python's own: an encoding that it does not know, or that has no table of 256 letters.
            return Fault(Excess.encoding, 0, Excess.encoding.value, 1, b"")
        except Enough:
            self.ended = True
        self._before = piece
        return None

    @property
    def line(self) -> int:
        """The line that was come to."""
        return self._parser.CurrentLineNumber

    def _window(self, piece: Octets) -> bytes:
        """The fault may lie in the piece before, where a token began that goes wrong in this."""
        window = bytes(self._before) + bytes(piece)
        end = max(0, self._parser.ErrorByteIndex - self._fed + len(self._before))
        return window[max(0, end - SHOWN) : end]


def read(reading: Reading, pieces: Iterable[tuple[Octets, bool]]) -> Fault | None:
    """A whole document, as far as its hearer wants it."""
    for piece, last in pieces:
        fault = reading.feed(piece, last)
        if fault is not None or reading.ended:
            return fault
    return None


def cut(
    document: Octets, prologue: bytes = b"", whole: bool = True
) -> Iterator[tuple[Octets, bool]]:
    """A document in pieces, the last of them marked where it is all there; no piece is copied but
    that of a small document with something to go before it."""
    size = len(document)
    if size <= PIECE:
        yield prologue + bytes(document) if prologue else document, whole
        return
    if prologue:
        yield prologue, False
    view = memoryview(document)
    for start in range(0, size, PIECE):
        yield view[start : start + PIECE], whole and start + PIECE >= size


class _Watch:
    """Stands between a parser and a hearer, and keeps count."""

    __slots__ = ("_bounds", "_depth", "_end", "_names", "_nodes", "_start")

    def __init__(self, hearer: Hearer, bounds: Bounds) -> None:
        self._bounds = bounds
        self._start = hearer.start
        self._end = hearer.end
        self._depth = 0
        self._nodes = 0
        self._names: set[str] = set()

    def start(self, name: str, given: dict[str, str]) -> None:
        depth = self._depth = self._depth + 1
        self._nodes += 1 + len(given)
        if name not in self._names or not self._names.issuperset(given):
            self._note(name, given)
        if depth > self._bounds.depth:
            raise NotTaken(Excess.depth)
        if self._nodes > self._bounds.nodes:
            raise NotTaken(Excess.nodes)
        self._start(name, given, depth)

    def _note(self, name: str, given: dict[str, str]) -> None:
        """The parser remembers each name for as long as it lives."""
        bounds = self._bounds
        if len(given) > bounds.attributes:
            # As a rule they are many names as well, but an element could use the same ones again.
            raise NotTaken(Excess.names if len(given) > bounds.names else Excess.attributes)
        if max(map(len, (name, *given))) > bounds.letters:
            raise NotTaken(Excess.token)
        self._names.add(name)
        self._names.update(given)
        if len(self._names) > bounds.names:
            raise NotTaken(Excess.names)

    def end(self, name: str) -> None:
        depth = self._depth
        self._depth = depth - 1
        self._end(depth)

    def doctype(self, name: str, system: str | None, public: str | None, inner: int) -> None:
        """A line that names a file may be let pass; the file is never read."""
        if inner or not self._bounds.doctype:
            raise NotTaken(Excess.declared)

    def entity(self, *declared: object) -> None:
        raise NotTaken(Excess.declared)

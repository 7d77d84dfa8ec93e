"""The elements of a call as XML: `push` > `message` > `text` or `binary`, `param`, `to`.

In: what an expat parser finds. Out: a Push that grows, whole or a few recipients at a time.
Promise: entities are never declared, nothing outside the document is read, and depth is bounded.
"""

from collections.abc import Mapping
from typing import NamedTuple
from xml.parsers import expat

from msgspec.structs import replace

from chappe.dialects.highsms.read.call import URL_MARK, Push, Said
from chappe.dialects.highsms.tables import FIELDS, LIMITS


class NotTaken(Exception):
    """Well-formed, yet nothing that we take. Whoever parses catches it."""


class Chunk(NamedTuple):
    """Some recipients of a message, in the order in which they stand."""

    place: int  # of the message in the call
    said: Said  # of one that goes on, only the recipients are sure to be as they stand
    ends: bool  # no more of this message follows


class Elements:
    """Follows a parser through one document. More than `most` recipients are only counted."""

    def __init__(self, most: int = LIMITS["recipients"]) -> None:
        self.push = Push()
        self._most = most
        self._place = 0  # of the first message that is held
        self._taken = 0  # recipients
        self.root = ""
        self._depth = 0
        self._said = Said()
        self._said_is_open = False
        self._words: list[str] | None = None
        self._inner = ""  # the element within `message` that is open

    def listen(self, parser: "expat.XMLParserType") -> "expat.XMLParserType":
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._letters
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._entity
        return parser

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

    # what the parser finds

    def _start(self, name: str, given: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 3 and self._said_is_open:
            self._start_inner(name, given)
        elif self._depth == 4 and name == "param" and self._inner == "to":
            if self._words is not None:
                own = self._said.params[-1] = self._said.params[-1] or {}
                _add_param(own, given)
        elif self._depth == 2:
            self._said_is_open = name == "message" and self.root == "push"
            if self._said_is_open:
                self._start_message(given)
        elif self._depth == 1:
            self.root = name
            if name == "push":
                self.push.fields = _trimmed(given)
        elif self._depth > LIMITS["depth"]:
            raise NotTaken

    def _start_message(self, given: dict[str, str]) -> None:
        self._said = Said(_trimmed(given), "", "", [], [], [], {})
        if len(self.push.messages) < self._most:
            self.push.messages.append(self._said)
        else:
            # Each needs a recipient, so these are too many whether they have one or not.
            self.push.recipients += self._most + 1

    def _start_inner(self, name: str, given: dict[str, str]) -> None:
        self._inner = name
        if name == "to":
            self._start_to(given)
        elif name in ("text", "binary"):
            self._words = []
        elif name == "param":
            _add_param(self._said.shared, given)

    def _start_to(self, given: dict[str, str]) -> None:
        self.push.recipients += 1
        if self.push.recipients > self._most:
            return  # the call will be refused: the rest is only counted
        said = self._said
        said.numbers.append(given.get("value", "").strip())
        said.refs.append(given.get("ret_id", "").strip())
        said.params.append(None)
        self._words = []

    def _letters(self, letters: str) -> None:
        if self._words is not None:
            self._words.append(letters)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._depth != 2:
            if self._depth == 1:
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

    def _doctype(self, name: str, system: str | None, public: str | None, inner: int) -> None:
        """A line that names a file is let pass, and the file is never read."""
        if inner:
            raise NotTaken

    def _entity(self, *declared: object) -> None:
        raise NotTaken


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


def _trimmed(given: Mapping[str, str]) -> dict[str, str]:
    """What means something; the rest would be carried from message to message for nothing."""
    return {
        name: stripped
        for name, value in given.items()
        if name in FIELDS and (stripped := value.strip())
    }


def _add_param(params: dict[str, str], given: Mapping[str, str]) -> None:
    name = given.get("var", "").strip()
    if name and name != URL_MARK:
        params[name] = given.get("value", "").strip()

"""The call as XML: `push` > `message` > `text` or `binary`, `param`, `to`.

In: bytes. Out: a Push, or what is wrong and in which line. Promise: nothing outside the document
is read, entities are never declared, and depth and memory are bounded.
"""

import re
from collections.abc import Mapping
from xml.parsers import expat

from chappe.dialects.highsms.read.call import URL_MARK, Push, Said
from chappe.dialects.highsms.tables import LIMITS, XML_ENCODINGS, XML_ERRORS
from chappe.words.answer import Refusal, Trouble

# The samples have blanks within the quotes (`encoding= "iso-8859-1 "`), which expat refuses.
_DECLARATION = re.compile(
    rb"""<\?xml\s+version\s*=\s*["']\s*1\.[0-9]\s*["']"""
    rb"""(?:\s*encoding\s*=\s*["']\s*([A-Za-z][A-Za-z0-9._-]{0,39})\s*["'])?"""
    rb"""(?:\s*standalone\s*=\s*["'](?:yes|no)["'])?\s*\?>"""
)
# Under 'standalone' an entity that an external DTD might declare is an error, not silence.
_OURS = b'<?xml version="1.0" standalone="yes"?>'
_BARE = re.compile(rb"&[A-Za-z0-9_.:#-]*\Z")
_BARE_LOOK_BACK = 64
_SYNTAX = expat.errors.codes[expat.errors.XML_ERROR_SYNTAX]
_INVALID = expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]


class _Refused(Exception):
    """Well-formed, yet nothing that we take. It does not leave this file."""


def read_xml(raw: bytes) -> Push | Refusal:
    """Read the whole document."""
    raw = raw.removeprefix(b"\xef\xbb\xbf").strip()
    prepared = _prepared(raw)
    if prepared is None:
        return _wrong("XML_ERROR_UNKNOWN_ENCODING", 1)
    encoding, source = prepared
    reader = _Reader()
    parser = reader.listen(expat.ParserCreate(encoding))
    try:
        parser.Parse(source, True)
    except expat.ExpatError as fault:
        name = XML_ERRORS.get(fault.code, "XML_ERROR_SYNTAX")
        # Where the document ends too soon, its index is that of the end.
        before = source[max(0, parser.ErrorByteIndex - _BARE_LOOK_BACK) : parser.ErrorByteIndex]
        if fault.code == _INVALID and _BARE.search(before):
            name += " ; expected"
        return _wrong(name, fault.lineno)
    except _Refused:
        return _wrong(XML_ERRORS[_SYNTAX], parser.CurrentLineNumber)
    if reader.root != "push":
        return Refusal((Trouble.missing,), "push")
    return reader.push


def _wrong(name: str, line: int) -> Refusal:
    return Refusal((Trouble.malformed_xml,), f"{name} line {line}")


def _prepared(raw: bytes) -> tuple[str, bytes] | None:
    """The encoding to read with, and the source under a declaration of ours; None: unknown."""
    declared = _DECLARATION.match(raw)
    name = (declared[1] or b"").decode().lower() if declared else ""
    if name and name not in XML_ENCODINGS:
        return None
    if declared is not None:
        raw = _OURS + b"\n" * declared[0].count(b"\n") + raw[declared.end() :]
    elif not raw.startswith(b"<?xml"):
        raw = _OURS + raw
    return _encoding(name, raw), raw


def _encoding(name: str, raw: bytes) -> str:
    """UTF-8 wherever the bytes are that, whatever is declared; else what is declared."""
    try:
        raw.decode()
    except UnicodeDecodeError:
        return XML_ENCODINGS[name or "iso-8859-1"]
    return "utf-8"


class _Reader:
    """Follows the parser through one document."""

    def __init__(self) -> None:
        self.push = Push()
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
            raise _Refused

    def _start_message(self, given: dict[str, str]) -> None:
        self._said = Said(_trimmed(given), "", "", [], [], [], {})
        if len(self.push.messages) <= LIMITS["recipients"]:
            self.push.messages.append(self._said)
        else:
            # Each needs a recipient, so these are too many whether they have one or not.
            self.push.recipients += LIMITS["recipients"]

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
        if self.push.recipients > LIMITS["recipients"]:
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
            raise _Refused

    def _entity(self, *declared: object) -> None:
        raise _Refused


def _trimmed(given: Mapping[str, str]) -> dict[str, str]:
    return {name: stripped for name, value in given.items() if (stripped := value.strip())}


def _add_param(params: dict[str, str], given: Mapping[str, str]) -> None:
    name = given.get("var", "").strip()
    if name and name != URL_MARK:
        params[name] = given.get("value", "").strip()

"""The call as XML: `push` > `message` > `text` or `binary`, `param`, `to`.

In: bytes. Out: a Push, or what is wrong and in which line. Promise: nothing outside the document
is read, entities are never declared, and depth and memory are bounded.
"""

import re
from contextlib import suppress
from typing import NoReturn
from xml.parsers import expat

from chappe.dialects.highsms.read.call import Push
from chappe.dialects.highsms.read.elements import Elements, NotTaken
from chappe.dialects.highsms.tables import XML_ENCODINGS, XML_ERRORS
from chappe.dialects.highsms.tables.refusals import Error
from chappe.words.answer import Refusal

# The samples have blanks within the quotes (`encoding= "iso-8859-1 "`), which expat refuses.
_DECLARATION = re.compile(
    rb"""<\?xml\s+version\s*=\s*["']\s*1\.[0-9]\s*["']"""
    rb"""(?:\s*encoding\s*=\s*["']\s*([A-Za-z][A-Za-z0-9._-]{0,39})\s*["'])?"""
    rb"""(?:\s*standalone\s*=\s*["'](?:yes|no)["'])?\s*\?>"""
)
# Under 'standalone' an entity that an external DTD might declare is an error, not silence.
_OURS = b'<?xml version="1.0" standalone="yes"?>'
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_BARE = re.compile(rb"&[A-Za-z0-9_.:#-]*\Z")
BARE_LOOK_BACK = 64
_SYNTAX = expat.errors.codes[expat.errors.XML_ERROR_SYNTAX]
_INVALID = expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]


class _Enough(Exception):
    """What was looked for is found. It does not leave this file."""


def read_xml(raw: bytes) -> Push | Refusal:
    """Read the whole document."""
    raw = raw.removeprefix(b"\xef\xbb\xbf").strip()
    prepared = _prepared(raw)
    if prepared is None:
        return UNKNOWN_ENCODING
    encoding, source = prepared
    reader = Elements()
    parser = reader.listen(expat.ParserCreate(encoding))
    try:
        parser.Parse(source, True)
    except expat.ExpatError as fault:
        # Where the document ends too soon, its index is that of the end.
        end = parser.ErrorByteIndex
        return broken_at(fault, source[max(0, end - BARE_LOOK_BACK) : end])
    except NotTaken:
        return not_taken_at(parser.CurrentLineNumber)
    if reader.root != "push":
        return NO_PUSH
    return reader.push


def attributes_of(raw: bytes) -> dict[str, str]:
    """The root's attributes in their order, untrimmed; nothing behind them is read."""
    prepared = _prepared(raw.removeprefix(b"\xef\xbb\xbf").strip())
    if prepared is None:
        return {}
    encoding, source = prepared
    found: dict[str, str] = {}

    def start(name: str, given: dict[str, str]) -> NoReturn:
        found.update(given)
        raise _Enough

    parser = expat.ParserCreate(encoding)
    parser.StartElementHandler = start
    with suppress(_Enough, expat.ExpatError):
        parser.Parse(source, True)
    return found


def broken_at(fault: expat.ExpatError, before: bytes) -> Refusal:
    """What is wrong, and in which line; `before` are the octets that it comes after."""
    name = XML_ERRORS.get(fault.code, "XML_ERROR_SYNTAX")
    if fault.code == _INVALID and _BARE.search(before):
        name += " ; expected"
    return _wrong(name, fault.lineno)


def not_taken_at(line: int) -> Refusal:
    """Well-formed, yet nothing that we take."""
    return _wrong(XML_ERRORS[_SYNTAX], line)


def _wrong(name: str, line: int) -> Refusal:
    return Refusal(wrong={Error.xml: f"{name} line {line}"})


UNKNOWN_ENCODING = _wrong("XML_ERROR_UNKNOWN_ENCODING", 1)
NO_PUSH = Refusal(wrong={Error.missing: "push"})


def _prepared(raw: bytes) -> tuple[str, bytes] | None:
    """The encoding to read with, and the source under a declaration of ours; None: unknown."""
    found = under_ours(raw)
    if found is None:
        return None
    name, source = found
    return encoding_of(name, _is_utf_8(source)), source


def under_ours(raw: bytes) -> tuple[str, bytes] | None:
    """The encoding that a document declares, '' for none, and the document (or its beginning) under
    a declaration of ours; None: an encoding that nobody knows."""
    declared = _DECLARATION.match(raw)
    name = (declared[1] or b"").decode().lower() if declared else ""
    if (name and name not in XML_ENCODINGS) or raw.startswith(_UTF_16):
        return None
    if declared is not None:
        raw = _OURS + b"\n" * declared[0].count(b"\n") + raw[declared.end() :]
    elif not raw.startswith(b"<?xml"):
        raw = _OURS + raw
    return name, raw


def encoding_of(name: str, is_utf_8: bool) -> str:
    """UTF-8 wherever the bytes are that, whatever is declared; else what is declared."""
    return "utf-8" if is_utf_8 else XML_ENCODINGS[name or "iso-8859-1"]


def _is_utf_8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True

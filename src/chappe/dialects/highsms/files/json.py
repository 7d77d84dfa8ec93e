"""A file of JSON, read a few recipients at a time.

In: an open file. Out: chunks of messages, or why they can't be any. Promise: the file is held but
once; what is built of it at a time is bounded, whatever it holds; what it means is what the same
document means in a call.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, BinaryIO, NamedTuple

import msgspec

from chappe.dialects.highsms.files.charset import read_utf_8
from chappe.dialects.highsms.files.elements import elements
from chappe.dialects.highsms.files.xml import TOO_LONG
from chappe.dialects.highsms.read.call import Push, Said
from chappe.dialects.highsms.read.elements import Chunk
from chappe.dialects.highsms.read.json import (
    WrongKind,
    add_recipients,
    fields_of,
    object_of,
    params_of,
    said_of,
    too_deep,
    words_of,
)
from chappe.dialects.highsms.tables import LIMITS
from chappe.dialects.highsms.tables.refusals import Error
from chappe.words.answer import Refusal

_WHOLE = 1 << 16  # octets that are decoded at a time; what is longer is taken apart
_MALFORMED = Refusal(wrong={Error.json: ""})
_TOO_DEEP = Refusal(wrong={Error.json: "too deep"})
_LIST = ord("[")
_NOTHING = (b"", b"null", b'""')


class _Refused(Exception):
    """What it holds can't be taken. It does not leave this file."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal


class _Bulky(msgspec.Struct):
    """The members that may be large, as they stand in the file."""

    push: msgspec.Raw = msgspec.Raw()
    message: msgspec.Raw = msgspec.Raw()
    to: msgspec.Raw = msgspec.Raw()


class _Opened(NamedTuple):
    """An object: its large members untouched, the others decoded."""

    bulky: _Bulky
    others: Mapping[str, Any]


class JsonFile:
    """One reading of a file."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.push = Push()

    def chunks(self, size: int) -> Iterator[Sequence[Chunk] | Refusal]:
        """Some `size` recipients at a time. Two readings of one file are cut at the same places."""
        held: list[Chunk] = []
        count = 0
        try:
            for chunk in self._chunks(memoryview(read_utf_8(self._source)), size):
                held.append(chunk)
                count += len(chunk.said.numbers) or 1
                if count >= size:
                    yield held
                    held, count = [], 0
        except _Refused as fault:
            yield fault.refusal
        except WrongKind as wrong:
            yield Refusal(wrong={Error.bad_value: str(wrong)})
        except (msgspec.MsgspecError, RecursionError, UnicodeError):
            yield _MALFORMED
        else:
            if held:
                yield held

    def _chunks(self, raw: memoryview, size: int) -> Iterator[Chunk]:
        opened = _opened(raw, "push")
        if len(inner := memoryview(opened.bulky.push)):
            opened = _opened(inner, "push")
        push = self.push = Push(fields_of(opened.others))
        if _is_there(opened.bulky.message):
            for place, message in enumerate(_listed(opened.bulky.message)):
                yield from _message(push, message, place, size)
        elif _is_there(opened.bulky.to) or not {"text", "binary"}.isdisjoint(opened.others):
            said = Said({}, *words_of(opened.others))
            yield from _recipients(push, said, opened.bulky.to, 0, size)


def _message(push: Push, given: Any, place: int, size: int) -> Iterator[Chunk]:
    """A small one at once; of a large one the recipients a few at a time."""
    if not isinstance(given, memoryview):
        yield Chunk(place, said_of(push, object_of(given, "message")), True)
        return
    opened = _opened(given, "message")
    said = Said(fields_of(opened.others), *words_of(opened.others))
    said.shared = params_of(opened.others.get("param")) or {}
    yield from _recipients(push, said, opened.bulky.to, place, size)


def _recipients(push: Push, said: Said, to: msgspec.Raw, place: int, size: int) -> Iterator[Chunk]:
    replace = partial(msgspec.structs.replace, said)
    some: list[Any] = []
    for one in _listed(to):
        if isinstance(one, memoryview):
            raise _Refused(TOO_LONG)
        some.append(one)
        if len(some) == size:
            add_recipients(push, part := replace(), some)
            yield Chunk(place, part, False)
            some = []
    add_recipients(push, part := replace(), some)
    yield Chunk(place, part, True)


def _listed(raw: msgspec.Raw) -> Iterator[Any]:
    """One value or several: each decoded, but for a large one, which comes as it stands."""
    given = memoryview(raw)
    if bytes(given[:4]) in _NOTHING:
        return
    if given[0] != _LIST:
        yield given if len(given) > _WHOLE else _decoded(bytes(given))
        return
    for window in elements(given[1:-1], _WHOLE):
        if len(window) > 2 * _WHOLE:
            yield window
        else:
            yield from _decoded(b"[%b]" % bytes(window))


def _opened(raw: memoryview, name: str) -> _Opened:
    try:
        bulky = msgspec.json.decode(raw, type=_Bulky)
    except msgspec.ValidationError:
        msgspec.json.decode(raw, type=msgspec.Raw)  # what is no JSON at all is told so first
        raise WrongKind(f"{name} must be an object") from None
    large = sum([len(memoryview(one)) for one in (bulky.push, bulky.message, bulky.to)])
    if len(raw) - large > LIMITS["value_octets"]:
        raise _Refused(TOO_LONG)
    members = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    others = {
        key: _decoded(bytes(memoryview(value)))
        for key, value in members.items()
        if key not in _Bulky.__struct_fields__
    }
    return _Opened(bulky, others)


def _decoded(raw: bytes) -> Any:
    if too_deep(raw):
        raise _Refused(_TOO_DEEP)
    return msgspec.json.decode(raw)


def _is_there(raw: msgspec.Raw) -> bool:
    """An empty message list is one all the same."""
    return bytes(memoryview(raw)[:4]) not in (b"", b"null")

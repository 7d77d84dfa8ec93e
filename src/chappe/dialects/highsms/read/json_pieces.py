"""A large call as JSON, read a few recipients at a time.

In: a document as UTF-8. Out: chunks of messages, or why they can't be any. Promise: what is built
of it at a time is bounded, whatever it holds; what it means is what it means when it is read whole.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import msgspec

from chappe.dialects.craft import json_in
from chappe.dialects.craft.json_list import ANY_SIZE, elements
from chappe.dialects.highsms.read.call import Push, Said
from chappe.dialects.highsms.read.elements import Chunk
from chappe.dialects.highsms.read.json import (
    WrongKind,
    add_recipients,
    fields_of,
    object_of,
    params_of,
    said_of,
    words_of,
)
from chappe.dialects.highsms.read.xml import TOO_LONG
from chappe.dialects.highsms.tables import JSON_BOUNDS, LIMITS
from chappe.dialects.highsms.tables.refusals import Error
from chappe.words.answer import Refusal

_WHOLE = 1 << 16  # octets that are decoded at a time; what is longer is taken apart
_MALFORMED = Refusal(wrong={Error.json: ""})
_LIST = ord("[")
_BULKY = frozenset({"push", "message", "to"})
_NOTHING = (b"", b"null", b'""')


class _Refused(Exception):
    """What it holds can't be taken. It does not leave this file."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal


class _Bulky(msgspec.Struct):
    """The members that may be large, as they stand in the document, and what may stand beside
    them in the outermost object."""

    push: msgspec.Raw = msgspec.Raw()
    message: msgspec.Raw = msgspec.Raw()
    to: msgspec.Raw = msgspec.Raw()
    hmac: msgspec.Raw = msgspec.Raw()


class Pieces:
    """One reading of a document."""

    def __init__(self, raw: bytes | bytearray) -> None:
        self._raw = memoryview(raw)
        self.push = Push()

    def chunks(self, size: int) -> Iterator[Chunk | Refusal]:
        """Some `size` recipients of a message at a time. A Refusal is the last thing that comes."""
        try:
            yield from self._chunks(size)
        except _Refused as fault:
            yield fault.refusal
        except WrongKind as wrong:
            yield Refusal(wrong={Error.bad_value: str(wrong)})
        except (msgspec.MsgspecError, RecursionError, UnicodeError):
            yield _MALFORMED

    def head(self) -> Push | Refusal:
        """What the push says of itself, wherever in it that stands."""
        for refusal in self.chunks(0):
            if isinstance(refusal, Refusal):
                return refusal
        return self.push

    def _chunks(self, size: int) -> Iterator[Chunk]:
        raw, fields = self._raw, {}
        bulky = _bulky(raw, "push")
        if len(inner := memoryview(bulky.push)):
            # Beside the push, as the document's script would have it too; all else is ignored.
            fields = fields_of({"hmac": _small(bulky.hmac)})
            raw, bulky = inner, _bulky(inner, "push")
        others = _others(raw, bulky)
        push = self.push = Push({**fields, **fields_of(others)})
        if not size:
            return
        if _is_there(bulky.message):
            for place, message in enumerate(_listed(bulky.message)):
                yield from _message(push, message, place, size)
        elif _is_there(bulky.to) or not {"text", "binary"}.isdisjoint(others):
            said = Said({}, *words_of(others))
            yield from _recipients(push, said, bulky.to, 0, size)


def _message(push: Push, given: Any, place: int, size: int) -> Iterator[Chunk]:
    """A small one at once; of a large one the recipients a few at a time."""
    if not isinstance(given, memoryview):
        yield Chunk(place, said_of(push, object_of(given, "message")), True)
        return
    bulky = _bulky(given, "message")
    others = _others(given, bulky)
    said = Said(fields_of(others), *words_of(others))
    said.shared = params_of(others.get("param")) or {}
    push.params += len(said.shared)
    yield from _recipients(push, said, bulky.to, place, size)


def _recipients(push: Push, said: Said, to: msgspec.Raw, place: int, size: int) -> Iterator[Chunk]:
    replace = partial(msgspec.structs.replace, said)
    some: list[Any] = []
    for one in _listed(to, LIMITS["value_octets"]):
        if isinstance(one, memoryview):
            raise _Refused(TOO_LONG)
        some.append(one)
        if len(some) == size:
            add_recipients(push, part := replace(), some)
            yield Chunk(place, part, False)
            some = []
    add_recipients(push, part := replace(), some)
    yield Chunk(place, part, True)


def _listed(raw: msgspec.Raw, most: int = ANY_SIZE) -> Iterator[Any]:
    """One value or several: each decoded, but for a large one, which comes as it stands. Behind one
    of more than `most` octets nothing comes."""
    given = memoryview(raw)
    if bytes(given[:4]) in _NOTHING:
        return
    if given[0] != _LIST:
        yield given if len(given) > _WHOLE else _decoded(bytes(given))
        return
    for window in elements(given[1:-1], _WHOLE, most):
        if len(window) > 2 * _WHOLE:
            yield window
        else:
            yield from _decoded(b"[%b]" % bytes(window))


def _bulky(raw: memoryview, name: str) -> _Bulky:
    try:
        return msgspec.json.decode(raw, type=_Bulky)
    except msgspec.ValidationError:
        msgspec.json.decode(raw, type=msgspec.Raw)  # what is no JSON at all is told so first
        raise WrongKind(f"{name} must be an object") from None


def _others(raw: memoryview, bulky: _Bulky) -> Mapping[str, Any]:
    """What else stands in an object, decoded."""
    large = sum([len(memoryview(one)) for one in (bulky.push, bulky.message, bulky.to)])
    if len(raw) - large > LIMITS["value_octets"]:
        raise _Refused(TOO_LONG)
    members = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    return {key: _small(value) for key, value in members.items() if key not in _BULKY}


def _small(raw: msgspec.Raw) -> Any:
    """A member that is held whole."""
    octets = memoryview(raw)
    if len(octets) > LIMITS["value_octets"]:
        raise _Refused(TOO_LONG)
    return _decoded(bytes(octets)) if octets else None


def _decoded(raw: bytes) -> Any:
    if why := json_in.excess(raw, JSON_BOUNDS):
        raise _Refused(Refusal(wrong={Error.json: why}))
    return msgspec.json.decode(raw)


def _is_there(raw: msgspec.Raw) -> bool:
    """An empty message list is one all the same."""
    return bytes(memoryview(raw)[:4]) not in (b"", b"null")

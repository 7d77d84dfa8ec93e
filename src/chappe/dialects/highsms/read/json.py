"""The call as JSON: `{"push": {...}}`, a push without its wrapping, or a flat object.

In: bytes. Out: a Push, or a few recipients at a time, or why it can't be one. Promise: any JSON is
answered with a value; depth is bounded before anything is built, and what is built at a time where
it is read in pieces; what it means is the same either way.
"""

import html.entities
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec

from chappe.dialects.craft import json_in, json_steps
from chappe.dialects.craft.json_list import ANY_SIZE, elements
from chappe.dialects.highsms.read.call import TOO_LONG, URL_MARK, Chunk, Push, Said
from chappe.dialects.highsms.read.flat import letters_of
from chappe.dialects.highsms.tables.limits import FIELDS, JSON_BOUNDS, LIMITS
from chappe.dialects.highsms.tables.refusals import Error
from chappe.words.answer import Refusal

_ENTITY = re.compile(r"&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# Fields whose letters may be written as entities.
_ESCAPED = frozenset(
    {"userdata", "name", "sender", "target_url", "webhook_url", "ret_url", "ret_mo_url"}
)
_WHOLE = 1 << 16  # octets that are decoded at a time; what is longer is taken apart
_MALFORMED = Refusal(wrong={Error.json: ""})
_LIST = ord("[")
_BULKY = frozenset({"push", "message", "to"})
_NOTHING = (b"", b"null", b'""')


class WrongKind(Exception):
    """A value of a kind that can't stand where it stands. Whoever reads catches it."""


def read_json(raw: bytes) -> Push | Refusal:
    """Read the whole document."""
    if why := json_in.excess(raw, JSON_BOUNDS):
        return Refusal(wrong={Error.json: why})
    try:
        tree = decoded(raw)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return _MALFORMED
    try:
        outer = object_of(tree, "push")
        if "push" not in outer:
            return _push(outer)
        push = _push(object_of(outer["push"], "push"))
        if "hmac" in outer:  # beside the push, as the document's script would have it too
            push.fields = {**fields_of({"hmac": outer["hmac"]}), **push.fields}
        return push
    except WrongKind as wrong:
        return Refusal(wrong={Error.bad_value: str(wrong)})


def decoded(raw: bytes) -> Any:
    """The document as it stands, once it is known to be none that does harm."""
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    return json_steps.decoded(raw if raw.isascii() else letters_of(raw).encode())


def _push(given: Mapping[str, Any]) -> Push:
    push = Push(fields_of(given))
    inner = given.get("message")
    if inner is None and ("to" in given or "text" in given or "binary" in given):
        said = Said({}, *words_of(given))
        add_recipients(push, said, given.get("to"))
        push.messages = [said]
        return push
    messages = _list(inner)
    if len(messages) > LIMITS["recipients"]:
        # Each needs a recipient, so these are too many whether they have one or not.
        push.recipients = len(messages)
        return push
    unread = [*reversed(messages)]
    if type(inner) is list:
        inner.clear()
    while unread:  # what was read goes, so that ten thousand are not held twice
        push.messages.append(said_of(push, object_of(unread.pop(), "message")))
    return push


def said_of(push: Push, given: Mapping[str, Any]) -> Said:
    said = Said(fields_of(given), *words_of(given))
    said.shared = params_of(given.get("param")) or {}
    push.params += len(said.shared)
    add_recipients(push, said, given.get("to"))
    return said


def words_of(given: Mapping[str, Any]) -> tuple[str, str]:
    text, binary = given.get("text"), given.get("binary")
    return unescaped(_scalar(text, "text")), _scalar(binary, "binary").strip()


def fields_of(given: Mapping[str, Any]) -> dict[str, str]:
    fields = {}
    for name, value in given.items():
        if name in FIELDS and (text := _scalar(value, name).strip()):
            fields[name] = unescaped(text) if name in _ESCAPED else text
    if "user_data" in fields:
        fields.setdefault("userdata", fields["user_data"])
    return fields


def add_recipients(push: Push, said: Said, given: Any) -> None:
    """Written out, and not a call per recipient and value: this is what 10,000 of them cost."""
    numbers, refs, params = said.numbers, said.refs, said.params = [], [], []
    for one in _list(given):
        if type(one) is dict and ("value" in one or "ret_id" in one or not one):
            value, ref, param = one.get("value", ""), one.get("ret_id", ""), one.get("param")
            numbers.append(value if type(value) is str else _scalar(value, "to"))
            refs.append(ref if type(ref) is str else _scalar(ref, "ret_id"))
            params.append(params_of(param) if param else None)
        elif type(one) is dict:
            # The ret_id is the key, the number its value.
            numbers += [_scalar(value, "to") for value in one.values()]
            refs += one
            params += [None] * len(one)
        else:
            numbers.append(_scalar(one, "to"))
            refs.append("")
            params.append(None)
    push.recipients += len(numbers)
    push.params += sum([len(own) for own in params if own])
    said.numbers = [*map(str.strip, numbers)]
    said.refs = [*map(str.strip, refs)]


def params_of(given: Any) -> dict[str, str] | None:
    found = {}
    for one in _list(given):
        param = object_of(one, "param")
        name, value = param.get("var"), param.get("value")
        name = unescaped(name if type(name) is str else _scalar(name, "var")).strip()
        value = value if type(value) is str else _scalar(value, "value")
        if name and name != URL_MARK:
            found[name] = unescaped(value) if "&" in value else value
    return found or None


def _list(given: Any) -> Sequence[Any]:
    """One or several."""
    if given is None or given == "":
        return ()
    return given if type(given) is list else (given,)


def object_of(given: Any, name: str) -> Mapping[str, Any]:
    if type(given) is not dict:
        raise WrongKind(f"{name} must be an object")
    return given


def _scalar(given: Any, name: str) -> str:
    """The text of a string, number or boolean; null is not given."""
    kind = type(given)
    if kind is str:
        return str(given)
    if given is None:
        return ""
    if kind is bool:
        return "1" if given else "0"
    if kind is int:
        return str(given)
    if kind is float:
        return str(int(given)) if given.is_integer() else repr(given)
    raise WrongKind(f"{name} must be a string")


def unescaped(text: str) -> str:
    """HTML entities decoded; a bare `&`, or an entity that nobody knows, stands for itself."""
    return _ENTITY.sub(_meant, text) if "&" in text else text


def _meant(found: re.Match[str]) -> str:
    name = found[1]
    if name[0] != "#":
        return html.entities.html5.get(f"{name};", found[0])
    code = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else found[0]


# a few recipients at a time


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


class JsonPieces:
    """One reading of a large document."""

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

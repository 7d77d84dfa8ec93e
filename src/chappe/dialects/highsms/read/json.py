"""The call as JSON: `{"push": {...}}`, a push without its wrapping, or a flat object.

In: bytes. Out: a Push, or why it can't be one. Promise: any JSON is answered with a value; depth
is bounded before anything is built.
"""

import html.entities
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from chappe.dialects.craft import json_in
from chappe.dialects.highsms.read.call import URL_MARK, Push, Said
from chappe.dialects.highsms.read.flat import letters_of
from chappe.dialects.highsms.tables import FIELDS, JSON_BOUNDS, LIMITS
from chappe.dialects.highsms.tables.refusals import Error
from chappe.words.answer import Refusal

_ENTITY = re.compile(r"&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# Fields whose letters may be written as entities.
_ESCAPED = frozenset(
    {"userdata", "name", "sender", "target_url", "webhook_url", "ret_url", "ret_mo_url"}
)
_DECODER = msgspec.json.Decoder()


class WrongKind(Exception):
    """A value of a kind that can't stand where it stands. Whoever reads catches it."""


def read_json(raw: bytes) -> Push | Refusal:
    """Read the whole document."""
    if why := json_in.excess(raw, JSON_BOUNDS):
        return Refusal(wrong={Error.json: why})
    try:
        tree = decoded(raw)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return Refusal(wrong={Error.json: ""})
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
    return _DECODER.decode(raw if raw.isascii() else letters_of(raw))


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
    push.messages = [said_of(push, object_of(one, "message")) for one in messages]
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
            value, ref, param = one.get("value"), one.get("ret_id"), one.get("param")
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

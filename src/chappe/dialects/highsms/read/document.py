"""A document, XML or JSON: read at once, or only after it is known who sends it.

In: octets. Out: a Push; of a vast one what it says of itself, and the rest when it is asked for.
Promise: whoever is nobody's customer costs a look at the head of what they send.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar, cast

import msgspec

from chappe.dialects.craft import json_in
from chappe.dialects.craft.octets import is_utf_8, stretches
from chappe.dialects.highsms.read.call import TOO_LONG, Push, Said
from chappe.dialects.highsms.read.json import JsonPieces, read_json
from chappe.dialects.highsms.read.xml import read_xml, read_xml_head
from chappe.dialects.highsms.tables.limits import JSON_BOUNDS, LIMITS
from chappe.dialects.highsms.tables.refusals import Error
from chappe.dialects.shape import Opened
from chappe.words.account import Account
from chappe.words.answer import Refusal

_SIZE = 1_000  # recipients that are decoded at a time
_BOM = b"\xef\xbb\xbf"


class Unread(msgspec.Struct):
    """A document of which only the head was read so far."""

    fields: Mapping[str, str]
    rest: Callable[[], Push | Refusal]
    beside: Mapping[str, str] = {}  # fields that came with it and not in it


Step = Push | Unread | Refusal
T = TypeVar("T")


def open_xml(raw: bytes) -> Step:
    """A call as XML."""
    if len(raw) <= LIMITS["vast"]:
        return read_xml(raw)
    head = read_xml_head(raw)
    return head if isinstance(head, Refusal) else Unread(head.fields, lambda: read_xml(raw))


def open_json(raw: bytes) -> Step:
    """A call as JSON."""
    if len(raw) <= LIMITS["vast"]:
        return read_json(raw)
    if why := json_in.excess(raw, JSON_BOUNDS):
        long = why == json_in.TOO_LONG
        return TOO_LONG if long else Refusal(wrong={Error.json: why})
    head = JsonPieces(_as_utf_8(raw)).head()
    read = _read_piecewise if len(raw) > LIMITS["piecewise"] else read_json
    return head if isinstance(head, Refusal) else Unread(head.fields, lambda: read(raw))


def with_beside(step: Step, fields: Mapping[str, str]) -> Step:
    """What came beside a document counts where the document says nothing of it."""
    if isinstance(step, Push):
        step.fields = {**fields, **step.fields}
    elif isinstance(step, Unread):
        step.fields = {**fields, **step.fields}
        step.beside = fields
    return step


def reads_on(
    read: Callable[[Opened[Push], Account, int], T],
) -> Callable[[Opened[Push | Unread], Account, int], T | Refusal]:
    """Lets a reader find its document whole."""

    def read_whole(opened: Opened[Push | Unread], account: Account, now: int) -> T | Refusal:
        content = opened.content
        if isinstance(content, Unread):
            whole = content.rest()
            if isinstance(whole, Refusal):
                return whole
            whole.fields = {**content.beside, **whole.fields}
            opened.content = whole
        return read(cast("Opened[Push]", opened), account, now)

    return read_whole


def _read_piecewise(raw: bytes) -> Push | Refusal:
    """The chunks put together again, until there are more of them than a call may have."""
    pieces = JsonPieces(_as_utf_8(raw))
    push = pieces.push
    messages: list[Said] = []
    for chunk in pieces.chunks(_SIZE):
        if isinstance(chunk, Refusal):
            return chunk
        push, (place, said, _) = pieces.push, chunk
        if place == len(messages):
            messages.append(said)
        else:
            whole = messages[place]
            whole.numbers += said.numbers
            whole.refs += said.refs
            whole.params += said.params
        if place >= LIMITS["recipients"]:
            push.recipients += place  # each needs a recipient
        if push.recipients > LIMITS["recipients"] or push.params > LIMITS["params_in_all"]:
            break
    push.messages = messages
    return push


def _as_utf_8(raw: bytes) -> bytes | bytearray:
    """Where it is not valid UTF-8 it is ISO-8859-1, which anything can be."""
    raw = raw.removeprefix(_BOM)
    if raw.isascii() or is_utf_8(stretches(raw)):
        return raw
    whole = bytearray()
    for stretch in stretches(raw):
        whole += str(stretch, "iso-8859-1").encode()
    return whole

"""What a signature may have been made over: a call as its sender saw it.

In: a request. Out: the texts of both forms of the HMAC. Whoever does not sign pays nothing: only
the call of one who does is read a second time, in the order and with the blanks that it came with.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from chappe.dialects.craft import json_in
from chappe.dialects.highsms.read.build_query import build_flat_query, build_query, shown
from chappe.dialects.highsms.read.forms import XML, document_of, parameters_of
from chappe.dialects.highsms.read.json import decoded
from chappe.dialects.highsms.read.xml import attributes_of
from chappe.dialects.highsms.tables import JSON_BOUNDS
from chappe.words.exchange import Request

_HMAC = "hmac"
# The deprecated form counts these, in the order in which the call has them.
_LISTED = frozenset((b"accountid", b"password", b"ret_id", b"push_id", b"ret_url", b"ret_mo_url"))

Pairs = Iterable[tuple[bytes, bytes]]


class Sent(NamedTuple):
    """`whole` are the texts over all fields but `hmac`, `listed` those over the values of six of
    them, each value with an `&` behind it."""

    whole: tuple[bytes, ...]
    listed: tuple[bytes, ...]


def sent_in(request: Request, in_documents: bool) -> Sent:
    """The texts of a call; `in_documents`, if its door reads XML and JSON at all."""
    document = document_of(request) if in_documents else b""
    if document:
        return _of_xml(request.body) if document == XML else _of_json(request.body)
    # Of doubled ones the last counts, in the place of the first; PHP has it so.
    given = dict(parameters_of(request))
    given.pop(_HMAC.encode(), None)
    whole = build_flat_query(given)
    if in_documents and given.get(b"xml"):
        return Sent((whole,), _of_xml(given[b"xml"]).listed)
    if in_documents and given.get(b"json"):
        inner = _of_json(given[b"json"])
        return Sent((whole, *inner.whole), inner.listed)
    return Sent((whole,), _listed(given.items()))


def _of_xml(raw: bytes) -> Sent:
    """A document has no flat parameters to sign, only the attributes of its push."""
    return Sent((), _listed(_encoded(attributes_of(raw))))


def _of_json(raw: bytes) -> Sent:
    """The document leaves open whether it is signed with its `push` around it, or without."""
    if json_in.excess(raw, JSON_BOUNDS):
        return Sent((), ())  # a signature over that much is none
    outer = _unsigned(decoded(raw))
    push = outer.get("push")
    if type(push) is not dict:
        return Sent((build_query(outer),), _listed(_encoded(outer)))
    push = _unsigned(push)
    whole = (build_query({**outer, "push": push}), build_query(push))
    return Sent(whole, _listed(_encoded(push)))


def _unsigned(fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name != _HMAC}


def _encoded(fields: Mapping[str, Any]) -> Pairs:
    return [(name.encode(), shown(value).encode()) for name, value in fields.items()]


def _listed(pairs: Pairs) -> tuple[bytes, ...]:
    """An empty value may be counted or left out, blanks around one kept or trimmed."""
    values = [value for name, value in pairs if name in _LISTED]
    trimmed = [value.strip() for value in values]
    ways = (values, [*filter(None, values)], trimmed, [*filter(None, trimmed)])
    texts = {b"".join([value + b"&" for value in way]) for way in ways}
    return tuple(texts - {b""})

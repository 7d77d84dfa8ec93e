"""Whether a call is signed as its account demands: both forms of the HMAC, and what they are over.

In: an opened call and the account it was proved for. Out: a Refusal, or None. Every reader asks
this first. Whoever does not sign pays nothing: only the call of one who does is read a second time,
in the order and with the blanks that it came with. PHP's `http_build_query` is followed letter for
letter: nested values get their path in brackets, what is null or empty of members is left out.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote_plus

from chappe.dialects.craft import json_in
from chappe.dialects.highsms.names import XML, document_of
from chappe.dialects.highsms.read.flat import parameters_of
from chappe.dialects.highsms.read.json import decoded
from chappe.dialects.highsms.read.xml import attributes_of
from chappe.dialects.highsms.tables.limits import JSON_BOUNDS
from chappe.dialects.highsms.tables.paths import NAME
from chappe.dialects.highsms.tables.refusals import Error
from chappe.dialects.shape import C_co, Opened
from chappe.words.account import Account, Proof
from chappe.words.answer import Refusal
from chappe.words.exchange import Request

_WRONG = Refusal(wrong={Error.signature: ""})
_RECOMMENDED = f"{NAME}.hmac_key"
_DEPRECATED = f"{NAME}.api_key"
_HMAC = "hmac"
# The deprecated form counts these, in the order in which the call has them.
_LISTED = frozenset((b"accountid", b"password", b"ret_id", b"push_id", b"ret_url", b"ret_mo_url"))
_PLAIN = re.compile(r"[A-Za-z0-9._-]*")
_DIGITS = 14  # PHP's own `precision`, which nobody changes
_LONG = range(-(1 << 63), 1 << 63)  # PHP decodes what is beyond as a float

Pairs = Iterable[tuple[bytes, bytes]]


class SignedCall(Opened[C_co], kw_only=True):
    """A call that bears a signature, and the request that it was made over."""

    request: Request
    in_documents: bool  # whether its door reads XML and JSON


def signed(opened: Opened[object], account: Account) -> Refusal | None:
    """None: its signature is right, or it needs none."""
    settings = account.dialects.get(NAME)
    if not settings:
        return None
    wanted = settings.get("hmac", "off")
    by_token = bool(opened.claim.key) and settings.get("token_needs_hmac", False)
    demanded = by_token or wanted == "required"
    if not isinstance(opened, SignedCall):
        return _WRONG if demanded else None
    if wanted == "off" and not demanded:
        return None
    return None if _holds(opened, account) else _WRONG


def _holds(call: SignedCall[object], account: Account) -> bool:
    """Either form counts, each with its own key."""
    sent = sent_in(call.request, call.in_documents)
    given, algorithm = call.signature, account.wish(NAME, "hmac_algo", "sha256")
    recommended = Proof(_RECOMMENDED, "sha256", given, sent.whole)
    deprecated = Proof(_DEPRECATED, algorithm, given, sent.listed, ends_in_key=True)
    return call.holds(recommended) or call.holds(deprecated)


class Sent(NamedTuple):
    """`whole` are the texts over all fields but `hmac`, `listed` those over the values of six of
    them, each value with an `&` behind it."""

    whole: tuple[bytes, ...]
    listed: tuple[bytes, ...]


def sent_in(request: Request, in_documents: bool) -> Sent:
    """The texts of a call; `in_documents`, if its door reads XML and JSON at all."""
    document = document_of(request) if in_documents else ""
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


def build_query(fields: Mapping[str, Any]) -> bytes:
    """The query of fields that may hold lists and objects."""
    pairs: list[str] = []
    for name, value in fields.items():
        _add(_quoted(name), value, pairs)
    return "&".join(pairs).encode("ascii")


def build_flat_query(fields: Mapping[bytes, bytes]) -> bytes:
    """The query of parameters without structure; whatever their bytes mean, they are kept."""
    return "&".join([f"{_quoted(name)}={_quoted(value)}" for name, value in fields.items()]).encode(
        "ascii"
    )


def _add(name: str, value: Any, pairs: list[str]) -> None:
    if type(value) is str:
        pairs.append(f"{name}={_quoted(value)}")
    elif type(value) is dict:
        for key, inner in value.items():
            _add(f"{name}%5B{_quoted(key)}%5D", inner, pairs)
    elif type(value) is list:
        for index, inner in enumerate(value):
            _add(f"{name}%5B{index}%5D", inner, pairs)
    elif value is not None:
        pairs.append(f"{name}={_quoted(shown(value) or '0')}")


def _quoted(text: str | bytes) -> str:
    """Only letters, digits and `-_.` stay as they are; Python would let `~` stay as well."""
    if type(text) is str and _PLAIN.fullmatch(text):
        return text
    return quote_plus(text, safe="").replace("~", "%7E")


def shown(value: Any) -> str:
    """What PHP makes of a scalar where it needs a text; `false` and null are an empty one."""
    if type(value) is str:
        return value
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    if type(value) is int and value in _LONG:
        return str(value)
    return _of_float(float(value)) if isinstance(value, int | float) else "Array"


def _of_float(number: float) -> str:
    """`%.14G` as PHP has it: a lone digit gets its `.0`, an exponent no leading zero."""
    text = f"{number:.{_DIGITS}G}"
    digits, mark, exponent = text.partition("E")
    if not mark:
        return text
    point = digits if "." in digits else f"{digits}.0"
    return f"{point}E{exponent[0]}{exponent[1:].lstrip('0')}"

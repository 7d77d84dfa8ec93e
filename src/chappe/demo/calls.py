"""What a callback says, whichever dialect words it: for the demo's page, which prints it.

In: a request to the page, the dialects that may have worded it. Out: `ToldCall`, and the answer for
which it is not called again. Promise: what nobody knows is still shown, as it came.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl

import msgspec

from chappe.dialects import DIALECTS
from chappe.dialects.shape import Dialect, Sample, ToldCall
from chappe.words.exchange import Request
from chappe.words.lifecycle import Event
from chappe.words.stop import Wish, wish_of

_FIELDS_MAX = 200
_ANSWER: Final = b"OK"  # to what nobody knows
_ENCODINGS: Final = ("utf-8", "iso-8859-15")  # the second reads any octets


class _Known(NamedTuple):
    """A call, and the dialect that worded it."""

    call: ToldCall
    sample: Sample


def told(request: Request, dialects: Sequence[Dialect] = DIALECTS) -> ToldCall:
    """What it says in a line's worth of words."""
    if known := _known(request, dialects):
        return known.call
    what = (request.query or request.body).decode("utf-8", "replace")
    return ToldCall("unknown", f"{request.method} {request.path}", "", "", what)


def answer_to(request: Request, dialects: Sequence[Dialect] = DIALECTS) -> bytes:
    """What its dialect takes for an answer of a page that heard it."""
    known = _known(request, dialects)
    return known.sample.answer if known else _ANSWER


def event_of(request: Request, dialects: Sequence[Dialect] = DIALECTS) -> Event:
    """What it tells of; a STOP is a reply, whoever tells it. Nothing, where nobody knows."""
    known = _known(request, dialects)
    if known is None:
        return Event.nothing
    event = known.sample.kinds.get(known.call.kind, Event.nothing)
    is_stop = event & Event.reply and wish_of(known.call.text) is Wish.stop
    return event | Event.stop if is_stop else event


def _known(request: Request, dialects: Sequence[Dialect]) -> _Known | None:
    """Ask each dialect whether this is one of its calls."""
    fields = _fields(request)
    for sample in [dialect.SAMPLE for dialect in dialects]:
        if (call := sample.recognise(fields)) is not None:
            return _Known(call, sample)
    return None


def _fields(request: Request) -> dict[str, Any]:
    """The fields of a call: of its JSON, or of its form and its query."""
    if request.body.lstrip()[:1] == b"{":
        try:
            found: dict[str, Any] = msgspec.json.decode(request.body, type=dict[str, Any])
        except msgspec.DecodeError:
            return {}
        return found
    fields: dict[str, Any] = {}
    for part in (request.query, request.body):
        fields.update(_pairs(part))
    return fields


def _pairs(part: bytes) -> Sequence[tuple[str, str]]:
    """What is not UTF-8 is Latin."""
    for encoding in _ENCODINGS:
        try:
            return parse_qsl(part.decode("ascii"), True, False, encoding, "strict", _FIELDS_MAX)
        except ValueError:
            continue
    return ()

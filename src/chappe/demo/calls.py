"""What a callback says, whichever dialect words it: for the demo's page, which prints it.

In: a request to the page, the dialects that may have worded it. Out: `Told`. Promise: what nobody
knows is still shown, as it came.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from chappe.dialects import DIALECTS
from chappe.dialects.shape import Dialect, ToldCall
from chappe.words.exchange import Request

_FIELDS_MAX = 200


def told(request: Request, dialects: Sequence[Dialect] = DIALECTS) -> ToldCall:
    """Ask each dialect whether this is one of its calls."""
    fields = _fields(request)
    for dialect in dialects:
        found = dialect.SAMPLE.recognise(fields)
        if found is not None:
            return found
    what = (request.query or request.body).decode("utf-8", "replace")
    return ToldCall("unknown", f"{request.method} {request.path}", "", "", what)


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
        try:
            pairs = parse_qsl(part.decode("ascii"), True, max_num_fields=_FIELDS_MAX)
        except ValueError:
            continue
        fields.update(pairs)
    return fields

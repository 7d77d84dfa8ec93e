"""The forms that a request comes in: a document as its body, or parameters in query and form.

In: a request. Out: how its document begins, its parameters as bytes.
"""

import re

from chappe.words.exchange import Request
from chappe.words.parameters import Pairs, form_pairs, query_pairs

XML, JSON = b"<", b"{"
# After a byte order mark, if there is one: UTF-16 is told to be wrong by whoever reads it.
_OPENING = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff\x00)?\s*([{\[<])")
_HEAD = 1 << 16  # octets; nobody has more blanks than that before a document


def document_of(request: Request) -> bytes:
    """XML or JSON, if the body is one; else b''."""
    opening = _OPENING.match(request.body, 0, _HEAD) if request.body else None
    if opening is None:
        return b""
    return XML if opening[1] == XML else JSON


def parameters_of(request: Request) -> Pairs:
    """All parameters, empty ones too, those of the query first."""
    pairs = query_pairs(request.query)
    return pairs + form_pairs(request) if request.body else pairs

"""Where the document is in a request: its body, or a variable named XML in body or query.

In: a request. Out: the document in octets, b'' where there is none.
"""

import re

from chappe.dialects.smsfactor.tables import VARIABLE
from chappe.words.exchange import Request
from chappe.words.parameters import TooMany, form_pairs, query_pairs

_MARK = rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff\x00)?"
_DOCUMENT = re.compile(rb"\s*" + _MARK + rb"\s*<")
_NAMED = re.compile(rb"\s*" + VARIABLE + rb"\s*=")
_HEAD = 1 << 16  # octets; nobody has more blanks than that before a document


def document_of(request: Request) -> bytes:
    """The body wins over the query; of doubled variables the last, and none is empty."""
    body = request.body
    if _DOCUMENT.match(body, 0, _HEAD):
        return body
    named = _NAMED.match(body, 0, _HEAD)
    if named is not None and _DOCUMENT.match(body, named.end(), _HEAD):
        # Nobody escaped it, whatever the type says: all of the rest is the document.
        return body[named.end() :]
    try:
        pairs = query_pairs(request.query)
        pairs += query_pairs(body) if named is not None else form_pairs(request)
    except TooMany:
        return b""
    found = [value for name, value in pairs if name == VARIABLE and value]
    return found[-1] if found else b""

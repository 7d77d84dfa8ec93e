"""Where the document is in a request: its body, or a variable named XML in body or query.

In: a request. Out: where its document begins, no octets of it where there is none.
"""

import re
from typing import NamedTuple

from chappe.dialects.smsfactor.tables import VARIABLE
from chappe.words.exchange import Request
from chappe.words.parameters import TooMany, form_pairs, query_pairs

_MARK = rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff\x00)?"
_DOCUMENT = re.compile(rb"\s*" + _MARK + rb"\s*<")
_NAMED = re.compile(rb"\s*" + VARIABLE + rb"\s*=")
_NEXT = b"&"
_AGAIN = re.compile(rb"&\s*" + VARIABLE + rb"\s*=")
_HEAD = 1 << 16  # octets; nobody has more blanks than that before a document


class Found(NamedTuple):
    """A document; an octet `closer` behind its root ends it, where there is one."""

    octets: bytes
    closer: bytes = b""


def document_of(request: Request) -> Found:
    """The body wins over the query; of doubled variables the last, and none is empty."""
    body = request.body
    if _DOCUMENT.match(body, 0, _HEAD):
        return Found(body)
    named = _NAMED.match(body, 0, _HEAD)
    if named is not None and _DOCUMENT.match(body, named.end(), _HEAD):
        # Nobody escaped it, whatever the type says: it goes on to the end of its root, since an
        # `&` may well stand within it. Behind that, an `&` begins another variable.
        return Found(body[named.end() :], _NEXT)
    try:
        pairs = query_pairs(request.query)
        pairs += query_pairs(body) if named is not None else form_pairs(request)
    except TooMany:
        return Found(b"")
    found = [value for name, value in pairs if name == VARIABLE and value]
    return Found(found[-1] if found else b"")


def stands_again(found: Found, at: int) -> bool:
    """Whether there is another document among what follows one that nobody escaped."""
    return _AGAIN.search(found.octets, at) is not None

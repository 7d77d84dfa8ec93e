"""The encoding of a document, where expat could not tell by itself.

In: the document, its Content-Type. Out: a name that expat knows, or None: it is for expat to find
out. What the document declares wins over what its type says; only a type of XML counts.
"""

import codecs
import re
from contextlib import suppress

from chappe.dialects.smsfactor.tables import EXPAT_ENCODINGS

_DECLARED = re.compile(rb"""<\?xml\s[^>]*?\bencoding\s*=\s*["']\s*([A-Za-z][\w.-]*)""")
_TYPED = re.compile(r'\s*(?:text|application)/xml\s*;.*\bcharset\s*=\s*"?([A-Za-z][\w.-]*)', re.I)
_HEAD = 200  # octets: a declaration is shorter


def encoding_of(document: bytes, content_type: str) -> str | None:
    """`utf8` and `latin1` are what expat calls UTF-8 and ISO-8859-1."""
    declared = _DECLARED.search(document[:_HEAD])
    if declared is not None:
        return _known_as(declared[1].decode())
    typed = _TYPED.match(content_type)
    return _known_as(typed[1]) or typed[1] if typed is not None else None


def _known_as(name: str) -> str | None:
    with suppress(LookupError):
        return EXPAT_ENCODINGS.get(codecs.lookup(name).name)
    return None

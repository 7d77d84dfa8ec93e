"""The encoding of a document.

In: how the document begins, its Content-Type. Out: a name that expat knows, '' where nobody knows
it, None where expat finds out. What the document declares wins over what its type says; only a type
of XML counts.
"""

import re

from chappe.dialects.craft.octets import known_as

_DECLARED = re.compile(rb"""<\?xml\s[^>]*?\bencoding\s*=\s*["']\s*([A-Za-z][\w.-]*)""")
_TYPED = re.compile(r'\s*(?:text|application)/xml\s*;.*\bcharset\s*=\s*"?([A-Za-z][\w.-]*)', re.I)
HEAD = 4_096  # octets: a declaration is shorter
_WIDE = ("utf-16", "utf-16le", "utf-16be")
# How a document of two octets a letter begins, whether it has a mark or not.
_IS_WIDE = re.compile(rb"\xff\xfe|\xfe\xff|\0.|.\0", re.DOTALL)


def encoding_of(head: bytes, content_type: str) -> str | None:
    """Expat is told one wherever it would else ask Python for a name that a stranger made up."""
    declared, typed = _DECLARED.match(head), _TYPED.match(content_type)
    if declared is not None:
        spelling = declared[1].decode()
        return None if spelling.lower() in _WIDE else known_as(spelling) or ""
    if typed is not None:
        spelling = typed[1]
        return spelling if spelling.lower() in _WIDE else known_as(spelling) or ""
    return "utf-16" if _IS_WIDE.match(head) else "utf-8"

"""A link with its title as a WAP push: a service indication in WBXML.

In: the link, its title. Out: octets, without the header that names the ports. Pure.
"""

import re

from chappe.dialects.smsfactor.tables import (
    END,
    HREFS,
    INDICATION,
    LIMITS,
    OPENING,
    PUSH,
    SCHEME,
    SI,
    TEXT,
)

_SCHEMED = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_UNFIT = re.compile(r"[\s\x00-\x1f\x7f-\x9f]")


def link_of(given: str) -> str:
    """The link as it is sent, with its scheme; '' where it is none."""
    if len(given) > LIMITS["bookmark"] or _UNFIT.search(given):
        return ""
    return given if _SCHEMED.match(given) else SCHEME + given


def push_of(link: str, title: str) -> bytes:
    """What travels in the parts of a WAP push."""
    start, token = next((start, code) for start, code in HREFS if link.startswith(start))
    href = bytes((token,)) + _string(link.removeprefix(start))
    indication = bytes((INDICATION,)) + href + bytes((END,)) + _string(title) + bytes((END,))
    return PUSH + OPENING + bytes((SI,)) + indication + bytes((END,))


def _string(text: str) -> bytes:
    """XML knows no zero, so none can end it too soon."""
    return bytes((TEXT,)) + text.encode() + b"\0"

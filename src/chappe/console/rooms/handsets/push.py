"""What a phone makes of a WAP push: the title and the link of a service indication.

In: a message's header and its octets, both in hex. Out: a title and a link; None where it is no
such push. Pure; whatever the octets are, it does not raise.
"""

import re
from typing import Final, NamedTuple

# Whatever header names the port of pushes, 2948, has this element: ports of 16 bits, to 0B84.
_PORT: Final = re.compile(r"05040B84", re.IGNORECASE)
_OPENING: Final = bytes((0x02, 0x05, 0x6A, 0x00))  # WBXML 1.2, SI 1.0, UTF-8, no table of strings
_END, _TEXT = 0x01, 0x03
_HREFS: Final = {
    0x0B: "",
    0x0C: "http://",
    0x0D: "http://www.",
    0x0E: "https://",
    0x0F: "https://www.",
}
_ENDINGS: Final = {0x85: ".com/", 0x86: ".edu/", 0x87: ".net/", 0x88: ".org/"}


class Indication(NamedTuple):
    title: str
    link: str


def push_of(udh: str, text: str) -> Indication | None:
    """What stands in the octets; a title and a link of nothing where they can't be read."""
    if not _PORT.search(udh):
        return None
    try:
        _, opening, rest = bytes.fromhex(text).partition(_OPENING)
    except ValueError:
        return Indication("", "")
    # Behind the opening stand <si> and <indication>, an octet each, then its attributes.
    return _read(rest[2:]) if opening and len(rest) > 2 else Indication("", "")


def _read(octets: bytes) -> Indication:
    link, at = "", 0
    is_href = False
    while at < len(octets) and octets[at] != _END:
        code = octets[at]
        if code == _TEXT:
            said, at = _string(octets, at + 1)
            link += said if is_href else ""
            continue
        if code in _ENDINGS:
            link += _ENDINGS[code] if is_href else ""
        else:
            is_href = code in _HREFS
            link = _HREFS.get(code, link)
        at += 1
    title = ""
    if octets[at + 1 : at + 2] == bytes((_TEXT,)):
        title, _ = _string(octets, at + 2)
    return Indication(title, link)


def _string(octets: bytes, at: int) -> tuple[str, int]:
    """A string up to its zero, and where it goes on behind it."""
    end = octets.find(0, at)
    end = len(octets) if end < 0 else end
    return octets[at:end].decode("utf-8", "replace"), end + 1

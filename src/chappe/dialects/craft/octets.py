"""A document's octets: in which encoding, and where it begins and ends.

In: octets, or names of encodings. Out: names that expat knows; views, since a vast document is
held but once.
"""

import codecs
from collections.abc import Iterable, Mapping

# Every spelling that is known -> what expat is told. The list is closed: to look names up that
# strangers made up would fill a table of Python's that never forgets one.
ENCODINGS: Mapping[str, str] = {
    **dict.fromkeys(("utf-8", "utf8", "unicode-1-1-utf-8"), "utf-8"),
    **dict.fromkeys(("us-ascii", "ascii", "ansi-x3.4-1968", "iso646-us"), "us-ascii"),
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "latin1", "latin-1", "l1", "8859"), "iso-8859-1"),
    **{
        spelling: f"iso-8859-{part}"
        for part in (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16)
        for spelling in (f"iso-8859-{part}", f"iso8859-{part}")
    },
    **{
        spelling: f"windows-{page}"
        for page in range(1250, 1259)
        for spelling in (f"windows-{page}", f"windows{page}", f"cp{page}")
    },
    **dict.fromkeys(("latin-9", "latin9", "l9"), "iso-8859-15"),
    **{name: name for name in ("cp437", "cp850", "cp858", "macintosh", "koi8-r", "koi8-u")},
}
_BOM = b"\xef\xbb\xbf"
_BLANKS = 4_096  # octets that are looked at together
_CHECKED = 1 << 18


def known_as(spelling: str) -> str | None:
    """What expat calls an encoding of one octet a letter, or UTF-8; None: nobody knows it."""
    return ENCODINGS.get(spelling.strip().lower().replace("_", "-"))


def trimmed(raw: bytes) -> bytes | memoryview:
    """A document without its mark and the blanks around it. A long one is not copied."""
    begin = begins_at(raw)
    if len(raw) <= _CHECKED:
        return raw[begin:].rstrip()
    return memoryview(raw)[begin : _end(raw, begin)]


def begins_at(raw: bytes) -> int:
    """Where a document begins, behind blanks and a mark."""
    if raw[:1] == b"<":
        return 0
    at = _begin(raw, 0)
    return _begin(raw, at + len(_BOM)) if raw.startswith(_BOM, at) else at


def _begin(raw: bytes, at: int) -> int:
    """The first octet from `at` on that is no blank."""
    while at < len(raw):
        some = raw[at : at + _BLANKS]
        if rest := some.lstrip():
            return at + len(some) - len(rest)
        at += len(some)
    return at


def _end(raw: bytes, begin: int) -> int:
    """Behind the last octet that is no blank."""
    end = len(raw)
    while end > begin:
        some = raw[max(begin, end - _BLANKS) : end]
        if rest := some.rstrip():
            return end - len(some) + len(rest)
        end -= len(some)
    return end


def stretches(raw: bytes | memoryview) -> Iterable[bytes | memoryview]:
    """All of it, a stretch at a time."""
    return (raw[at : at + _CHECKED] for at in range(0, len(raw), _CHECKED))


def is_utf_8(pieces: Iterable[bytes | memoryview]) -> bool:
    """Whether all of it is, as one."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in pieces:
            decoder.decode(piece)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True

"""Calls that are made again and again, cut at what differs from one to the next.

In: the names of what holds the number and the text. Out: a `Repeated`. A call is cut without being
read: what stands around the two is its kind, as the octets that came.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import quote

from msgspec.structs import replace

from chappe.dialects.shape import Cut
from chappe.words.exchange import Request
from chappe.words.number import Spelling, mainland_mobiles, read_all
from chappe.words.parameters import TooMany, query_pairs, unescaped
from chappe.words.remembered import remembered

_LONGEST = 4_096  # octets; a call that is longer is not one of those
_FORM = "application/x-www-form-urlencoded"
_AND, _PERCENT, _PLUS = b"&", ord("%"), ord("+")
_TURNED = b"text first"
_TEXTS = 128  # of one kind of call that are remembered: many hear the same
_BLANKS = ("", " ")
_FRANCE = 33_000_000_000
_STOP = b"STOP"
_BLANK = rb"(?: |\+|%20)"
_MENTION = re.compile(rb"%sSTOP%s(?:au%s)?(?:[0-9]{5}|XXXXX)\Z" % ((_BLANK,) * 3))

# Letters of GSM 03.38 that all providers take as they are, and that mean nothing else in a text to
# any of them.
_LETTERS = (
    " !\"$&'()*+,./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz-éèàù"
)


def _nothing(given: str, number: int) -> None:
    """What most writers look into."""


def _signed(raw: bytes) -> str:
    """A number without blanks, whose sign may be escaped."""
    return raw.decode().replace("%2B", "+").replace("%2b", "+")


class _Repeated(ABC):
    """What both have alike. `forms` are the spellings of a number; a text with a letter of `barred`
    in it, or in which `never` is found, or in another encoding, is read at length; `content` is
    what a writer looks into."""

    PLUS: str  # how the sign of a number is written

    def __init__(
        self,
        *,
        forms: Spelling,
        encoding: str = "utf-8",
        barred: str = "",
        never: str = "",
        content: Callable[[str, int], Any] = _nothing,
        headers: tuple[str, ...] = (),
    ) -> None:
        self.headers = ("content-type", *headers)
        self._content = content
        self._forms = forms
        self._mobiles = mainland_mobiles(forms, self.PLUS)
        self._encoding = encoding
        self._never = re.compile(never) if never else None
        self.letters = "".join(letter for letter in _LETTERS if letter not in barred)
        self._octets = self.letters.encode("ascii", "ignore")
        self._text_of = remembered(_TEXTS)(self._read)
        # Blanks at either end would have to be read as its dialect reads them.
        self._plain = re.compile(f"(?! )[{re.escape(self.letters)}]+(?<! )")

    def content(self, given: str, number: int) -> Any:
        """What its writer looks into."""
        return self._content(given, number)

    def number(self, cut: Cut) -> tuple[str, int]:
        """As it was given, and read; 0 where it is none."""
        raw = cut.number
        if (mobile := self._mobiles.match(raw)) is not None:
            return _signed(raw), _FRANCE + int(mobile[1])
        raw = self._unescaped(raw)
        given = raw.decode("ascii") if raw.isascii() else ""
        # A control character counts for nothing in a number, but may not stand in a document.
        return (given, read_all([given], self._forms)[0]) if given.isprintable() else ("", 0)

    def text(self, cut: Cut) -> str:
        """'' where it has to be read at length."""
        return self._text_of(cut.text)

    def _read(self, raw: bytes) -> str:
        raw = self._unescaped(raw)
        # Most texts have no accents, and octets are looked through five times faster than letters.
        is_ascii = not raw.translate(None, self._octets)
        try:
            text = raw.decode("ascii" if is_ascii else self._encoding)
        except UnicodeDecodeError:
            return ""
        if self._never is not None and self._never.search(text):
            return ""
        if is_ascii:
            return "" if text[:1] in _BLANKS or text[-1] == " " else text
        return text if self._plain.fullmatch(text) else ""

    def filled(self, request: Request, cut: Cut, text: str) -> Request:
        """The same call with another text."""
        octets = self._escaped(text.encode(self._encoding))
        before, between, behind, *turned = cut.kind
        first, second = (octets, cut.number) if turned else (cut.number, octets)
        raw = b"".join((before, first, between, second, behind))
        return replace(request, body=raw) if request.body else replace(request, query=raw)

    @abstractmethod
    def _unescaped(self, raw: bytes) -> bytes: ...

    @abstractmethod
    def _escaped(self, raw: bytes) -> bytes: ...


def _cut_at(raw: bytes, begin: int, end: int, at: int, to: int) -> Cut | None:
    """Around a number and a text; one that is not there begins nowhere."""
    if not (begin and at):
        return None
    if _STOP in raw:
        to = _before_mention(raw, at, to)
    if begin < at:
        return Cut((raw[:begin], raw[end:at], raw[to:]), raw[begin:end], raw[at:to])
    return Cut((raw[:at], raw[to:begin], raw[end:], _TURNED), raw[begin:end], raw[at:to])


def _before_mention(raw: bytes, begin: int, end: int) -> int:
    """How far a text goes before the mention that it ends with, which all of a kind have."""
    found = _MENTION.search(raw, begin, end)
    return found.start() if found is not None else end


class ByParameters(_Repeated):
    """Of a call whose parameters stand in its query, or in a form. `timed` are those that name a
    time of some day: what they say at one moment they may not say a moment later."""

    PLUS = "%2[Bb]"

    def __init__(
        self, number: str, text: str, *, timed: Collection[str] = (), **others: Any
    ) -> None:
        super().__init__(**others)
        self._timed = frozenset(name.encode() for name in timed)
        self._names = frozenset((number.encode(), text.encode()))
        self._number, self._text = f"&{number}=".encode(), f"&{text}=".encode()

    def cut(self, request: Request) -> Cut | None:
        """None where it is no such call."""
        raw = _raw_of(request)
        if raw is None:
            return None
        return _cut_at(raw, *_stretch(raw, self._number), *_stretch(raw, self._text))

    def is_sound(self, cut: Cut) -> bool:
        """Whether what stands around the two names neither of them again, however spelt, nor a time
        of day."""
        try:
            pairs = query_pairs(b"".join(cut.kind[:3]))
        except TooMany:
            return False
        names = [name.lower() for name, _ in pairs]
        return self._timed.isdisjoint(names) and all(
            names.count(one.lower()) == 1 for one in self._names
        )

    def _unescaped(self, raw: bytes) -> bytes:
        return unescaped(raw, spaced=True) if _PERCENT in raw or _PLUS in raw else raw

    def _escaped(self, raw: bytes) -> bytes:
        return quote(raw, safe="").encode()


def _raw_of(request: Request) -> bytes | None:
    """All its parameters, where they stand in one place."""
    body, query = request.body, request.query
    if not body:
        return query if len(query) <= _LONGEST else None
    if query or len(body) > _LONGEST:
        return None
    return body if request.headers.get("content-type", "").startswith(_FORM) else None


def _stretch(raw: bytes, mark: bytes) -> tuple[int, int]:
    """Where the value of a parameter stands, whose mark begins with `&`; it begins nowhere at 0."""
    begin = raw.find(mark)
    if begin < 0 and not raw.startswith(mark[1:]):
        return 0, 0
    begin += len(mark)  # the first parameter stands one octet before its mark would
    end = raw.find(_AND, begin)
    return begin, end if end >= 0 else len(raw)


class ByElements(_Repeated):
    """Of a call whose document has one element for each of the two, and in it nothing escaped."""

    PLUS = r"\+"

    def __init__(self, number: str, text: str, **others: Any) -> None:
        super().__init__(barred="<>&", **others)
        self._number, self._text = number.encode(), text.encode()

    def cut(self, request: Request) -> Cut | None:
        """None where it is no such call."""
        raw = request.body
        if len(raw) > _LONGEST or request.query:
            return None
        return _cut_at(raw, *_element(raw, self._number), *_element(raw, self._text))

    def is_sound(self, cut: Cut) -> bool:
        """There is one of each."""
        return True

    def _unescaped(self, raw: bytes) -> bytes:
        return raw

    def _escaped(self, raw: bytes) -> bytes:
        return raw


def _element(raw: bytes, name: bytes) -> tuple[int, int]:
    """Where the text of the one element of a name stands; it begins nowhere at 0."""
    opening = raw.find(b"<" + name)
    if opening < 0 or raw.find(b"<" + name, opening + 1) >= 0:
        return 0, 0
    begin = raw.find(b">", opening) + 1
    end = raw.find(b"<", begin)
    return (begin, end) if begin and raw.startswith(b"</" + name, end) else (0, 0)

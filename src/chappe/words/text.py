"""What a text weighs: alphabet, parts, octets, headers.

In: a text, its alphabet, a dialect's replacement table or weights. Out: the text as GSM 03.38 can
write it, numbers of parts, the parts themselves and their octets. Pure.
Promise: no part of `split` is too long for the air or ends between the halves of a pair (escape
and code, or two surrogates), the parts joined are the text, and counting, cutting and splitting
agree with each other. The text of a binary message is the hex of its octets, without blanks.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from chappe.words import gsm7
from chappe.words.alphabet import DOUBLE_MIN, EXTENDED, STANDARD, Alphabet, Weights

PART_OCTETS = 140
"""What one part carries on the air, its header included."""

HEADER_OCTETS = {False: 6, True: 7}
"""The concatenation header with a reference of 8 bits, and with one of 16."""

TABLES_MAX = 64
"""Replacement tables that are kept ready. There is one a dialect, give or take."""

Table = Mapping[int, str | int | None]


def readable(text: str) -> str:
    """A text as every database finds it again: where it holds U+0000, some read it as far as that
    alone."""
    return text.replace("\0", "\ufffd") if "\0" in text else text


# --- which letters ---


def fits_gsm(text: str) -> bool:
    """Whether GSM 03.38 can write all of the text."""
    return _passes(_STANDARD_SIEVE, text, text.encode("latin-1", "ignore"))


def closest(text: str, table: Table, other: str = "?") -> str:
    """The text with the table's replacements, and `other` for what is then not GSM 03.38.

    The table is one of `str.translate`. It is made ready once, so it may not change afterwards.
    """
    kept = _ready.get((id(table), other))
    sieve = kept[1] if kept else _make_ready(table, other)
    latin = text.encode("latin-1", "ignore")
    if _passes(sieve, text, latin):
        return text
    if len(latin) == len(text) and not latin.translate(None, sieve.swappable):
        return latin.translate(sieve.swaps).decode("latin-1")
    return sieve.stopped.sub(lambda run: run[0].translate(sieve.replaced), text)


class _Replaced(dict[int, str]):
    """A table from character to replacement, with one for all others. It never grows, whatever is
    looked up."""

    def __init__(self, known: Mapping[int, str], other: str) -> None:
        super().__init__(known)
        self.other = other

    def __missing__(self, code: int) -> str:
        return self.other


class _Sieve(NamedTuple):
    """Which letters pass untouched, and what becomes of the others."""

    passing: bytes  # of the Latin letters those that pass,
    swappable: bytes  # those that pass or become one Latin letter,
    swaps: bytes  # and which one
    stopped: re.Pattern[str]
    replaced: _Replaced


def _passes(sieve: _Sieve, text: str, latin: bytes) -> bool:
    # `latin` is the text without what is not in ISO-8859-1. Octets are sifted some five times
    # faster than a pattern is searched for, and only the euro sign and the Greek are not in it.
    if latin.translate(None, sieve.passing):
        return False
    return len(latin) == len(text) or sieve.stopped.search(text) is None


def _sieve(table: Table, other: str) -> _Sieve:
    known = {code: _spelt(value, other) for code, value in table.items()}
    passing = "".join(sorted(c for c in gsm7.LETTERS if known.get(ord(c), c) == c))
    become = [chr(c) if chr(c) in passing else known.get(c, other) for c in range(256)]
    single = [len(letter) == 1 and letter <= "\xff" for letter in become]
    return _Sieve(
        passing=passing.encode("latin-1", "ignore"),
        swappable=bytes(c for c in range(256) if single[c]),
        swaps=bytes(ord(become[c]) if single[c] else c for c in range(256)),
        stopped=re.compile(f"[^{re.escape(passing)}]+" if passing else ".+", re.DOTALL),
        replaced=_Replaced(known, other),
    )


def _spelt(value: str | int | None, other: str) -> str:
    text = chr(value) if isinstance(value, int) else value or ""
    return "".join(letter if letter in gsm7.LETTERS else other for letter in text)


def _make_ready(table: Table, other: str) -> _Sieve:
    if len(_ready) >= TABLES_MAX:
        _ready.clear()
    sieve = _sieve(table, other)
    _ready[id(table), other] = table, sieve
    return sieve


# A table has no hash, so it is known by its identity; it is kept beside its sieve, since the
# identity is good only as long as the table lives.
_ready: dict[tuple[int, str], tuple[Table, _Sieve]] = {}
_STANDARD_SIEVE = _sieve({}, "?")


# --- how many parts ---


def parts_sent(text: str, alphabet: Alphabet, udh: int = 0, wide: bool = False) -> int:
    """Parts on the air; an empty text is one.

    `udh` are the octets of a header that the message has of its own, its length octet included;
    `wide` says that long messages are put together by a reference of 16 bits.
    """
    return _parts(text, alphabet, _room(alphabet, udh, wide), _ON_THE_AIR, True)


def parts_billed(text: str, alphabet: Alphabet, weights: Weights, udh: int = 0) -> int:
    """Parts by a dialect's own count; binary messages are billed as they are sent."""
    room = _billed_room(alphabet, weights, udh)
    return _parts(text, alphabet, room, _scale(weights.double), weights.pairs_whole)


def weight(text: str, alphabet: Alphabet, weights: Weights = STANDARD) -> int:
    """How many characters it counts as, by a dialect's own count."""
    return _weight(text, alphabet, _scale(weights.double))


def cut(text: str, alphabet: Alphabet, parts_max: int, weights: Weights = STANDARD) -> str:
    """The longest beginning of the text that needs at most `parts_max` parts of that weighing."""
    if parts_max < 1:
        raise ValueError("even an empty text is one part")
    room = one, many = _billed_room(alphabet, weights, 0)
    scale = _scale(weights.double)
    if _parts(text, alphabet, room, scale, weights.pairs_whole) <= parts_max:
        return text
    heads = _heads(text, alphabet, scale)
    if weights.pairs_whole:
        end = _borders(_weight(text, alphabet, scale), many, heads)[parts_max - 1]
    else:
        end = many * parts_max
    return text[: _index(_before_pair(max(end, one), heads), alphabet, heads)]


def split(text: str, alphabet: Alphabet, udh: int = 0, wide: bool = False) -> list[str]:
    """The parts in sending order, as many as `parts_sent` counts for the same `udh` and `wide`."""
    one, many = _room(alphabet, udh, wide)
    if 2 * len(text) <= one:
        return [text]
    weight = _weight(text, alphabet, _ON_THE_AIR)
    if weight <= one:
        return [text]
    heads = _heads(text, alphabet, _ON_THE_AIR)
    borders = _borders(weight, many, heads)
    ends = [_index(border, alphabet, heads) for border in borders]
    return [text[start:end] for start, end in pairwise((0, *ends, len(text)))]


# Units in the only part of a short text, and in each part of a long one.
Room = tuple[int, int]

# A member of an enum that is looked up costs as much as all the octets of a short text.
_GSM = Alphabet.gsm
_UCS2 = Alphabet.ucs2
_BINARY = Alphabet.binary


@lru_cache(64)
def _room(alphabet: Alphabet, udh: int, wide: bool) -> Room:
    """The room that headers leave in a part. A part has one header, so its length octet counts
    once."""
    header = HEADER_OCTETS[wide]
    joined = udh + header - 1 if udh else header
    one, many = _units(alphabet, PART_OCTETS - udh), _units(alphabet, PART_OCTETS - joined)
    if many < DOUBLE_MIN:
        raise ValueError(f"a header of {udh} octets leaves no room for a text")
    return one, many


def _units(alphabet: Alphabet, octets: int) -> int:
    if alphabet == _GSM:
        return octets * 8 // 7
    return octets // 2 if alphabet == _UCS2 else octets


def _billed_room(alphabet: Alphabet, weights: Weights, udh: int) -> Room:
    if alphabet == _GSM:
        return weights.gsm_one, weights.gsm_many
    if alphabet == _UCS2:
        return weights.ucs2_one, weights.ucs2_many
    return _room(alphabet, udh, False)


class _Scale(NamedTuple):
    """One set of double characters in three forms: all other Latin ones, those of it that are not
    Latin, and itself."""

    single: bytes
    beyond: str
    double: re.Pattern[str]


@lru_cache(64)
def _scale(double: frozenset[str]) -> _Scale:
    latin = "".join(double).encode("latin-1", "ignore")
    beyond = "".join(sorted(letter for letter in double if letter > "\xff"))
    pattern = re.compile("|".join(map(re.escape, sorted(double))) or _NEVER)
    return _Scale(bytes(set(range(256)) - set(latin)), beyond, pattern)


_NEVER = "(?!)"
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_ON_THE_AIR = _scale(EXTENDED)


# A text is measured in units: septets, UTF-16 code units, or octets. A pair is a character of two
# units, its head the place of the first. A text without pairs, as nearly all are, costs no more
# than its weight and a division.


def _parts(text: str, alphabet: Alphabet, room: Room, scale: _Scale, whole: bool) -> int:
    one, many = room
    if 2 * len(text) <= one:
        return 1
    weight = _weight(text, alphabet, scale)
    if weight <= one:
        return 1
    if weight == len(text) or not whole:
        return -(-weight // many)
    return 1 + len(_borders(weight, many, _heads(text, alphabet, scale)))


def _weight(text: str, alphabet: Alphabet, scale: _Scale) -> int:
    if alphabet == _GSM:
        latin = text.encode("latin-1", "ignore")
        weight = len(text) + len(latin.translate(None, scale.single))
        if len(latin) < len(text):
            weight += sum(map(text.count, scale.beyond))
        return weight
    if alphabet == _UCS2:
        return len(text.encode("utf-16-le", "replace")) // 2
    return (len(text) + 1) // 2


def _heads(text: str, alphabet: Alphabet, scale: _Scale) -> list[int]:
    """Where in units the pairs begin, in order."""
    if alphabet == _BINARY:
        return []
    pair = scale.double if alphabet == _GSM else _ASTRAL
    return [found.start() + before for before, found in enumerate(pair.finditer(text))]


def _borders(weight: int, many: int, heads: list[int]) -> Sequence[int]:
    """Where in units each part but the last ends. As on the air, no pair straddles a border."""
    if not heads:
        return range(many, weight, many)
    borders = []
    end = _before_pair(many, heads)
    while end < weight:
        borders.append(end)
        end = _before_pair(end + many, heads)
    return borders


def _before_pair(end: int, heads: list[int]) -> int:
    """The border itself, or one unit earlier where it would fall into a pair."""
    at = bisect_left(heads, end - 1)
    return end - 1 if at < len(heads) and heads[at] == end - 1 else end


def _index(border: int, alphabet: Alphabet, heads: list[int]) -> int:
    """The place in the text that lies at that many units."""
    return 2 * border if alphabet == _BINARY else border - bisect_left(heads, border)


# --- as octets ---


def octets(part: str, alphabet: Alphabet) -> bytes:
    """The user data of a part without header: septets unpacked, UTF-16-BE, or the octets.

    What the alphabet cannot write, a lone surrogate for one, becomes `?`. Malformed hex is a
    ValueError: whoever takes a binary text in refuses it there.
    """
    if alphabet == _GSM:
        return gsm7.encode(part)
    if alphabet == _UCS2:
        return part.encode("utf-16-be", "replace")
    return bytes.fromhex(part)


def udh(reference: int, total: int, number: int, wide: bool, own: bytes = b"") -> bytes:
    """The header of part `number`, counted from 1, of `total` (at most 255).

    `own` is the header that the message has already, if any; both become one. Of the reference
    count the lowest 8 or, where `wide`, 16 bits, so that it may be any growing number.
    """
    if wide:
        joined = bytes((8, 4, reference >> 8 & 0xFF, reference & 0xFF, total, number))
    else:
        joined = bytes((0, 3, reference & 0xFF, total, number))
    elements = own[1:] + joined
    return bytes((len(elements),)) + elements

"""What a handset's message asks: to be written to no more (STOP), or again (START).

In: a text. Out: a wish. Pure; every text is taken, and `LETTERS_MAX` letters of it are looked at.
What counts is its words: not case, accents, punctuation, digits, links, or how often a letter is
repeated. Phrases of another sense (`OTHERWISE`) are struck out. Then a person wants to stop who

1. says so in a phrase that can mean nothing else (`CLEAR`), wherever it stands;
2. writes one of the words, and from mark to mark around it nothing but `FILLERS`;
3. begins with STOP, `COURTESY` and `REFUSALS` aside;
4. begins so with one of `HALTS`, or ends with STOP, in a short text, which has at most `OTHERS_MAX`
   words that are no fillers. Where it leaves a doubt, it is the person's will that counts.

A person wants to start again who writes START and nothing but `COURTESY`: where that leaves a
doubt, they have not asked to be written to.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import IntEnum
from typing import Final, NamedTuple

from chappe.words.stop.tables import (
    CLEAR,
    COURTESY,
    FILLERS,
    HALTS,
    LEADS_TO_A_CODE,
    OTHERWISE,
    REFUSALS,
    SIGN,
    STARTS,
    STOPS,
)


class Wish(IntEnum):
    """What the writer wants of us."""

    none = 0
    stop = 1
    start = 2


LETTERS_MAX: Final = 160
"""Letters that are looked at: those of one message. What is said beyond them is not heeded."""

OTHERS_MAX: Final = 3
"""Words of a short text beside the word itself and the fillers."""

# Letters, or what ends a part of a sentence: a mark, the end of a line, a pictogram.
_TOKEN = re.compile(
    rf"[^\W\d_]+|{SIGN}|[.,;!?¡¿\n\r\v\f\x1c-\x1e\x85\u2013-\u2015\u2028\u2029]"
    r"|[\u2190-\u2bff\u3001\u3002\U0001f000-\U0001faff]"
)
_APART = "|"  # stands for such an end, and
_OTHER = "*"  # for what is none of the words in any table

# Accents, once they are apart from their letters, and what does not show at all.
_UNSEEN = re.compile(
    "[\u00ad\u0300-\u036f\u061c\u180e\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\U000e0000-\U000e01ef]+"
)
_LINK = re.compile(
    r"(?<!\w)https?://\S*|(?<!\w)www\.\S*|(?<![\w-])(?<!\w\.)[\w-]+(?:\.[\w-]+)+/\S*"
)
_LETTER_BY_LETTER = re.compile(r"(?<= )[^\W\d_](?: (?:\| )*[^\W\d_]){2,}(?= )")
_REPEATED = re.compile(r"(\w)\1+")

# An accent may be a letter of its own, and a link is left out before letters are counted.
_RAW_MAX = 2 * LETTERS_MAX


def wish_of(text: str) -> Wish:
    """'Stop. 36105' wants to stop; 'on ne stoppe pas' does not."""
    parts = _struck_out(_apart(text))
    if any(_length_at(parts, at, _CLEAR) for at in range(len(parts))):
        return Wish.stop
    words = [part for part in parts if part != _APART]
    if not _WORDS.isdisjoint(words) and (_stands_alone(parts) or _leads_or_ends(words)):
        return Wish.stop
    return Wish.start if _is_but(_STARTS, _AROUND_START, words) else Wish.none


def _struck_out(parts: list[str]) -> list[str]:
    """The same with one other word in the place of each phrase that has another sense."""
    left: list[str] = []
    at = 0
    while at < len(parts):
        length = _length_at(parts, at, _OTHERWISE)
        left.append(_OTHER if length else parts[at])
        at += length or 1
    return left


def _stands_alone(parts: list[str]) -> bool:
    begin = 0
    for end, part in enumerate((*parts, _APART)):
        if part == _APART:
            if _is_but(_WORDS, _FILLERS, parts[begin:end]):
                return True
            begin = end + 1
    return False


def _leads_or_ends(words: list[str]) -> bool:
    first = next(word for word in words if word not in _LEADS)
    if first in _STOPS:
        return True
    if first not in _HALTS and words[-1] not in _STOPS:
        return False
    return sum(word not in _WORDS and word not in _FILLERS for word in words) <= OTHERS_MAX


def _is_but(wanted: frozenset[str], around: frozenset[str], words: list[str]) -> bool:
    """Whether one of the wanted stands there, and all others are of those around."""
    return not wanted.isdisjoint(words) and all(w in wanted or w in around for w in words)


# --- a text, taken apart ---


def _apart(text: str) -> list[str]:
    """The words, all in one form, and `|` where a part of a sentence ends."""
    raw = text.lstrip()[: _RAW_MAX + 1]
    if not raw.isascii():
        raw = unicodedata.normalize("NFKD", raw)
    plain = _plain(raw[:_RAW_MAX])
    tokens = _TOKEN.findall(plain[:LETTERS_MAX])
    if len(raw) > _RAW_MAX or len(plain) > LETTERS_MAX:
        # The last word may be a piece of a longer one, and the end is not that of the text.
        tokens = [*tokens[:-1], _OTHER]
    line = " ".join(one if one[0].isalnum() or one in _KEPT else _APART for one in tokens)
    return _REPEATED.sub(r"\1", _LETTER_BY_LETTER.sub(_as_a_word, f" {line} ")).split()


_KEPT = frozenset((SIGN, _OTHER))


def _plain(text: str) -> str:
    if not text.isascii():
        text = _UNSEEN.sub("", text)
    text = text.casefold()
    if "/" in text or "www." in text:
        text = _LINK.sub(" ", text)
    # A nought is at hand where digits are typed, and slips through a filter.
    return text.replace("st0p", "stop")


def _as_a_word(letters: re.Match[str]) -> str:
    return letters[0].replace(_APART, "").replace(" ", "")


# --- the tables, taken apart ---


class _Phrases(NamedTuple):
    lengths: dict[str, tuple[int, ...]]  # by the first word, the longest first
    whole: frozenset[tuple[str, ...]]


def _phrases(table: Iterable[str]) -> _Phrases:
    whole = frozenset(tuple(_apart(phrase)) for phrase in table)
    lengths: dict[str, set[int]] = {}
    for words in whole:
        lengths.setdefault(words[0], set()).add(len(words))
    return _Phrases({w: tuple(sorted(found)[::-1]) for w, found in lengths.items()}, whole)


def _length_at(parts: list[str], at: int, phrases: _Phrases) -> int:
    """Of how many words the phrase is that begins there; 0 for none."""
    for length in phrases.lengths.get(parts[at], ()):
        if tuple(parts[at : at + length]) in phrases.whole:
            return length
    return 0


def _set(*tables: Iterable[str]) -> frozenset[str]:
    return frozenset(word for table in tables for entry in table for word in _apart(entry))


_STOPS = _set(STOPS)
_HALTS = _set(HALTS)
_WORDS = _set(STOPS, HALTS, (SIGN,))
_STARTS = _set(STARTS)
_AROUND_START = _set(COURTESY, LEADS_TO_A_CODE)
_LEADS = _set(COURTESY, REFUSALS)
_FILLERS = _set(FILLERS)
_CLEAR = _phrases(CLEAR)
_OTHERWISE = _phrases(OTHERWISE)

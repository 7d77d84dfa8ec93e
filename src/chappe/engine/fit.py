"""Fitting: each recipient's text as it goes out: filled, in letters that travel, and cut to size.

In: a letter. Out: texts with their parts, or what refuses the letter. Promise: what a letter must
mention stands in every text that leaves, cut or not; no text and no sum of texts outgrows its
bound, whatever values are filled in.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from chappe.engine.mention import last_mention, mentions
from chappe.engine.personalise import LETTERS_MAX, Template
from chappe.words.alphabet import STANDARD, Alphabet
from chappe.words.answer import Trouble
from chappe.words.number import are_mainland_mobiles, country
from chappe.words.order import Excess, Letter
from chappe.words.text import closest, cut, parts_billed, parts_sent

_HOME = "FR"


class Text(NamedTuple):
    """What a letter says to all its recipients, or to each of them."""

    shared: str
    texts: Sequence[str]
    billed: Sequence[int]
    sending: Sequence[int]
    too_long: Sequence[int]  # indices
    trouble: Trouble | None = None


# A text as it goes out, its parts billed and on the air, whether that is allowed, and whether it
# tells what it must. A plain tuple: there is one for each recipient.
_Fitted = tuple[str, int, int, bool, bool]

# A member of an enum that is looked up costs as much as a short text.
_GSM = Alphabet.gsm


def fitted(letter: Letter, room: int) -> Text:
    """The texts of a letter; the recipients' own may have `room` characters in all."""
    count = len(letter.numbers)
    gsm = letter.alphabet is _GSM
    whole = letter.text[:LETTERS_MAX]
    elsewhere = _elsewhere(letter)
    if not (letter.values or letter.texts or elsewhere):
        filled = Template(whole).fill(letter.shared) if letter.shared else whole
        filled = closest(filled, letter.closest) if gsm else filled
        text, parts, air, fits, tells = _fitted(letter, filled)
        every = range(0 if fits else count)
        trouble = None if tells else Trouble.no_stop
        return Text(text, (), (parts,) * count, (air,) * count, every, trouble)
    texts: list[str] = []
    billed: list[int] = []
    sending: list[int] = []
    long: list[int] = []
    for index, raw in enumerate(_filled(letter, whole, elsewhere)):
        text, parts, air, fits, tells = _fitted(
            letter, closest(raw, letter.closest) if gsm else raw
        )
        room -= len(text)
        if room < 0 or not tells:
            trouble = Trouble.too_long if tells else Trouble.no_stop
            return Text("", (), (), (), (), trouble)
        texts.append(text)
        billed.append(parts)
        sending.append(air)
        if not fits:
            long.append(index)
    if len(set(texts)) == 1:
        return Text(texts[0], (), billed, sending, long)
    # A letter without a text is one whose texts were erased, and that nothing is left to erase of.
    shared = letter.text or next(filter(None, texts), "")
    return Text(shared, texts, billed, sending, long)


def _elsewhere(letter: Letter) -> Sequence[bool]:
    """Which recipients are told another text, as they are not in France; () where none is."""
    numbers = letter.numbers
    if not letter.abroad or not numbers or are_mainland_mobiles(numbers):
        return ()
    return [number > 0 and country(number) != _HOME for number in numbers]


def _filled(letter: Letter, whole: str, elsewhere: Sequence[bool]) -> Iterator[str]:
    """One at a time: what is filled may be much longer than what fills it."""
    if letter.texts:
        return _own_filled(letter)
    if elsewhere:
        abroad = letter.abroad[:LETTERS_MAX]
        return (abroad if other else whole for other in elsewhere)
    fill, shared = Template(whole).fill, letter.shared
    if not shared:
        return (fill(own) if own else whole for own in letter.values)
    return (fill({**shared, **(own or {})}) for own in letter.values)


def _own_filled(letter: Letter) -> Iterator[str]:
    """Each recipient's own text, by their own values where they have some."""
    none: Sequence[Mapping[str, str] | None] = (None,) * len(letter.numbers)
    for _, text, own in zip(letter.numbers, letter.texts, letter.values or none, strict=True):
        values = {**letter.shared, **(own or {})}
        whole = text[:LETTERS_MAX]
        yield Template(whole).fill(values) if values else whole


def _fitted(letter: Letter, text: str) -> _Fitted:
    if letter.mention is not None and not mentions(text, letter.mention):
        if not letter.mention.is_added:
            return text, 0, 0, True, False
        text = f"{text} {letter.mention.wording}"
    udh = len(letter.udh) // 2
    billed = parts_billed(text, letter.alphabet, letter.weights, udh)
    most = letter.parts_max
    if most and billed > most:
        head = _cut(letter, text, most) if letter.excess is Excess.cut else None
        if head is None:
            return text, billed, parts_sent(text, letter.alphabet, udh), False, True
        text = head
        billed = parts_billed(text, letter.alphabet, letter.weights, udh)
    if letter.weights is STANDARD:
        return text, billed, billed, True, True
    # A call is one, however long it takes.
    sending = 1 if letter.speech else parts_sent(text, letter.alphabet, udh)
    return text, billed, sending, True, True


def _cut(letter: Letter, text: str, most: int) -> str | None:
    """The beginning of a text that fits into `most` parts; None where the mention that it must
    carry does not fit."""
    head = _url_whole(letter, text, len(cut(text, letter.alphabet, most, letter.weights)))
    if letter.mention is None or mentions(head, letter.mention):
        return head
    span = last_mention(text, letter.mention)
    if span is None:
        return None
    begin, end = span
    kept = text[begin:end]

    def beginning(count: int) -> str:
        first = _url_whole(letter, text, count).rstrip()
        return f"{first} {kept}" if first else kept

    def is_short(count: int) -> bool:
        parts = parts_billed(beginning(count), letter.alphabet, letter.weights)
        return parts <= most

    # What stands before it grows letter by letter, and so do the parts.
    found = bisect_left(range(min(begin, len(head)) + 1), True, key=lambda n: not is_short(n))
    return beginning(found - 1) if found else None


def _url_whole(letter: Letter, text: str, end: int) -> str:
    """The text up to `end`. A short URL cut in two would lead nowhere: it is left out as a
    whole."""
    if letter.target is None:
        return text[:end]
    url = letter.shared[letter.target.mark]
    at = text.rfind(url, 0, end + len(url) - 1)
    return text[:at] if 0 <= at < end < at + len(url) else text[:end]

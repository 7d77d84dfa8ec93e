"""Fitting: each recipient's text as it goes out: filled, in letters that travel, and cut to size.

In: a letter. Out: texts with their parts, or what refuses the letter. Promise: what a letter must
mention stands in every text that leaves, cut or not; no text and no sum of texts outgrows its
bound, whatever values are filled in.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import NamedTuple

from chappe.engine.encode import closest, cut, parts_billed, parts_sent
from chappe.engine.mention import last_mention, mentions
from chappe.engine.personalise import LETTERS_MAX, Template
from chappe.words.alphabet import STANDARD, Alphabet
from chappe.words.answer import Trouble
from chappe.words.order import Excess, Letter


class Text(NamedTuple):
    """What is said: once, or per recipient."""

    shared: str
    texts: Sequence[str]
    billed: Sequence[int]
    sending: Sequence[int]
    too_long: Sequence[int]  # indices
    trouble: Trouble | None = None


class _Fitted(NamedTuple):
    """A text as it goes out, its parts billed and on the air, and whether that is allowed."""

    text: str
    billed: int
    sending: int
    fits: bool
    tells: bool = True  # what it must tell


def fitted(letter: Letter, room: int) -> Text:
    """`room` is how many letters the recipients' own texts may have in all."""
    count = len(letter.numbers)
    gsm = letter.alphabet is Alphabet.gsm
    whole = letter.text[:LETTERS_MAX]
    if not letter.values and not letter.shared:
        one = _fitted(letter, closest(whole, letter.closest) if gsm else whole)
        every = range(0 if one.fits else count)
        trouble = None if one.tells else Trouble.no_stop
        return Text(one.text, (), (one.billed,) * count, (one.sending,) * count, every, trouble)
    template = Template(whole)
    filled: Iterable[str]
    if not letter.values:
        filled = repeat(template.fill(letter.shared), count)
    elif not letter.shared:
        filled = (template.fill(own) if own else whole for own in letter.values)
    else:
        filled = (template.fill({**letter.shared, **(own or {})}) for own in letter.values)
    each: list[_Fitted] = []
    known, before = None, ""
    for raw in filled:
        if known is None or raw != before:  # many a text is the same for all
            known, before = _fitted(letter, closest(raw, letter.closest) if gsm else raw), raw
            room -= len(known.text)
        each.append(known)
        if room < 0 or not known.tells:
            trouble = Trouble.too_long if known.tells else Trouble.no_stop
            return Text("", (), (), (), (), trouble)
    texts = [one.text for one in each]
    billed, sending = [one.billed for one in each], [one.sending for one in each]
    long = [index for index, one in enumerate(each) if not one.fits]
    if len(set(texts)) == 1:
        return Text(texts[0], (), billed, sending, long)
    return Text(letter.text, texts, billed, sending, long)


def _fitted(letter: Letter, text: str) -> _Fitted:
    if letter.mention is not None and not mentions(text, letter.mention):
        if not letter.mention.is_added:
            return _Fitted(text, 0, 0, True, False)
        text = f"{text} {letter.mention.wording}"
    udh = len(letter.udh) // 2
    billed = parts_billed(text, letter.alphabet, letter.weights, udh)
    most = letter.parts_max
    if most and billed > most:
        head = _cut(letter, text, most) if letter.excess is Excess.cut else None
        if head is None:
            return _Fitted(text, billed, parts_sent(text, letter.alphabet, udh), False)
        text = head
        billed = parts_billed(text, letter.alphabet, letter.weights, udh)
    if letter.weights is STANDARD:
        return _Fitted(text, billed, billed, True)
    return _Fitted(text, billed, parts_sent(text, letter.alphabet, udh), True)


def _cut(letter: Letter, text: str, most: int) -> str | None:
    """What fits; None where what must be told does not."""
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
    """The text up to there. A short URL cut in two would lead nowhere: it goes whole."""
    if letter.target is None:
        return text[:end]
    url = letter.shared[letter.target.mark]
    at = text.rfind(url, 0, end + len(url) - 1)
    return text[:at] if 0 <= at < end < at + len(url) else text[:end]

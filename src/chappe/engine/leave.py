"""Leaving: a letter's messages with all that a link needs, and a message's parts on the air.

In: letters that a commit launched, messages that leave, how their link carries long ones. Out:
messages, parts. Both work on many messages at a time.
"""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from chappe.links.contract import Carriage, Part
from chappe.store.contract import Draft, DraftLetter, Leaving
from chappe.words.alphabet import Alphabet
from chappe.words.calls import read_speech
from chappe.words.text import parts_sent, split

_USUAL = Carriage.usual
_ALPHABETS = {int(alphabet): alphabet for alphabet in Alphabet}


def messages_of(launched: Iterable[tuple[DraftLetter, Draft]]) -> list[Leaving]:
    """The messages of letters, each with the draft that it is of."""
    return [
        Leaving(
            id=letter.first + index,
            number=number,
            text=letter.texts[index] if letter.texts else letter.text,
            sender=asked.sender or asked.code,
            alphabet=asked.alphabet,
            udh=asked.udh,
            flash=asked.flash,
            validity_h=asked.validity_h,
            sending=letter.sending[index],
            account=draft.account,
            route=letter.route,
            channel=asked.channel,
            speech=letter.speech,
            since=draft.at,
        )
        for letter, draft in launched
        for asked in (letter.asked,)
        for index, number in enumerate(letter.numbers)
    ]


def refit(message: Leaving, carriage: Carriage) -> Leaving:
    """The same message, of as many parts as a link makes of it."""
    if carriage is _USUAL or message.sending == 1:
        return message
    if carriage is Carriage.whole:
        return replace(message, sending=1, refitted=True)
    alphabet, udh = _ALPHABETS[message.alphabet], len(message.udh) // 2
    return replace(message, sending=parts_sent(message.text, alphabet, udh, True), refitted=True)


def parts_of(leaving: Sequence[Leaving], carriage: Carriage = _USUAL) -> list[Part]:
    """The parts of these messages, in the same order."""
    wide = carriage is Carriage.wide
    return [
        Part(
            message.id,
            no,
            message.sending,
            message.number,
            message.sender,
            text,
            _ALPHABETS[message.alphabet],
            message.udh,
            bool(message.flash),
            message.validity_h,
            read_speech(message.speech) if message.speech else None,
        )
        for message in leaving
        for no, text in (((1, message.text),) if message.sending == 1 else _texts(message, wide))
    ]


def _texts(message: Leaving, wide: bool) -> Iterable[tuple[int, str]]:
    """The texts of a message's parts, numbered from 1."""
    alphabet, udh = _ALPHABETS[message.alphabet], len(message.udh) // 2
    return enumerate(split(message.text, alphabet, udh, wide), 1)

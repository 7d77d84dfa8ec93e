"""Leaving: a letter's messages with all that a link needs, and a message's parts on the air.

In: letters that a commit launched, messages that leave. Out: messages, parts. It is done for many
at a time, and knows no link.
"""

from collections.abc import Iterable, Sequence

from chappe.engine.encode import split
from chappe.links.contract import Part
from chappe.store.contract import DraftLetter, Leaving
from chappe.words.alphabet import Alphabet

_ALPHABETS = {int(alphabet): alphabet for alphabet in Alphabet}


def messages_of(launched: Iterable[tuple[DraftLetter, int]]) -> list[Leaving]:
    """The messages of letters, each with the account that it is of."""
    return [
        Leaving(
            letter.first + index,
            number,
            letter.texts[index] if letter.texts else letter.text,
            asked.sender or asked.code,
            asked.alphabet,
            asked.udh,
            asked.flash,
            asked.validity_h,
            letter.sending[index],
            account,
            letter.route,
            asked.channel,
        )
        for letter, account in launched
        for asked in (letter.asked,)
        for index, number in enumerate(letter.numbers)
    ]


def parts_of(leaving: Sequence[Leaving]) -> list[Part]:
    """Their parts, in the same order."""
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
        )
        for message in leaving
        for no, text in (((1, message.text),) if message.sending == 1 else _texts(message))
    ]


def _texts(message: Leaving) -> Iterable[tuple[int, str]]:
    """Numbered from 1."""
    alphabet, udh = _ALPHABETS[message.alphabet], len(message.udh) // 2
    return enumerate(split(message.text, alphabet, udh), 1)

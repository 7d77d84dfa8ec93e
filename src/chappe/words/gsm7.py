"""GSM 03.38: the default alphabet and its extension table, to octets and back.

In: text, or octets as they came. Out: octets of one septet each, unpacked (an extended letter is
the escape and its code), or text. Promise: `decode(encode(text))` is the text wherever all of it
is in GSM 03.38; any other character leaves as `?`, and nothing that arrives is an error.
"""

import codecs
import re
from typing import Final

ESCAPE: Final = 0x1B

BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅå"
    "Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./"
    "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO"
    "PQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmno"
    "pqrstuvwxyzäöñüà"
)
"""The letter of each code. The escape stands for itself, and is no letter."""

EXTENSION: Final = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}
"""What the code after an escape means."""

LETTERS: Final = frozenset(BASIC) - {chr(ESCAPE)} | frozenset(EXTENSION)
"""All that GSM 03.38 can write."""


def encode(text: str) -> bytes:
    """The text as septets, an octet each; what GSM 03.38 cannot write becomes `?`."""
    octets = codecs.charmap_encode(text, "replace", _SINGLE)[0].translate(_SEPTET)
    if octets.isascii():
        return octets
    for single, pair in _PAIRS:
        octets = octets.replace(single, pair)
    return octets


def decode(octets: bytes) -> str:
    """The text of unpacked septets, read as the standard asks of a handset.

    An unknown code after an escape shows the letter of the default alphabet, an escape that
    escapes nothing shows a blank. An octet that is no septet becomes U+FFFD.
    """
    text = codecs.charmap_decode(octets, "replace", _LETTER)[0]
    return _ESCAPED.sub(_unescaped, text) if ESCAPE in octets else text


def _unescaped(found: re.Match[str]) -> str:
    letter = found[1]
    return _AFTER_ESCAPE.get(letter, letter)


# In C a character becomes one octet, never two, and none may become zero. So on the way an
# extended letter is its code with the high bit set, and '@', whose code is zero, is 0x80: no
# extended letter has that code. Zero is then the character NUL, which GSM 03.38 does not have.
_HIGH = 0x80
_UNDEFINED = "\ufffe"


def _single_octets() -> str:
    letters = [*BASIC, *_UNDEFINED * _HIGH]
    letters[0], letters[_HIGH] = "\0", BASIC[0]
    letters[ESCAPE] = _UNDEFINED
    for letter, code in EXTENSION.items():
        letters[_HIGH | code] = letter
    return "".join(letters)


_SINGLE = codecs.charmap_build(_single_octets())
_SEPTET = bytes.maketrans(b"\x00\x80", b"?\x00")
_PAIRS = [(bytes([_HIGH | code]), bytes([ESCAPE, code])) for code in EXTENSION.values()]

_LETTER = BASIC + _UNDEFINED * _HIGH
_ESCAPED = re.compile("\x1b(.?)", re.DOTALL)
_AFTER_ESCAPE = {BASIC[code]: letter for letter, code in EXTENSION.items()} | {"": " ", "\x1b": " "}

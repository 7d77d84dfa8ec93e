"""Texts in the octets of SMPP, by data_coding (5.2.19 and 3GPP TS 23.038).

In: a text and its alphabet, or octets and a data_coding. Out: octets and a data_coding, or the
text. Promise: no octets and no text are an error. What the operator's own charset cannot write
leaves as UCS-2, what cannot be read arrives as U+FFFD; a surrogate pair passes both ways, half of
one does not.
"""

from typing import Final, Literal, NamedTuple

import msgspec

from chappe.words import gsm7
from chappe.words.alphabet import Alphabet

Charset = Literal["gsm", "latin-1", "ascii", "utf-8"]
"""What the operator takes for its default alphabet. All but gsm are its own custom."""

UCS2: Final = 0x08
UCS2_FLASH: Final = 0x18


class Coding(msgspec.Struct, frozen=True):
    """How a link writes its texts: the default alphabet, and the data_coding of each kind."""

    charset: Charset = "gsm"
    plain: int = 0x00
    binary: int = 0x04
    flash: int = 0x10  # or 0xF0: both are class 0, and some operators know only one


def encode(
    text: str, alphabet: Alphabet, flash: bool = False, coding: Coding | None = None
) -> tuple[bytes, int]:
    """The octets of a text, and their data_coding. A binary text that is no hex is a ValueError."""
    how = coding or _USUAL
    if alphabet is Alphabet.binary:
        return bytes.fromhex(text), how.flash | 0x04 if flash else how.binary
    octets = _in_default(text, how.charset) if alphabet is Alphabet.gsm else None
    if octets is not None:
        return octets, how.flash if flash else how.plain
    return text.encode("utf-16-be", "replace"), UCS2_FLASH if flash else UCS2


def _in_default(text: str, charset: Charset) -> bytes | None:
    """In the operator's default alphabet; None where that has no such letter."""
    if charset == "gsm":
        return gsm7.encode(text)
    try:
        return text.encode(charset)
    except UnicodeEncodeError:
        return None


_USUAL: Final = Coding()


class Decoded(NamedTuple):
    """A text as it came. That of a binary one is the hex of its octets."""

    text: str
    alphabet: Alphabet
    flash: bool


def decode(octets: bytes, data_coding: int, charset: Charset = "gsm") -> Decoded:
    """The text of octets that came."""
    codec, flash = _READ[data_coding & 0xFF]
    if codec == _DEFAULT:
        codec = charset
    if codec == "gsm":
        return Decoded(gsm7.decode(octets), Alphabet.gsm, flash)
    if codec == _BINARY:
        return Decoded(octets.hex(), Alphabet.binary, flash)
    # Whatever a handset wrote in its own charset goes on in the alphabet that holds it.
    alphabet = Alphabet.gsm if codec == charset else Alphabet.ucs2
    return Decoded(octets.decode(codec, "replace"), alphabet, flash)


_DEFAULT, _BINARY, _WIDE = "default", "binary", "utf-16-be"

# 0x00 to 0x0F as SMPP has them. ASCII is read as Latin-1, which holds it.
_SMPP: Final = (
    *(_DEFAULT, "latin-1", _BINARY, "latin-1", _BINARY, "iso2022_jp", "iso8859_5", "iso8859_8"),
    *(_WIDE, _BINARY, "iso2022_jp", _DEFAULT, _DEFAULT, "iso2022_jp_1", "euc_kr", _DEFAULT),
)
_BY_BITS: Final = (_DEFAULT, _BINARY, _WIDE, _DEFAULT)  # bits 2 and 3 of a GSM data coding


def _reading(code: int) -> tuple[str, bool]:
    """The codec of a data_coding, and whether it is of class 0: shown at once, and not kept."""
    group = code >> 4
    if group == 0x0:
        return _SMPP[code], False
    if group < 0x8:  # the general group, and texts that delete themselves; 0x20 is compressed
        codec = _BINARY if code & 0x20 else _BY_BITS[code >> 2 & 3]
        return codec, code & 0x13 == 0x10
    if group == 0xE:
        return _WIDE, False
    if group == 0xF:
        return _BINARY if code & 0x04 else _DEFAULT, code & 0x03 == 0
    return _DEFAULT, False  # voice mail indications, and what is reserved


_READ: Final = tuple(_reading(code) for code in range(256))

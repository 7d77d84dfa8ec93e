"""Texts in the octets of SMPP."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.links.smpp.texts.text import Charset, Coding, Decoded, decode, encode
from chappe.words import gsm7
from chappe.words.alphabet import Alphabet

G, U, B = Alphabet.gsm, Alphabet.ucs2, Alphabet.binary

WRITTEN = [
    ("é€", G, False, Coding(), b"\x05\x1b\x65", 0x00),
    ("é€", G, True, Coding(), b"\x05\x1b\x65", 0x10),
    ("é€", G, True, Coding(flash=0xF0), b"\x05\x1b\x65", 0xF0),
    ("é", G, False, Coding("latin-1", plain=3), b"\xe9", 0x03),
    ("é€", G, False, Coding("latin-1", plain=3), b"\0\xe9\x20\xac", 0x08),
    ("é", G, True, Coding("ascii"), b"\0\xe9", 0x18),
    ("é€", G, False, Coding("utf-8"), b"\xc3\xa9\xe2\x82\xac", 0x00),
    ("é🗼", U, False, Coding("latin-1"), b"\0\xe9\xd8\x3d\xdd\xfc", 0x08),
    ("é", U, True, Coding(), b"\0\xe9", 0x18),
    ("\ud83d", U, False, Coding(), b"\0?", 0x08),
    ("00ff", B, False, Coding(), b"\0\xff", 0x04),
    ("00ff", B, False, Coding(binary=0x02), b"\0\xff", 0x02),
    ("00ff", B, False, Coding(binary=0xF5), b"\0\xff", 0xF5),
    ("00ff", B, True, Coding(), b"\0\xff", 0x14),
    ("00ff", B, True, Coding(flash=0xF0), b"\0\xff", 0xF4),
]


@pytest.mark.parametrize(("text", "alphabet", "flash", "coding", "octets", "code"), WRITTEN)
def test_a_text_leaves_in_the_octets_its_operator_wants(
    text: str, alphabet: Alphabet, flash: bool, coding: Coding, octets: bytes, code: int
) -> None:
    """E30: data_coding per link."""
    assert encode(text, alphabet, flash, coding) == (octets, code)


READ = [
    (0x00, b"\x05\x1b\x65", Decoded("é€", G, False)),
    (0x01, b"Oui", Decoded("Oui", U, False)),
    (0x02, b"\0\xff", Decoded("00ff", B, False)),
    (0x03, b"\xe9", Decoded("é", U, False)),
    (0x04, b"\0\xff", Decoded("00ff", B, False)),
    (0x06, b"\xb4\xd0", Decoded("Да", U, False)),
    (0x08, b"\0\xe9\xd8\x3d\xdd\xfc", Decoded("é🗼", U, False)),
    (0x08, b"\0A\xd8\x3d", Decoded("A\ufffd", U, False)),
    (0x08, b"\0A\0", Decoded("A\ufffd", U, False)),
    (0x10, b"\x05", Decoded("é", G, True)),
    (0x11, b"\x05", Decoded("é", G, False)),
    (0x12, b"\x05", Decoded("é", G, False)),
    (0x13, b"\x05", Decoded("é", G, False)),
    (0x15, b"\x05", Decoded("05", B, False)),
    (0x18, b"\0A", Decoded("A", U, True)),
    (0x24, b"\x05", Decoded("05", B, False)),
    (0xC8, b"\x05", Decoded("é", G, False)),
    (0xE0, b"\0A", Decoded("A", U, False)),
    (0xF0, b"\x05", Decoded("é", G, True)),
    (0xF1, b"\x05", Decoded("é", G, False)),
    (0xF4, b"\x05", Decoded("05", B, True)),
    (0xF5, b"\x05", Decoded("05", B, False)),
    (0xF7, b"\x05", Decoded("05", B, False)),
]


@pytest.mark.parametrize(("code", "octets", "reading"), READ)
def test_a_reply_is_read_by_its_data_coding(code: int, octets: bytes, reading: Decoded) -> None:
    """E32: replies in GSM7, UCS-2, latin-1."""
    assert decode(octets, code) == reading


CHARSETS: list[tuple[Charset, bytes]] = [
    ("latin-1", b"\xe9"),
    ("utf-8", b"\xc3\xa9"),
    ("gsm", b"\x05"),
]


@pytest.mark.parametrize(("charset", "octets"), CHARSETS)
def test_the_default_alphabet_is_the_operators(charset: Charset, octets: bytes) -> None:
    """E30: data_coding per link."""
    assert decode(octets, 0, charset) == Decoded("é", G, False)
    assert decode(octets, 0xF0, charset) == Decoded("é", G, True)
    assert decode(b"\xe9", 3, charset).text == "é"


@given(st.binary(max_size=40), st.integers(0, 255), st.sampled_from(["gsm", "latin-1", "utf-8"]))
def test_no_octets_are_an_error(octets: bytes, code: int, charset: Charset) -> None:
    decode(octets, code, charset).text.encode()


@given(st.text(sorted(gsm7.LETTERS)), st.booleans())
def test_a_text_comes_back_as_it_left(text: str, flash: bool) -> None:
    for alphabet in (G, U):
        octets, code = encode(text, alphabet, flash)
        assert decode(octets, code) == Decoded(text, alphabet, flash)

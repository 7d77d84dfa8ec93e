"""Letters, parts, octets and headers of a text, by known examples."""

from weakref import ref

import pytest

from chappe.words import gsm7
from chappe.words.alphabet import EXTENDED, STANDARD, Alphabet, Weights
from chappe.words.text import (
    closest,
    cut,
    fits_gsm,
    octets,
    parts_billed,
    parts_sent,
    split,
    udh,
)

SMILEY = "\U0001f600"
WAP_PUSH = bytes.fromhex("0605040b8423f0")

GSM_PARTS = [
    ("", 1),
    ("a" * 160, 1),
    ("a" * 161, 2),
    ("a" * 306, 2),
    ("a" * 307, 3),
    ("a" * 320, 3),
    ("a" * 459, 3),
    ("a" * 460, 4),
    ("é" * 160, 1),
    ("Ω" * 161, 2),
    ("a" * 158 + "€", 1),
    ("a" * 159 + "€", 2),
    ("€" * 80, 1),
    ("€" * 81, 2),
    ("a" * 151 + "€" + "a" * 153, 2),
    # An escape pair at the border moves whole, so that one septet stays free: 306 are not 2.
    ("a" * 152 + "€" + "a" * 151, 2),
    ("a" * 152 + "€" + "a" * 152, 3),
    # A page break is of the extension table too.
    ("\f" * 81, 2),
    # What GSM 03.38 cannot write leaves as one '?'.
    (SMILEY * 160, 1),
]

UCS2_PARTS = [
    ("", 1),
    ("б" * 70, 1),
    ("б" * 71, 2),
    ("б" * 134, 2),
    ("б" * 135, 3),
    ("a" * 71, 2),
    # The extension table means nothing here.
    ("€" * 70, 1),
    ("б" * 68 + SMILEY, 1),
    ("б" * 69 + SMILEY, 2),
    ("б" * 65 + SMILEY + "б" * 67, 2),
    # A surrogate pair at the border moves whole as well: 134 are not 2.
    ("б" * 66 + SMILEY + "б" * 65, 2),
    ("б" * 66 + SMILEY + "б" * 66, 3),
    ("\U0010ffff" * 35, 1),
    ("\U0010ffff" * 36, 2),
    # 33 pairs and no half one: 66 units of 67.
    ("\U0010ffff" * 66, 2),
    ("\U0010ffff" * 67, 3),
    ("\ud83d" * 70, 1),
]


@pytest.mark.parametrize(("text", "parts"), GSM_PARTS)
def test_a_gsm_text_has_so_many_parts(text: str, parts: int) -> None:
    """E10: 160 alone, 153 in each part of a longer one, what is extended counts double."""
    assert parts_sent(text, Alphabet.gsm) == parts
    assert parts_billed(text, Alphabet.gsm, STANDARD) == parts
    assert len(split(text, Alphabet.gsm)) == parts


@pytest.mark.parametrize(("text", "parts"), UCS2_PARTS)
def test_a_unicode_text_has_so_many_parts(text: str, parts: int) -> None:
    """E10: 70 alone, 67 in each part of a longer one, what is above U+FFFF counts double."""
    assert parts_sent(text, Alphabet.ucs2) == parts
    assert parts_billed(text, Alphabet.ucs2, STANDARD) == parts
    assert len(split(text, Alphabet.ucs2)) == parts


@pytest.mark.parametrize(
    ("parts", "alphabet"),
    [
        (["a" * 152, "€" + "b" * 151, "c"], Alphabet.gsm),
        (["[" * 76, "[" * 76, "["], Alphabet.gsm),
        (["б" * 66, SMILEY + "в" * 65, "г"], Alphabet.ucs2),
        (["\U0010ffff" * 33, "\U0010ffff" * 33, "\U0010ffff"], Alphabet.ucs2),
    ],
)
def test_a_pair_is_never_split(parts: list[str], alphabet: Alphabet) -> None:
    """E10: neither escape and code nor two surrogates stand on both sides of a border."""
    assert split("".join(parts), alphabet) == parts


@pytest.mark.parametrize(
    ("octet_count", "own_header", "wide", "sizes"),
    [
        (0, 0, False, [0]),
        (140, 0, False, [140]),
        (141, 0, False, [134, 7]),
        (268, 0, False, [134, 134]),
        (269, 0, False, [134, 134, 1]),
        (267, 0, True, [133, 133, 1]),
        (133, 7, False, [133]),
        (134, 7, False, [128, 6]),
        (257, 7, False, [128, 128, 1]),
        (255, 7, True, [127, 127, 1]),
    ],
)
def test_a_header_takes_its_octets_from_every_part(
    octet_count: int, own_header: int, wide: bool, sizes: list[int]
) -> None:
    """E10: binary, where a WAP push has a header of its own."""
    text = "ab" * octet_count
    parts = split(text, Alphabet.binary, own_header, wide)
    assert [len(octets(part, Alphabet.binary)) for part in parts] == sizes
    assert parts_sent(text, Alphabet.binary, own_header, wide) == len(sizes)
    assert "".join(parts) == text


def test_a_part_and_its_header_fill_140_octets() -> None:
    """E10: the room that is counted with is the room that the header leaves."""
    for own in (b"", WAP_PUSH):
        for wide in (False, True):
            part = split("00" * 999, Alphabet.binary, len(own), wide)[0]
            header = udh(1, 8, 1, wide, own)
            assert len(header + octets(part, Alphabet.binary)) == 140


def test_a_reference_of_16_bits_takes_one_more_unit() -> None:
    """E10: 152 septets and 66 characters are what a header of seven octets leaves."""
    assert [len(part) for part in split("a" * 305, Alphabet.gsm, wide=True)] == [152, 152, 1]
    assert [len(part) for part in split("б" * 133, Alphabet.ucs2, wide=True)] == [66, 66, 1]
    assert parts_sent("a" * 305, Alphabet.gsm, wide=True) == 3
    assert parts_sent("a" * 160, Alphabet.gsm, wide=True) == 1


def test_a_header_that_leaves_no_room_is_a_fault() -> None:
    with pytest.raises(ValueError, match="no room"):
        parts_sent("00", Alphabet.binary, udh=139)


@pytest.mark.parametrize("own_header", [0, 7])
def test_a_binary_message_is_billed_as_it_is_sent(own_header: int) -> None:
    """E10: a dialect's weights are for letters."""
    text = "00" * 134
    stingy = Weights(gsm_one=10, gsm_many=9, ucs2_one=8, ucs2_many=7)
    assert parts_billed(text, Alphabet.binary, stingy, own_header) == (2 if own_header else 1)


LINE_BREAK_DOUBLE = Weights(double=EXTENDED | {"\n"}, pairs_whole=False)
SEVENTY_EACH = Weights(ucs2_many=70, pairs_whole=False)
OLD_CLIENTS = Weights(gsm_many=137)


@pytest.mark.parametrize(
    ("text", "alphabet", "weights", "parts"),
    [
        ("a" * 158 + "\n", Alphabet.gsm, LINE_BREAK_DOUBLE, 1),
        ("a" * 159 + "\n", Alphabet.gsm, LINE_BREAK_DOUBLE, 2),
        # Plain division: the pair at the border costs nothing here, on the air it does.
        ("a" * 152 + "€" + "a" * 152, Alphabet.gsm, LINE_BREAK_DOUBLE, 2),
        ("a" * 152 + "€" + "a" * 152, Alphabet.gsm, STANDARD, 3),
        ("б" * 140, Alphabet.ucs2, SEVENTY_EACH, 2),
        ("б" * 141, Alphabet.ucs2, SEVENTY_EACH, 3),
        ("б" * 69 + SMILEY + "б" * 69, Alphabet.ucs2, SEVENTY_EACH, 2),
        ("a" * 160, Alphabet.gsm, OLD_CLIENTS, 1),
        ("a" * 274, Alphabet.gsm, OLD_CLIENTS, 2),
        ("a" * 275, Alphabet.gsm, OLD_CLIENTS, 3),
        ("€" * 160, Alphabet.gsm, Weights(double=frozenset()), 1),
        ("Ω" * 81, Alphabet.gsm, Weights(double=frozenset("Ω")), 2),
    ],
)
def test_a_dialect_counts_by_its_own_weights(
    text: str, alphabet: Alphabet, weights: Weights, parts: int
) -> None:
    """E10: the weights are data; parts billed and parts sent may differ."""
    assert parts_billed(text, alphabet, weights) == parts


@pytest.mark.parametrize(
    "wrong", [{"gsm_many": 1}, {"ucs2_one": 0}, {"double": frozenset({"ab"})}], ids=str
)
def test_weights_that_cannot_count_are_a_fault(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must"):
        Weights(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "alphabet", "parts_max", "kept"),
    [
        ("a" * 160, Alphabet.gsm, 1, 160),
        ("a" * 161, Alphabet.gsm, 1, 160),
        ("a" * 307, Alphabet.gsm, 2, 306),
        ("a" * 900, Alphabet.gsm, 5, 765),
        ("a" * 159 + "€", Alphabet.gsm, 1, 159),
        ("a" * 152 + "€" + "a" * 152, Alphabet.gsm, 2, 304),
        ("б" * 400, Alphabet.ucs2, 5, 335),
        ("б" * 69 + SMILEY, Alphabet.ucs2, 1, 69),
        ("00" * 300, Alphabet.binary, 1, 280),
        ("00" * 300, Alphabet.binary, 2, 536),
        ("", Alphabet.gsm, 1, 0),
    ],
)
def test_a_text_is_cut_to_so_many_parts(
    text: str, alphabet: Alphabet, parts_max: int, kept: int
) -> None:
    """E10: what is left is the longest beginning that needs no more parts."""
    assert cut(text, alphabet, parts_max) == text[:kept]


def test_a_cut_by_plain_division_keeps_pairs_whole_too() -> None:
    """E10: half a character cannot be sent, however it is billed."""
    text = "a" * 305 + "\n" + "a" * 9
    assert cut(text, Alphabet.gsm, 2, LINE_BREAK_DOUBLE) == "a" * 305


def test_a_cut_to_no_part_is_a_fault() -> None:
    with pytest.raises(ValueError, match="one part"):
        cut("", Alphabet.gsm, 0)


TABLE: dict[int, str | int | None] = {
    ord("ê"): "e",
    ord("ç"): ord("c"),
    ord("\xad"): None,
    ord("…"): "...",
    ord("’"): "'",
    ord("œ"): "œuf",
    ord("Δ"): "?",
    ord("\t"): " ",
    ord("Ä"): "Ä",
    ord("Ç"): "ê",
}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Déjà vu à Noël", "Déjà vu à No?l"),
        ("fête ça", "fete ca"),
        ("fête…", "fete..."),
        ("l’œil", "l'?ufil"),
        ("mi\xadnuit", "minuit"),
        ("a\tb", "a b"),
        ("10 € {~}", "10 € {~}"),
        ("ΔΩ", "?Ω"),
        # A replacement is not replaced again, not even by what the table has for it.
        ("Ç", "?"),
        ("Äh", "Äh"),
        ("日本" + SMILEY, "???"),
        ("\ud83d \x1b \0", "? ? ?"),
        ("", ""),
    ],
)
def test_a_letter_gives_way_to_the_closest(text: str, written: str) -> None:
    """E10: a dialect's table is data; what it leaves out of GSM 03.38 becomes `?`."""
    assert closest(text, TABLE) == written
    assert fits_gsm(closest(text, TABLE))


def test_the_last_resort_is_the_callers() -> None:
    assert closest("日本", TABLE, ".") == ".."
    assert closest("日本", TABLE, "") == ""
    assert closest("日本", TABLE) == "??"


def test_a_text_that_needs_nothing_is_not_copied() -> None:
    text = "Votre code : 1234. À bientôt".replace("ô", "o").replace("À", "A")
    assert closest(text, TABLE) is text


def test_each_table_speaks_for_itself() -> None:
    """E10: many tables may pass by, also such that take another one's place in memory."""
    for code in range(200):
        assert closest("ê", {ord("ê"): chr(0x41 + code % 26)}) == chr(0x41 + code % 26)
    assert closest("ê", {}) == "?"


def test_a_table_that_has_passed_by_is_let_go() -> None:
    """E10: tables that come and go do not fill the memory."""

    class Passing(dict[int, str | int | None]):
        """A table that can be watched."""

    table = Passing({ord("ê"): "e"})
    watched = ref(table)
    assert closest("ê", table) == "e"
    del table
    for code in range(100):
        closest("ê", {code: "a"})
    assert watched() is None


@pytest.mark.parametrize("text", ["", "é€~\f\n", "ΔΦΓΛΩΠΨΣΘΞ", "@" * 160, "¡¿§¤Ç"])
def test_these_fit_gsm(text: str) -> None:
    """E10: the default alphabet and its extension table."""
    assert fits_gsm(text)


@pytest.mark.parametrize("letter", ["ç", "`", "\x1b", "\0", "\t", "œ", "’", "\ud800", "\xa0"])
def test_these_do_not_fit_gsm(letter: str) -> None:
    """E10: the escape is no letter, nor is any look-alike."""
    assert not fits_gsm("a" + letter)


def test_the_alphabet_is_the_standards() -> None:
    """E10: places of GSM 03.38 that are easily mistaken, and nothing there twice."""
    assert gsm7.decode(bytes([0, 6, 9, 0x0B, 0x10, 0x1F, 0x24, 0x40, 0x60])) == "@ùÇØΔÉ¤¡¿"
    assert len(gsm7.BASIC) == 128
    assert len(gsm7.LETTERS) == 127 + 10
    assert frozenset(gsm7.EXTENSION) == EXTENDED


def test_octets_are_unpacked_septets() -> None:
    """E10: an extended letter is the escape and its code."""
    assert octets("@é€[\n", Alphabet.gsm) == b"\x00\x05\x1be\x1b<\n"
    assert octets("ç\x1b\0日\ud800", Alphabet.gsm) == b"?????"


def test_every_letter_comes_back() -> None:
    """E10: both tables, and extended letters side by side."""
    text = "".join(sorted(gsm7.LETTERS)) + "".join(gsm7.EXTENSION)
    assert gsm7.decode(octets(text, Alphabet.gsm)) == text


def test_octets_of_the_other_alphabets() -> None:
    """E10: UTF-16-BE, and binary as it was given. A lone surrogate breaks nothing."""
    assert octets("é" + SMILEY, Alphabet.ucs2) == bytes.fromhex("00e9d83dde00")
    assert octets("a\ud83d", Alphabet.ucs2) == b"\0a\0?"
    assert octets("00FFa1", Alphabet.binary) == b"\x00\xff\xa1"


def test_strange_octets_are_read_as_the_standard_asks() -> None:
    """E32: an unknown escape shows the plain letter, one that escapes nothing a blank."""
    assert gsm7.decode(b"a\x1bZ\x1b\x1bb\x1b") == "aZ b "
    assert gsm7.decode(b"a\x80\xff") == "a\ufffd\ufffd"
    assert gsm7.decode(b"") == ""


def test_the_header_of_a_part() -> None:
    """E10: both forms of the reference, and one header where the message has its own."""
    assert udh(0x1FE, 3, 2, False) == bytes.fromhex("050003fe0302")
    assert udh(0x301FE, 3, 2, True) == bytes.fromhex("06080401fe0302")
    assert udh(1, 2, 1, False, WAP_PUSH) == bytes.fromhex("0b05040b8423f00003010201")


def test_more_parts_than_a_header_can_count_are_a_fault() -> None:
    with pytest.raises(ValueError, match="range"):
        udh(1, 256, 1, False)

"""Texts of every kind: parts, octets and variables, held against slower and plainer readings."""

import re

from hypothesis import given
from hypothesis import strategies as st

from chappe.engine.personalise import Template
from chappe.words import gsm7
from chappe.words.alphabet import EXTENDED, STANDARD, Alphabet, Weights
from chappe.words.text import closest, cut, fits_gsm, octets, parts_billed, parts_sent, split

LETTERS = "".join(sorted(gsm7.LETTERS))
ALPHABETS = st.sampled_from([Alphabet.gsm, Alphabet.ucs2])


def texts_of(letters: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Long texts from short draws: a run is a letter so many times, so that borders are met."""
    run = st.builds(str.__mul__, letters, st.sampled_from([1, 1, 2, 3, 32, 65, 66, 151, 152, 153]))
    return st.lists(run, max_size=9).map("".join)


GSM_TEXTS = texts_of(st.sampled_from(LETTERS) | st.sampled_from("a€["))
WIDE_TEXTS = texts_of(st.characters() | st.sampled_from("aб\U0001f600\U0010ffff\ud83d"))
TEXTS = GSM_TEXTS | WIDE_TEXTS
WEIGHTS = st.builds(
    Weights,
    gsm_one=st.sampled_from([160, 148]),
    gsm_many=st.sampled_from([153, 137]),
    ucs2_one=st.just(70),
    ucs2_many=st.sampled_from([67, 70]),
    double=st.sampled_from([EXTENDED, EXTENDED | {"\n", "é"}, frozenset[str](), {*"aΩб"}]).map(
        frozenset
    ),
    pairs_whole=st.booleans(),
)


def weight_of(letter: str, alphabet: Alphabet, double: frozenset[str]) -> int:
    twice = letter in double if alphabet == Alphabet.gsm else letter > "\uffff"
    return 2 if twice else 1


def filled_one_by_one(text: str, alphabet: Alphabet, weights: Weights) -> int:
    """Parts as one would count them by hand: letter after letter into part after part."""
    gsm = alphabet == Alphabet.gsm
    one = weights.gsm_one if gsm else weights.ucs2_one
    many = weights.gsm_many if gsm else weights.ucs2_many
    each = [weight_of(letter, alphabet, weights.double) for letter in text]
    if sum(each) <= one:
        return 1
    if not weights.pairs_whole:
        return -(-sum(each) // many)
    parts, room = 1, many
    for weight in each:
        if weight > room:
            parts, room = parts + 1, many
        room -= weight
    return parts


@given(TEXTS, ALPHABETS)
def test_parts_sent_are_those_counted_by_hand(text: str, alphabet: Alphabet) -> None:
    """E10: and the standard weights bill what the air carries."""
    by_hand = filled_one_by_one(text, alphabet, STANDARD)
    assert parts_sent(text, alphabet) == by_hand
    assert parts_billed(text, alphabet, STANDARD) == by_hand


@given(TEXTS, ALPHABETS, WEIGHTS)
def test_parts_billed_are_those_counted_by_hand(
    text: str, alphabet: Alphabet, weights: Weights
) -> None:
    """E10: by any weights a dialect may bring."""
    assert parts_billed(text, alphabet, weights) == filled_one_by_one(text, alphabet, weights)


@given(TEXTS, ALPHABETS, st.booleans())
def test_the_parts_fit_and_joined_they_are_the_text(
    text: str, alphabet: Alphabet, wide: bool
) -> None:
    """E10: nothing is lost, doubled, or too long for the air with its header."""
    parts = split(text, alphabet, wide=wide)
    header = 0 if len(parts) == 1 else 7 if wide else 6
    sizes = [len(octets(part, alphabet)) for part in parts]
    bits = 7 if alphabet == Alphabet.gsm else 8
    assert "".join(parts) == text
    assert len(parts) == parts_sent(text, alphabet, wide=wide)
    assert all(size * bits <= (140 - header) * 8 for size in sizes)
    assert len(parts) == 1 or all(parts)


@given(TEXTS, ALPHABETS, st.integers(1, 6), WEIGHTS)
def test_a_cut_is_the_longest_beginning_that_fits(
    text: str, alphabet: Alphabet, parts_max: int, weights: Weights
) -> None:
    """E10: one letter more would need another part."""
    kept = cut(text, alphabet, parts_max, weights)
    assert text.startswith(kept)
    assert parts_billed(kept, alphabet, weights) <= parts_max
    if kept != text:
        assert parts_billed(text[: len(kept) + 1], alphabet, weights) > parts_max


@given(GSM_TEXTS)
def test_octets_read_back_are_the_text(text: str) -> None:
    """E10: septets and back, for every letter of both tables."""
    assert fits_gsm(text)
    assert gsm7.decode(octets(text, Alphabet.gsm)) == text


@given(st.binary())
def test_any_octets_can_be_read(received: bytes) -> None:
    """E32: a reply is shown, whatever the handset sent."""
    assert len(gsm7.decode(received)) <= len(received)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_unicode_octets_read_back_are_the_text(text: str) -> None:
    """E10: UTF-16-BE, surrogate pairs included."""
    assert octets(text, Alphabet.ucs2).decode("utf-16-be") == text


@given(
    st.text(st.characters() | st.sampled_from(LETTERS)),
    st.dictionaries(
        st.characters(max_codepoint=0x2030).map(ord) | st.sampled_from(LETTERS).map(ord),
        st.none() | st.text(max_size=3) | st.integers(0, 0x10FFFF),
        max_size=30,
    ),
)
def test_the_closest_letter_is_what_translation_and_a_sieve_give(
    text: str, table: dict[int, str | int | None]
) -> None:
    """E10: any table, any text."""
    translated = text.translate(table)
    plain = "".join(letter if letter in gsm7.LETTERS else "?" for letter in translated)
    assert closest(text, table) == plain
    assert fits_gsm(text) == (set(text) <= gsm7.LETTERS)


NAMES = st.text("ab%.", max_size=3)


@given(st.text("abc%.", max_size=40), st.dictionaries(NAMES, st.text("ab%.", max_size=4)))
def test_variables_are_those_of_a_pattern_of_all_names(text: str, values: dict[str, str]) -> None:
    """E12: leftmost, then longest, values never read again."""
    longest_first = sorted(filter(None, values), key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")
    expected = pattern.sub(lambda found: values[found[0]], text)
    template = Template(text)
    assert template.fill(values) == expected
    assert template.fill_all([None, values, values]) == [text, expected, expected]


@given(st.lists(st.sampled_from(["<A>", "<B>", "<C>", " x ", "é"])), st.text("xyz"))
def test_names_apart_are_replaced_as_by_hand(pieces: list[str], value: str) -> None:
    """E12: where no name meets another, one pass and many give the same."""
    text = "".join(pieces)
    values = {"<A>": value, "<B>": "b"}
    assert Template(text).fill(values) == text.replace("<A>", value).replace("<B>", "b")

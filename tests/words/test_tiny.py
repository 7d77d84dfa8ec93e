"""Codes of short URLs: unique, short, telling nothing, and never in a path's way."""

import re
from itertools import pairwise, product
from string import ascii_letters, ascii_lowercase, digits

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chappe.dialects import DIALECTS
from chappe.words import tiny
from chappe.words.tiny import LONGEST, SHORTEST, Codes, capacity, is_word, length_beside

CODES = Codes(b"a key of thirty-two bytes, or so")
OTHERS = Codes(b"another key of some other length")
LENGTHS = st.integers(SHORTEST, LONGEST)
FIXED = ("/healthz", "/readyz")


@given(st.integers(1, 2**62), LENGTHS)
@example(capacity(SHORTEST) - 1, SHORTEST)
@example(capacity(LONGEST) - 1, LONGEST)
def test_a_code_leads_back_to_its_number(number: int, length: int) -> None:
    """H25: and to no other below the capacity of its length."""
    code = CODES.code(number, length)
    assert re.fullmatch(rf"[0-9A-Za-z]{{{length}}}", code)
    assert CODES.number(code) == number % capacity(length)


@pytest.mark.parametrize("digits_of_one", ["0Aab", "0Aabcdefg"])
def test_in_a_small_alphabet_every_code_is_given_once(
    monkeypatch: pytest.MonkeyPatch, digits_of_one: str
) -> None:
    """H25: looked at one by one: all numbers, all texts of that length."""
    monkeypatch.setattr(tiny, "_DIGITS", digits_of_one)
    monkeypatch.setattr(tiny, "_VALUES", {one: at for at, one in enumerate(digits_of_one)})
    monkeypatch.setattr(tiny, "_BASE", len(digits_of_one))
    monkeypatch.setattr(tiny, "_SMALL", 2)
    monkeypatch.setattr(tiny, "_SHAPE", re.compile("[0Aa-z]{2,4}"))
    monkeypatch.setattr(tiny, "SHORTEST", 2)
    monkeypatch.setattr(tiny, "LONGEST", 4)
    codes = Codes(b"small")
    for length in (2, 3, 4):
        given_out = [codes.code(number, length) for number in range(capacity(length))]
        assert len(set(given_out)) == len(given_out)
        assert not any(map(is_word, given_out))
        texts = ["".join(text) for text in product(digits_of_one, repeat=length)]
        found = {text: number for text in texts if (number := codes.number(text)) is not None}
        assert found == {code: number for number, code in enumerate(given_out)}


def test_the_values_below_the_capacity_are_no_words() -> None:
    """The first word of all is the code that the capacity's own value would be."""
    for length in range(SHORTEST, LONGEST + 1):
        assert tiny.written(capacity(length), length) == "a" * length
        assert not is_word(tiny.written(capacity(length) - 1, length))


@given(st.text(ascii_lowercase, min_size=SHORTEST, max_size=LONGEST))
@example("readyz")
@example("healthz")
@example("campaign")
def test_a_word_is_never_a_code(word: str) -> None:
    """H25: so no code is hidden by a path, of today or of tomorrow."""
    assert is_word(word)
    assert CODES.number(word) is None


@given(st.integers(1, 10**12), LENGTHS)
def test_no_code_is_a_word(number: int, length: int) -> None:
    """H25: the same from the other side."""
    assert not is_word(CODES.code(number, length))


def test_no_fixed_path_could_be_a_code() -> None:
    """H25: of any dialect, and of the house itself."""
    paths = {path for dialect in DIALECTS for _, path in dialect.ROUTES} | {*FIXED}
    assert {path for path in paths if CODES.number(path[1:]) is not None} == set()
    shaped = {path[1:] for path in paths if tiny._SHAPE.fullmatch(path[1:])}
    assert {"readyz", "credits", "campaign"} <= shaped
    assert all(map(is_word, shaped))


@given(st.one_of(st.text(), st.text(ascii_letters + digits, max_size=20)))
@example("")
@example("é" * 6)
@example("١٢٣٤٥٦")
@example("AAAAA")
@example("A" * (LONGEST + 1))
@example("ABCDEF\n")
def test_whatever_is_asked_for_is_answered(text: str) -> None:
    """H25: what is no code is none; what is one leads back to itself."""
    number = CODES.number(text)
    assert number is None or CODES.code(number, len(text)) == text


def test_neighbours_look_alike_no_more_than_strangers() -> None:
    """H25: of codes in a row every place holds every digit, and no two share their beginning more
    often than chance has it."""
    codes = [CODES.code(number, 6) for number in range(1, 20_001)]
    assert len(set(codes)) == len(codes)
    for place in range(6):
        counts = [sum(code[place] == digit for code in codes) for digit in ascii_letters + digits]
        assert min(counts) > 200
        assert max(counts) < 450
    alike = sum(one[:2] == other[:2] for one, other in pairwise(codes))
    assert alike < 20  # 5 by chance


def test_another_key_gives_other_codes() -> None:
    """H25: and other lengths too have nothing in common."""
    mine = {CODES.code(number, 6) for number in range(1, 2_000)}
    assert not mine & {OTHERS.code(number, 6) for number in range(1, 2_000)}
    longer = {CODES.code(number, 7)[:6] for number in range(1, 2_000)}
    assert not mine & longer


@pytest.mark.parametrize(
    ("domain", "length"),
    [
        ("zv.hcnx.fr", 6),
        ("b.hcnx.fr", 7),
        ("t.co", 12),
        ("x", 15),
        ("bb.hcnx.fr", 6),
        ("sms.hcnx.fr", 8),
        ("sms.example.org", 8),
        ("sms.example.org:8025", 8),
    ],
)
def test_a_short_url_has_seventeen_letters_where_the_domain_leaves_room(
    domain: str, length: int
) -> None:
    """H25: 17 less the domain and its slash, at least 6; where there is no room for these, so many
    that few guess one."""
    assert length_beside(domain) == length

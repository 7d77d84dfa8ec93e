"""Codes and ids: unique, both ways, and nobody's to guess."""

import re
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chappe.words.account import Account
from chappe.words.codes import CodeDigits, SecretIds, Shuffle, ids_of

KEY = b"a key of thirty-two bytes, or so"
IDS = ids_of(KEY)


@pytest.mark.parametrize("letters", ["0Aab", "0Aabcdefg"])
def test_in_a_small_alphabet_every_code_is_given_once(letters: str) -> None:
    """H25: looked at one by one: all numbers, all texts of that length."""
    for length in (2, 3, 4):
        shuffle = Shuffle(b"small", CodeDigits(letters, 2), length)
        given_out = [shuffle.code(number) for number in range(shuffle.capacity)]
        assert len(set(given_out)) == len(given_out)
        assert not any(code.isalpha() and code.islower() for code in given_out)
        texts = ["".join(text) for text in product(letters, repeat=length)]
        found = {text: number for text in texts if (number := shuffle.number(text)) is not None}
        assert found == {code: number for number, code in enumerate(given_out)}


@given(st.integers(1, 2**63 - 1), st.sampled_from(SecretIds._fields))
@example(2**63 - 1, "order")
def test_an_id_is_twelve_letters_and_digits_and_leads_back(number: int, kind: str) -> None:
    """With a letter among them, as a client takes digits for an error."""
    named = getattr(IDS, kind)
    code = named.code(number)
    assert re.fullmatch("(?=.*[A-Za-z])[A-Za-z0-9]{12}", code)
    assert named.number(code) == number


@given(st.one_of(st.text(), st.from_regex("[A-Za-z0-9]{12}", fullmatch=True)))
@example("")
@example("123456789012")
@example("éééééééééééé")
@example("S7EpYZ5kmS87\n")
def test_whatever_is_asked_for_is_answered(text: str) -> None:
    """What is no id is nobody's, and no number that a store could not look for."""
    number = IDS.order.number(text)
    assert number is None or (IDS.order.code(number) == text and number < 2**63)


def test_ids_that_were_given_out_stay_what_they_are() -> None:
    """They stand in customers' systems."""
    given_out = [named.code(1) for named in ids_of(KEY)]
    assert given_out == ["ld66dPhdXWhw", "W3qszFANlQOg", "wm5xCegckXjZ"]


def test_kinds_and_keys_have_nothing_in_common() -> None:
    """An order's id says nothing of the reply of the same number."""
    codes = [named.code(n) for ids in (IDS, ids_of(b"another")) for named in ids for n in range(99)]
    assert len(set(codes)) == len(codes)


def test_an_account_that_is_printed_shows_no_key() -> None:
    shown = repr(Account(id=1, login="fred", ids=IDS))
    assert KEY.decode() not in shown
    assert KEY.hex() not in shown

"""An operator's ids, written in several ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.links.smpp.meaning.ids import IdForm, Ids, answer_refs, plain, receipt_refs

FORMS: list[IdForm] = ["auto", "hex", "dec"]

PLAIN = [
    ("1A2B3C", "1a2b3c"),
    ("  0001A2b3C \0", "1a2b3c"),
    ("0x1A2B", "1a2b"),
    ("0X0042", "42"),
    ("0xyz", "xyz"),
    ("0000", "0"),
    ("", ""),
    (" \t", ""),
    ("Abc-9", "abc-9"),
]


@pytest.mark.parametrize(("raw", "ref"), PLAIN)
def test_an_id_is_kept_in_one_form(raw: str, ref: str) -> None:
    """E31: ids meet whatever their blanks, zeros and case."""
    assert plain(raw) == ref


MEETINGS: list[tuple[str, IdForm, str, str]] = [
    ("the same", "auto", "1a2b3c", "1a2b3c"),
    ("other case", "auto", "1A2B3C", "1a2b3c"),
    ("leading zeros", "auto", "0000001715004", "1715004"),
    ("hexadecimal answer, decimal receipt", "auto", "1A2B3C", "1715004"),
    ("hexadecimal answer of digits", "auto", "00102030", "1056816"),
    ("decimal answer, hexadecimal receipt", "auto", "1715004", "1A2B3C"),
    ("decimal answer, hexadecimal receipt of digits", "auto", "1056816", "102030"),
    ("no number", "auto", "AZ-19_x", "az-19_X"),
    ("hexadecimal answer, decimal receipt", "hex", "1A2B3C", "0001715004"),
    ("both hexadecimal", "hex", "1A2B3C", "001a2b3c"),
    ("both hexadecimal, digits", "hex", "102030", "00102030"),
    ("decimal answer, hexadecimal receipt", "dec", "1715004", "1A2B3C"),
    ("both decimal", "dec", "1715004", "0001715004"),
]


@pytest.mark.parametrize(("what", "form", "answered", "reported"), MEETINGS)
def test_an_answer_and_its_receipt_meet(
    what: str, form: IdForm, answered: str, reported: str
) -> None:
    """E30 and E31: ids in hexadecimal against decimal, leading zeros, other case."""
    ids = Ids(form)
    kept = ids.answered(answered)
    assert kept in ids.reported(reported), what
    assert plain(reported) in answer_refs(kept, form), what


def test_what_a_form_rules_out_is_not_looked_up() -> None:
    assert receipt_refs("1715004") == ("1715004", "1a2b3c", "24203268")
    assert receipt_refs("1715004", "hex") == ("1a2b3c", "1715004")
    assert receipt_refs("1715004", "dec") == ("1715004", "24203268")
    assert receipt_refs("1a2b3c") == ("1a2b3c", "1715004")
    assert receipt_refs("1a2b3c", "hex") == ("1a2b3c",)
    assert receipt_refs("1a2b3c", "dec") == ("1715004",)
    assert receipt_refs("x-1") == ("x-1",)
    assert answer_refs("1a2b3c", "dec") == ()


raw_ids = st.text("0123456789abcdefABCDEFxz-", max_size=12) | st.text(max_size=8)


@given(raw_ids, raw_ids, st.sampled_from(FORMS))
def test_both_sides_agree_on_what_may_be_the_same(answer: str, other: str, form: IdForm) -> None:
    kept = plain(answer)
    for receipt in {plain(other), *answer_refs(kept, form)}:
        assert (kept in receipt_refs(receipt, form)) == (receipt in answer_refs(kept, form))
    assert 1 <= len(receipt_refs(kept, form)) <= 3


def test_letters_in_answers_alone_make_receipts_decimal() -> None:
    """E31: sequential ids, where both readings are known, go to the right message."""
    ids = Ids()
    assert ids.reported("100") == ("100", "64", "256")
    ids.answered("6F")
    assert ids.reported("100") == ("64", "100", "256")
    ids.reported("6a")  # this operator writes both in hexadecimal after all
    assert ids.reported("100") == ("100", "64", "256")


def test_letters_in_receipts_alone_make_answers_decimal() -> None:
    """E31: sequential ids, where both readings are known, go to the right message."""
    ids = Ids()
    ids.reported("ff")
    assert ids.reported("100") == ("256", "100", "64")


def test_an_endless_id_is_no_number() -> None:
    endless = "9" * 100_000
    assert receipt_refs(endless) == (endless,)

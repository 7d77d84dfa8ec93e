"""Texts as they go out: one for all, filled for each, or each recipient's own."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.engine.fit import Text, fitted
from chappe.words.alphabet import Alphabet
from chappe.words.answer import Trouble
from chappe.words.order import Excess, Letter, Mention

ROOM = 1_000_000
STOP = Mention("36105", "STOP au 36105")


def fit(*texts: str, room: int = ROOM, **wishes: Any) -> Text:
    asked: dict[str, Any] = {"text": "", "numbers": range(len(texts)), "texts": texts, **wishes}
    return fitted(Letter(**asked), room)


def test_each_text_is_counted_and_held_against_the_bound_by_itself() -> None:
    """A long one of several is too long, not all of them."""
    assert fit("a" * 160, "b" * 161, "c" * 307, parts_max=2) == Text(
        shared="a" * 160,
        texts=["a" * 160, "b" * 161, "c" * 307],
        billed=[1, 2, 3],
        sending=[1, 2, 3],
        too_long=[2],
    )


def test_each_text_is_cut_to_its_size_and_written_in_letters_that_travel() -> None:
    said = fit("ça va", "d" * 170, parts_max=1, excess=Excess.cut, closest={0xE7: "Ç"})
    assert said.texts == ["Ça va", "d" * 160]


def test_each_text_gets_the_mention_that_it_lacks() -> None:
    said = fit("Promo STOP 36105", "Promo", mention=Mention(STOP.code, STOP.wording, True))
    assert said.texts == ["Promo STOP 36105", "Promo STOP au 36105"]


def test_one_text_without_the_mention_that_all_must_have_refuses_the_letter() -> None:
    assert fit("Promo STOP 36105", "Promo", mention=STOP).trouble is Trouble.no_stop


def test_each_text_is_filled_by_its_recipients_own_values() -> None:
    said = fit("A $1 $2", "B $1 $2", values=[{"$1": "x"}, None], shared={"$2": "y"})
    assert said.texts == ["A x y", "B $1 y"]


def test_texts_that_are_all_the_same_are_one() -> None:
    """E12: kept once."""
    assert fit("Un", "Un") == Text("Un", (), [1, 1], [1, 1], [])


HOME = [33_639_980_000, 33_700_000_001]
ABROAD = [32_470_000_000, 590_690_000_000, 4_915_123_456_789]  # and overseas
WORDS = st.text("aé€[Ω \n", max_size=400)


@given(
    st.lists(st.sampled_from([*HOME, *ABROAD, 0]), min_size=1, max_size=6),
    WORDS,
    WORDS.filter(bool),
    st.sampled_from(Alphabet),
    st.sampled_from([0, 1, 2]),
)
def test_each_recipient_is_told_what_is_meant_for_where_they_are(
    numbers: list[int], home: str, abroad: str, alphabet: Alphabet, most: int
) -> None:
    """As if there were a letter for each of them alone, with that text. What is no number is taken
    for one of here."""
    wishes: dict[str, Any] = {"alphabet": alphabet, "parts_max": most, "excess": Excess.cut}
    said = fitted(Letter(text=home, abroad=abroad, numbers=numbers, **wishes), ROOM)
    alone = [
        fitted(Letter(text=abroad if number in ABROAD else home, numbers=[number], **wishes), ROOM)
        for number in numbers
    ]
    assert list(said.texts or [said.shared] * len(numbers)) == [one.shared for one in alone]
    assert list(said.billed) == [one.billed[0] for one in alone]
    assert list(said.sending) == [one.sending[0] for one in alone]


def test_what_is_said_abroad_is_too_long_only_there() -> None:
    letter = Letter(text="a", abroad="b" * 161, numbers=[HOME[0], ABROAD[0]], parts_max=1)
    assert fitted(letter, ROOM).too_long == [1]


def test_texts_of_a_letter_have_a_bound_together() -> None:
    """E55: what they have in all, whoever wrote them."""
    assert fit("aaa", "bbb", room=5).trouble is Trouble.too_long


def test_as_many_texts_as_recipients_or_none() -> None:
    """A dialect that gives some and not others is a fault of ours, and loses nothing in silence."""
    with pytest.raises(ValueError, match="shorter"):
        fit("Un", "Deux", numbers=range(3), values=[None] * 3)

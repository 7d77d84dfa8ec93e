"""What two dialects share: when a call is made again, and to which URL; a list in one text."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.dialects.craft.listed import listed
from chappe.dialects.craft.pauses import growing
from chappe.dialects.craft.query import escaped, joined, urlencoded
from chappe.dialects.craft.texts import Texts
from chappe.words.clock import DAY, HOUR, MINUTE, SECOND


def test_pauses_grow_to_four_hours_and_end_with_their_time() -> None:
    """H67 F8"""
    at = 0
    waits: list[int] = []
    while (wait := growing(len(waits) + 1, 0, at, DAY)) is not None:
        waits.append(wait)
        at += wait
    minutes = [n * MINUTE for n in (1, 5, 15, 30)]
    assert waits == [10 * SECOND, *minutes, HOUR, 2 * HOUR, *[4 * HOUR] * 5]
    assert at <= DAY < at + 4 * HOUR


@pytest.mark.parametrize(
    ("url", "called"),
    [
        ("http://a/b", "http://a/b?x=1"),
        ("http://a/b?c=2", "http://a/b?c=2&x=1"),
        ("http://a/b?", "http://a/b?x=1"),
        ("http://a/b?c=2&", "http://a/b?c=2&x=1"),
        ("http://a/b?c=2#d", "http://a/b?c=2&x=1"),
        ("http://a/b#c?d", "http://a/b?x=1"),
    ],
)
def test_a_urls_own_query_stays_and_its_fragment_never_travels(url: str, called: str) -> None:
    assert joined(url, "x=1") == called


@given(st.binary(max_size=40) | st.text("aZ09_.~- é'+%&\n", max_size=40).map(str.encode))
def test_octets_are_escaped_as_the_standard_library_escapes_them(raw: bytes) -> None:
    assert escaped(raw) == quote(raw, safe="")


def test_parameters_are_escaped_in_the_charset_that_is_wanted() -> None:
    given = {"to": "+33612", "status": "4", "ret_id": "", "text": "\u00e9t\u00e9 1"}
    wanted = "to=%2B33612&status=4&ret_id=&text=%E9t%E9%201"
    assert urlencoded(given, lambda text: text.encode("latin-1")) == wanted


@given(st.text("1, ", max_size=40), st.integers(1, 10))
def test_a_list_holds_the_same_however_it_is_taken_apart(text: str, stretch: int) -> None:
    """O2, S25"""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chappe.dialects.craft.listed._STRETCH", stretch)
        assert listed(text, str.strip) == [one for one in text.split(",") if one.strip()]


def _held(texts: list[str]) -> Texts:
    held = Texts()
    for text in texts:
        held.append(text)
    return held


def test_many_texts_are_given_again_in_short_steps() -> None:
    """E55: 100,000 of them in one step kept all other threads waiting for ten milliseconds."""
    numbers = [f"+{4_915_100_000_000 + n}" for n in range(350_000)]
    texts = _held(numbers)
    given = list(texts.some())
    assert [one for some in given for one in some] == numbers
    assert max(map(len, given[:-1])) < 20_000
    assert [texts[place] for place in (0, 99_999, 100_000, 349_999)] == [
        numbers[place] for place in (0, 99_999, 100_000, 349_999)
    ]


@given(st.data())
def test_texts_are_the_same_wherever_they_are_taken_apart(data: st.DataObject) -> None:
    """Empty ones, the last of a block, and such as are longer than a step among them."""
    texts = data.draw(st.lists(st.text(st.characters(exclude_characters="\0"), max_size=4)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chappe.dialects.craft.texts._TOGETHER", data.draw(st.integers(1, 5)))
        patch.setattr("chappe.dialects.craft.texts._STRETCH", data.draw(st.integers(1, 6)))
        held = _held(texts)
        assert [one for some in held.some() for one in some] == texts
        assert [held[place] for place in range(len(held))] == texts

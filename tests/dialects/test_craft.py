"""What two dialects share: when a call is made again, and to which URL; a list in one text."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.dialects.craft.listed import listed
from chappe.dialects.craft.pauses import growing
from chappe.dialects.craft.query import escaped, joined, urlencoded
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

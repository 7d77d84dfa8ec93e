"""Texts sent over sMsmode, held against a second reading of the provider's table: written from the
document and the contract, letter after letter, with nothing of ours in it."""

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chappe.dialects import smsmode
from chappe.dialects.shape import Opened
from chappe.engine.fit import fitted
from chappe.words.account import Account
from chappe.words.exchange import Request
from chappe.words.order import Order
from chappe.words.text import split

NOW = 1_795_165_200_000
SALOME = Account(id=1, login="salome")
HOME, ABROAD = 33_612_000_001, 32_475_123_456
MENTIONS = {HOME: " STOP 36034", ABROAD: " no-sms.eu"}

# The document's table, by code; `**` count double. What is missing becomes a question mark.
_ONCE: Mapping[int, str] = {
    0x0A: "\n",
    0x0D: "\r",
    **{code: chr(code) for code in range(0x20, 0x5B)},
    0x5F: "_",
    **{code: chr(code) for code in range(0x61, 0x7B)},
    0xA1: "¡",
    0xA3: "£",
    0xA5: "¥",
    0xA7: "§",
    0xBF: "¿",
    0xC4: "Ä",
    0xC5: "Å",
    0xC6: "Æ",
    0xC7: "Ç",
    0xC8: "E",
    0xC9: "É",
    0xD1: "Ñ",
    0xD6: "Ö",
    0xD8: "Ø",
    0xDC: "Ü",
    0xDF: "ß",
    0xE0: "à",
    0xE4: "ä",
    0xE5: "å",
    0xE6: "æ",
    0xE8: "è",
    0xE9: "é",
    0xEC: "ì",
    0xF1: "ñ",
    0xF2: "ò",
    0xF6: "ö",
    0xF8: "ø",
    0xF9: "ù",
    0xFC: "ü",
}
_TWICE: Mapping[int, str] = {
    0x5B: "[",
    0x5C: "\\",
    0x5D: "]",
    0x5E: "^",
    0x7B: "{",
    0x7C: "|",
    0x7D: "}",
    0x7E: "~",
    0x80: "€",
    0xA4: "€",
}
_ROOMS = {False: (160, 153), True: (70, 67)}


class Asked(NamedTuple):
    """A text in the octets of a call, and what is asked for with it."""

    octets: bytes
    wide: bool = False
    stop: str = ""
    parts: int = 5


class Sent(NamedTuple):
    text: str
    billed: int
    sent: int


# --- as one would do it by hand ---


def counts_as(letter: str, wide: bool) -> int:
    doubled = ord(letter) > 0xFFFF if wide else letter in _TWICE.values()
    return 2 if doubled else 1


def length_by_hand(text: str, wide: bool) -> int:
    return sum(counts_as(letter, wide) for letter in text)


def parts_by_hand(text: str, wide: bool) -> int:
    one, many = _ROOMS[wide]
    if length_by_hand(text, wide) <= one:
        return 1
    count, left = 1, many
    for letter in text:
        if counts_as(letter, wide) > left:
            count, left = count + 1, many
        left -= counts_as(letter, wide)
    return count


def cut_by_hand(text: str, tail: str, asked: Asked) -> str:
    """As much of the text as leaves room for its tail, none of whose letters counts double."""
    one, many = _ROOMS[asked.wide]
    kept, length, count, left = 0, 0, 1, many
    for letter in text:
        unit = counts_as(letter, asked.wide)
        length += unit
        if unit > left:
            count, left = count + 1, many
        left -= unit
        in_all = count + -(-max(0, len(tail) - left) // many)
        if in_all > asked.parts and length + len(tail) > one:
            break
        kept += 1
    return text[:kept] + tail


def read_by_hand(asked: Asked) -> str:
    if asked.wide:
        return asked.octets.decode()
    return "".join(_ONCE.get(octet) or _TWICE.get(octet) or "?" for octet in asked.octets)


def sent_by_hand(asked: Asked, to: int) -> Sent:
    text, wide = read_by_hand(asked), asked.wide
    mention = MENTIONS[to]
    own = re.fullmatch(rf"(|.*[^\w]|.*_){mention.strip()}\s*", text, re.DOTALL)
    if asked.stop and own and parts_by_hand(text, wide) <= asked.parts:
        said = text
    elif asked.stop and own:
        said = cut_by_hand(own[1].rstrip(), mention, asked)
    elif asked.stop == "2":
        said = cut_by_hand(text, mention, asked)
    elif asked.stop == "1" and has_room(text, mention, wide):
        said = text + mention
    else:
        said = cut_by_hand(text, "", asked)
    parts = parts_by_hand(said, wide)
    return Sent(said, parts, parts)


def has_room(text: str, mention: str, wide: bool) -> bool:
    if wide:
        return length_by_hand(text + mention, True) <= 70
    return length_by_hand(text, False) <= 149


# --- as it is done ---


def order_of(asked: Asked) -> Order:
    query = (
        f"accessToken=k&numero={HOME},{ABROAD}&nbr_msg={asked.parts}&stop={asked.stop}"
        f"&classe_msg={'9' if asked.wide else '2'}&message={quote_from_bytes(asked.octets)}"
    )
    found = smsmode.identify(Request("GET", "/http/1.6/sendSMS.do", query.encode()), "send")
    assert isinstance(found, Opened), found
    order = smsmode.ACTIONS[found.action].read(found, SALOME, NOW)
    assert isinstance(order, Order), order
    return order


def sent(asked: Asked) -> Mapping[int, Sent]:
    [letter] = order_of(asked).letters
    found = fitted(letter, 100_000)
    texts = found.texts or [found.shared] * 2
    assert (found.trouble, [*found.too_long]) == (None, [])
    for text in texts:
        air = split(text, letter.alphabet)
        assert len(air) <= asked.parts
        assert "".join(air) == text
    columns = zip(texts, found.billed, found.sending, strict=True)
    return dict(zip(letter.numbers, [Sent(*one) for one in columns], strict=True))


def both_agree(asked: Asked) -> None:
    assert sent(asked) == {to: sent_by_hand(asked, to) for to in MENTIONS}


# --- held together ---


@pytest.mark.parametrize("stop", ["", "1", "2"])
def test_every_octet_leaves_as_the_document_has_it(stop: str) -> None:
    """S4: all 256, each by itself and among others."""
    for octet in range(0x100):
        both_agree(Asked(bytes([octet]), stop=stop))
        both_agree(Asked(b"a" + bytes([octet]) + b"b", stop=stop))


def test_all_octets_at_once_leave_as_each_does() -> None:
    """S4"""
    both_agree(Asked(bytes(range(0x100))))
    both_agree(Asked(bytes(range(0xFF, -1, -1)), stop="2"))


# The lengths up to which so many SMS are enough, and those up to which the mention goes with them.
NARROW_BORDERS = (149, 160, 306, 459, 612, 765)
WIDE_BORDERS = (59, 70, 134, 201, 268, 335)
AROUND = (-1, 0, 1, 2)
PAIRS = ("", "€", "€€", "€a€")
SURROGATES = ("", "😀", "😀😀", "😀a😀")


@pytest.mark.parametrize("stop", ["", "1", "2"])
@pytest.mark.parametrize("parts", [1, 2, 3, 4, 5])
def test_a_text_leaves_as_long_as_asked_for(parts: int, stop: str) -> None:
    """S3 S5: at every border, with pairs on both sides of it."""
    for size in [border + off for border in NARROW_BORDERS for off in AROUND]:
        for pair in PAIRS:
            head = "a" * (size - length_by_hand(pair, False) - 1)
            for text in (f"{head}a{pair}", f"{head}{pair}a"):
                both_agree(Asked(text.encode("iso-8859-15"), False, stop, parts))


@pytest.mark.parametrize("stop", ["", "1", "2"])
@pytest.mark.parametrize("parts", [1, 2, 3, 4, 5])
def test_a_unicode_text_leaves_as_long_as_asked_for(parts: int, stop: str) -> None:
    """S20 S3 S5: at every border, with surrogates on both sides of it."""
    for size in [border + off for border in WIDE_BORDERS for off in AROUND]:
        for pair in SURROGATES:
            head = "б" * (size - length_by_hand(pair, True) - 1)
            for text in (f"{head}a{pair}", f"{head}{pair}a"):
                both_agree(Asked(text.encode(), True, stop, parts))


@pytest.mark.parametrize(
    ("count", "stop", "home", "abroad"),
    [
        (149, "1", (160, 1), (159, 1)),
        (150, "1", (150, 1), (150, 1)),
        (149, "2", (160, 1), (159, 1)),
        (150, "2", (161, 2), (160, 1)),
        (306, "1", (306, 2), (306, 2)),
        (306, "2", (317, 3), (316, 3)),
        (765, "2", (765, 5), (765, 5)),
    ],
)
def test_the_documents_own_figures(
    count: int, stop: str, home: tuple[int, int], abroad: tuple[int, int]
) -> None:
    """S5 S3: by its letter, which knows no shorter mention: 150 never gets one with stop=1."""
    found = sent(Asked(b"x" * count, stop=stop))
    figures = {to: (len(one.text), one.billed) for to, one in found.items()}
    assert figures == {HOME: home, ABROAD: abroad}


def runs(letters: st.SearchStrategy[str], sizes: list[int]) -> st.SearchStrategy[str]:
    """Long texts from short draws, so that borders are met."""
    run = st.builds(str.__mul__, letters, st.sampled_from(sizes))
    return st.lists(run, min_size=1, max_size=8).map("".join).filter(bool)


OCTETS = st.integers(0, 0xFF).map(lambda octet: bytes([octet]).decode("latin-1"))
NARROW = runs(OCTETS | st.sampled_from("a\x80\xa4["), [1, 1, 2, 11, 38, 76, 149, 152, 153])
WIDE = runs(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff")
    | st.sampled_from("aб😀\U0010ffff"),
    [1, 1, 2, 10, 11, 33, 59, 66, 67],
)
STOPS = st.sampled_from(["", "1", "2"])
COUNTS = st.integers(1, 5)
ENDS = st.sampled_from(["", "", "", " STOP 36034", " no-sms.eu", "\nSTOP 36034\r\n", "xSTOP 36034"])


@given(NARROW, ENDS, STOPS, COUNTS)
@example("x" * 160, " STOP 36034", "2", 1)
@example("x" * 160, " no-sms.eu", "1", 1)
def test_any_octets_leave_and_count_as_by_hand(text: str, end: str, stop: str, parts: int) -> None:
    """S3 S4 S5: a mention that the text ends with already is kept like one that is added."""
    both_agree(Asked((text + end).encode("latin-1"), False, stop, parts))


@given(WIDE, ENDS, STOPS, COUNTS)
@example("😀" * 34, "", "1", 1)
@example("😀" * 200, " STOP 36034", "2", 5)
def test_any_unicode_leaves_and_counts_as_by_hand(
    text: str, end: str, stop: str, parts: int
) -> None:
    """S20 S3 S5: nothing is replaced."""
    both_agree(Asked((text + end).encode(), True, stop, parts))

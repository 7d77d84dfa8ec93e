"""Numbers: what each spelling reads as, and what a number tells of itself."""

import time
from array import array
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from chappe.words.number import (
    Kind,
    Spelling,
    Style,
    are_mainland_mobiles,
    country,
    is_mobile,
    kind,
    operator,
    read,
    read_all,
    spell,
    zone,
)

EVERY = (
    Spelling.PLUS
    | Spelling.ZEROS
    | Spelling.BARE
    | Spelling.NATIONAL
    | Spelling.SHORT
    | Spelling.BLANK_PLUS
)
EVERY |= Spelling.HOME | Spelling.LOCAL_OVERSEAS
MOBILE = 33619896895


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("+33619896895", Spelling.PLUS),
        ("+33 (0)6 19 89 68 95", Spelling.PLUS),
        ("(+33) 6.19.89.68.95", Spelling.PLUS),
        ("0033619896895", Spelling.ZEROS),
        ("00330619896895", Spelling.ZEROS),
        ("33619896895", Spelling.BARE),
        ("33619896895", Spelling.HOME),
        ("0619896895", Spelling.NATIONAL),
        ("06 19 89 68 95", Spelling.NATIONAL),
        ("06\u00a019\u202f89‑68–95\n", Spelling.NATIONAL),
        ("619896895", Spelling.SHORT),
        (" 33619896895", Spelling.BLANK_PLUS),
    ],
)
def test_a_spelling_is_read_by_its_own_form_and_by_no_other(text: str, form: Spelling) -> None:
    """E11: one number, whichever way a client writes it."""
    others = EVERY & ~form
    if form in Spelling.BARE | Spelling.HOME | Spelling.SHORT | Spelling.BLANK_PLUS:
        # Bare takes what home takes, drops a blank like any other, and finds +61 in 619896895.
        others &= ~(Spelling.BARE | Spelling.HOME)

    assert [read(text, form), read(text, EVERY), read(text, others)] == [MOBILE, MOBILE, 0]
    assert [read_all([text], taken) for taken in (form, EVERY, others)] == [[MOBILE], [MOBILE], [0]]


def test_the_form_of_mobiles_takes_06_and_07_alone() -> None:
    """F6: landlines without a country stay unread."""
    texts = ["0619896895", "06.19 89-68 95", "0712345678", "0690001234", "0123456789", "0812345678"]
    numbers = [MOBILE, MOBILE, 33712345678, 590690001234, 0, 0]
    for some in (texts, [*texts, "33619896895", "061989689", "06198968950"]):
        expected = numbers + [0] * (len(some) - len(numbers))
        assert read_all(some, Spelling.MOBILE) == expected
        assert [read(text, Spelling.MOBILE) for text in some] == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "+",
        "00",
        "+0",
        "hello",
        "06198968",
        "06198968951",
        "3361989689",
        "+3361989689",
        "+334",
        "+330019896895",
        "++33619896895",
        "+33+619896895",
        "0619896895x",
        "0619896895,0619896896",
        "۰۶۱۹۸۹۶۸۹۵",
        "0６19896895",
        "²²²²²²²²²",
        "519896895",
        "+999123456789",
        "+12",
        "1" * 16,
        "0" * 10,
        "0" * 100_000,
        "06 19 89 68 95" + "0" * 60,
    ],
)
def test_what_is_no_number_is_nought(text: str) -> None:
    assert read(text, EVERY) == 0
    assert read_all([text, "0619896895", text], EVERY) == [0, MOBILE, 0]


@pytest.mark.parametrize(
    ("digits", "place", "number"),
    [
        ("690001234", "GP", 590690001234),
        ("691221234", "GP", 590691221234),
        ("694201234", "GF", 594694201234),
        ("696201234", "MQ", 596696201234),
        ("697201234", "MQ", 596697201234),
        ("692123456", "RE", 262692123456),
        ("693123456", "RE", 262693123456),
        ("639012345", "YT", 262639012345),
        ("639971234", "YT", 262639971234),
        ("639991234", "YT", 262639991234),
        ("709001234", "GP", 590709001234),
        ("709101234", "MQ", 596709101234),
        ("709201234", "RE", 262709201234),
        ("709301234", "GF", 594709301234),
        ("709361234", "YT", 262709361234),
        ("708401234", "PM", 508708401234),
    ],
)
def test_an_overseas_number_is_its_own_destination(digits: str, place: str, number: int) -> None:
    """E11: however it is written, it belongs to its department, and can be a mobile."""
    code = str(number)[:3]
    spellings = [f"0{digits}", digits, f"+33{digits}", f"0033{digits}", f"33{digits}"]
    spellings += [f"+{code}{digits}", f"00{code}{digits}", f"{code}{digits}"]

    assert [read(text, EVERY) for text in spellings] == [number] * 8
    assert read_all(spellings, EVERY) == [number] * 8
    assert (country(number), kind(number), is_mobile(number)) == (place, Kind.MOBILE, True)
    assert zone(place) == "overseas"
    assert spell(number, Style.NATIONAL) == f"0{digits}"


def test_the_fiction_range_stays_on_the_mainland() -> None:
    """E11: 0639 is Mayotte but for 06 39 98."""
    first, last = read_all(["06 39 98 00 00", "+33 6 39 98 99 99"], EVERY)

    assert (first, last) == (33639980000, 33639989999)
    assert [country(number) for number in (first, last)] == ["FR", "FR"]
    assert [is_mobile(number) for number in (first, last)] == [True, True]
    assert read_all(["0639979999", "0639990000"], EVERY) == [262639979999, 262639990000]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0590690001234", 590690001234),
        ("0594694201234", 594694201234),
        ("0596 696 20 12 34", 596696201234),
        ("0262692123456", 262692123456),
        ("0262639012345", 262639012345),
        ("0508551234", 508551234),
    ],
)
def test_a_trunk_nought_before_an_overseas_code_is_a_form_of_its_own(
    text: str, number: int
) -> None:
    assert read(text, Spelling.LOCAL_OVERSEAS) == number
    assert read_all([text], EVERY) == [number]
    assert read(text, Spelling.PLUS | Spelling.ZEROS | Spelling.BARE | Spelling.SHORT) == 0


@pytest.mark.parametrize("text", ["0591690001234", "05906900012345", "059069000123", "05085512345"])
def test_a_near_miss_of_the_overseas_form_is_no_number(text: str) -> None:
    assert read(text, EVERY) == 0


def test_saint_pierre_keeps_its_six_digits() -> None:
    texts = ["+508551234", "00508551234", "0508 55 12 34"]

    assert read_all(texts, Spelling.PLUS | Spelling.ZEROS | Spelling.NATIONAL) == [508551234] * 3
    assert (country(508551234), kind(508551234)) == ("PM", Kind.MOBILE)
    assert spell(508551234, Style.NATIONAL) == "0508551234"


def test_a_leading_blank_is_a_sign_only_before_a_country() -> None:
    forms = Spelling.PLUS | Spelling.BLANK_PLUS
    texts = [" 33619896895", " 32475123456", " 0619896895", " +33619896895", "33619896895"]

    assert read_all(texts, forms) == [MOBILE, 32475123456, 0, MOBILE, 0]
    assert read_all([" 0619896895", " 619896895"], EVERY) == [MOBILE, MOBILE]
    assert read_all(texts, Spelling.PLUS) == [0, 0, 0, MOBILE, 0]


def test_home_takes_french_codes_alone() -> None:
    texts = ["33619896895", "590690001234", "32475123456"]

    assert read_all(texts, Spelling.HOME) == [MOBILE, 590690001234, 0]
    assert read_all(texts, Spelling.BARE) == [MOBILE, 590690001234, 32475123456]


def test_short_wins_over_bare() -> None:
    assert read("687751234", Spelling.BARE) == 687751234
    assert read("687751234", Spelling.BARE | Spelling.SHORT) == 33687751234


@pytest.mark.parametrize(
    ("text", "number", "place", "sort"),
    [
        ("+32475123456", 32475123456, "BE", Kind.MOBILE),
        ("+32 (0)475 12 34 56", 32475123456, "BE", Kind.MOBILE),
        ("+3222345678", 3222345678, "BE", Kind.FIXED),
        ("0041791234567", 41791234567, "CH", Kind.MOBILE),
        ("+393123456789", 393123456789, "IT", Kind.MOBILE),
        ("+390612345678", 390612345678, "IT", Kind.FIXED),
        ("+37799123456", 37799123456, "MC", Kind.FIXED),
        ("+12025550123", 12025550123, "US", Kind.MOBILE),
        ("+15551234567", 15551234567, "US", Kind.MOBILE),
        ("+14165550123", 14165550123, "CA", Kind.MOBILE),
        ("+18765550123", 18765550123, "JM", Kind.MOBILE),
        ("+447911123456", 447911123456, "GB", Kind.MOBILE),
        ("+447700900123", 447700900123, "GB", Kind.MOBILE),
        ("+447701900123", 447701900123, "GB", Kind.MOBILE),
        ("+77011234567", 77011234567, "KZ", Kind.MOBILE),
        ("+79161234567", 79161234567, "RU", Kind.MOBILE),
        ("+212650123456", 212650123456, "MA", Kind.MOBILE),
        ("+80012345678", 80012345678, "", Kind.OTHER),
        ("0123456789", 33123456789, "FR", Kind.FIXED),
        ("0836656565", 33836656565, "FR", Kind.OTHER),
        ("0912345678", 33912345678, "FR", Kind.OTHER),
        ("0590201234", 590590201234, "GP", Kind.FIXED),
        ("0269601234", 262269601234, "YT", Kind.FIXED),
        ("+590123456789", 590123456789, "GP", Kind.NONE),
    ],
)
def test_a_number_tells_its_country_and_kind(
    text: str, number: int, place: str, sort: Kind
) -> None:
    """E11: a right length makes a number; whether it can be a mobile is told apart."""
    assert read(text, EVERY) == number
    assert (country(number), kind(number)) == (place, sort)
    assert is_mobile(number) is (sort is Kind.MOBILE)


def test_every_06_and_07_of_the_right_length_can_be_a_mobile() -> None:
    texts = ["0601020304", "0699999999", "0701020304", "0730000000", "0799999999"]
    numbers = read_all(texts, Spelling.NATIONAL)

    assert [is_mobile(number) for number in numbers] == [True] * 5
    assert [is_mobile(number) for number in (33599999999, 33800000000, 33, 0)] == [False] * 4


@pytest.mark.parametrize(
    ("nn", "code"),
    [
        (0, "20801"),
        (24, "20801"),
        (25, "20810"),
        (49, "20810"),
        (50, "20820"),
        (74, "20820"),
        (75, "20815"),
        (96, "20815"),
        (97, "20823"),
        (98, "20826"),
        (99, "20827"),
    ],
)
def test_nn_picks_the_operator_of_a_fiction_number(nn: int, code: str) -> None:
    """E11: 06 39 98 nn xx, by the table of the simulated network."""
    numbers = [33639980000 + nn * 100 + xx for xx in (0, 11, 99)]

    assert [operator(number) for number in numbers] == [code] * 3


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0607000000", "20801"),
        ("0610000000", "20810"),
        ("0660000000", "20820"),
        ("0651000000", "20815"),
        ("0690300000", "34001"),
        ("0690080000", "34020"),
        ("0692880000", "64710"),
        ("0639110000", "64710"),
        ("+508551234", "30801"),
        ("0123456789", ""),
        ("+32475123456", ""),
    ],
)
def test_the_numbering_plan_names_the_operator_of_a_real_number(text: str, code: str) -> None:
    """E11: by block, whoever the number was taken to since."""
    assert operator(read(text, EVERY)) == code


def test_every_country_with_a_price_is_in_its_column() -> None:
    near = {"DE", "GB", "CH", "MC", "AD", "US", "CA", "MA", "DZ", "TN", "NO", "IS", "LI", "BE"}

    assert zone("FR") == "france"
    assert {zone(place) for place in near} == {"near"}
    assert {zone(place) for place in ("PM", "NC", "PF", "WF", "BL", "MF")} == {"overseas"}
    assert {zone(place) for place in ("JM", "CN", "RU", "PR", "")} == {"elsewhere"}


@pytest.mark.parametrize(
    ("number", "plus", "bare", "national"),
    [
        (MOBILE, "+33619896895", "33619896895", "0619896895"),
        (590690001234, "+590690001234", "590690001234", "0690001234"),
        (32475123456, "+32475123456", "32475123456", "0032475123456"),
        (590123456789, "+590123456789", "590123456789", "00590123456789"),
        (262639980001, "+262639980001", "262639980001", "00262639980001"),
    ],
)
def test_a_number_is_spelt_in_each_style(number: int, plus: str, bare: str, national: str) -> None:
    styles = (Style.PLUS, Style.BARE, Style.NATIONAL)

    assert tuple(spell(number, style) for style in styles) == (plus, bare, national)


def test_a_batch_reads_as_one_by_one_across_its_own_borders() -> None:
    texts = ["0619896895", "", "+32475123456", "bad\nline", "+33690001234"] * 4_001

    assert read_all(texts, EVERY) == [MOBILE, 0, 32475123456, 0, 590690001234] * 4_001
    assert read_all([], EVERY) == []


def test_a_million_french_mobiles_are_read_in_seconds() -> None:
    """E11: well under 10 s on one core."""
    texts = [f"+336{tail:08d}" for tail in range(0, 20_000_000, 20)]

    started = time.process_time()
    numbers = read_all(texts, EVERY)

    assert time.process_time() - started < 5
    assert numbers == list(range(33600000000, 33620000000, 20))


class _Numbers(Sequence[int]):
    """Numbers that know how many of them were gone through in one step, and how many in all."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self._numbers = numbers
        self.longest = self.all = 0

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, at: int | slice) -> Any:
        found = self._numbers[at]
        if isinstance(found, Sequence | array):
            self.longest, self.all = max(self.longest, len(found)), self.all + len(found)
        return found

    def __iter__(self) -> Iterator[int]:
        return iter(self[:])


@pytest.mark.parametrize(
    ("foreign_at", "most"), [(None, 1_000_000), (0, 10_000), (500_000, 510_000)]
)
def test_a_million_numbers_are_looked_at_in_short_steps(foreign_at: int | None, most: int) -> None:
    """E55: each step keeps all other threads waiting, and a million in one took 80 ms; it goes as
    far as the first number that is none."""
    held = array("q", range(33_600_000_000, 33_601_000_000))
    if foreign_at is not None:
        held[foreign_at] = 4_915_112_345_678
    numbers = _Numbers(held)
    assert are_mainland_mobiles(numbers) is (foreign_at is None)
    assert numbers.longest <= 10_000
    assert numbers.all == most

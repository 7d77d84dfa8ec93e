"""Properties of numbers, Paris time and legal hours, with the libraries as judges."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import phonenumbers
from hypothesis import given, settings
from hypothesis import strategies as st

from chappe.engine import postpone
from chappe.engine.postpone import Window
from chappe.words import paris
from chappe.words.number import Spelling, Style, country, is_mobile, read, read_all, spell
from chappe.words.number.plan import home

INTERNATIONAL = Spelling.PLUS | Spelling.ZEROS
FORMS = INTERNATIONAL | Spelling.NATIONAL
EVERY = (
    FORMS
    | Spelling.BARE
    | Spelling.HOME
    | Spelling.SHORT
    | Spelling.BLANK_PLUS
    | Spelling.LOCAL_OVERSEAS
)
ZONE = ZoneInfo("Europe/Paris")
EPOCH = datetime(1970, 1, 1)
SIGNS = ["+33", "0033", "0", "+330", "+33(0)", "00330"]

FIRST = int(datetime(1990, 1, 1, tzinfo=UTC).timestamp()) * 1_000
LAST = int(datetime(2100, 12, 31, tzinfo=UTC).timestamp()) * 1_000
instants = st.integers(FIRST, LAST)
# Around both clock changes of a year, where mistakes would be.
changes = st.builds(
    lambda year, month, shift: (
        int(datetime(year, month, 25, tzinfo=UTC).timestamp()) * 1_000 + shift
    ),
    st.integers(1996, 2099),
    st.sampled_from([3, 10]),
    st.integers(0, 8 * paris.DAY_MS),
)
moments = instants | changes
windows = st.builds(Window, st.integers(0, 1439), st.integers(0, 1440))

nines = st.integers(100_000_000, 999_999_999) | st.integers(600_000_000, 799_999_999)
gaps = st.lists(st.sampled_from(["", "", " ", ".", "-", "\u00a0"]), min_size=9, max_size=9)
signs = st.sampled_from(SIGNS)
tails = st.sampled_from(["", "", "", "", "7", "07"])


@st.composite
def french_looking(draw: st.DrawFn) -> str:
    digits = zip(str(draw(nines)), draw(gaps), strict=True)
    return draw(signs) + "".join(gap + digit for digit, gap in digits) + draw(tails)


def judged(text: str) -> int:
    """What the library reads, with our one decision: shared blocks go to their department."""
    try:
        number = phonenumbers.parse(text, "FR")
    except phonenumbers.NumberParseException:
        return 0
    verdict = phonenumbers.is_possible_number_with_reason(number)
    if verdict != phonenumbers.ValidationResult.IS_POSSIBLE:
        return 0
    if number.country_code == 33:
        return home(number.national_number or 0)
    return int(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[1:])


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32))
def test_the_french_path_reads_as_the_library_does(seed: int) -> None:
    """E11: five thousand French-looking strings, some too long, each in some spelling."""
    texts = scribbled(random.Random(seed))

    assert dict(zip(texts, read_all(texts, FORMS), strict=True)) == {
        text: judged(text) for text in texts
    }


def scribbled(chance: random.Random) -> list[str]:
    """What a hundred careless people type; drawn at once, as single draws are slow."""
    texts = []
    for _ in range(100):
        nine = str(chance.randrange(100_000_000, 1_000_000_000))
        spaced = "".join(chance.choice(["", "", " ", ".", "-", "\u00a0"]) + digit for digit in nine)
        texts.append(chance.choice(SIGNS) + spaced + chance.choice(["", "", "", "7", "07"]))
    return texts


@settings(max_examples=600, deadline=None)
@given(st.integers(600_000_000, 799_999_999) | st.integers(690_000_000, 710_000_000))
def test_what_the_library_calls_a_french_mobile_is_one(nine: int) -> None:
    """Ours is the wider one, by shape: 0700 to 0729, and blocks given to nobody yet."""
    number = home(nine)
    found = phonenumbers.number_type(phonenumbers.parse(f"+{number}"))
    theirs = found == phonenumbers.PhoneNumberType.MOBILE
    region = phonenumbers.region_code_for_number(phonenumbers.parse(f"+{number}"))

    assert is_mobile(number)
    if theirs:
        # Three territories share the numbers of Guadeloupe, and the library asks for the first.
        assert country(number) == region
    elif country(number) == "FR":
        assert 700_000_000 <= nine < 730_000_000 or nine // 10_000 == 63998


@given(st.lists(french_looking() | st.text(max_size=14), max_size=40), st.integers(0, 255))
@settings(deadline=None)
def test_a_batch_reads_what_its_texts_read_alone(texts: list[str], bits: int) -> None:
    forms = Spelling(bits)

    assert read_all(texts, forms) == [read(text, forms) for text in texts]


@given(french_looking() | st.builds("+{}".format, st.integers(1, 10**15)))
@settings(max_examples=300, deadline=None)
def test_what_is_spelt_reads_back(text: str) -> None:
    number = read(text, FORMS)
    if number:
        assert read(spell(number, Style.PLUS), Spelling.PLUS) == number
        assert read(spell(number, Style.BARE), Spelling.BARE) == number
        assert read(spell(number, Style.NATIONAL), FORMS) == number


@given(st.text(max_size=80), st.integers(0, 255))
def test_any_text_reads_without_a_fault(text: str, bits: int) -> None:
    number = read(text, Spelling(bits))

    assert number == 0 or 1_000 < number < 10**15
    assert len(country(number)) in (0, 2)


@given(moments)
@settings(max_examples=300)
def test_wall_time_is_what_the_zone_says(ms: int) -> None:
    """E20: the table of changes agrees with the time zone database."""
    aware = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
    there = aware.astimezone(ZONE)

    assert paris.wall(ms) == there.replace(tzinfo=None, fold=0)
    assert paris.stamp(ms, paris.DASHED) == there.strftime(paris.DASHED)
    assert paris.utc_stamp(ms, paris.SLASHED_SHORT) == aware.strftime(paris.SLASHED_SHORT)
    assert paris.midnight(ms) == midnight_by_the_zone(there)


def midnight_by_the_zone(there: datetime) -> int:
    return int(there.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()) * 1_000


@given(moments)
@settings(max_examples=300)
def test_an_instant_comes_back_from_its_wall_time(ms: int) -> None:
    """E20: the same one, or the first of two an hour apart."""
    back = paris.instant(paris.wall(ms))

    assert back in (ms, ms - 3_600_000)
    assert paris.wall(back) == paris.wall(ms)


@given(moments)
@settings(max_examples=300)
def test_a_wall_time_counts_as_the_zone_counts_the_first_of_two(ms: int) -> None:
    """E20: the zone reads a time in the gap by the offset before it, as we do."""
    wall = EPOCH + timedelta(milliseconds=ms)
    judge = wall.replace(tzinfo=ZONE, fold=0).astimezone(UTC)

    assert paris.instant(wall) == (judge.replace(tzinfo=None) - EPOCH) // timedelta(milliseconds=1)


@given(moments, st.floats(0, 1, exclude_max=True))
@settings(max_examples=300)
def test_nothing_legal_lies_before_the_next_legal_instant(ms: int, where: float) -> None:
    """E21: what falls outside waits for the next opening, no longer."""
    opening = postpone.next_legal(ms)

    assert postpone.is_legal(opening)
    assert postpone.is_legal(ms) is (opening == ms)
    if opening > ms:
        assert not postpone.is_legal(opening - 1)
        assert not postpone.is_legal(ms + int((opening - ms) * where))


@given(moments, windows, st.floats(0, 1, exclude_max=True), st.booleans())
@settings(max_examples=300)
def test_nothing_is_open_before_the_next_leave(
    ms: int, window: Window, where: float, legal: bool
) -> None:
    """E21: window and legal hours at once."""
    leave = postpone.next_leave(ms, legal=legal, window=window)
    between = ms + int(((leave or ms + 14 * paris.DAY_MS) - ms) * where)

    def allowed(at: int) -> bool:
        return postpone.is_open(at, window) and (postpone.is_legal(at) or not legal)

    if leave is None:
        assert legal
        assert not allowed(between)
    else:
        assert allowed(leave)
        assert allowed(between) is (leave == ms)

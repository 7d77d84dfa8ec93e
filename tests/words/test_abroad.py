"""Numbers abroad are what the library says, at a fraction of its price."""

import random
import time
from collections.abc import Iterator
from inspect import unwrap

import phonenumbers
from hypothesis import given, settings
from hypothesis import strategies as st

from chappe.words.number import Spelling, kind, read, read_all
from chappe.words.number.kinds import kind_by_library
from chappe.words.number.reading import number_abroad, number_by_library

CODES = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
OURS = frozenset({33, 262, 590, 594, 596})  # read by shape, and tested beside it
TRUNKS = ["", "", "", "0", "1", "8", "06", "00", "15", "90", "11"]


def scribbled(chance: random.Random) -> Iterator[str]:
    """Digits of every calling code: of chance, or like an example of the library."""
    for code in CODES:
        for _ in range(3):
            yield f"{code}{chance.choice(TRUNKS)}{_digits(chance, chance.randrange(13))}"[:15]
        region = chance.choice(CODES[code])
        example = (
            phonenumbers.example_number_for_non_geo_entity(code)
            if region == "001"
            else phonenumbers.example_number_for_type(region, chance.randrange(10))
        )
        if example is not None:
            national = phonenumbers.national_significant_number(example)
            yield f"{code}{chance.choice(TRUNKS)}{national[:-2]}{_digits(chance, 2)}"[:15]


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choices("0123456789", k=count))


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**32))
def test_every_number_abroad_is_what_the_library_says(seed: int) -> None:
    """E11: which number it is, and whether it can be a mobile."""
    texts = [*scribbled(random.Random(seed))]
    assert [*map(number_abroad, texts)] == [*map(number_by_library, texts)]
    numbers = [
        number
        for text in texts
        for number in (int(text), number_abroad(text))
        if number and int(str(number)[:2]) not in OURS and int(str(number)[:3]) not in OURS
        if not 447_700_900_000 <= number < 447_700_901_000  # fiction
        if not str(number).startswith("508")
    ]
    assert [*map(kind, numbers)] == [*map(unwrap(kind_by_library), numbers)]


def test_numbers_abroad_are_cheap() -> None:
    """E11: 20,000 of several countries that nobody has asked for before."""
    chance = random.Random(1)
    texts = [
        chance.choice(["4915", "447", "3247", "86138"]) + _digits(chance, 8) for _ in range(20_000)
    ]
    read(texts[0], Spelling.BARE)
    begun = time.process_time()
    numbers = read_all(texts, Spelling.BARE)
    _ = [kind(number) for number in numbers if number]
    ours = time.process_time() - begun
    begun = time.process_time()
    asked = [number_by_library(text) for text in texts[:2_000]]
    _ = [unwrap(kind_by_library)(number) for number in asked if number]
    assert ours < (time.process_time() - begun) * 10 / 3

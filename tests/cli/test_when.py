"""Times as people type them: what is meant, and the very same instant again."""

import pytest

from chappe.hands.shown import CannotDo
from chappe.hands.when import exact, instant_of

SUMMER_ENDS = 1_792_890_000_000  # 2026-10-25 01:00 UTC, 03:00 becomes 02:00


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2026-13-01", "2026-02-30", "2026-10-25 25:00", "2026-10-25 1:00+99:00"],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(CannotDo):
        instant_of(text)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-10-25", SUMMER_ENDS - 3 * 3_600_000),
        ("2026-10-25 02:30", SUMMER_ENDS - 1_800_000),  # of two, the first
        ("2026-10-25 02:30+01:00", SUMMER_ENDS + 1_800_000),
        ("2026-10-25 02:30:15.25+02:00", SUMMER_ENDS - 1_784_750),
        ("2026-03-29 02:30", 1_774_747_800_000),  # there is none: 03:30
        ("2026-10-24 20:00:00-05:00", SUMMER_ENDS),
    ],
)
def test_a_time_is_paris_time_unless_it_says_otherwise(text: str, at: int) -> None:
    assert instant_of(text) == at


@pytest.mark.parametrize("at", [0, SUMMER_ENDS - 1, SUMMER_ENDS, 1_774_747_800_123])
def test_what_is_written_is_the_same_instant_again(at: int) -> None:
    assert instant_of(exact(at)) == at
    assert exact(SUMMER_ENDS) == "2026-10-25 02:00:00.000+01:00"

"""Paris time: the two clock changes, the patterns, and what is a date or a time."""

from datetime import UTC, date, datetime, time

import pytest

from chappe.words import paris

# Clocks went from 02:00 to 03:00 at this instant, and from 03:00 back to 02:00 at the other.
SPRING = 1_774_746_000_000  # 2026-03-29 01:00:00 UTC
AUTUMN = 1_792_890_000_000  # 2026-10-25 01:00:00 UTC
MINUTE = 60_000
HOUR = 60 * MINUTE


def utc(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp()) * 1_000  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("wall", "ms"),
    [
        (datetime(2026, 1, 15, 12, 0), utc(2026, 1, 15, 11, 0)),
        (datetime(2026, 7, 15, 12, 0), utc(2026, 7, 15, 10, 0)),
        (datetime(2026, 3, 29, 1, 59, 59), SPRING - 1_000),
        (datetime(2026, 3, 29, 3, 0), SPRING),
        (datetime(2026, 10, 25, 1, 59, 59), AUTUMN - HOUR - 1_000),
        (datetime(2026, 10, 25, 3, 0), AUTUMN + HOUR),
        (datetime(1995, 9, 24, 2, 30), utc(1995, 9, 24, 0, 30)),
        (datetime(2100, 12, 31, 23, 59, 59), utc(2100, 12, 31, 22, 59, 59)),
        (datetime(9999, 12, 31, 23, 59, 59), utc(9999, 12, 31, 22, 59, 59)),
        (datetime(1, 1, 1, 1, 0), -62_135_596_800_000),
    ],
)
def test_a_wall_time_is_an_instant_and_back(wall: datetime, ms: int) -> None:
    """E20: Paris time, to the second."""
    assert (paris.instant(wall), paris.wall(ms)) == (ms, wall)


def test_a_time_that_does_not_exist_moves_on_by_the_gap() -> None:
    """E20: 02:30 on the last Sunday of March is 03:30."""
    assert paris.instant(datetime(2026, 3, 29, 2, 0)) == SPRING
    assert paris.instant(datetime(2026, 3, 29, 2, 30)) == SPRING + 30 * MINUTE
    assert paris.wall(SPRING + 30 * MINUTE) == datetime(2026, 3, 29, 3, 30)
    assert paris.instant(datetime(2026, 3, 29, 2, 59, 59)) == SPRING + HOUR - 1_000


def test_a_time_that_exists_twice_is_the_first() -> None:
    """E20: 02:30 on the last Sunday of October is the one before the change."""
    assert paris.instant(datetime(2026, 10, 25, 2, 0)) == AUTUMN - HOUR
    assert paris.instant(datetime(2026, 10, 25, 2, 30)) == AUTUMN - 30 * MINUTE
    assert paris.wall(AUTUMN - 30 * MINUTE) == datetime(2026, 10, 25, 2, 30)
    assert paris.wall(AUTUMN + 30 * MINUTE) == datetime(2026, 10, 25, 2, 30)


def test_midnight_is_the_beginning_of_the_paris_day() -> None:
    """E20: also on the days of 23 and of 25 hours."""
    spring, autumn = utc(2026, 3, 28, 23, 0), utc(2026, 10, 24, 22, 0)

    assert [paris.midnight(ms) for ms in (spring - 1, spring, spring + 23 * HOUR - 1)] == [
        spring - 24 * HOUR,
        spring,
        spring,
    ]
    assert paris.midnight(spring + 23 * HOUR) == spring + 23 * HOUR
    assert paris.midnight(autumn + 25 * HOUR - 1) == autumn
    assert paris.midnight(autumn + 25 * HOUR) == autumn + 25 * HOUR


def test_a_minute_of_a_day_is_a_wall_time() -> None:
    today = paris.day(SPRING)

    assert paris.at(today, 0) == paris.midnight(SPRING)
    assert paris.at(today, 8 * 60) == utc(2026, 3, 29, 6, 0)
    assert paris.at(today, 26 * 60) == paris.at(today + 1, 2 * 60) == utc(2026, 3, 30, 0, 0)


@pytest.mark.parametrize(
    ("pattern", "here", "in_utc"),
    [
        (paris.DASHED, "2026-07-01 00:05:09", "2026-06-30 22:05:09"),
        (paris.DASHED_MINUTES, "2026-07-01 00:05", "2026-06-30 22:05"),
        (paris.DASHED_DAY, "2026-07-01", "2026-06-30"),
        (paris.ISO, "2026-07-01T00:05:09", "2026-06-30T22:05:09"),
        (paris.SLASHED, "01/07/2026 00:05:09", "30/06/2026 22:05:09"),
        (paris.SLASHED_MINUTES, "01/07/2026 00:05", "30/06/2026 22:05"),
        (paris.SLASHED_SHORT, "01/07/26 00:05", "30/06/26 22:05"),
        (paris.PACKED_MINUTES, "01072026-00:05", "30062026-22:05"),
        (paris.PACKED, "20260701000509", "20260630220509"),
        ("%Hh", "00h", "22h"),
    ],
)
def test_a_stamp_follows_its_pattern(pattern: str, here: str, in_utc: str) -> None:
    ms = utc(2026, 6, 30, 22, 5, 9) + 999

    assert (paris.stamp(ms, pattern), paris.utc_stamp(ms, pattern)) == (here, in_utc)


def test_a_stamp_shows_the_hour_that_comes_twice_twice() -> None:
    """E20: the spring hour is never shown."""
    around = [SPRING - 1, SPRING, AUTUMN - 1, AUTUMN]

    assert [paris.stamp(ms, "%H:%M") for ms in around] == ["01:59", "03:00", "02:59", "02:00"]


def test_a_pattern_whose_clock_is_out_of_order_is_a_fault() -> None:
    with pytest.raises(ValueError, match="in this order"):
        paris.stamp(0, "%M:%H")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-29", date(2026, 3, 29)),
        ("2024-02-29", date(2024, 2, 29)),
        ("9999-12-31", date(9999, 12, 31)),
        ("2026-02-29", None),
        ("2026-13-01", None),
        ("2026-00-10", None),
        ("0000-01-01", None),
        ("2026-3-29", None),
        ("26-03-29", None),
        ("29/03/2026", None),
        ("2026-03-29 ", None),
        ("2026-03-29\n", None),
        ("٢٠٢٦-03-29", None),
        ("", None),
    ],
)
def test_a_date_is_a_real_day_strictly_written(text: str, day: date | None) -> None:
    assert paris.date_of(text) == day


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("09:30", time(9, 30)),
        ("00:00", time(0, 0)),
        ("23:59:59", time(23, 59, 59)),
        ("09 : 30", time(9, 30)),
        ("09: 30 :15", time(9, 30, 15)),
        ("24:00", None),
        ("09:60", None),
        ("09:30:60", None),
        ("9:30", time(9, 30)),
        ("9 : 30:15", time(9, 30, 15)),
        (":30", None),
        ("009:30", None),
        ("9:5", None),
        ("0930", None),
        ("09:30:", None),
        ("09:30\n", None),
        ("٠٩:30", None),
        ("", None),
    ],
)
def test_a_time_is_strict_but_for_blanks_and_a_first_zero(text: str, clock: time | None) -> None:
    assert paris.time_of(text) == clock

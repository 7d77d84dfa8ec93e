"""The calendar: legal hours, public holidays, and the windows of a push."""

import time
from datetime import date, datetime

import holidays
import pytest

from chappe.engine import postpone
from chappe.engine.postpone import Window
from chappe.words import paris


def at(text: str) -> int:
    return paris.instant(datetime.fromisoformat(text))


def minutes(text: str) -> Window:
    start, stop = (int(end[:2]) * 60 + int(end[3:]) for end in text.split("-"))
    return Window(start, stop)


def test_the_holidays_are_those_of_the_almanac_for_a_century() -> None:
    """E21: no French public holiday."""
    years = range(1990, 2101)
    ours = {day for year in years for day in postpone.holidays(year)}
    # The almanac drops Whit Monday for three years in which some went to work on it; it stayed a
    # public holiday by law.
    whit = {date(2005, 5, 16), date(2006, 6, 5), date(2007, 5, 28)}

    assert ours == set(holidays.country_holidays("FR", years=years)) | whit


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        ("2026-03-25 07:59:59", "2026-03-25 08:00:00"),
        ("2026-03-25 08:00:00", "2026-03-25 08:00:00"),
        ("2026-03-25 19:59:59", "2026-03-25 19:59:59"),
        ("2026-03-25 20:00:00", "2026-03-26 08:00:00"),
        ("2026-03-28 20:00:00", "2026-03-30 08:00:00"),  # over the Sunday of the spring change
        ("2026-10-25 12:00:00", "2026-10-26 08:00:00"),  # the Sunday of the autumn change
        ("2026-04-04 21:00:00", "2026-04-07 08:00:00"),  # Easter, and Easter Monday
        ("2026-05-13 23:00:00", "2026-05-15 08:00:00"),  # Ascension
        ("2026-05-07 20:00:00", "2026-05-09 08:00:00"),  # 8 May
        ("2026-07-14 10:00:00", "2026-07-15 08:00:00"),
        ("2027-12-24 20:00:00", "2027-12-27 08:00:00"),  # Christmas is a Saturday
        ("2028-02-29 07:00:00", "2028-02-29 08:00:00"),
        ("2028-12-31 09:00:00", "2029-01-02 08:00:00"),  # a Sunday, then New Year
        ("1960-07-14 10:00:00", "1960-07-15 08:00:00"),
    ],
)
def test_marketing_waits_for_the_next_legal_hour(now: str, opening: str) -> None:
    """E21: 08:00 to 20:00, no Sunday, no holiday, Paris time."""
    assert postpone.next_legal(at(now)) == at(opening)
    assert postpone.is_legal(at(now)) is (now == opening)


def test_the_edges_of_the_legal_day_are_exact_to_the_millisecond() -> None:
    """E21: 08:00:00.000 is open, 20:00:00.000 is closed."""
    opens, closes = at("2026-03-25 08:00:00"), at("2026-03-25 20:00:00")
    edges = (opens - 1, opens, closes - 1, closes)

    assert [postpone.is_legal(ms) for ms in edges] == [False, True, True, False]


@pytest.mark.parametrize(
    ("window", "now", "opening"),
    [
        ("09:00-18:00", "2026-03-25 08:59:59", "2026-03-25 09:00:00"),
        ("09:00-18:00", "2026-03-25 09:00:00", "2026-03-25 09:00:00"),
        ("09:00-18:00", "2026-03-25 17:59:59", "2026-03-25 17:59:59"),
        ("09:00-18:00", "2026-03-25 18:00:00", "2026-03-26 09:00:00"),
        ("09:00-18:00", "2026-03-28 18:00:00", "2026-03-29 09:00:00"),  # 23 hours, Sunday too
        ("09:00-18:00", "2026-10-24 18:00:00", "2026-10-25 09:00:00"),  # 25 hours
        ("09:00-18:00", "2028-02-28 18:00:00", "2028-02-29 09:00:00"),
        ("22:00-06:00", "2026-03-25 21:59:59", "2026-03-25 22:00:00"),
        ("22:00-06:00", "2026-03-26 05:59:59", "2026-03-26 05:59:59"),
        ("22:00-06:00", "2026-03-26 06:00:00", "2026-03-26 22:00:00"),
        ("22:00-06:00", "2026-12-31 23:59:59", "2026-12-31 23:59:59"),
        ("20:00-00:00", "2026-03-25 23:59:59", "2026-03-25 23:59:59"),
        ("20:00-24:00", "2026-03-26 00:00:00", "2026-03-26 20:00:00"),
        ("12:00-12:00", "2026-03-26 11:59:59", "2026-03-26 11:59:59"),  # all day
    ],
)
def test_a_window_opens_by_paris_time(window: str, now: str, opening: str) -> None:
    """E21: start and stop of a push, over midnight, over both clock changes."""
    assert postpone.next_open(at(now), minutes(window)) == at(opening)
    assert postpone.is_open(at(now), minutes(window)) is (now == opening)


def test_a_window_in_the_hour_that_comes_twice_opens_once() -> None:
    """E20, E21: its ends are due times, and each of these is the first of two."""
    window = minutes("02:00-02:30")
    first = at("2026-10-25 02:00:00")
    again = first + 60 * paris.MINUTE_MS

    assert paris.wall(again) == datetime(2026, 10, 25, 2, 0)
    assert [postpone.is_open(ms, window) for ms in (first, again)] == [True, False]
    assert postpone.next_open(again, window) == at("2026-10-26 02:00:00")


def test_a_window_in_the_hour_that_is_left_out_opens_the_day_after() -> None:
    """E20, E21: both its ends move on to 03:00."""
    window = minutes("02:00-03:00")
    half = minutes("02:30-04:00")

    assert postpone.next_open(at("2026-03-29 00:00:00"), window) == at("2026-03-30 02:00:00")
    assert postpone.next_open(at("2026-03-29 00:00:00"), half) == at("2026-03-29 03:30:00")


@pytest.mark.parametrize(
    ("legal", "window", "now", "leave"),
    [
        (False, None, "2026-03-29 03:00:00", "2026-03-29 03:00:00"),
        (True, None, "2026-03-29 03:00:00", "2026-03-30 08:00:00"),
        (False, "09:00-18:00", "2026-03-29 03:00:00", "2026-03-29 09:00:00"),
        (True, "09:00-18:00", "2026-03-29 03:00:00", "2026-03-30 09:00:00"),
        (True, "18:00-22:00", "2026-03-28 20:00:00", "2026-03-30 18:00:00"),
        (True, "18:00-09:00", "2026-03-25 20:30:00", "2026-03-26 08:00:00"),
        (True, "19:59-20:30", "2026-04-04 20:00:00", "2026-04-07 19:59:00"),
        (True, "21:00-23:00", "2026-03-25 12:00:00", None),
        (True, "20:00-08:00", "2026-03-25 12:00:00", None),
        (False, "21:00-23:00", "2026-03-25 12:00:00", "2026-03-25 21:00:00"),
    ],
)
def test_a_push_leaves_when_every_rule_allows(
    legal: bool, window: str | None, now: str, leave: str | None
) -> None:
    """E21: legal hours and window together; never where they never meet."""
    opening = postpone.next_leave(at(now), legal=legal, window=minutes(window) if window else None)

    assert opening == (leave and at(leave))


def test_the_end_of_the_calendar_is_no_fault() -> None:
    last = at("9999-12-31 23:59:59")

    assert postpone.next_legal(last) == last
    assert postpone.next_leave(last, legal=True, window=minutes("09:00-18:00")) == paris.at(
        paris.day(last) + 1, 9 * 60
    )


@pytest.mark.parametrize(("start", "stop"), [(-1, 10), (1440, 10), (10, 1441), (10, -1)])
def test_a_window_beyond_the_day_is_a_fault(start: int, stop: int) -> None:
    with pytest.raises(ValueError, match="minutes of a day"):
        Window(start, stop)


def test_legal_hours_are_cheap_to_ask() -> None:
    """E21: asked at each claim, so a hundred thousand times in well under a second."""
    begin = at("2026-03-01 00:00:00")
    moments = [begin + step * 34_567 for step in range(100_000)]

    started = time.process_time()
    legal = sum(map(postpone.is_legal, moments))

    assert time.process_time() - started < 1
    assert 0.3 < legal / len(moments) < 0.5

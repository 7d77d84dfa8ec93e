"""iSendPro: when a call that was not heard is made again."""

from collections import deque
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest

from chappe.dialects.isendpro.tell import next_try
from chappe.words.clock import DAY, HOUR, MINUTE, SECOND
from chappe.words.exchange import Heard
from chappe.words.lifecycle import Event, Reason, State
from chappe.words.news import News

PARIS = ZoneInfo("Europe/Paris")
LEAP_YEAR = 2028
SPRING, AUTUMN = date(LEAP_YEAR, 3, 26), date(LEAP_YEAR, 10, 29)  # the Sundays of the clock changes
NEWS = News(
    subject=1,
    seq=1,
    event=Event.final,
    state=State.delivered,
    reason=Reason.none,
    at=0,
    operator="",
    dialect="isendpro",
    account=1,
    url="http://customer/",
    form="",
)
NO = Heard(200, b"probleme")


def ms(instant: datetime) -> int:
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def two_o_clock(day: date) -> int:
    """The first minute of a day of Paris whose clock shows 02:00 or, where none does, 03:00. It is
    looked for minute by minute, in UTC, where no minute is missing and none comes twice."""
    begin = datetime.combine(day, time(0), PARIS).astimezone(UTC)
    for minute in count():
        instant = begin + timedelta(minutes=minute)
        if instant.astimezone(PARIS).hour >= 2:
            return ms(instant)
    raise AssertionError


def expected(twos: list[int], now: int) -> int:
    return min(two for two in twos if two > now)


@pytest.mark.parametrize("day", [SPRING, AUTUMN, date(LEAP_YEAR, 2, 29), date(LEAP_YEAR, 12, 31)])
def test_the_next_two_o_clock_is_that_of_the_zone_in_every_minute_around_it(day: date) -> None:
    """I11: three nights around each, and the last and the first millisecond of each minute."""
    twos = [two_o_clock(day + timedelta(days=shift)) for shift in range(-2, 4)]
    begin = ms(datetime.combine(day - timedelta(days=1), time(12), PARIS))
    for minute in range(3 * 24 * 60):
        for now in (begin + minute * MINUTE - 1, begin + minute * MINUTE):
            wait = next_try(NEWS, NO, 1, now)
            assert (wait, now) == (expected(twos, now) - now, now)


def test_every_half_hour_of_a_leap_year_has_the_next_two_o_clock() -> None:
    """I11"""
    new_year = date(LEAP_YEAR, 1, 1)
    twos = deque(two_o_clock(new_year + timedelta(days=shift)) for shift in range(368))
    begin = ms(datetime.combine(new_year, time(0), PARIS))
    for half in range(366 * 48):
        now = begin + half * HOUR // 2
        while twos[0] <= now:
            twos.popleft()
        assert (next_try(NEWS, NO, 3, now), now) == (twos[0] - now, now)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2028-03-25T02:00:00+01:00", "2028-03-26T03:00:00+02:00"),  # 02:00 is skipped
        ("2028-03-26T01:59:59.999+01:00", "2028-03-26T03:00:00+02:00"),
        ("2028-03-26T03:00:00+02:00", "2028-03-27T02:00:00+02:00"),  # 23 hours
        ("2028-10-28T02:00:00+02:00", "2028-10-29T02:00:00+02:00"),  # the first of two
        ("2028-10-29T01:59:59.999+02:00", "2028-10-29T02:00:00+02:00"),
        ("2028-10-29T02:00:00+02:00", "2028-10-30T02:00:00+01:00"),  # 25 hours
        ("2028-10-29T02:30:00+02:00", "2028-10-30T02:00:00+01:00"),
        ("2028-10-29T02:00:00+01:00", "2028-10-30T02:00:00+01:00"),  # the second of them
        ("2028-02-28T02:00:00+01:00", "2028-02-29T02:00:00+01:00"),
        ("2028-12-31T23:59:59.999+01:00", "2029-01-01T02:00:00+01:00"),
    ],
)
def test_nights_of_a_clock_change_have_one_two_o_clock(now: str, due: str) -> None:
    """I11"""
    instant = ms(datetime.fromisoformat(now))
    assert instant + (next_try(NEWS, NO, 1, instant) or 0) == ms(datetime.fromisoformat(due))


@pytest.mark.parametrize("heard", [NO, Heard(500), Heard(0, fault="refused")])
def test_there_are_three_tries_more_and_no_fourth(heard: Heard) -> None:
    """I11: whatever was heard."""
    noon = ms(datetime(2028, 6, 1, 12, tzinfo=PARIS))
    waits = [next_try(NEWS, heard, tries, noon) for tries in range(1, 6)]
    assert waits == [14 * HOUR] * 3 + [None] * 2


def test_it_is_given_up_two_days_after_the_first_call_or_later() -> None:
    """I11 E40: by the calendar; the shortest are the two days around the change in spring, of which
    one has 23 hours."""
    shortest = 3 * DAY
    for minute in range(4 * 24 * 60):
        began = now = ms(datetime(2028, 3, 24, tzinfo=PARIS)) + minute * MINUTE - SECOND // 10
        for tries in range(1, 4):
            now += next_try(NEWS, NO, tries, now) or 0
        shortest = min(shortest, now - began)
    assert shortest == 2 * DAY - HOUR + SECOND // 10

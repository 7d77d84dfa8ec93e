"""The legal hours of iSendPro over a whole year of the clock, judged by an almanac and a time zone
that are not ours."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays

from chappe.config import Secret
from tests.journeys.house import House, account, config

_PARIS = ZoneInfo("Europe/Paris")
_YEAR = 2028  # it has a 29 February
_CLOSED = set(holidays.country_holidays("FR", years=[_YEAR]))
_MS = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# What is said of a landline: that it is none, once the hour is no objection any more.
_OPEN, _SHUT = b"<code>21</code>", b"<code>24</code>"


def _days() -> Iterator[date]:
    day = date(_YEAR, 1, 1)
    while day.year == _YEAR:
        yield day
        day += timedelta(days=1)


def _is_open(day: date) -> bool:
    return day.isoweekday() < 7 and day not in _CLOSED


def _instant(day: date, hour: int) -> int:
    wall = datetime(day.year, day.month, day.day, hour, tzinfo=_PARIS)
    return (wall.astimezone(UTC) - _EPOCH) // _MS


class _Line:
    """One connection on which a landline is written to, again and again: nothing is ever taken."""

    async def open(self, house: House) -> None:
        said = account("fred", api_keys=(Secret("key-of-fred"),))
        await house.open(config(accounts=(said,)), now=f"{_YEAR - 1}-12-31 12:00:00")
        self._reader, self._writer = await asyncio.open_connection(*house.node.doors.http)

    async def says(self, when: str = "") -> bytes:
        """The code."""
        query = "keyid=key-of-fred&sms=Salut&num=0123456789" + (when and f"&date_envoi={when}")
        self._writer.write(f"GET /cgi-bin/?{query} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        body = await self._reader.readexactly(length)
        return body[body.index(b"<code>") : body.index(b"</code>") + len(b"</code>")]

    def close(self) -> None:
        self._writer.close()


async def test_each_day_of_a_year_opens_and_closes_to_the_millisecond(house: House) -> None:
    """I16 E21: 08:00:00 is open, 20:00:00 is not; no Sunday, no public holiday, in either time."""
    line = _Line()
    await line.open(house)
    wrong = []
    for day in _days():
        opens, closes = _instant(day, 8), _instant(day, 20)
        by_day = _OPEN if _is_open(day) else _SHUT
        for instant, code in (
            (opens - 1, _SHUT),
            (opens, by_day),
            (closes - 1, by_day),
            (closes, _SHUT),
        ):
            house.clock.advance(instant)
            if await line.says() != code:
                wrong.append((day, instant - opens))
    line.close()
    assert wrong == []
    assert {date(_YEAR, 4, 17), date(_YEAR, 5, 25), date(_YEAR, 6, 5)} <= _CLOSED


async def test_each_minute_that_borders_on_the_night_counts_as_it_would_leave(house: House) -> None:
    """I16 I7: by `date_envoi`, whatever the hour at which it is asked for."""
    line = _Line()
    await line.open(house)
    wrong = []
    for day in _days():
        by_day = _OPEN if _is_open(day) else _SHUT
        for hour, code in (("08:00", by_day), ("20:00", _SHUT)):
            if await line.says(f"{day}+{hour}") != code:
                wrong.append((day, hour))
    line.close()
    assert wrong == []

"""Sendings of thousands, as sMsmode reports them: a page at a time, in what is one line all the
same. What is said of few stands on pages, under tests/conformance."""

from chappe.config import Config, Secret
from chappe.words.clock import DAY
from tests.journeys.house import House, account, config

_COUNT = 4_500  # more than two pages of what is read from the store together
_FIRST = 33_612_000_000
_UNKNOWN = 33_639_980_011  # the simulated network has no such subscriber
_HALF = 33_639_980_037  # and loses the last part of what goes there
_LONG = "Bonjour+" * 30


def _config() -> Config:
    return config(accounts=(account("fred", api_keys=(Secret("key-of-fred"),)),))


async def _asked(house: House, call: str, ident: str) -> str:
    """To a client of HTTP/1.0, whom an answer reaches without chunks."""
    head = f"GET /http/1.6/{call}.do?accessToken=key-of-fred&smsID={ident} HTTP/1.0"
    answer = await house.ask(head)
    assert answer is not None
    assert answer[0] == 200
    return answer[1].decode("iso-8859-15")


async def _sent(house: House, numbers: list[int], text: str = "Bonjour") -> str:
    """The id of a sending, of which all that the network tells within a minute was told."""
    listed = ",".join(map(str, numbers))
    body = f"accessToken=key-of-fred&message={text}&numero={listed}".encode()
    head = "POST /http/1.6/sendSMS.do HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded"
    answer = await house.ask(f"{head}\r\nContent-Length: {len(body)}", body)
    assert answer is not None
    code, _, ident = answer[1].decode("iso-8859-15").strip().split(" | ")
    assert code == "0"
    await house.let(60)
    return ident


async def test_thousands_are_reported_in_one_line(house: House) -> None:
    """S6, S14: each recipient once, in their order; and all of them in one word."""
    await house.open(_config())
    numbers = [_FIRST + index for index in range(_COUNT)]
    numbers[1_999:2_001] = [_UNKNOWN, _UNKNOWN + 100]
    ident = await _sent(house, numbers)
    fates = [f"{number} {35 if 1_999 <= no < 2_001 else 11}" for no, number in enumerate(numbers)]
    assert await _asked(house, "compteRendu", ident) == " | ".join(fates) + "\n"
    assert await _asked(house, "smsStatus", ident) == "15 | Partiellement reçu\n"


async def test_thousands_that_fare_alike_have_one_word(house: House) -> None:
    """S14: and that came partly where a single long one did, whatever all of them are."""
    await house.open(_config())
    whole = await _sent(house, [_FIRST + index for index in range(1_500)], _LONG)
    assert await _asked(house, "smsStatus", whole) == "11 | Reçu\n"
    no_numbers = [*range(1, 1_500)]
    half = await _sent(house, [*no_numbers, _HALF], _LONG)
    assert await _asked(house, "smsStatus", half) == "15 | Partiellement reçu\n"
    lost = await _sent(house, [*no_numbers, _UNKNOWN], _LONG)
    assert await _asked(house, "smsStatus", lost) == "50 | Non délivré\n"


async def test_thirty_days_are_those_of_the_first_recipient(house: House) -> None:
    """S6, S14: of thousands as of few."""
    await house.open(_config())
    ident = await _sent(house, [_FIRST + index for index in range(1_200)])
    house.clock.advance(house.clock.now() + 29 * DAY)
    assert await _asked(house, "smsStatus", ident) == "11 | Reçu\n"
    house.clock.advance(house.clock.now() + 1 * DAY)
    assert await _asked(house, "compteRendu", ident) == "61 | SMS n'existant pas ou plus\n"
    assert await _asked(house, "smsStatus", ident) == "61 | smsID invalide\n"

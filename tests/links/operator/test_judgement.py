"""The operator's mind: numbers, calls, replies, weather."""

from collections import Counter

import pytest

from chappe.links.operator.mind.courses import COURSES, course_of, reply_code
from chappe.links.operator.mind.judgement import FAIR, LONG_MAX, THROTTLED_MAX, Mind, Weather
from chappe.words.lifecycle import Happening, Reason

FICTION = 33_639_980_000


@pytest.mark.parametrize("row", range(100))
def test_the_number_decides_what_becomes_of_a_call(row: int) -> None:
    """E33: 50 to 56 count for voice, and any other number called hears to the end."""
    ends = {
        51: (Happening.was_delivered, Reason.hung_up),
        52: (Happening.was_undelivered, Reason.busy),
        53: (Happening.was_undelivered, Reason.no_answer),
        54: (Happening.was_delivered, Reason.machine),
        55: (Happening.was_undelivered, Reason.out_of_service),
        56: (Happening.was_undelivered, Reason.congested),
    }
    (end,) = course_of(FICTION + 4_200 + row, voice=True).reports
    assert end[:2] == ends.get(row, (Happening.was_delivered, Reason.heard))


def test_only_the_fiction_range_has_fates() -> None:
    ordinary = COURSES[0]
    for number in (FICTION - 89, FICTION + 10_011, 33_612_345_611, 11):
        assert course_of(number) is ordinary
        assert course_of(number, voice=True) is COURSES[50]
    assert course_of(FICTION + 9_911) is COURSES[11]


@pytest.mark.parametrize(
    ("words", "sender", "text", "code"),
    [
        ("OUI", "36105", "", "36105"),
        ("OUI", "+33612345678", "", "33612345678"),
        ("STOP", "36105", "STOP 36034", "36105"),
        ("STOP", "SHOP", "Soldes. STOP 36034", "36034"),
        ("STOP", "SHOP", "Soldes. stop au 36034.", "36034"),
        ("STOP", "SHOP", "STOP36034", "36034"),
        ("STOP", "SHOP", "STOP 360345", ""),
        ("STOP", "SHOP", "AUTOSTOP 36034", ""),
        ("STOP", "SHOP", "Soldes", ""),
        ("STOP", "٣٦١٠٥", "Soldes", ""),
        ("OUI", "SHOP", "STOP 36034", ""),
        ("STOP", "", "STOP au 36034", "36034"),
    ],
)
def test_a_reply_knows_its_code(words: str, sender: str, text: str, code: str) -> None:
    assert reply_code(words, sender, text) == code


def test_a_long_message_is_replied_to_when_its_last_missing_part_is_there() -> None:
    mind = Mind()
    said = [mind.reply(40, "m", no, 3, "SHOP", text) for no, text in ((3, "34"), (1, "STOP "))]
    assert said == [None, None]
    assert mind.reply(40, "m", 2, 3, "SHOP", "au 360") == ("36034", "STOP")


def test_what_the_mind_remembers_is_bounded() -> None:
    mind = Mind()
    for message in range(LONG_MAX + 1):
        mind.reply(40, message, 1, 2, "36105", "")
    assert mind.reply(40, 0, 2, 2, "36105", "") is None
    assert mind.reply(40, LONG_MAX, 2, 2, "36105", "") == ("36105", "STOP")
    for message in range(THROTTLED_MAX + 1):
        for _ in range(3):
            mind.judge(FAIR, message, FICTION + 35, 1, 1)
    assert mind.judge(FAIR, THROTTLED_MAX, FICTION + 35, 1, 1) == 0
    assert mind.judge(FAIR, 0, FICTION + 35, 1, 1) == 35


def test_only_the_last_part_of_a_long_message_fails() -> None:
    mind = Mind()
    outcomes = [mind.judge(FAIR, 1, FICTION + 37, no, 3) for no in (1, 2, 3)]
    assert outcomes == [0, 0, 37]
    assert mind.judge(FAIR, 2, FICTION + 37, 1, 1) == 0


def _judged(weather: Weather, seed: int | None = None) -> list[int]:
    mind = Mind(seed, weather)
    return [mind.judge(mind.weather(0), n, FICTION + 11, 1, 1) for n in range(2_000)]


def test_weather_comes_before_the_number() -> None:
    """E33: outcomes can be set by rates; what they leave is the number's."""
    assert _judged(Weather(rates={0: 1.0})) == [0] * 2_000
    counts = Counter(_judged(Weather(rates={14: 0.5, 33: 0.25}, seed=7)))
    assert counts.keys() == {14, 33, 11}
    assert 900 < counts[14] < 1_100
    assert 400 < counts[33] < 600


def test_a_seed_repeats_the_weather() -> None:
    rates = {14: 0.3, 34: 0.3}
    assert _judged(Weather(rates, seed=1)) == _judged(Weather(rates, seed=1), 2)
    assert _judged(Weather(rates), 1) == _judged(Weather(rates, seed=1))
    assert _judged(Weather(rates, seed=1)) != _judged(Weather(rates, seed=2))


def test_weather_ends() -> None:
    storm = Weather(rates={14: 1.0}, until=1_000)
    mind = Mind(weather=storm)
    assert mind.weather(999) == storm
    assert mind.weather(1_000) == FAIR
    assert mind.judge(mind.weather(1_000), 1, FICTION, 1, 1) == 0


@pytest.mark.parametrize(
    ("rates", "latency_ms"), [({99: 0.1}, 0), ({11: 0.6, 12: 0.6}, 0), ({11: -0.1}, 0), ({}, -1)]
)
def test_impossible_weather_is_refused(rates: dict[int, float], latency_ms: int) -> None:
    with pytest.raises(ValueError, match=r"outcome|rates|latency_ms"):
        Weather(rates=rates, latency_ms=latency_ms)

"""The date that is gone by, when somebody sets the machine's."""

import pytest

from chappe.words.clock import (
    DAY,
    DOUBT_MS,
    HOUR,
    MINUTE,
    SECOND,
    Clock,
    HandClock,
    SetOnce,
)

START = 1_795_000_000_000


def passes(clock: HandClock, wait_ms: int) -> None:
    """Time goes by, and the clock is looked at now and then."""
    for _ in range(10):
        clock.advance(clock.now() + wait_ms // 10)


@pytest.mark.parametrize("by", [HOUR, -HOUR, DAY, -DAY, 40 * DAY, -40 * DAY])
def test_a_jump_that_is_taken_back_never_was(by: int) -> None:
    clock = HandClock(START)
    clock.step(by)
    passes(clock, 5 * MINUTE)
    assert (clock.now(), clock.doubt) == (START + 5 * MINUTE, by)
    assert clock.dates() == (START + 5 * MINUTE, START + 5 * MINUTE + by)
    clock.step(-by)
    passes(clock, 20 * MINUTE)
    assert (clock.now(), clock.doubt) == (START + 25 * MINUTE, 0)
    assert clock.steady() == 25 * MINUTE


@pytest.mark.parametrize("by", [HOUR, -DAY])
def test_a_jump_that_stands_is_gone_by_after_ten_minutes(by: int) -> None:
    clock = HandClock(START)
    clock.step(by)
    passes(clock, DOUBT_MS - SECOND)
    assert clock.now() == START + DOUBT_MS - SECOND
    passes(clock, SECOND)
    assert (clock.now(), clock.doubt) == (START + DOUBT_MS + by, 0)
    assert clock.steady() == DOUBT_MS


def test_a_clock_that_jumps_on_has_to_stand_anew() -> None:
    clock = HandClock(START)
    for n in range(10):
        clock.step(DAY)
        passes(clock, 9 * MINUTE)
        assert clock.now() == START + (n + 1) * 9 * MINUTE


@pytest.mark.parametrize("by", [MINUTE, -MINUTE, 3])
def test_what_is_put_right_by_little_is_put_right_at_once(by: int) -> None:
    clock = HandClock(START)
    clock.step(by)
    assert (clock.now(), clock.doubt, clock.dates()) == (START + by, 0, (START + by,))


def test_a_start_believes_what_the_machine_says() -> None:
    clock = HandClock(START)
    clock.step(-DAY)
    assert clock.now() == START
    assert HandClock(START - DAY).now() == START - DAY


def test_timers_ring_by_the_time_that_passes() -> None:
    clock = HandClock(START)
    rung: list[int] = []
    clock.later(5 * SECOND, lambda: rung.append(clock.steady()))
    clock.step(-DAY)
    clock.advance(clock.now() + 4 * SECOND)
    assert rung == []
    clock.step(2 * DAY)
    assert clock.next_due() == clock.now() + SECOND
    clock.advance(clock.now() + SECOND)
    assert rung == [5 * SECOND]


def test_what_is_simulated_has_a_date_that_is_never_set() -> None:
    clock = HandClock(START)
    own = SetOnce(clock)
    clock.step(MINUTE)
    passes(clock, HOUR)
    assert (own.now(), own.dates()) == (START + HOUR, (START + HOUR,))


def test_the_real_clock_says_the_date_and_a_set_one_runs_from_it() -> None:
    assert abs(Clock().now() - Clock(speed=1.5).now()) < MINUTE
    assert 0 <= Clock(START, 60.0).now() - START < MINUTE


def test_nanoseconds_are_of_the_same_date() -> None:
    """Also while that is not the machine's."""
    clock = HandClock(START)
    clock.step(HOUR)
    assert clock.now_ns() == START * 1_000_000
    real = Clock()
    before, found, after = real.now(), real.now_ns(), real.now()
    assert before <= found // 1_000_000 <= after

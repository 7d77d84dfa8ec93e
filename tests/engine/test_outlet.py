"""One link as dispatch sees it: window, pace, what takes off and what lands."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.engine.outlet import Outlet, verdict_of
from chappe.links.contract import Answer, Carriage, Condition, Part, Sink, Verdict
from chappe.store.contract import Leaving
from chappe.words.clock import HandClock
from chappe.words.lifecycle import Reason

START = 0  # of the steady time
TAKEN, REFUSED, LATER, UNANSWERED = Verdict


class Quay:
    """A link that is up, and swallows what it gets."""

    name = "quay"
    kind = "operator"
    condition = Condition.up
    carriage = Carriage.usual
    hours: tuple[int, int] | None = None

    def __init__(self, window: int, rate: float) -> None:
        self.window = window
        self.rate = rate

    async def start(self, sink: Sink) -> None: ...

    def submit(self, parts: Sequence[Part]) -> None: ...

    async def stop(self) -> None: ...


def wire(window: int = 10, rate: float = 0.0) -> Outlet:
    return Outlet(Quay(window, rate), HandClock(1_795_000_000_000))


def message(ident: int, sending: int = 1) -> Leaving:
    return Leaving(ident, 33_612_345_678, "Bonjour", "36105", 1, "", 0, 24, sending, 1, 1, 0)


def taken(ident: int, no: int = 1) -> Answer:
    return Answer(ident, no, TAKEN, f"R{ident}.{no}")


def throttled(ident: int, no: int = 1) -> Answer:
    return Answer(ident, no, LATER, "", Reason.throttled)


def in_the_air(*messages: Leaving, window: int = 10, rate: float = 0.0) -> Outlet:
    """A wire on which these are on their way."""
    found = wire(window, rate)
    found.reserve(sum(one.sending for one in messages))
    found.held.extend(messages)
    assert found.take_off() == list(messages)
    return found


# --- the window ---


def test_no_more_leaves_than_the_window_takes() -> None:
    """E24: and what was promised to leave is counted from then on."""
    one = wire(window=3)
    one.held.extend(map(message, range(5)))
    one.reserve(2)
    assert one.room(START) == 1
    one.reserve(3)
    assert one.room(START) == 0
    one.unreserve(5)
    assert one.room(START) == 3
    assert one.take_off() == [message(0), message(1), message(2)]
    assert one.take_off() == []
    assert list(one.held) == [message(3), message(4)]
    one.aloft -= 1
    assert one.take_off() == [message(3)]


def test_a_message_that_is_longer_than_the_window_goes_alone() -> None:
    one = wire(window=3)
    long = message(2, 5)
    one.held.extend([message(1), long, message(3)])
    assert one.take_off() == [message(1)]
    one.aloft -= 1
    assert one.take_off() == [long]
    one.aloft -= 2
    assert one.take_off() == []
    one.aloft -= 3
    assert one.take_off() == [message(3)]


@given(st.integers(1, 9), st.lists(st.integers(1, 4), min_size=1, max_size=30), st.randoms())
def test_all_that_took_off_lands_and_the_window_holds(
    window: int, sizes: list[int], chance: random.Random
) -> None:
    """E24: never more parts aloft than the window, but for one message that is longer itself."""
    one = wire(window)
    messages = [message(ident, size) for ident, size in enumerate(sizes)]
    one.reserve(sum(sizes))
    one.held.extend(messages)
    aloft: dict[int, int] = {}
    answers: list[Answer] = []
    left: list[Leaving] = []
    while one.held or answers:
        gone = one.take_off()
        left += gone
        aloft |= {each.id: each.sending for each in gone}
        assert one.aloft == sum(aloft.values())
        assert one.aloft <= window or len(aloft) == 1
        answers += [taken(each.id, no) for each in gone for no in range(1, each.sending + 1)]
        chance.shuffle(answers)
        some, answers = answers[:2], answers[2:]
        landing = one.land(some, START)
        landed = [each.message for each in landing.taken]
        landed += [each.id for each, _ in landing.others]
        assert landing.parts == sum(aloft.pop(ident) for ident in landed)
        one.aloft -= landing.parts
    assert left == messages
    assert (aloft, one.aloft, one.parts) == ({}, 0, 0)


# --- landing ---


def test_what_is_taken_whole_is_told_apart_from_all_else() -> None:
    one = in_the_air(message(1), message(2), message(3, 2), message(4))
    refused = Answer(2, 1, REFUSED, "", Reason.rejected)
    landing = one.land([taken(3, 2), taken(1), refused, taken(3, 1), taken(1), taken(9)], START)
    assert landing.taken == [taken(1)]
    assert landing.others == [(message(2), [refused]), (message(3, 2), [taken(3, 2), taken(3, 1)])]
    assert (landing.parts, one.parts) == (4, 1)


def test_a_message_lands_with_its_last_part() -> None:
    """Until then a kill brings the whole message into doubt."""
    one = in_the_air(message(1, 3))
    for no in (2, 3):
        landing = one.land([taken(1, no)], START)
        assert (landing.others, landing.parts, one.parts) == ([], 0, 3)
    landing = one.land([taken(1, 1)], START)
    assert landing.others == [(message(1, 3), [taken(1, 2), taken(1, 3), taken(1, 1)])]
    assert (landing.parts, one.parts) == (3, 0)


@pytest.mark.parametrize(
    ("verdicts", "whole"),
    [
        ([TAKEN], TAKEN),
        ([TAKEN, TAKEN], TAKEN),
        ([LATER, LATER], LATER),
        ([TAKEN, LATER], LATER),
        ([TAKEN, REFUSED, LATER], REFUSED),
        ([REFUSED, UNANSWERED, TAKEN], UNANSWERED),
    ],
)
def test_a_message_is_what_its_parts_are_together(verdicts: list[Verdict], whole: Verdict) -> None:
    assert verdict_of([Answer(1, no, each) for no, each in enumerate(verdicts, 1)]) is whole


# --- the pace ---


def test_a_tenth_of_a_second_may_leave_at_once() -> None:
    """E24: messages per second. What was not used before is not made up for."""
    one = wire(window=100, rate=50.0)
    room = []
    for now, leaving in ((0, 0), (20, 1), (40, 1), (10_000, 5), (10_000, 0), (10_059, 0)):
        room.append(one.room(START + now))
        one.reserve(leaving)
    assert room == [0, 1, 1, 5, 0, 2]
    assert one.most(START) == 5


@given(st.floats(0.5, 5_000.0), st.integers(1, 50), st.integers(0, 5_000))
def test_who_waits_as_long_as_told_finds_room(rate: float, parts: int, passed: int) -> None:
    one = wire(window=100, rate=rate)
    now = START + passed
    wanted = min(parts, one.most(now))
    wait = one.wait_ms(wanted, now)
    assert (one.room(now) >= wanted) is (wait == 0)
    assert one.room(now + wait) >= wanted
    assert one.room(now + wait) <= one.most(now)


def test_where_the_window_is_full_no_pause_is_worth_waiting() -> None:
    one = wire(window=10, rate=5.0)
    one.reserve(9)
    assert one.wait_ms(2, START) == 0
    assert one.wait_ms(1, START) == 2_001


# --- throttled ---


def test_throttling_halves_the_pace_once_a_second_and_it_comes_back() -> None:
    """E24: all answers throttle for three seconds; a twentieth comes back with each second."""
    one = in_the_air(*map(message, range(80)), window=80, rate=100.0)
    paces = []
    for first, now in ((0, 0), (20, 900), (40, 1_000), (60, 2_000)):
        one.land([*map(throttled, range(first, first + 20))], START + now)
        paces.append(round(one.pace(START + now), 2))
    assert paces == [50.0, 54.5, 27.5, 16.25]
    later = [round(one.pace(START + 2_000 + s * 1_000), 2) for s in (1, 10, 16, 17, 18)]
    assert later == [21.25, 66.25, 96.25, 100.0, 100.0]


@pytest.mark.parametrize("others", [0, 9, 19])
def test_one_that_is_throttled_slows_it_down_little(others: int) -> None:
    """E24: a number of which the operator wants no more must not stop all others."""
    one = in_the_air(*map(message, range(20)), window=20, rate=100.0)
    one.land([throttled(0), *map(taken, range(1, 1 + others))], START)
    assert one.pace(START) == 97.5
    assert one.pace(START + 500) == 100.0


def test_where_the_rate_is_low_a_few_are_all() -> None:
    one = in_the_air(*map(message, range(4)), rate=4.0)
    one.land([*map(throttled, range(4))], START)
    assert one.pace(START) == 2.0


def test_a_link_without_a_rate_is_slowed_from_where_it_was_too_fast() -> None:
    """E24: there a second's measure counts, in a quiet one a window, until it is free again."""
    one = in_the_air(*map(message, range(10)))
    assert (one.pace(START), one.room(START), one.most(START)) == (0.0, 0, 10)
    one.land([*map(throttled, range(10))], START)
    assert one.pace(START) == 5.0
    assert [one.room(START + ms) for ms in (0, 190, 200)] == [0, 0, 1]
    assert one.pace(START + 60_000) == 0.0
    assert one.room(START + 60_000) == 10

    fast = in_the_air(*map(message, range(400)), window=400)
    fast.land([*map(taken, range(1, 100))], START)
    fast.land([*map(taken, range(100, 200))], START + 500)
    fast.land([*map(throttled, range(200, 400))], START + 500)
    fast.land([], START + 1_000)
    assert round(fast.pace(START + 1_000), 2) == 266.67


def test_it_never_comes_to_a_stand() -> None:
    """E24: a link that sends nothing would never learn that it may go on."""
    one = in_the_air(*map(message, range(1_000)), window=1_000, rate=10.0)
    for second in range(100):
        some = range(10 * second, 10 * second + 10)
        one.land([*map(throttled, some)], START + second * 1_000)
    assert one.pace(START + 99_000) == 1.0


@pytest.mark.parametrize("back", [1_000, 3_600_000, 40 * 86_400_000])
def test_no_time_that_goes_back_makes_it_owe_anything(back: int) -> None:
    """E24: it would else be mute for as long as that was."""
    one = wire(window=100, rate=50.0)
    assert one.room(START + back) == 5
    one.reserve(5)
    assert one.room(START) == 0
    assert one.wait_ms(1, START) <= 21
    assert [one.room(START + ms) for ms in (20, 100)] == [1, 5]

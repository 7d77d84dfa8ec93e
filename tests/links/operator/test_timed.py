"""What waits for its instant: in which order it is given, how much at a time, by what timer."""

from hypothesis import given
from hypothesis import strategies as st

from chappe.links.operator.timed import TimedQueue
from chappe.words.clock import HandClock
from tests.links.ground import START, turn

BATCHES = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 4)), max_size=12)


@given(BATCHES, st.integers(1, 5))
async def test_all_comes_once_when_it_is_due(batches: list[tuple[int, int]], most: int) -> None:
    """However it was added, and however little there is room for at a time."""
    clock = HandClock(START)
    given: list[list[tuple[int, int]]] = []
    queue: TimedQueue[tuple[int, int]] = TimedQueue(clock, given.append, lambda: most)
    added = []
    for number, (wait, count) in enumerate(batches):
        things = [(wait, 10 * number + n) for n in range(count)]
        added += things
        queue.add(START + wait, things)
    assert sorted(queue) == sorted(added)
    assert len(queue) == len(added)
    for passed in range(1, 10):
        clock.advance(START + passed)
        while any(wait <= passed for wait, _ in queue):
            queue.give_due()
    assert [thing for batch in given for thing in batch] == sorted(added)
    assert all(0 < len(batch) <= most for batch in given)
    assert len(queue) == 0


async def test_there_is_one_timer_however_much_waits() -> None:
    clock = HandClock(START)
    given: list[list[int]] = []
    queue: TimedQueue[int] = TimedQueue(clock, given.append)
    for wait in (300, 200, 100, 100, 400):
        queue.add(START + wait, [wait])
    waiting = [timer for _, _, timer in clock._timers if timer.call is not None]
    assert len(waiting) == 1
    clock.advance(START + 250)
    assert given == [[100, 100], [200]]


async def test_what_is_past_comes_on_the_next_turn_and_never_within_the_call() -> None:
    clock = HandClock(START)
    given: list[list[int]] = []
    queue: TimedQueue[int] = TimedQueue(clock, given.append)
    queue.add(START, [1])
    queue.add(START - 5, [0])
    assert given == []
    await turn()
    assert given == [[0, 1]]


async def test_nothing_comes_while_it_is_closed_or_rests_or_has_no_room() -> None:
    clock = HandClock(START)
    given: list[list[int]] = []
    room = 0
    queue: TimedQueue[int] = TimedQueue(clock, given.append, lambda: room)
    queue.add(START + 10, [1, 2, 3])
    clock.advance(START + 20)
    room = 2
    queue.close()
    queue.look()
    queue.give_due()
    await turn()
    queue.rest_until(START + 30)
    queue.open()
    queue.give_due()
    await turn()
    assert given == []
    clock.advance(START + 30)
    await turn()
    assert given == [[1, 2], [3]]


def test_what_is_taken_away_comes_in_order_and_is_not_given() -> None:
    clock = HandClock(START)
    given: list[list[int]] = []
    queue: TimedQueue[int] = TimedQueue(clock, given.append)
    queue.add(START + 20, [2, 3])
    queue.add(START + 10, [1])
    assert queue.clear() == [1, 2, 3]
    clock.advance(START + 30)
    assert (given, len(queue), list(queue)) == ([], 0, [])

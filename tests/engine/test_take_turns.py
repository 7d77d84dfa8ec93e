"""Turns: which calls may be made now, where more are owed than may be under way."""

from collections import Counter

from chappe.engine.take_turns import CallBounds, Lane, Telling, Turns
from chappe.words.clock import SECOND, HandClock
from chappe.words.lane import FREE, first_lane
from chappe.words.lifecycle import Event, Reason, State
from chappe.words.news import News

NEWS = News(1, 1, Event.final, State.delivered, Reason.none, 0, "", "plain", 1, "http://h", "")


class Round:
    """Turns, a clock, and what an account owes at some origins."""

    def __init__(self, bounds: CallBounds) -> None:
        self.clock = HandClock(0)
        self.crowded: Counter[int] = Counter()
        self.woken = 0
        self.turns = Turns(bounds, self.clock, self._wake, self._crowd)

    def _wake(self) -> None:
        self.woken += 1

    def _crowd(self, account: int) -> None:
        self.crowded[account] += 1

    def owe(self, account: int, origin: int, count: int, *, is_free: bool = False) -> Lane:
        lane = self.turns.lane(first_lane(account) | origin << 1 | (FREE if is_free else 0))
        lane.queue.extend([(NEWS,)] * count)
        lane.held += count
        lane.share.held += count
        self.turns.file(lane)
        return lane

    def take(self) -> list[Telling]:
        return self.turns.take()


def by_account(tellings: list[Telling]) -> dict[int, int]:
    return dict(Counter(telling.lane.share.account for telling in tellings))


def known(here: Round, account: int, origin: int = 0) -> Lane:
    """A lane whose last call was heard."""
    lane = here.owe(account, origin, 1)
    (telling,) = here.take()
    here.turns.landed(telling.lane, telling.is_wary, True)
    return lane


def test_no_more_are_under_way_than_may_be() -> None:
    """E40: in all, of an account, of a lane."""
    here = Round(CallBounds(all=40, of_account=16, of_lane=6))
    for origin in range(3):
        here.owe(1, origin, 100)
    taken = here.take()
    assert by_account(taken) == {1: 8}
    assert Counter(telling.lane.flying for telling in taken) == {6: 6, 2: 2}
    for account in (2, 3, 4):
        here.owe(account, 0, 100)
    assert by_account(here.take()) == {2: 6, 3: 6}
    assert (here.turns.flying, here.take()) == (20, [])


def test_accounts_take_turns_and_so_do_the_lanes_of_one() -> None:
    """E40: who owes 1,000 origins news waits no less than who owes one."""
    here = Round(CallBounds(all=64, of_account=64, of_lane=32))
    for origin in range(1_000):
        here.owe(1, origin, 1)
    here.owe(2, 0, 4)
    taken = here.take()
    assert by_account(taken) == {1: 28, 2: 4}
    assert len({telling.lane for telling in taken}) == 29


def test_endpoints_that_never_answered_have_half_and_those_that_did_seven_eighths() -> None:
    """E40: the dead never fill what the living need, nor these what a newcomer needs."""
    here = Round(CallBounds(all=32, of_account=32, of_lane=100))
    well = known(here, 1)
    here.owe(2, 0, 100)
    assert by_account(here.take()) == {2: 16}
    here.owe(1, 0, 100)
    flying = here.take()
    assert by_account(flying) == {1: 16}
    for telling in flying:
        here.turns.landed(telling.lane, telling.is_wary, True)
    assert by_account(here.take()) == {1: 16}
    assert well.sick == 0
    alone = Round(CallBounds(all=32, of_account=32, of_lane=100))
    known(alone, 1)
    alone.owe(1, 0, 100)
    assert len(alone.take()) == 28
    alone.owe(2, 0, 100)
    assert by_account(alone.take()) == {2: 4}


def test_an_endpoint_that_proves_to_live_leaves_the_queue_of_the_dead() -> None:
    here = Round(CallBounds(all=32, of_account=8, of_lane=100))
    living = here.owe(1, 0, 2)
    first = here.take()
    living.queue.extend([(NEWS,)] * 10)
    here.turns.file(living)
    for origin in range(1, 50):
        here.owe(1, origin, 5)
    assert here.take()[0].lane is living
    assert here.crowded[1] > 0
    assert living.listed
    here.turns.landed(first[0].lane, first[0].is_wary, True)
    assert {telling.lane for telling in here.take()} == {living}


def test_a_sick_lane_has_two_calls_until_one_is_heard() -> None:
    here = Round(CallBounds())
    lane = here.owe(1, 0, 100)
    flying = here.take()
    assert len(flying) == 32
    for telling in flying:
        here.turns.landed(telling.lane, telling.is_wary, False)
    (one, _) = here.take()
    here.turns.landed(one.lane, one.is_wary, True)
    assert (lane.sick, len(here.take()), lane.flying) == (0, 31, 32)


def test_what_cost_nothing_leaves_at_its_pace_and_the_rest_beside_it() -> None:
    """E40: the pace is the account's, however many origins it names."""
    here = Round(CallBounds(free_rate=4))
    for origin in range(10):
        here.owe(1, origin, 30, is_free=True)
    flying = here.take()
    assert len(flying) == 20
    here.owe(1, 0, 5)
    assert len(here.take()) == 5
    seconds = []
    for second in range(1, 4):
        for telling in flying:
            here.turns.landed(telling.lane, telling.is_wary, True)
        flying = []
        while here.clock.now() < second * SECOND:
            here.clock.advance(min(here.clock.next_due() or 0, second * SECOND) or second * SECOND)
            flying += here.take()
        seconds.append(len(flying))
    assert (max(seconds), sum(seconds) >= 11, here.woken > 0) == (4, True, True)


def test_an_account_makes_so_many_calls_in_a_second() -> None:
    here = Round(CallBounds(rate=10))
    here.owe(1, 0, 100)
    flying = here.take()
    assert len(flying) == 10
    for telling in flying:
        here.turns.landed(telling.lane, telling.is_wary, True)
    assert here.take() == []
    here.clock.advance(SECOND)
    assert 9 <= len(here.take()) <= 10


def test_what_could_not_be_called_keeps_its_place_and_its_lane_rests() -> None:
    """E40: for a second; it is neither heard nor missed."""
    here = Round(CallBounds())
    lane = here.owe(1, 0, 3)
    flying = here.take()
    assert (len(flying), lane.held) == (3, 0)
    for telling in reversed(flying):
        here.turns.back(telling)
    assert (lane.held, lane.flying, lane.sick, here.take()) == (3, 0, 0, [])
    here.clock.advance(SECOND)
    assert [telling.told for telling in here.take()] == [telling.told for telling in flying]


def test_lanes_that_have_nothing_to_do_are_forgotten_the_well_ones_last() -> None:
    here = Round(CallBounds())
    well = known(here, 1)
    for origin in range(1, 9):
        here.owe(1, origin, 1)
    for telling in here.take():
        here.turns.landed(telling.lane, telling.is_wary, False)
    here.turns.forget_idle(4)
    assert here.turns.lane(well.key) is well
    assert here.turns.lane(first_lane(1) | 2).sick == 0
    here.turns.forget_idle(0)
    assert here.turns.lane(well.key) is not well


def test_a_lane_remembers_its_last_answer_and_when_it_was_last_heard() -> None:
    """A call in vain takes nothing of that away."""
    here = Round(CallBounds())
    lane = here.owe(1, 0, 1)
    lane.note("200", 7)
    lane.note("503", 0)
    assert (lane.answer, lane.heard_at) == ("503", 7)
    assert (here.turns.known(lane.key), here.turns.known(lane.key | FREE)) == (lane, None)

"""What the simulation of cells promises, in small; and that its audit would notice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.cells.__main__ import main
from bench.cells.capacity import FILLED, LINK_RATES, MESSAGES_S, STEPS_S
from bench.cells.cell import Cell
from bench.cells.links import LinkShares
from bench.cells.load import Demand, Lot, Sender, senders, split, with_one_giant
from bench.cells.moving import Moving
from bench.cells.numbers import CELLS_MAX, LAST, NUMBER_BITS, cell_of, first_of
from bench.cells.placing import by_map, by_rule, fullest, needed
from bench.cells.town import NOTHING_WRONG, Death, Town

CELLS = 3
MOST = 16
KNOWN = senders(60, 1.5 * MESSAGES_S, len(LINK_RATES))
PLACED = by_map(KNOWN, CELLS)


def moved(*, fences: bool = True, carries: bool = True) -> Town:
    """A town whose heaviest account moves, while half of all answers are lost."""
    town = Town(KNOWN, PLACED, seed=7, answers_lost=0.5)
    source, target = town.cells[PLACED[0]], town.cells[(PLACED[0] + 1) % CELLS]
    town.move(Moving(KNOWN[0], source, target, 10, fences=fences, carries=carries))
    return town.run(8)


def test_the_same_seed_gives_the_same_town() -> None:
    first, second = (Town(KNOWN, PLACED, seed=3).run(1).drain() for _ in range(2))
    assert [cell.gate_waits for cell in first.cells] == [cell.gate_waits for cell in second.cells]
    assert first.asked == second.asked != Town(KNOWN, PLACED, seed=4).run(1).asked


def test_nothing_is_lost_doubled_or_beyond_a_bound_while_nothing_happens() -> None:
    town = Town(KNOWN, PLACED).run(3).drain()
    assert town.audit() == NOTHING_WRONG
    assert sum(cell.told for cell in town.cells) == sum(town.asked.values())


def test_nothing_is_lost_or_doubled_while_an_account_moves() -> None:
    """Its requests go on, and half of them are made twice."""
    town = moved().drain()
    source, target = PLACED[0], (PLACED[0] + 1) % CELLS
    assert town.audit() == NOTHING_WRONG
    assert town.directory.cell_of(0) == target
    kept = [sum(key[0] == 0 for key in town.cells[cell].kept) for cell in (source, target)]
    assert min(kept) > 0
    assert sum(cell.repeated for cell in town.cells) > 0


def test_without_a_fence_the_audit_finds_credit_in_two_purses() -> None:
    assert moved(fences=False).drain().audit().unbooked > 0


def test_without_the_request_ids_a_message_is_kept_twice() -> None:
    assert moved(carries=False).drain().audit().doubled > 0


def test_nothing_is_lost_or_doubled_while_a_cell_dies() -> None:
    """What an operator has, and nobody wrote down, is in doubt: it is not sent again."""
    town = Town(KNOWN, PLACED, deaths=[Death(1, 10)]).run(15).drain()
    assert town.audit() == NOTHING_WRONG
    assert [cell.in_doubt > 0 for cell in town.cells] == [False, True, False]
    assert sum(cell.told + cell.in_doubt for cell in town.cells) == sum(town.asked.values())


def test_a_move_waits_for_a_cell_that_is_dead() -> None:
    town = Town(KNOWN, PLACED, deaths=[Death((PLACED[0] + 1) % CELLS, 12)])
    source, target = town.cells[PLACED[0]], town.cells[(PLACED[0] + 1) % CELLS]
    town.move(Moving(KNOWN[0], source, target, 10))
    town.run(5)
    assert town.directory.cell_of(0) == source.number
    assert town.run(20).drain().audit() == NOTHING_WRONG
    assert town.directory.cell_of(0) == target.number


def test_too_much_load_waits_and_writes_no_more_than_there_is_room_for() -> None:
    """Twice of what one cell takes comes to it."""
    known = senders(60, 2 * MESSAGES_S, len(LINK_RATES))
    town = Town(known, by_map(known, 1)).run(3)
    (cell,) = town.cells
    assert 0.99 < cell.fullest_step <= 1
    assert cell.at_gate > MESSAGES_S
    assert town.drain().audit() == NOTHING_WRONG


def test_a_cell_keeps_a_request_once_however_it_is_cut() -> None:
    cell = Cell(0, {5: 0}, {5: 1_000})
    for first, size in ((0, 10), (20, 10), (5, 20), (0, 40)):
        cell.ask(Lot(5, 0, first, size))
    worked = cell.work(1, [0])
    assert sorted(cell.kept[5, 0]) == [(0, 10), (10, 20), (20, 30), (30, 40)]
    assert (cell.purses[5], cell.drawn, cell.repeated) == (960, 40, 40)
    assert sum(lot.size for lot in worked.answered) == 80


def test_an_account_that_is_fenced_or_elsewhere_is_refused() -> None:
    cell = Cell(0, {5: 0, 6: 0}, {5: 1_000})
    cell.fence(5)
    cell.ask(Lot(5, 0, 0, 10))
    cell.ask(Lot(6, 0, 0, 10))
    assert [lot.account for lot in cell.work(1, [0]).refused] == [5, 6]
    assert cell.kept == {}


def test_a_share_that_grows_waits_for_those_that_fall() -> None:
    shares = LinkShares([1_000.0], 2)
    shares.agree(0, {0: [900], 1: [0]})
    first = [shares.room(cell)[0] for cell in (0, 1)]
    shares.agree(1, {0: [900], 1: [0]})
    second = [shares.room(cell)[0] for cell in (0, 1)]
    assert (first, second) == ([50, 1], [99, 1])


def test_the_share_of_a_dead_cell_is_held_until_its_lease_is_over() -> None:
    shares = LinkShares([1_000.0], 2)
    rooms = []
    for step in range(6 * STEPS_S):
        shares.agree(step, {0: [900]})
        rooms.append(shares.room(0)[0])
    assert max(rooms[: 4 * STEPS_S]) <= 50
    assert rooms[-1] == 100


@given(st.integers(0, CELLS_MAX - 1), st.integers(1, (1 << NUMBER_BITS) - 1))
def test_every_number_that_a_cell_draws_is_that_cells(cell: int, count: int) -> None:
    assert cell_of(first_of(cell) + count) == cell


@given(st.integers(1, LAST))
def test_every_number_has_a_cell_and_no_more_than_one(number: int) -> None:
    cell = cell_of(number)
    assert first_of(cell) <= number < first_of(cell) + (1 << NUMBER_BITS)
    assert 0 <= cell < CELLS_MAX
    assert int(float(number)) == number  # also for whoever reads JSON into doubles


@pytest.mark.parametrize("number", [0, -1, LAST + 1])
def test_what_nobody_draws_has_no_cell(number: int) -> None:
    with pytest.raises(ValueError, match="nobody's"):
        cell_of(number)


def test_numbers_of_today_are_the_first_cells() -> None:
    assert (cell_of(1), cell_of(3_000_000_000)) == (0, 0)


def test_a_map_fills_cells_more_evenly_than_a_rule() -> None:
    known = senders(500, 100_000, len(LINK_RATES))
    count = needed(known, FILLED, MOST)
    assert sorted(by_rule(known, count)) == sorted(by_map(known, count)) == list(range(500))
    assert fullest(known, by_map(known, count)) <= FILLED < fullest(known, by_rule(known, count))
    assert fullest(known, by_map(known, count - 1)) > FILLED


def test_one_account_may_be_more_than_a_cell_should_take() -> None:
    """More cells don't help it; more accounts do."""
    known = with_one_giant(100, 100_000, len(LINK_RATES), 0.3)
    assert known[0].rate == pytest.approx(30_000)
    assert needed(known, FILLED, MOST) == 0
    assert 0 < needed([*known[1:], *split(known[0], 3, 100)], FILLED, MOST) < MOST


def test_a_load_is_what_was_asked_for() -> None:
    known = [Sender(1, 1_000.0, 0, 0), Sender(2, 3.0, 0, 0)]
    demand = Demand(known, 1)
    seen = {1: 0, 2: 0}
    for step in range(100):
        for lot in demand.lots(step):
            seen[lot.account] += lot.size
    assert seen[1] == pytest.approx(10_000, rel=0.1)
    assert seen[2] == pytest.approx(30, rel=0.2)


def test_a_small_run_prints_its_tables_and_finds_nothing_wrong(
    capsys: pytest.CaptureFixture[str],
) -> None:
    small = ["--rate", "30000", "--accounts", "40", "--cells", "2", "--seconds", "7"]
    assert main(small) == 0
    printed = capsys.readouterr().out
    assert printed.count("No message lost or doubled") == 5
    assert "WRONG" not in printed

"""What left in a stretch of time: all of it, nothing twice, nothing of anybody else's."""

from collections.abc import Sequence
from typing import Any

from chappe.store.contract import Move
from chappe.store.contract.reports import LeftAsked
from chappe.words.clock import DAY, HOUR
from chappe.words.lifecycle import Happening, Money, Reason, State
from chappe.words.report import Arrival
from chappe.words.stage import Stage
from tests.store.office import NOW, NUMBER, PRICE, Office

LATE = 2 * DAY
FAR = 9_000  # orders: more than two stretches of numbers
POSTPONED = Happening.postponed


async def leave(office: Office, first: int, *at: int) -> None:
    """Operators take these messages, one after the other, at these moments."""
    taken = Happening.acknowledged
    moves = [Move(first + n, taken, Reason.none, moment) for n, moment in enumerate(at)]
    await office.happen(*moves)


def asked(office: Office, since: int, until: int, **others: Any) -> LeftAsked:
    return LeftAsked(office.customer.account, "highsms", since, until, LATE)._replace(**others)


async def left(office: Office, since: int, until: int, **others: Any) -> list[tuple[int, int]]:
    """(when, message), in order."""
    pieces = office.store.left(asked(office, since, until, **others))
    return sorted([one async for piece in pieces for one in piece])


async def orders_left(office: Office, since: int, until: int) -> list[Sequence[int]]:
    pieces = office.store.orders_left(asked(office, since, until))
    return [one async for piece in pieces for one in piece]


async def test_a_message_counts_by_when_it_left(office: Office) -> None:
    """The first instant is in it, the last is not; the order's own time does not matter."""
    first = await office.send(numbers=5)
    await leave(office, first, NOW + 1, NOW + 4, NOW + 2, NOW + 3)
    assert await left(office, NOW + 2, NOW + 4) == [(NOW + 2, first + 2), (NOW + 3, first + 3)]
    assert await left(office, NOW, NOW + 9) == [
        (NOW + 1, first),
        (NOW + 2, first + 2),
        (NOW + 3, first + 3),
        (NOW + 4, first + 1),
    ]
    assert await left(office, NOW + 5, NOW + 9) == []
    assert await orders_left(office, NOW + 4, NOW + 5) == [(1, 5)]
    assert await orders_left(office, NOW + 5, NOW + 9) == []


async def test_what_happens_to_it_later_does_not_move_it(office: Office) -> None:
    first = await office.send()
    await leave(office, first, NOW + 1)
    await office.happen(Move(first, Happening.was_delivered, Reason.none, NOW + DAY))
    assert await left(office, NOW, NOW + 9) == [(NOW + 1, first)]


async def test_what_never_left_counts_by_when_it_was_over(office: Office) -> None:
    """Turned away at once, refused by its operator, lapsed, in doubt; what waits does not."""
    first = await office.send(numbers=5, bad={1: Reason.opted_out})
    later = await office.send(happening=POSTPONED, due=NOW + HOUR)
    away = Move(first + 2, Happening.turned_down, Reason.rejected, NOW + 2)
    doubt = Move(first + 3, Happening.went_unanswered, Reason.in_doubt, NOW + 3)
    back = Move(first + 4, Happening.put_back, Reason.none, NOW + 1)
    await office.happen(away, doubt, back)
    await office.happen(Move(first + 4, Happening.lapsed, Reason.validity, NOW + 4))
    await office.happen(Move(later, Happening.cancelled, Reason.none, NOW + 5))
    assert await left(office, NOW, NOW + DAY) == [
        (NOW, first + 1),
        (NOW + 2, first + 2),
        (NOW + 3, first + 3),
        (NOW + 4, first + 4),
    ]


async def test_what_was_scheduled_counts_by_when_it_left_however_long_that_took(
    office: Office,
) -> None:
    """Far from all orders of that time, with a reference or none, and beside others of its order
    that left at once or leave later still."""
    alone = await office.send(happening=POSTPONED, due=NOW + 90 * DAY)
    await office.send(happening=POSTPONED, due=NOW + 99 * DAY, reference="x")
    mixed = await office.send(reference="y")
    draft = office.draft(
        office.letter(), office.letter(happening=POSTPONED, due=NOW + 90 * DAY), reference="z"
    )
    await office.keep(draft)
    for orders in (FAR // 2, FAR):
        office.orders = orders
        await office.send(at=NOW + orders)
    then = await office.send(at=NOW + 90 * DAY)
    for n, message in enumerate((alone, draft.first + 1)):
        due = Move(message, Happening.came_due, Reason.none, NOW + 90 * DAY)
        await office.happen(due)
        await office.happen(Move(message, Happening.claimed, Reason.none, NOW + 90 * DAY))
        await leave(office, message, NOW + 90 * DAY + n)
    await leave(office, mixed, NOW + 1)
    await leave(office, draft.first, NOW + 2)
    await leave(office, then, NOW + 90 * DAY + 2)
    assert await left(office, NOW, NOW + 9) == [(NOW + 1, mixed), (NOW + 2, draft.first)]
    assert await left(office, NOW + 90 * DAY, NOW + 91 * DAY) == [
        (NOW + 90 * DAY, alone),
        (NOW + 90 * DAY + 1, draft.first + 1),
        (NOW + 90 * DAY + 2, then),
    ]
    assert [order for order, _ in await orders_left(office, NOW + 90 * DAY, NOW + 91 * DAY)] == [
        1,
        4,
        FAR + 2,
    ]


async def test_an_order_is_searched_for_as_long_as_was_said(office: Office) -> None:
    """A message that left later than that is none of its report."""
    first = await office.send(numbers=2)
    await leave(office, first, NOW + LATE, NOW + LATE + 1)
    assert await left(office, NOW + LATE, NOW + LATE + 9) == [
        (NOW + LATE, first),
        (NOW + LATE + 1, first + 1),
    ]
    assert await left(office, NOW + LATE + 1, NOW + LATE + 9) == []
    assert await left(office, NOW + LATE + 1, NOW + LATE + 9, late=LATE + 1) == [
        (NOW + LATE + 1, first + 1)
    ]


async def test_nobody_reads_what_others_sent(office: Office) -> None:
    """Neither another account's nor another dialect's, with messages between ours."""
    mine = office.customer
    first = await office.send()
    other = await office.send(dialect="octopush")
    office.customer = await office.enrol("eve")
    foreign = await office.send()
    office.customer = mine
    last = await office.send()
    for message in (first, other, foreign, last):
        await leave(office, message, NOW + message)
    assert await left(office, NOW, NOW + 99) == [(NOW + first, first), (NOW + last, last)]
    assert await left(office, NOW, NOW + 99, dialect="octopush") == [(NOW + other, other)]


async def test_a_large_order_comes_in_bounded_pieces(office: Office) -> None:
    """No message is missing between two of them."""
    count = 20_000
    first = await office.send(numbers=count, price=0, bad=dict.fromkeys(range(count), Reason(1)))
    sizes = [len(piece) async for piece in office.store.left(asked(office, NOW, NOW + 1))]
    assert (len(sizes), sum(sizes)) == (2, count)
    numbers = {number for _, number in await left(office, NOW, NOW + 1)}
    assert numbers == set(range(first, first + count))


async def test_orders_of_many_stretches_are_all_found(office: Office) -> None:
    """Those between are others', were taken before and after, or are no more there."""
    found = []
    for days in range(12):
        office.orders = days * FAR
        first = await office.send(at=NOW + days * DAY)
        await leave(office, first, NOW + days * DAY)
        found.append((NOW + days * DAY, first))
    for days in range(12):
        assert await left(office, NOW + days * DAY, NOW + 12 * DAY) == found[days:]
        assert await left(office, NOW, NOW + days * DAY) == found[:days]
    assert await left(office, NOW + 12 * DAY, NOW + 99 * DAY) == []
    assert await left(office, 0, NOW) == []


async def test_an_empty_store_has_no_report(office: Office) -> None:
    assert (await left(office, 0, NOW), await orders_left(office, 0, NOW)) == ([], [])


async def test_a_message_comes_with_the_last_reply_to_it(office: Office) -> None:
    """And with whether one of them was a STOP, though it was not the last."""
    first = await office.send(numbers=3)
    await leave(office, first, NOW, NOW, NOW)
    for n, (number, text) in enumerate(((0, "STOP"), (0, "Pardon"), (1, "OUI"), (9, "STOP"))):
        await office.happen(arrivals=[Arrival(NUMBER + number, "36105", text, NOW + n)])
    rows = await office.store.left_messages([first + 2, first, first + 99, first + 1])
    assert [(row.message.id, row.reply, row.stopped) for row in rows] == [
        (first + 2, "", 0),
        (first, "Pardon", 1),
        (first + 1, "OUI", 0),
    ]
    assert rows[1].message == await office.message(first)


async def test_an_order_is_counted(office: Office) -> None:
    """Messages and parts by how they stand, what is paid or held, replies and STOPs."""
    bad = {3: Reason.opted_out}
    first = await office.send(numbers=4, sending=2, reference="mine", bad=bad)
    last = await office.send()
    await leave(office, first, NOW + 1, NOW + 2)
    await office.happen(Move(first + 2, Happening.turned_down, Reason.rejected, NOW + 3))
    await office.happen(
        arrivals=[
            Arrival(NUMBER, "36105", "OUI", NOW + 4),
            Arrival(NUMBER + 1, "36105", "STOP", NOW + 5),
        ]
    )
    other, order = await office.store.order_sums([2, 1, 99])
    assert (order.id, order.at, order.reference, order.facts) == (1, NOW, "mine", "{}")
    assert (order.stage, order.replies, order.stops) == (Stage.ordinary, 1, 1)
    assert order.message == await office.message(first)
    assert order.tally == [
        (State.sent, Reason.none, 2, 4, 2 * PRICE),
        (State.refused, Reason.opted_out, 1, 2, 0),
        (State.refused, Reason.rejected, 1, 2, 0),
    ]
    assert (other.id, other.message.id, other.replies, other.stops) == (2, last, 1, 0)


def test_what_is_paid_is_counted_by_the_numbers_in_the_statement() -> None:
    assert (Money.held, Money.spent) == (1, 2)
    assert (State.unknown, State.failed) == (5, 10)

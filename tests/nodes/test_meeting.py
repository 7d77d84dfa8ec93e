"""A receipt at one node, and the answer that it speaks of at another, in the same moment."""

from collections.abc import Generator, Sequence
from typing import Any

import pytest

from chappe.store import move, resolve
from chappe.store.contract import Parked, PartRef
from chappe.store.recent import Recent
from chappe.words.lifecycle import Happening, Reason, State
from chappe.words.report import Report
from tests.journeys.house import to
from tests.nodes.street import Street

SENT, DELIVERED = (State.sent, Reason.none), (State.delivered, Reason.none)


def _sees_nothing(*_: object) -> Generator[Any, Any, list[Any]]:
    """What another node has not committed yet."""
    yield from ()
    return []


@pytest.mark.parametrize("late_s", [0, 20])
async def test_a_receipt_that_was_parked_while_its_part_was_written_elsewhere_meets_it(
    street: Street, monkeypatch: pytest.MonkeyPatch, late_s: int
) -> None:
    """E31 E52: neither of the two saw the other's; the part may be there a second later, or half a
    minute, and not longer."""
    one, other = [await street.move_in(), await street.move_in()]
    receipt = await one.take([to(33)])  # its operator never reports by itself
    await street.beat(1)
    assert await one.fates(receipt) == [SENT]
    said = Report("47", Happening.was_delivered, Reason.none, other.clock.now())
    other.node.sinks.reported("sim", [said], lambda kept: None)
    await other.let(late_s)
    monkeypatch.setattr(move, "early", _sees_nothing)
    one.node.store.batch.refs.append(PartRef("sim", "47", receipt.first, 1))
    assert await one.node.store.settled()
    monkeypatch.undo()
    assert await one.fates(receipt) == [SENT]
    await other.let(1 if not late_s else 30 - late_s)
    assert await one.fates(receipt) == [DELIVERED]


async def test_a_receipt_of_nobody_is_looked_for_twice_and_no_more(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E52: it costs as much as two others."""
    looked_for: list[Any] = []

    def met(ids: Sequence[Any], recent: Recent) -> Generator[Any, Any, list[Any]]:
        looked_for.append([*ids])
        return (yield from resolve.met(ids, recent))

    monkeypatch.setattr("chappe.store.settle.met", met)
    one, other = [await street.move_in(), await street.move_in()]
    said = Report("4711", Happening.was_delivered, Reason.none, one.clock.now())
    other.node.sinks.reported("sim", [said], lambda kept: None)
    await other.let(300)
    assert looked_for == [[Parked("sim", "4711", ())]] * 2
    assert [row[1] for row in await one.node.store.strangers(9)] == ["4711"]

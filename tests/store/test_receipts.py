"""Which part a receipt speaks of: ids that are written in several forms, early and strange ones."""

from collections.abc import Generator
from typing import Any

import pytest

from chappe.store import resolve
from chappe.store.contract import Move, Parked, PartRef
from chappe.words.lifecycle import Happening, Reason, State
from chappe.words.report import Report
from tests.store.office import LINK, NOW, NUMBER, Office

DELIVERED = (State.delivered, Reason.none)
SENT = (State.sent, Reason.none)


async def taken(office: Office, *refs: str) -> int:
    """As many messages as refs, each taken under its own."""
    first = await office.send(numbers=len(refs))
    ids = range(first, first + len(refs))
    await office.happen(
        *(Move(ident, Happening.acknowledged, Reason.none, NOW) for ident in ids),
        refs=[PartRef(LINK, ref, ident, 1) for ref, ident in zip(refs, ids, strict=True)],
    )
    return first


def delivered(ref: str, *forms: str, numbers: tuple[int, ...] = ()) -> Report:
    return Report(ref, Happening.was_delivered, Reason.none, NOW, "20801", forms, numbers)


async def anew(office: Office, restarted: bool) -> None:
    """What is remembered and what is read must lead to the same."""
    if restarted:
        await office.reopen()


every_memory = pytest.mark.parametrize("restarted", [False, True], ids=["known", "read"])


@every_memory
async def test_an_id_in_another_form_finds_its_part(office: Office, restarted: bool) -> None:
    """E31: answered in hexadecimal, reported in decimal."""
    first = await taken(office, "7b")
    await anew(office, restarted)
    settled = await office.happen(reports=[delivered("123", "123", "7b", "291")])
    assert (settled.idle, settled.strange) == (0, 0)
    assert await office.states(first, 1) == [DELIVERED]


@every_memory
async def test_of_two_that_are_meant_the_number_decides(office: Office, restarted: bool) -> None:
    """E31: 16 is 10 in hexadecimal, and both were given."""
    first = await taken(office, "16", "10")
    await anew(office, restarted)
    await office.happen(reports=[delivered("16", "16", "10", numbers=(36105, NUMBER + 1))])
    assert await office.states(first, 2) == [SENT, DELIVERED]


@every_memory
async def test_without_a_number_the_likeliest_form_counts(office: Office, restarted: bool) -> None:
    first = await taken(office, "16", "10")
    await anew(office, restarted)
    await office.happen(reports=[delivered("16", "10", "16")])
    assert await office.states(first, 2) == [SENT, DELIVERED]


@every_memory
async def test_an_id_as_it_stands_counts_whatever_the_numbers(
    office: Office, restarted: bool
) -> None:
    """E31: some operators mask the number, or write our own in its place."""
    first = await taken(office, "16")
    await anew(office, restarted)
    await office.happen(reports=[delivered("16", "10", "16", numbers=(33_700_000_001,))])
    assert await office.states(first, 1) == [DELIVERED]


@every_memory
async def test_an_early_receipt_is_nobody_elses(office: Office, restarted: bool) -> None:
    """E31: before its own answer came, its id means a part to another number."""
    first = await taken(office, "10")
    await anew(office, restarted)
    report = delivered("16", "16", "10", numbers=(NUMBER + 5,))
    assert (await office.happen(reports=[report])).strange == 1
    assert await office.states(first, 1) == [SENT]
    late = await office.send(numbers=[NUMBER + 5])
    await office.happen(
        Move(late, Happening.acknowledged, Reason.none, NOW),
        refs=[PartRef(LINK, "16", late, 1, ("16", "22"))],
    )
    assert await office.states(late, 1) == [DELIVERED]
    assert await office.store.strangers(9) == []


async def test_an_early_receipt_waits_under_its_own_form(office: Office) -> None:
    """E31: it came in decimal, the answer then comes in hexadecimal."""
    await office.happen(reports=[delivered("123", "123", "7b", "291", numbers=(NUMBER,))])
    ((link, ref, at, _),) = await office.store.strangers(9)
    assert (link, ref, at) == (LINK, "123", NOW)
    first = await office.send(numbers=1)
    await office.happen(
        Move(first, Happening.acknowledged, Reason.none, NOW),
        refs=[PartRef(LINK, "7b", first, 1, ("7b", "123"))],
    )
    assert await office.states(first, 1) == [DELIVERED]


async def test_a_message_is_delivered_when_all_parts_are_that_its_link_made(office: Office) -> None:
    """E30: counted as two, sent as three; each of them is reported."""
    first = await office.send(sending=2, texts=["x"], happening=Happening.launched)
    await office.happen(
        Move(first, Happening.acknowledged, Reason.none, NOW, parts=3),
        refs=[PartRef(LINK, f"p{no}", first, no) for no in (1, 2, 3)],
    )
    await office.happen(reports=[delivered("p1"), delivered("p3")])
    assert await office.states(first, 1) == [SENT]
    await office.reopen()
    await office.happen(reports=[delivered("p2")])
    assert await office.states(first, 1) == [DELIVERED]


async def test_one_receipt_is_enough_for_what_went_whole(office: Office) -> None:
    """E30: counted as two parts, carried in one piece."""
    first = await office.send(sending=2)
    await office.happen(
        Move(first, Happening.acknowledged, Reason.none, NOW, parts=1),
        refs=[PartRef(LINK, "p1", first, 1)],
    )
    await office.happen(reports=[delivered("p1")])
    assert await office.states(first, 1) == [DELIVERED]


@every_memory
async def test_an_id_that_comes_round_means_the_message_of_the_day(
    office: Office, restarted: bool
) -> None:
    """E31: operators count anew one day; what was sent first has its receipt since long ago."""
    first = await taken(office, "7")
    await office.happen(reports=[delivered("7")])
    await anew(office, restarted)
    second = await taken(office, "7")
    await office.happen(reports=[delivered("7")])
    assert await office.states(first, 1) == [DELIVERED]
    assert await office.states(second, 1) == [DELIVERED]


async def test_of_parts_with_one_id_it_means_the_first(office: Office) -> None:
    """E31: whether they come together or one after the other."""
    first = await office.send(sending=3)
    await office.happen(
        Move(first, Happening.acknowledged, Reason.none, NOW),
        refs=[PartRef(LINK, "7", first, no) for no in (1, 2)],
    )
    await office.happen(refs=[PartRef(LINK, "7", first, 3)])
    report = Report("7", Happening.was_undelivered, Reason.npai, NOW)
    await office.happen(reports=[report])
    assert await office.states(first, 1) == [(State.undelivered, Reason.npai)]


async def test_of_reports_of_nobody_a_link_has_only_so_many(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E55: the oldest go and are counted; those of another link stay, and the rest is still met."""
    monkeypatch.setattr(resolve, "STRANGERS_MAX", 20)
    monkeypatch.setattr(resolve, "_FEW", 5)
    other = Report("x1", Happening.was_delivered, Reason.none, NOW)
    office.store.batch.reports.append(("other", other))
    dropped = 0
    for first in range(0, 60, 10):
        some = [
            Report(f"n{no}", Happening.was_delivered, Reason.none, NOW + no)
            for no in range(first, first + 10)
        ]
        settled = await office.happen(reports=some)
        assert settled.strange == (11 if first == 0 else 10)
        dropped += settled.crowded_out
    kept = [(link, ref) for link, ref, _, _ in await office.store.strangers(99)]
    assert dropped == 40
    assert kept == [*((LINK, f"n{no}") for no in range(59, 39, -1)), ("other", "x1")]
    first = await taken(office, "n50")
    assert await office.states(first, 1) == [DELIVERED]


async def test_a_receipt_that_neither_side_saw_is_found_once_and_a_strange_one_stays(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E31 E52: only where another node may write is it said by which ids to look for it."""
    settled = await office.happen(reports=[delivered("47", "47", "2f"), delivered("48")])
    asked = [Parked(LINK, "47", ("47", "2f")), Parked(LINK, "48", ())]
    assert settled.parked == (asked if office.store.is_shared else [])
    with monkeypatch.context() as blind:
        blind.setattr("chappe.store.move.early", lambda *_: iter_of_none())
        first = await taken(office, "2f")
    assert await office.states(first, 1) == [SENT]
    settled = await office.happen(parked=asked)
    assert (settled.strange, settled.parked) == (0, [])
    assert await office.states(first, 1) == [DELIVERED]
    assert [row[1] for row in await office.store.strangers(9)] == ["48"]


def iter_of_none() -> Generator[Any, Any, list[Any]]:
    yield from ()
    return []

"""The ledger, page by page: each booking with exactly what was in its purse after it."""

import pytest

from chappe.store import ledger
from chappe.store.contract import NEVER, Move
from chappe.store.contract.ledger import LedgerAsked
from chappe.words.answer import Receipt
from chappe.words.clock import DAY
from chappe.words.ledger import Booked, LedgerPlace, Waits
from chappe.words.lifecycle import Event, Happening, Reason
from tests.store.office import EURO, NOW, PRICE, Office


async def rows(office: Office, since: int = 0, until: int = NEVER, most: int = 2) -> list[Booked]:
    """All of them, read page by page."""
    found: list[Booked] = []
    place: LedgerPlace | None = None
    while True:
        asked = LedgerAsked(office.customer.purse, since, until, place, most)
        page = await office.store.bookings(asked)
        assert len(page.rows) <= most
        found += page.rows
        place = page.place
        if place is None:
            return found


async def test_a_purse_that_is_not_there_has_no_bookings(office: Office) -> None:
    page = await office.store.bookings(LedgerAsked(9_999, 0, NEVER, None, 9))
    assert (page.rows, page.place) == ([], None)


@pytest.mark.parametrize("together", [1, 3, 1_000])
async def test_the_balance_of_each_booking_is_exact_wherever_a_page_begins(
    office: Office, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    """However few are looked through at a time, and whatever is booked to others between them."""
    monkeypatch.setattr(ledger, "_TOGETHER", together)
    monkeypatch.setattr(ledger, "_PIECES", 2)
    other = await office.enrol("anna")
    amounts = [100 * EURO]
    for day in range(1, 9):
        amount = -day * EURO if day % 3 else day * EURO
        at = NOW + day * DAY
        await office.store.book(office.customer.account, "", amount, at, f"day {day}")
        await office.store.book(other.account, "", EURO, at, "hers")
        amounts.append(amount)
    found = await rows(office)
    assert [one.amount for one in found] == amounts[::-1]
    assert [one.balance for one in found] == [sum(amounts[:end]) for end in range(9, 0, -1)]
    purses = await office.store.purses(office.customer.account)
    assert found[0].balance == purses[""][1]

    some = await rows(office, NOW + 3 * DAY, NOW + 6 * DAY)
    assert some == found[3:6]
    assert [one.note for one in some] == ["day 5", "day 4", "day 3"]
    assert await rows(office, NOW + 20 * DAY) == []
    assert await rows(office, 0, NOW) == []


async def test_a_place_holds_whatever_is_booked_meanwhile(office: Office) -> None:
    await office.store.book(office.customer.account, "", EURO, NOW + 1, "second")
    asked = LedgerAsked(office.customer.purse, 0, NEVER, None, 1)
    first = await office.store.bookings(asked)
    await office.store.book(office.customer.account, "", EURO, NOW + 2, "third")
    second = await office.store.bookings(asked._replace(place=first.place))
    assert [(one.note, one.balance) for one in (*first.rows, *second.rows)] == [
        ("second", 101 * EURO),
        ("opening", 100 * EURO),
    ]


async def test_what_waits_and_what_is_owed_is_counted_up_to_a_limit(office: Office) -> None:
    account, store = office.customer.account, office.store
    assert await store.waiting_of(account, 9) == Waits(0, 0)
    assert await store.owed_of(account, 9) == Waits(0, 0)
    assert await store.listed_of(account, 9) == {}
    await office.send(numbers=3, happening=Happening.accepted, due=NOW + 5)
    lane = account << 33 | 2
    await office.send(numbers=2, lane=lane, events=int(Event.created))
    await store.opt_out(account, [33639980001, 33639980002], NOW, "reply to 36105")
    assert await store.waiting_of(account, 9) == Waits(3, NOW + 5)
    assert await store.waiting_of(account, 2) == Waits(2, NOW + 5)
    assert await store.owed_of(account, 9) == Waits(2, NOW)
    assert await store.owed_of(account + 1, 9) == Waits(0, 0)
    assert await store.listed_of(account, 9) == {1: 2}
    (held,) = [one for one in await rows(office, most=9) if one.kind == "held"][:1]
    assert (held.amount, held.order) == (-2 * PRICE, 2)


async def test_an_order_is_paid_from_what_is_there_whoever_changed_it(office: Office) -> None:
    """By a booking, by what was given back, and by orders before it."""
    spent, added = 0, 0

    async def pay() -> int:
        nonlocal spent
        (answer,) = await office.keep(office.draft())
        assert isinstance(answer, Receipt)
        spent += PRICE
        assert answer.balance == 100 * EURO + added - spent
        return answer.first

    await pay()
    await office.store.book(office.customer.account, "", 5 * EURO, NOW, "more")
    added += 5 * EURO
    message = await pay()
    await office.happen(Move(message, Happening.turned_down, Reason.rejected, NOW))
    spent -= PRICE
    await pay()
    await office.reopen()
    await pay()
    assert await office.store.audit() == []

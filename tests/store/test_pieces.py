"""Orders in pieces: unseen and unpaid until they are taken as a whole, then let go once."""

from typing import Any

import msgspec

from chappe.store.contract import NEVER, Draft, DraftLetter, LetGo, Move
from chappe.store.contract.recover import UnderWay
from chappe.store.contract.reports import LeftAsked
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.bulk import Dropped
from chappe.words.clock import DAY
from chappe.words.lane import FREE
from chappe.words.ledger import Waits
from chappe.words.lifecycle import Event, Happening, Reason, State
from tests.store.office import EURO, NOW, NUMBER, PRICE, TOLD, Office


def pieces(
    office: Office, count: int = 4, **wishes: Any
) -> tuple[Draft, list[tuple[DraftLetter, int, int]]]:
    """One letter to so many numbers, in two pieces; and the draft that decides."""
    facts = {"happening": Happening.postponed, "reference": "C", **wishes}
    whole = office.draft(numbers=count, **facts)
    letter = whole.letters[0]
    cut = count // 2
    first = _part(letter, 0, cut)
    second = _part(letter, cut, count)
    draft = msgspec.structs.replace(whole, letters=())
    return draft, [(first, letter.first, count), (second, letter.first, count)]


def _part(letter: DraftLetter, start: int, end: int) -> DraftLetter:
    columns = {
        name: getattr(letter, name)[start:end] for name in ("numbers", "parts", "sending", "prices")
    }
    bad = {index - start: why for index, why in letter.bad.items() if start <= index < end}
    return msgspec.structs.replace(letter, first=letter.first + start, bad=bad, **columns)


async def kept(office: Office, **wishes: Any) -> tuple[Dropped, Draft]:
    """A file whose order is kept in pieces, and not decided upon."""
    draft, letters = pieces(office, **wishes)
    store: Any = office.store
    dropped = await store.take_up(office.customer.account, "Push.xml", NOW, 100)
    await store.attempt(dropped.id, draft.id, draft.first, draft.total)
    for letter in letters:
        await store.keep_piece(draft, [letter])
    return (await store.dropped())[0], draft


async def test_what_is_not_decided_is_seen_and_paid_by_nobody(office: Office) -> None:
    """H42: no look-up finds it, nothing of it is ever due."""
    store: Any = office.store
    dropped, draft = await kept(office)
    account = office.customer.account
    assert dropped == Dropped(
        1, account, "Push.xml", NOW, 100, order=draft.id, first=draft.first, total=4
    )
    assert await store.messages(0, 1 << 40, 10) == []
    assert await store.orders_by_ref(account, "highsms", "C", 10) == []
    assert (await store.number_story(NUMBER))["messages"] == []
    assert await store.due_scheduled(NEVER - 1, 10) == []
    assert await office.balance() == 100 * EURO


async def test_what_is_not_taken_leaves_no_trace(office: Office) -> None:
    """H42: and may be kept anew under other numbers."""
    store: Any = office.store
    dropped, draft = await kept(office)
    last = draft.first + draft.total - 1
    assert await store.remove_pieces(draft.first, last, 3) == 3
    while await store.remove_pieces(draft.first, last, 3):
        pass
    assert await store.tally(0, 1 << 40) == []
    await store.drop_over(dropped.id)
    assert await store.dropped() == []


async def test_the_decision_pays_for_all_of_it(office: Office) -> None:
    """H42 E3: one booking, one order, and every message in its place."""
    store: Any = office.store
    dropped, draft = await kept(office)
    receipt = await store.decide(dropped.id, draft, NOW + 5, NOW + 5)
    assert isinstance(receipt, Receipt)
    assert (receipt.order, receipt.first, receipt.total) == (draft.id, draft.first, 4)
    assert await office.balance() == 100 * EURO - 4 * PRICE
    assert await store.audit() == []
    (found,) = await store.orders_by_ref(office.customer.account, "highsms", "C", 10)
    assert (found["id"], found["total"], found["cost"]) == (draft.id, 4, 4 * PRICE)
    messages = await store.messages(draft.first, draft.first + 3, 10)
    assert [one.number for one in messages] == [NUMBER + at for at in range(4)]
    assert {(one.state, one.text, one.letter) for one in messages} == {
        (State.scheduled, "Bonjour", draft.first)
    }
    assert (await store.dropped())[0].taken == 1


async def test_one_that_waited_is_in_the_report_of_when_it_left(office: Office) -> None:
    """However long ago, and however many orders were taken since."""
    store: Any = office.store
    then = NOW + 90 * DAY
    dropped, draft = await kept(office, due=then)
    await store.decide(dropped.id, draft, then, then)
    for orders, at in ((4_500, NOW), (9_000, then)):
        office.orders = orders
        await office.send(at=at)
    await store.let_go((await store.dropped())[0], 4, NOW)
    for happening in (Happening.came_due, Happening.claimed, Happening.acknowledged):
        await office.happen(Move(draft.first, happening, Reason.none, then))
    asked = LeftAsked(office.customer.account, "highsms", then, then + 1, DAY)
    assert [one async for one in store.left(asked)] == [[(then, draft.first)]]


async def test_too_little_credit_decides_against_it(office: Office) -> None:
    """H31: nothing is paid, and the file is not taken."""
    store: Any = office.store
    dropped, draft = await kept(office, price=100 * EURO)
    assert await store.decide(dropped.id, draft, 0, 0) == Refusal((Trouble.no_credit,))
    assert await office.balance() == 100 * EURO
    assert await store.messages(0, 1 << 40, 10) == []
    assert (await store.dropped())[0].taken == 0


async def test_it_is_let_go_piece_by_piece_and_once(office: Office) -> None:
    """H42: each step says how far it came, and owes the first news."""
    store: Any = office.store
    dropped, draft = await kept(office, events=TOLD, bad={3: Reason.bad_number})
    await store.decide(dropped.id, draft, 0, 0)
    dropped = (await store.dropped())[0]
    assert await store.let_go(dropped, 3, NOW - 1) == LetGo(3, [])
    assert await store.due_scheduled(NOW, 10) == [draft.first + at for at in range(3)]
    dropped = (await store.dropped())[0]
    assert await store.let_go(dropped, 3, NOW - 1) == LetGo(4, [])
    calls = await store.calls(office.customer.account, 10)
    assert sorted([*row[:3]] for row in calls) == [
        [draft.first, 1, Event.created],
        [draft.first + 1, 1, Event.created],
        [draft.first + 2, 1, Event.created],
        [draft.first + 3, 1, Event.final],
    ]
    assert await office.states(draft.first, 4) == [
        *[(State.scheduled, Reason.none)] * 3,
        (State.refused, Reason.bad_number),
    ]


async def test_a_called_off_order_is_not_let_go_after_all(office: Office) -> None:
    """H60: what was cancelled meanwhile stays cancelled."""
    store: Any = office.store
    dropped, draft = await kept(office)
    await store.decide(dropped.id, draft, 0, 0)
    await office.happen(Move(draft.first, Happening.cancelled, at=NOW))
    await store.let_go((await store.dropped())[0], 10, NOW - 1)
    assert await store.due_scheduled(NOW, 10) == [draft.first + at for at in range(1, 4)]


async def test_what_was_noted_is_found_again(office: Office) -> None:
    """H44: also by the next life."""
    store: Any = office.store
    dropped, draft = await kept(office)
    await store.decide(dropped.id, draft, 0, 0)
    await store.note_shown(dropped.id)
    await store.note_told(dropped.id, NOW + 1, NOW + 2)
    await office.reopen()
    store = office.store
    (found,) = await store.dropped()
    assert (found.taken, found.sent_at, found.told_at) == (2, NOW + 1, NOW + 2)


async def test_what_may_leave_at_once_waits_for_a_link_as_soon_as_it_is_let_go(
    office: Office,
) -> None:
    """H42: not before; and it is said where."""
    store: Any = office.store
    dropped, draft = await kept(office, happening=Happening.accepted)
    assert await _claimed(office) == []
    await store.decide(dropped.id, draft, 0, 0)
    assert await _claimed(office) == []
    gone = await store.let_go((await store.dropped())[0], 10, NOW)
    assert gone == LetGo(4, [(office.route, 0)])
    assert await _claimed(office) == [draft.first + at for at in range(4)]


async def _claimed(office: Office) -> list[int]:
    return [one.id for one in (await office.claim(10)).claimed[0].leaving]


async def test_what_is_not_decided_counts_nowhere_among_what_waits(office: Office) -> None:
    """Nor is it found by whoever brings what an old state holds into doubt."""
    store: Any = office.store
    await kept(office, happening=Happening.accepted)
    piles = await store.piles(None, 10)
    assert (piles.queued, piles.ahead, piles.scheduled) == ([], [], 0)
    assert await store.queued(10) == []
    assert await store.under_way(NEVER - 1) == UnderWay(0, 0)
    assert (await store.backlogs(NOW)).queues == []
    assert await store.waiting_of(office.customer.account, 10) == Waits(0, 0)


async def test_what_was_called_off_meanwhile_does_not_leave(office: Office) -> None:
    """H60: though its time had come when it was let go."""
    store: Any = office.store
    dropped, draft = await kept(office)
    await store.decide(dropped.id, draft, NOW, NOW)
    off = await store.call_off(office.customer.account, "highsms", "C", NOW, 10)
    assert [one.first for one in off] == [draft.first]
    assert await store.let_go((await store.dropped())[0], 10, NOW) == LetGo(4, [])
    assert await _claimed(office) == []
    assert await store.due_scheduled(NEVER - 1, 10) == []


async def test_a_request_id_that_was_used_decides_against_it(office: Office) -> None:
    """H31: also where the other order was kept at once."""
    store: Any = office.store
    await office.send(request_id="R")
    dropped, draft = await kept(office, request_id="R")
    assert await store.decide(dropped.id, draft, 0, 0) == Refusal((Trouble.duplicate,))
    await store.remove_pieces(draft.first, draft.first + 3, 10)
    other, draft = await kept(office, request_id="S")
    assert isinstance(await store.decide(other.id, draft, 0, 0), Receipt)
    assert await store.is_used(office.customer.account, "S")


async def test_first_news_of_pieces_stand_where_such_news_stand_elsewhere(office: Office) -> None:
    """What cost nothing has a lane of its own, and what was paid for never waits there."""
    store: Any = office.store
    dropped, draft = await kept(office, events=TOLD, bad={3: Reason.bad_number}, lane=8)
    await store.decide(dropped.id, draft, 0, 0)
    await store.let_go((await store.dropped())[0], 10, NOW)
    in_time = await store.claim_news([8], NOW, 10)
    assert [news.subject for news in in_time] == [draft.first + at for at in range(3)]
    at_leisure = await store.claim_news([8 | FREE], NOW, 10)
    assert [news.subject for news in at_leisure] == [draft.first + 3]

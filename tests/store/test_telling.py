"""The outbox in the store: what a customer is owed, in order, until it was heard or given up."""

from collections import Counter

from chappe.store.contract import LANES_AT_ONCE, NEVER, Move, PartRef, Told
from chappe.store.rows import FREE_AT_ONCE, WritingNode
from chappe.words.clock import MINUTE
from chappe.words.lane import FREE, first_lane, free_of
from chappe.words.lifecycle import Event, Happening, Reason, State
from chappe.words.news import News
from chappe.words.report import Report
from tests.store.office import LINK, NOW, TOLD, Office, news

OWED, HEARD, GIVEN_UP, UNWANTED = range(4)


def heard(subject: int, seq: int, at: int = NOW) -> Told:
    return Told(subject, seq, True, at, "200", 0)


def failed(subject: int, seq: int, due: int, at: int = NOW) -> Told:
    return Told(subject, seq, False, at, "500 oops", due)


async def delivered(office: Office, **wishes: object) -> int:
    """A message with four pieces of news."""
    first = await office.send(events=TOLD, **wishes)
    await office.happen(
        Move(first, Happening.acknowledged, Reason.none, NOW + 1),
        refs=[PartRef(LINK, f"R{first}", first, 1)],
        reports=[
            Report(f"R{first}", Happening.progressed, Reason.buffered, NOW + 2),
            Report(f"R{first}", Happening.was_delivered, Reason.none, NOW + 3, "20801"),
        ],
    )
    return first


async def test_news_tell_all_that_a_dialect_needs(office: Office) -> None:
    """E40: what happened, as it was then, and the message as it is now."""
    first = await office.send(events=TOLD, refs=["mine"], form="xml", facts='{"a":1}')
    await office.happen(told=[heard(first, 1)])
    settled = await office.happen(Move(first, Happening.acknowledged, Reason.none, NOW + 5))
    assert settled.news == [
        News(
            subject=first,
            seq=2,
            event=Event.sent,
            state=State.sent,
            reason=Reason.none,
            at=NOW + 5,
            operator="",
            dialect="highsms",
            account=office.customer.account,
            url="http://customer/receipts",
            form="xml",
            tries=0,
            since=NOW + 5,
            message=await office.message(first),
        )
    ]


async def test_only_what_the_order_asked_for_is_owed(office: Office) -> None:
    first = await office.send(events=int(Event.final))
    await office.happen(Move(first, Happening.acknowledged, Reason.none, NOW))
    assert await office.store.calls(office.customer.account, 9) == []
    settled = await office.happen(
        Move(first, Happening.went_unanswered), Move(first, Happening.was_delivered, at=NOW)
    )
    assert news(settled) == [(first, 1, Event.final)]


async def test_a_messages_news_are_told_one_after_another(office: Office) -> None:
    """E40: what stands behind an unheard one waits, whatever was heard of other messages."""
    first = await delivered(office)
    other = await delivered(office)
    told = []
    for seq in range(1, 5):
        told.append(news(await office.happen(told=[heard(first, seq)])))
    assert told == [
        [(first, 2, Event.sent)],
        [(first, 3, Event.passing)],
        [(first, 4, Event.final)],
        [],
    ]
    owed = [call for call in await office.store.calls(office.customer.account, 9) if not call[6]]
    assert [(call[0], call[1], call[4]) for call in owed] == [
        (other, 4, NEVER),
        (other, 3, NEVER),
        (other, 2, NEVER),
        (other, 1, NOW),
    ]


async def test_what_follows_is_told_at_once_where_all_before_was_heard(office: Office) -> None:
    first = await office.send(events=TOLD)
    move = Move(first, Happening.acknowledged, Reason.none, NOW + 1)
    settled = await office.happen(move, told=[heard(first, 1)])
    assert news(settled) == [(first, 2, Event.sent)]


async def test_a_call_that_failed_is_kept_and_due_again(office: Office) -> None:
    """E40: each attempt can be seen; what is behind it goes on waiting."""
    first = await delivered(office)
    due = NOW + MINUTE
    assert news(await office.happen(told=[failed(first, 1, due)])) == []
    assert news(await office.happen(told=[failed(first, 1, due, NOW + 7)])) == []
    assert await office.store.attempts(first, 1) == [
        [NOW, "500 oops", 0],
        [NOW + 7, "500 oops", 0],
    ]
    assert (await office.store.calls(office.customer.account, 9))[-1] == [
        first,
        1,
        Event.created,
        NOW,
        due,
        2,
        OWED,
        "500 oops",
    ]
    assert await office.store.lanes(-1, {}) == {0: [(7, due)]}
    assert await office.store.claim_news([7], due - 1, 9) == []
    (again,) = await office.store.claim_news([7], due, 9)
    assert (again.subject, again.seq, again.tries, again.since) == (first, 1, 2, NOW)


def test_of_what_costs_nothing_few_are_held_whatever_their_lanes() -> None:
    """E23: news that leave slowly wait in the store; what is paid for is held all the same."""
    full: set[int] = set()
    node = WritingNode(7, full, set())
    free = [first_lane(1) | origin << 1 | FREE for origin in range(1_000)]
    paid = [lane & ~FREE for lane in free]
    assert Counter(node.hold(lane) for lane in free) == {7: FREE_AT_ONCE, 0: 1_000 - FREE_AT_ONCE}
    assert Counter(node.hold(lane) for lane in paid) == {7: 1_000}
    assert node.hold(first_lane(2) | FREE) == 7
    full.add(free_of(free[0]))
    anew = WritingNode(7, full, set())
    assert [anew.hold(free[5]), anew.hold(paid[5]), anew.held_back] == [0, 7, set()]


async def test_what_is_given_up_is_listed_and_frees_what_is_behind(office: Office) -> None:
    """E40: nothing is forgotten, and nothing waits for ever."""
    first = await delivered(office)
    settled = await office.happen(told=[failed(first, 1, 0)])
    assert news(settled) == [(first, 2, Event.sent)]
    unwanted = Told(first, 2, False, NOW, "", 0, wanted=False)
    assert news(await office.happen(told=[unwanted])) == [(first, 3, Event.passing)]
    calls = await office.store.calls(office.customer.account, 9)
    assert [(call[1], call[5], call[6]) for call in calls] == [
        (4, 0, OWED),
        (3, 0, OWED),
        (2, 0, UNWANTED),
        (1, 1, GIVEN_UP),
    ]


async def test_what_was_told_can_be_told_again(office: Office) -> None:
    """E40: replayed, it is owed once more, now, and heard once more."""
    first = await office.send(events=TOLD)
    await office.happen(told=[failed(first, 1, 0)])
    assert await office.store.claim_news([7], NEVER - 1, 9) == []
    assert await office.store.replay(first, 1, NOW + 9)
    assert await office.store.lanes(-1, {}) == {0: [(7, NOW + 9)]}
    (again,) = await office.store.claim_news([7], NOW + 9, 9)
    assert (again.seq, again.tries) == (1, 0)
    await office.happen(told=[heard(first, 1)])
    calls = await office.store.calls(office.customer.account, 9)
    assert [call[6] for call in calls] == [HEARD]
    assert not await office.store.replay(first, 9, NOW)


async def test_news_are_claimed_by_one_teller_at_a_time(office: Office) -> None:
    first = await office.send(numbers=3, events=TOLD)
    await office.succeed()
    one = await office.store.claim_news([7], NOW, 2)
    two = await office.store.claim_news([7], NOW, 2)
    assert sorted(item.subject for item in [*one, *two]) == [first, first + 1, first + 2]
    assert await office.store.lanes(-1, {}) == {0: [(7, NEVER)]}


async def test_a_dead_tellers_news_are_told_by_the_next(office: Office) -> None:
    """E40: a kill between the call and its record tells twice, never zero times."""
    first = await office.send(events=TOLD)
    assert await office.store.claim_news([7], NOW, 9) == []
    await office.reopen()
    assert await office.succeed() == 1
    assert [item.subject for item in await office.store.claim_news([7], NOW, 9)] == [first]


async def test_a_full_lane_leaves_its_news_in_the_database(office: Office) -> None:
    """E40: a dead endpoint fills no memory; its lane is named, the others go on."""
    office.store.lanes_full = {6}
    slow = office.letter(events=TOLD, lane=6)
    quick = office.letter(events=TOLD, lane=8)
    office.settled.clear()
    await office.keep(office.draft(slow), office.draft(quick))
    (settled,) = office.settled
    assert (news(settled), settled.held_back) == ([(quick.first, 1, Event.created)], {6})
    moves = [Move(i, Happening.acknowledged, Reason.none, NOW) for i in (slow.first, quick.first)]
    told = [heard(slow.first, 1), heard(quick.first, 1)]
    settled = await office.happen(*moves, told=told)
    assert (news(settled), settled.held_back) == ([(quick.first, 2, Event.sent)], {6})
    office.store.lanes_full = set()
    assert await office.store.lanes(-1, {}) == {0: [(6, NOW), (8, NEVER)]}
    (owed,) = await office.store.claim_news([6], NOW, 9)
    assert (owed.subject, owed.seq) == (slow.first, 2)


async def test_lanes_are_told_apart(office: Office) -> None:
    office.store.lanes_full = {2, 4, 6}
    for lane, due in ((6, NOW + 5), (2, NOW), (4, NOW)):
        await office.keep(office.draft(office.letter(events=TOLD, lane=lane), at=due))
    assert await office.store.lanes(-1, {}) == {0: [(2, NOW), (4, NOW), (6, NOW + 5)]}
    assert await office.store.claim_news([6], NOW, 9) == []
    assert len(await office.store.claim_news([4, 6], NOW, 9)) == 1
    assert await office.store.lanes(-1, {}) == {0: [(2, NOW), (4, NEVER), (6, NOW + 5)]}


async def test_lanes_are_looked_at_account_by_account_and_go_on_where_a_look_ended(
    office: Office,
) -> None:
    """E40: an account that is owed news at very many origins hides no other account's."""
    fred, jane = first_lane(3), first_lane(9)
    lanes = [*range(fred + 2, fred + 2 * LANES_AT_ONCE + 6, 2), jane + 8]
    office.store.lanes_full = set(lanes)
    letters = [office.letter(events=TOLD, lane=lane) for lane in lanes]
    await office.keep(*[office.draft(letter) for letter in letters])
    freds = [(lane, NOW) for lane in lanes[:-1]]
    first, rest = freds[:LANES_AT_ONCE], freds[LANES_AT_ONCE:]
    assert await office.store.lanes(-1, {}) == {3: first, 9: [(jane + 8, NOW)]}
    begins = {3: first[-1][0] + 1}
    assert await office.store.lanes(-1, begins) == {3: rest, 9: [(jane + 8, NOW)]}
    assert await office.store.lanes(3, begins) == {9: [(jane + 8, NOW)]}
    assert await office.store.lanes(9, begins) == {}


async def test_a_full_account_leaves_all_its_news_in_the_database(office: Office) -> None:
    """E40: by whatever lane they go."""
    office.store.accounts_full = {3}
    fred, jane = first_lane(3), first_lane(9)
    letters = [office.letter(events=TOLD, lane=lane) for lane in (fred + 2, fred + 4, jane + 2)]
    office.settled.clear()
    await office.keep(*[office.draft(letter) for letter in letters])
    (settled,) = office.settled
    assert (len(settled.news), settled.held_back) == (1, {fred + 2, fred + 4})


async def test_what_was_refused_at_once_is_told_by_a_lane_of_its_own(office: Office) -> None:
    """E40: so that it can be paced, and holds up nothing that was paid for."""
    numbers, bad = [33612345678, 0, 33612345679], {1: Reason.bad_number}
    letter = office.letter(numbers, events=TOLD, lane=8, bad=bad)
    office.store.lanes_full = {8, free_of(8)}
    await office.keep(office.draft(letter))
    assert await office.store.lanes(-1, {}) == {0: [(8, NOW), (8 | FREE, NOW)]}
    (free,) = await office.store.claim_news([8 | FREE], NOW, 9)
    assert (free.event, free.reason) == (Event.final, Reason.bad_number)

"""The life of a message in the store: what the table holds is done, all else is counted."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chappe.store.contract import NEVER, Doubted, Heir, Move, PartRef
from chappe.words.clock import HOUR
from chappe.words.lifecycle import FINAL, TABLE, Event, Happening, Money, Reason, State, step
from chappe.words.report import Report
from tests.store.office import EURO, LINK, NOW, PRICE, TOLD, Office, news

BIRTHS = {
    State.scheduled: Happening.postponed,
    State.queued: Happening.accepted,
    State.sending: Happening.launched,
}
# By what road a message comes to stand in each state.
ROADS = {
    State.scheduled: (Happening.postponed,),
    State.queued: (Happening.accepted,),
    State.sending: (Happening.launched,),
    State.sent: (Happening.launched, Happening.acknowledged),
    State.unknown: (Happening.launched, Happening.went_unanswered),
    State.delivered: (Happening.launched, Happening.acknowledged, Happening.was_delivered),
    State.undelivered: (Happening.launched, Happening.acknowledged, Happening.was_undelivered),
    State.expired: (Happening.launched, Happening.acknowledged, Happening.ran_out),
    State.refused: (Happening.launched, Happening.turned_down),
    State.failed: (Happening.launched, Happening.broken_off),
    State.cancelled: (Happening.accepted, Happening.cancelled),
}
LATER = [happening for happening in Happening if happening > Happening.turned_away]


async def standing(office: Office, state: State, **wishes: object) -> int:
    birth, *road = ROADS[state]
    first = await office.send(happening=birth, **wishes)
    for happening in road:
        await office.happen(Move(first, happening, Reason.none, NOW))
    assert (await office.message(first)).state is state
    return first


async def test_what_the_table_does_not_hold_is_refused_and_counted(office: Office) -> None:
    """E2: every happening that has no row for a state leaves its message as it was."""
    for state in ROADS:
        first = await standing(office, state, events=TOLD)
        before = await office.message(first)
        absent = [happening for happening in LATER if (state, happening) not in TABLE]
        settled = await office.happen(
            *(Move(first, happening, Reason.network, NOW + 9, "20801") for happening in absent)
        )
        assert (settled.idle, settled.news) == (len(absent), []), state
        assert await office.message(first) == before


async def test_each_row_of_the_table_is_done(office: Office) -> None:
    """E2: state, reason, time and operator are what the happening says."""
    rows = {row: step.to for row, step in TABLE.items() if row[0] is not State.new}
    found = {}
    for state, happening in rows:
        first = await standing(office, state)
        settled = await office.happen(Move(first, happening, Reason.network, NOW + 9, "20801"))
        message = await office.message(first)
        assert (settled.idle, message.at, message.operator) == (0, NOW + 9, "20801")
        silent = happening is Happening.fell_silent
        assert message.reason is (Reason.silent if silent else Reason.network)
        found[state, happening] = message.state
    assert found == rows


async def test_a_message_that_is_not_there_moves_nothing(office: Office) -> None:
    assert (await office.happen(Move(99, Happening.acknowledged))).idle == 1


async def test_moves_of_one_commit_are_made_in_their_order(office: Office) -> None:
    first = await office.send(events=TOLD)
    settled = await office.happen(
        Move(first, Happening.acknowledged, Reason.none, NOW + 1),
        Move(first, Happening.progressed, Reason.buffered, NOW + 2),
        Move(first, Happening.was_delivered, Reason.none, NOW + 3),
        Move(first, Happening.acknowledged, Reason.none, NOW + 4),
    )
    assert settled.idle == 1
    assert [call[2:4] for call in await office.store.calls(office.customer.account, 9)] == [
        [Event.final, NOW + 3],
        [Event.passing, NOW + 2],
        [Event.sent, NOW + 1],
        [Event.created, NOW],
    ]


async def test_time_never_runs_backwards_in_a_message(office: Office) -> None:
    """E2: an operator's clock may be behind ours."""
    first = await office.send()
    await office.happen(Move(first, Happening.acknowledged, Reason.none, NOW + 60))
    await office.happen(Move(first, Happening.was_delivered, Reason.none, NOW + 3))
    assert (await office.message(first)).at == NOW + 60


# money


PAID = {
    (Happening.acknowledged, Happening.was_undelivered): PRICE,
    (Happening.acknowledged, Happening.was_delivered): PRICE,
    (Happening.broken_off,): PRICE,
    (Happening.went_unanswered, Happening.dropped): PRICE,
    (Happening.turned_down,): 0,
    (Happening.put_back, Happening.cancelled): 0,
    (Happening.put_back, Happening.lapsed): 0,
    (Happening.put_back, Happening.barred): 0,
    (Happening.sent_again, Happening.cancelled): 0,
    (Happening.went_unanswered, Happening.sent_again, Happening.cancelled): 0,
}


async def test_what_never_travelled_is_given_back_once(office: Office) -> None:
    """E3: and what did travel is paid, whatever became of it."""
    found = {}
    for road in PAID:
        before = await office.balance()
        first = await office.send()
        for happening in (*road, *road):
            await office.happen(Move(first, happening, Reason.network, NOW))
        found[road] = before - await office.balance()
    assert found == PAID
    assert await office.store.audit() == []


async def test_a_refused_campaign_is_given_back_in_one_entry(office: Office) -> None:
    """E3: one booking per order and purse, not one per message."""
    first = await office.send(numbers=50)
    ids = range(first, first + 50)
    await office.happen(*(Move(i, Happening.turned_down, Reason.rejected, NOW) for i in ids))
    entries = await office.store.ledger(office.customer.account, 9)
    assert [(row[2], row[3]) for row in entries] == [
        (50 * PRICE, "released"),
        (-50 * PRICE, "held"),
        (100 * EURO, "credit"),
    ]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    birth=st.sampled_from([*BIRTHS.values()]),
    walk=st.lists(
        st.tuples(
            st.sampled_from(LATER), st.sampled_from([Reason.none, Reason.npai, Reason.buffered])
        ),
        max_size=12,
    ),
    cuts=st.sets(st.integers(0, 12)),
)
async def test_any_walk_through_life_stays_in_the_table(
    office: Office, birth: Happening, walk: list[tuple[Happening, Reason]], cuts: set[int]
) -> None:
    """E2, E3: however happenings are dealt over commits, the table holds and money adds up."""
    before = await office.balance()
    first = await office.send(happening=birth)
    moves: list[Move] = []
    for index, (happening, reason) in enumerate(walk):
        moves.append(Move(first, happening, reason, NOW))
        if index in cuts:
            await office.happen(*moves)
            moves.clear()
    await office.happen(*moves)
    state, reason, money = _walked(birth, walk)
    found = await office.message(first)
    assert (found.state, found.reason) == (state, reason)
    assert await office.balance() == before - (0 if money is Money.released else PRICE)
    assert await office.store.audit() == []


def _walked(birth: Happening, walk: list[tuple[Happening, Reason]]) -> tuple[State, Reason, Money]:
    state, reason, money = TABLE[State.new, birth].to, Reason.none, Money.held
    for happening, why in walk:
        taken = step(state, happening, reason)
        if taken is None or (happening is Happening.progressed and why is reason):
            continue
        state = taken.to
        reason = Reason.silent if happening is Happening.fell_silent else why
        money = taken.money if taken.money is not Money.stays else money
    return state, reason, money


# reports


async def acknowledged(office: Office, first: int, *refs: str) -> None:
    await office.happen(
        Move(first, Happening.acknowledged, Reason.none, NOW + 1),
        refs=[PartRef(LINK, ref, first, no) for no, ref in enumerate(refs, 1)],
    )


def receipt(
    ref: str, happening: Happening = Happening.was_delivered, reason: Reason = Reason.none
) -> Report:
    return Report(ref, happening, reason, NOW + 9, "20801")


async def test_a_report_finds_its_message_by_the_operators_id(office: Office) -> None:
    first = await office.send()
    await acknowledged(office, first, "A1")
    await office.reopen()
    settled = await office.happen(reports=[receipt("A1", Happening.was_undelivered, Reason.npai)])
    found = await office.message(first)
    assert (settled.idle, settled.strange) == (0, 0)
    assert (found.state, found.reason, found.operator, found.sent_at) == (
        State.undelivered,
        Reason.npai,
        "20801",
        NOW + 1,
    )


async def test_doubled_and_late_reports_change_nothing(office: Office) -> None:
    """E2: in one commit or in two, for messages of one part and of many."""
    one = await office.send()
    many = await office.send(sending=2)
    await acknowledged(office, one, "A1")
    await acknowledged(office, many, "B1", "B2")
    reports = [receipt("A1"), receipt("B1"), receipt("B2")]
    assert (await office.happen(reports=[*reports, *reports])).idle == 3
    before = await office.store.messages(one, many, 9)
    late = [receipt(ref, Happening.was_undelivered, Reason.npai) for ref in ("A1", "B1")]
    assert (await office.happen(reports=[*reports, *late])).idle == 5
    assert [message.state for message in before] == [State.delivered, State.delivered]
    assert await office.store.messages(one, many, 9) == before


async def test_a_report_that_comes_before_its_part_waits_for_it(office: Office) -> None:
    """E2: it is parked, shown as a stranger's so long, and done as soon as its part is known."""
    first = await office.send(sending=2)
    early = await office.happen(reports=[receipt("B2"), receipt("B1")])
    assert (early.strange, early.idle) == (2, 0)
    assert len(await office.store.strangers(9)) == 2
    await office.reopen()
    await acknowledged(office, first, "B1", "B2")
    assert (await office.message(first)).state is State.delivered
    assert await office.store.strangers(9) == []


async def test_a_report_of_nobody_is_kept_and_shown(office: Office) -> None:
    settled = await office.happen(reports=[receipt("ZZ"), receipt("YY")])
    assert settled.strange == 2
    found = await office.store.strangers(9)
    assert sorted(list(row[:3]) for row in found) == [[LINK, "YY", NOW + 9], [LINK, "ZZ", NOW + 9]]
    assert all("20801" in row[3] for row in found)


async def test_an_operators_id_means_the_first_part_it_was_given_for(office: Office) -> None:
    first, second = await office.send(), await office.send()
    await acknowledged(office, first, "A1")
    await acknowledged(office, second, "A1")
    await office.happen(reports=[receipt("A1")])
    assert [state for state, _ in await office.states(first, 2)] == [State.delivered, State.sent]


async def test_a_long_message_is_delivered_when_all_its_parts_are(office: Office) -> None:
    """E2: and told once."""
    first = await office.send(sending=3, events=int(Event.final))
    await acknowledged(office, first, "B1", "B2", "B3")
    for ref in ("B3", "B1"):
        assert (await office.happen(reports=[receipt(ref)])).news == []
        assert (await office.message(first)).state is State.sent
    settled = await office.happen(reports=[receipt("B2")])
    assert (await office.message(first)).state is State.delivered
    assert news(settled) == [(first, 1, Event.final)]


async def test_a_long_message_is_lost_with_its_first_lost_part(office: Office) -> None:
    first = await office.send(sending=2)
    await acknowledged(office, first, "B1", "B2")
    await office.happen(reports=[receipt("B2", Happening.was_undelivered, Reason.absent)])
    await office.happen(reports=[receipt("B1")])
    found = await office.message(first)
    assert (found.state, found.reason) == (State.undelivered, Reason.absent)
    assert await office.store.tally(first, first) == [[State.undelivered, Reason.absent, 1, 1]]


async def test_a_long_message_sent_again_counts_its_parts_anew(office: Office) -> None:
    first = await office.send(sending=2)
    await acknowledged(office, first, "B1", "B2")
    again = await office.send(sending=2)
    await office.happen(
        Move(again, Happening.went_unanswered, Reason.in_doubt, NOW),
        refs=[PartRef(LINK, "C1", again, 1)],
    )
    await office.happen(reports=[receipt("C1")])
    await office.happen(Move(again, Happening.sent_again, Reason.none, NOW))
    await office.claim(5)
    await acknowledged(office, again, "D1", "D2")
    await office.happen(reports=[receipt("D2")])
    assert (await office.message(again)).state is State.sent
    await office.happen(reports=[receipt("D1")])
    assert (await office.message(again)).state is State.delivered


# time


async def test_silence_falls_when_the_orders_time_is_over(office: Office) -> None:
    """E2: the reason is the order's own; a later receipt still settles it."""
    first = await office.send(silent_h=48, silence=int(Reason.validity), events=TOLD)
    await acknowledged(office, first, "A1")
    due = NOW + 1 + 48 * HOUR
    assert await office.store.fallen_silent(due - 1, 9) == []
    assert await office.store.fallen_silent(due, 9) == [first]
    await office.happen(Move(first, Happening.fell_silent, Reason.none, due))
    found = await office.message(first)
    assert (found.state, found.reason, found.due) == (State.unknown, Reason.validity, NEVER)
    assert await office.store.fallen_silent(NEVER - 1, 9) == []
    await office.happen(reports=[receipt("A1")])
    assert (await office.message(first)).state is State.delivered
    calls = await office.store.calls(office.customer.account, 1)
    assert calls[0][2] == Event.late


async def test_scheduled_messages_come_due_in_the_order_of_their_time(office: Office) -> None:
    assert await office.store.next_scheduled() == 0
    late = await office.send(happening=Happening.postponed, due=NOW + 2 * HOUR)
    soon = await office.send(happening=Happening.postponed, due=NOW + HOUR)
    assert await office.store.next_scheduled() == NOW + HOUR
    assert await office.store.due_scheduled(NOW + HOUR - 1, 9) == []
    assert await office.store.due_scheduled(NOW + 3 * HOUR, 9) == [soon, late]
    settled = await office.happen(Move(soon, Happening.came_due, Reason.none, NOW + HOUR))
    assert settled.queued == {(office.route, 0)}
    assert await office.store.next_scheduled() == NOW + 2 * HOUR


async def test_what_waited_longer_than_its_validity_has_lapsed(office: Office) -> None:
    first = await office.send(happening=Happening.accepted, validity_h=2)
    await office.send(happening=Happening.accepted, validity_h=3)
    assert await office.store.lapsed(NOW + 2 * HOUR - 1, 9) == []
    assert await office.store.lapsed(NOW + 2 * HOUR, 9) == [first]


async def test_validity_counts_from_the_opening_that_a_letter_waited_for(office: Office) -> None:
    """What its hours held up does not grow too old meanwhile; what came back does."""
    closed = await office.send(happening=Happening.accepted, hours=1, validity_h=2)
    both = await office.send(hours=1, validity_h=2)
    back = await office.send(validity_h=5, due=NOW + 2 * HOUR)
    came = (Happening.put_back, Reason.none)
    await office.happen(Move(both, *came, NOW), Move(back, *came, NOW, due=NOW + 2 * HOUR))
    office.leave_at = lambda now, *_: now + 12 * HOUR
    await office.claim(9, now=NOW + HOUR)
    opening = NOW + 13 * HOUR
    assert [(await office.message(one)).due for one in (closed, both)] == [opening] * 2
    await office.happen(*(Move(one, Happening.came_due, at=opening) for one in (closed, both)))
    assert await office.store.lapsed(NOW + 7 * HOUR - 1, 9) == []
    assert await office.store.lapsed(opening + 2 * HOUR - 1, 9) == [back]
    assert await office.store.lapsed(opening + 2 * HOUR, 9) == [back, closed, both]


async def test_the_first_to_lapse_are_named_first(office: Office) -> None:
    """E43: a bounded number, whatever else waits in the queues."""
    late = await office.send(happening=Happening.accepted, numbers=5, validity_h=9)
    soon = await office.send(happening=Happening.accepted, numbers=3, validity_h=1, channel=3)
    assert await office.store.lapsed(NOW + 8 * HOUR, 2) == [soon, soon + 1]
    assert await office.store.lapsed(NOW + 9 * HOUR, 4) == [soon, soon + 1, soon + 2, late]


async def test_what_is_put_back_waits_where_it_was_sent_on_to(office: Office) -> None:
    other = await office.store.route_id(["other"])
    first = await office.send()
    settled = await office.happen(
        Move(first, Happening.put_back, Reason.none, NOW + 1, due=NOW + 500, route=other)
    )
    assert settled.queued == {(other, 0)}
    assert await office.store.waiting() == [(other, 0)]
    assert (await office.message(first)).due == NOW + 500


async def test_what_a_dead_node_left_on_its_way_is_found(office: Office) -> None:
    """E1: after reopening, each with its account and channel; and what was decided is listed."""
    first = await office.send(numbers=3, channel=3)
    await office.happen(Move(first + 1, Happening.acknowledged, Reason.none, NOW))
    await office.reopen()
    heirs = await office.store.heirs(9)
    account = office.customer.account
    assert heirs == [Heir(first, account, 3), Heir(first + 2, account, 3)]
    await office.happen(Move(first, Happening.went_unanswered, Reason.in_doubt, NOW))
    for doubted in (Doubted(first, NOW, "held"), Doubted(first, NOW + 1, "dropped")):
        office.store.batch.doubts.append(doubted)
        assert await office.store.settled()
    number = (await office.message(first)).number
    assert await office.store.doubts(9) == [[first, NOW + 1, "dropped", 2, number, State.unknown]]


def test_every_state_has_a_road() -> None:
    assert set(ROADS) == set(State) - {State.new}
    assert set(ROADS) >= FINAL

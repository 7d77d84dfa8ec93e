"""Claiming: what may leave now, the foremost channel first, accounts in turn, and nothing else."""

import pytest

from chappe.store.contract import Leaving, Move
from chappe.words.clock import HOUR
from chappe.words.lifecycle import Event, Happening, Reason, State
from chappe.words.order import Lists
from tests.store.office import CODE, NOW, NUMBER, Office, claimed, news

QUEUED = Happening.accepted


async def test_a_claim_brings_all_that_a_link_needs(office: Office) -> None:
    first = await office.send(
        happening=QUEUED, sender="ACME", udh="0605", alphabet=2, flash=True, sending=3
    )
    (claim,) = (await office.claim(9)).claimed
    assert claim.leaving == [
        Leaving(
            id=first,
            number=NUMBER,
            text="Bonjour",
            sender="ACME",
            alphabet=2,
            udh="0605",
            flash=1,
            validity_h=48,
            sending=3,
            account=office.customer.account,
            route=office.route,
            channel=0,
            since=NOW,
        )
    ]
    assert (await office.message(first)).state is State.sending


async def test_where_no_sender_is_given_the_code_is(office: Office) -> None:
    await office.send(happening=QUEUED, texts=["un", "deux"], numbers=2)
    (claim,) = (await office.claim(9)).claimed
    assert [(leaving.sender, leaving.text) for leaving in claim.leaving] == [
        (CODE, "un"),
        (CODE, "deux"),
    ]


async def test_no_message_is_claimed_twice(office: Office) -> None:
    """E1: not by the next claim, not by another in the same commit, not after reopening."""
    first = await office.send(happening=QUEUED, numbers=5)
    wish = (await office.claim(2)).claimed[0].wish
    settled = await office.happen(claims=[wish, wish])
    await office.reopen()
    found = [*claimed(settled), *claimed(await office.claim(2))]
    assert found == [first + 2, first + 3, first + 4]


async def test_the_foremost_channel_leaves_first(office: Office) -> None:
    marketing = await office.send(happening=QUEUED, numbers=2, channel=3)
    notice = await office.send(happening=QUEUED, channel=0)
    routes = [(office.route, 0), (office.route, 3)]
    assert claimed(await office.claim(2, routes)) == [notice, marketing]
    assert claimed(await office.claim(2, routes)) == [marketing + 1]


async def test_other_routes_are_left_alone(office: Office) -> None:
    other = await office.store.route_id(["other"])
    await office.send(happening=QUEUED, routes=[other])
    assert claimed(await office.claim(9)) == []


async def test_a_queue_that_has_no_more_is_named_dry(office: Office) -> None:
    await office.send(happening=QUEUED, numbers=3)
    queue = (office.route, 0)
    assert [(await office.claim(2)).claimed[0].dry for _ in range(3)] == [[], [queue], [queue]]


async def test_accounts_share_a_link_and_take_turns(office: Office) -> None:
    """A campaign of one does not keep the others waiting, nor a link idle."""
    campaign = await office.send(happening=QUEUED, numbers=20)
    office.customer = await office.enrol("second")
    small = await office.send(happening=QUEUED, numbers=2)
    office.customer = await office.enrol("third")
    other = await office.send(happening=QUEUED, numbers=5)
    settled = await office.claim(9)
    assert sorted(claimed(settled)) == [
        *range(campaign, campaign + 3),
        *range(small, small + 2),
        *range(other, other + 4),
    ]
    assert settled.claimed[0].last == office.customer.account


async def test_the_next_claim_goes_on_after_the_account_served_last(office: Office) -> None:
    firsts = []
    for login in ("a", "b", "c"):
        office.customer = await office.enrol(login)
        firsts.append((await office.send(happening=QUEUED, numbers=9), office.customer.account))
    served = []
    after = 0
    for _ in range(5):
        (claim,) = (await office.claim(1, after=after)).claimed
        served.append(claim.leaving[0].account)
        after = claim.last
    accounts = [account for _, account in firsts]
    assert served == [*accounts, *accounts[:2]]


async def test_more_accounts_than_fit_one_look_are_all_served(office: Office) -> None:
    """A queue is not dry while accounts further on have something due."""
    for n in range(20):
        office.customer = await office.enrol(f"a{n}")
        await office.send(happening=QUEUED)
    (claim,) = (await office.claim(50)).claimed
    assert (len(claim.leaving), claim.dry) == (16, [])
    (claim,) = (await office.claim(50, after=claim.last)).claimed
    assert (len(claim.leaving), claim.dry) == (4, [(office.route, 0)])


async def test_accounts_with_nothing_due_take_no_turn(office: Office) -> None:
    for n in range(16):
        office.customer = await office.enrol(f"a{n}")
        await office.send(happening=QUEUED, due=NOW + HOUR)
    office.customer = await office.enrol("last")
    first = await office.send(happening=QUEUED)
    assert claimed(await office.claim(5)) == [first]


async def test_what_is_not_due_stays(office: Office) -> None:
    later = await office.send(happening=QUEUED, due=NOW + 5)
    assert claimed(await office.claim(9)) == []
    assert claimed(await office.claim(9, now=NOW + 5)) == [later]


async def test_a_letter_whose_hours_are_closed_is_put_off_whole(office: Office) -> None:
    """All that is due of it, though the room was for two; other letters leave."""
    closed = await office.send(happening=QUEUED, numbers=7, hours=1)
    opened = await office.send(happening=QUEUED, numbers=3, due=NOW + 1)
    asked = []

    def leave_at(now: int, hours: int, opens: int, closes: int) -> int:
        asked.append((now, hours, opens, closes))
        return now + HOUR

    office.leave_at = leave_at
    settled = await office.claim(2, now=NOW + 1)
    assert claimed(settled) == []
    assert settled.put_off == NOW + 1 + HOUR
    assert await office.states(closed, 7) == [(State.scheduled, Reason.none)] * 7
    assert (await office.message(closed)).due == NOW + 1 + HOUR
    assert claimed(await office.claim(9, now=NOW + 1)) == list(range(opened, opened + 3))
    assert asked == [(NOW + 1, 1, -1, -1)]


async def test_a_window_of_the_orders_own_counts_as_hours(office: Office) -> None:
    first = await office.send(happening=QUEUED, opens=480, closes=1200)
    office.leave_at = lambda now, hours, opens, closes: now + opens + closes
    assert claimed(await office.claim(9)) == []
    assert (await office.message(first)).due == NOW + 480 + 1200


@pytest.mark.parametrize("everybody", [False, True], ids=["for the account", "for everybody"])
async def test_who_opted_out_while_it_waited_does_not_get_it(
    office: Office, everybody: bool
) -> None:
    """E42: looked at once more when it is claimed; the price is given back, the customer told."""
    before = await office.balance()
    first = await office.send(happening=QUEUED, bars=1, numbers=2, events=int(Event.final))
    account = 0 if everybody else office.customer.account
    await office.store.opt_out(account, [NUMBER], NOW, "by hand")
    settled = await office.claim(9)
    assert claimed(settled) == [first + 1]
    assert news(settled) == [(first, 1, Event.final)]
    assert await office.states(first, 1) == [(State.refused, Reason.opted_out)]
    await office.happen(Move(first + 1, Happening.turned_down, Reason.rejected, NOW))
    assert await office.balance() == before


async def test_opting_out_stops_marketing_of_that_account_alone(office: Office) -> None:
    """E42: notifications still go, and so does what others send."""
    await office.store.opt_out(office.customer.account, [NUMBER], NOW, "by hand")
    notice = await office.send(happening=QUEUED, bars=0)
    office.customer = await office.enrol("other")
    others = await office.send(happening=QUEUED, bars=1)
    assert sorted(claimed(await office.claim(9))) == [notice, others]


async def test_a_list_stops_what_names_it_and_nothing_else(office: Office) -> None:
    """While it waits as well; a number may stand on several."""
    await office.store.opt_out(office.customer.account, [NUMBER], NOW, "mine", Lists.black)
    kinds = (Lists.stop, Lists.black, Lists.stop | Lists.black, Lists(0))
    sent = [await office.send(happening=QUEUED, bars=int(lists)) for lists in kinds]
    assert sorted(claimed(await office.claim(9))) == [sent[0], sent[3]]


async def test_what_outlived_its_validity_does_not_leave(office: Office) -> None:
    first = await office.send(happening=QUEUED, validity_h=2)
    assert claimed(await office.claim(9, now=NOW + 2 * HOUR)) == []
    assert await office.states(first, 1) == [(State.expired, Reason.validity)]
    assert await office.store.waiting() == []


async def test_what_waits_is_known_after_reopening(office: Office) -> None:
    """E1: every queue that is not empty is named once."""
    other = await office.store.route_id(["other"])
    for route, channel in ((office.route, 3), (office.route, 0), (other, 0), (office.route, 3)):
        await office.send(happening=QUEUED, routes=[route], channel=channel)
    await office.reopen()
    assert await office.store.waiting() == [(office.route, 0), (office.route, 3), (other, 0)]


async def test_what_waits_of_one_account_is_counted_up_to_a_bound(office: Office) -> None:
    """E23: over all queues; what left, waits for its time or is another's is not in it."""
    other = await office.store.route_id(["other"])
    mine = office.customer.account
    await office.send(numbers=3, happening=QUEUED)
    await office.send(numbers=2, happening=QUEUED, route=other, channel=3)
    await office.send(numbers=2)
    await office.send(numbers=2, happening=Happening.postponed)
    office.customer = await office.enrol("anna")
    await office.send(numbers=4, happening=QUEUED)
    assert [await office.store.backlog(mine, most) for most in (9, 4, 1)] == [5, 4, 1]
    assert await office.store.backlog(office.customer.account, 9) == 4

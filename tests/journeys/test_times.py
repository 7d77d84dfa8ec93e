"""Times: due to the second, windows and legal hours, clock changes, and nights in between."""

from typing import Any

import pytest

from chappe.store.contract import NEVER, Batch, Settled
from chappe.words import paris
from chappe.words.answer import Refusal, Trouble
from chappe.words.clock import MINUTE, SECOND
from chappe.words.lifecycle import Event, Reason, State
from chappe.words.order import Channel, Hours
from tests.journeys.house import CREDIT, House, account, at, config, link, many
from tests.journeys.plain import Told

MARKETING: Any = {"channel": Channel.marketing, "hours": Hours.wait}


def left(house: House, name: str = "sim") -> list[str]:
    """When each part left, in Paris."""
    return [paris.stamp(one.at, "%Y-%m-%d %H:%M:%S") for one in house.submits(name)]


async def test_a_message_leaves_at_its_second(house: House) -> None:
    """E20: not a millisecond early; several orders, each at its own, whatever their order."""
    await house.open()
    due = [at("2026-11-24 10:00:30"), at("2026-11-24 10:00:02"), at("2026-11-24 10:00:02")]
    receipts = [await house.take(many(1), start=when) for when in due]
    assert [await house.fates(one) for one in receipts] == [[(State.scheduled, Reason.none)]] * 3
    await house.let(60)
    assert sorted(one.at for one in house.submits()) == sorted(due)
    assert [one.at for one in house.submits()] == [due[1], due[2], due[0]]


async def test_a_scheduled_message_is_told_when_it_was_taken_and_when_it_left(
    house: House,
) -> None:
    """E20 E40: created as scheduled, then sent, then delivered."""
    await house.open()
    due = house.clock.now() + 30 * SECOND
    receipt = await house.take(many(1), start=due, tell=house.tell())
    assert house.ears.heard["/fred"] == [
        Told(receipt.first, 1, Event.created, State.scheduled, Reason.none)
    ]
    await house.let(60)
    assert house.ears.heard["/fred"][1:] == [
        Told(receipt.first, 2, Event.sent, State.sent, Reason.none),
        Told(receipt.first, 3, Event.final, State.delivered, Reason.none),
    ]


# Now, the wall time asked for -> UTC of its leaving, as Paris changes its clocks.
CHANGES = {
    ("2027-03-28 01:59:00", "2027-03-28 02:30:00"): "01:30:00",  # it does not exist: 03:30 summer
    ("2027-03-28 01:59:00", "2027-03-28 03:30:00"): "01:30:00",
    ("2026-10-25 01:59:00", "2026-10-25 02:30:00"): "00:30:00",  # it comes twice: the first
    ("2026-10-25 01:59:00", "2026-10-25 03:00:00"): "02:00:00",
}


@pytest.mark.parametrize(("now", "asked"), CHANGES)
async def test_the_clock_changes_of_paris_are_kept(house: House, now: str, asked: str) -> None:
    """E20: what does not exist moves on by the gap, what exists twice is the first."""
    await house.open(now=now)
    await house.take(many(1), start=at(asked))
    await house.leap(at(asked) - SECOND, MINUTE)
    assert house.submits() == []
    await house.let(1)
    stamps = [paris.utc_stamp(one.at, "%H:%M:%S") for one in house.submits()]
    assert stamps == [CHANGES[now, asked]]


# Now, window -> when a message that is ordered now leaves.
WINDOWS = {
    ("2026-11-24 10:00:00", (540, 1020)): "2026-11-24 10:00:00",
    ("2026-11-24 08:59:00", (540, 1020)): "2026-11-24 09:00:00",
    ("2026-11-24 16:59:59", (540, 1020)): "2026-11-24 16:59:59",
    ("2026-11-24 17:00:00", (540, 1020)): "2026-11-25 09:00:00",
    ("2026-11-24 23:30:00", (1320, 360)): "2026-11-24 23:30:00",
    ("2026-11-25 05:59:00", (1320, 360)): "2026-11-25 05:59:00",
    ("2026-11-25 06:00:00", (1320, 360)): "2026-11-25 22:00:00",
}


@pytest.mark.parametrize(("now", "window"), WINDOWS)
async def test_a_push_leaves_within_its_window(
    house: House, now: str, window: tuple[int, int]
) -> None:
    """E21: it opens and closes, over midnight too; what falls outside waits for the opening."""
    await leaves(house, now, WINDOWS[now, window], opens=window[0], closes=window[1])


# When marketing is ordered -> when it leaves.
LEGAL = {
    "2026-11-24 12:00:00": "2026-11-24 12:00:00",
    "2026-11-24 07:59:59": "2026-11-24 08:00:00",
    "2026-11-24 19:59:59": "2026-11-24 19:59:59",
    "2026-11-24 20:00:00": "2026-11-25 08:00:00",
    "2026-11-28 20:00:00": "2026-11-30 08:00:00",  # over the Sunday
    "2026-12-24 21:00:00": "2026-12-26 08:00:00",  # over Christmas
    "2027-03-27 20:00:00": "2027-03-30 08:00:00",  # over Easter, its Monday, and a clock change
}


@pytest.mark.parametrize("now", LEGAL)
async def test_marketing_waits_for_its_legal_hours(house: House, now: str) -> None:
    """E21: from 08:00 to 20:00, on no Sunday and no holiday."""
    await leaves(house, now, LEGAL[now], **MARKETING)


async def leaves(house: House, now: str, then: str, **wishes: Any) -> None:
    await house.open(now=now)
    receipt = await house.take(many(2), **wishes)
    if then != now:
        await house.leap(at(then) - SECOND, 30 * MINUTE)
        assert house.submits() == []
    await house.let(2)
    assert left(house) == [then, then]
    assert await house.tally(receipt) == {"delivered": 2}


# The account's own word, the order's -> what becomes of marketing on a Sunday.
SUNDAYS = {
    ("", Hours.any): "leaves",
    ("", Hours.wait): "waits",
    ("", Hours.refuse): "is refused",
    ("any", Hours.wait): "leaves",
    ("any", Hours.refuse): "leaves",
    ("legal", Hours.any): "waits",
    ("legal", Hours.refuse): "is refused",
}


@pytest.mark.parametrize(("own", "asked"), SUNDAYS)
async def test_the_account_has_the_last_word_on_legal_hours(
    house: House, own: str, asked: Hours
) -> None:
    """E21: its `hours` override the dialect's; notifications know none."""
    await house.open(config(accounts=(account("fred", hours=own),)), now="2026-11-29 12:00:00")
    answer = await house.send(many(1), channel=Channel.marketing, hours=asked)
    became = {0: "waits", 1: "leaves"}[len(house.submits())]
    if answer == Refusal((Trouble.outside_hours,)):
        became = "is refused"
    assert became == SUNDAYS[own, asked]
    count = len(house.submits())
    await house.take(many(1), channel=Channel.notification, hours=asked)
    assert len(house.submits()) == count + 1


class Commits:
    """Hears of every commit, as the verbs do."""

    def __init__(self, house: House) -> None:
        self.first_put_off = NEVER
        house.node.commits.listen(self)

    def settled(self, batch: Batch, settled: Settled) -> None:
        self.first_put_off = min(self.first_put_off, settled.put_off)


async def test_what_a_slow_link_did_not_manage_goes_on_at_the_next_opening(house: House) -> None:
    """E21: the stop comes in the middle of a campaign; the rest leaves the next day, all of it."""
    await house.open(config(links=(link("sim", rate=10, window=5),)), now="2026-11-24 16:59:58")
    commits = Commits(house)
    receipt = await house.take(many(60), opens=540, closes=1020)
    await house.let(5)
    today = len(house.submits())
    assert 15 <= today <= 25
    assert max(left(house)) < "2026-11-24 17:00:00"
    assert commits.first_put_off == at("2026-11-25 09:00:00")  # so the schedule knows at once
    assert await house.tally(receipt) == {"delivered": today, "scheduled": 60 - today}
    await house.leap(at("2026-11-25 08:59:59"))
    assert len(house.submits()) == today
    await house.let(10)
    assert await house.tally(receipt) == {"delivered": 60}
    assert left(house)[today] == "2026-11-25 09:00:00"
    assert sorted(one.number for one in house.submits()) == list(many(60))


# What closes at 20:00 on that evening -> when it opens again.
CLOSINGS: dict[str, tuple[Any, str]] = {
    "legal hours": (MARKETING, "2026-11-25 08:00:00"),
    "a window": ({"opens": 540, "closes": 1200}, "2026-11-25 09:00:00"),
}


@pytest.mark.parametrize("closing", CLOSINGS)
async def test_what_a_closing_puts_off_costs_nothing_and_tells_nobody(
    house: House, closing: str
) -> None:
    """E3 E21: it stays paid as it was; the customer hears of its leaving, when it leaves."""
    wishes, then = CLOSINGS[closing]
    await house.open(now="2026-11-24 19:59:00")
    house.link().go_down()
    receipt = await house.take(many(3), tell=house.tell(), **wishes)
    assert await house.tally(receipt) == {"queued": 3}
    await house.until(at("2026-11-24 20:00:00"))
    house.link().come_up()
    await house.let(60)
    created = _told(receipt.first, 1, Event.created, State.queued)
    booked = [("credit", CREDIT, 0), ("held", -1_200, receipt.order)]
    assert await house.tally(receipt) == {"scheduled": 3}
    assert sorted(house.ears.heard["/fred"]) == created
    assert (await house.balance(), await house.booked()) == (CREDIT - 1_200, booked)
    await house.leap(at(then) - SECOND, 30 * MINUTE)
    assert house.submits() == []
    await house.let(5)
    assert left(house) == [then] * 3
    assert sorted(house.ears.heard["/fred"]) == sorted(
        created
        + _told(receipt.first, 2, Event.sent, State.sent)
        + _told(receipt.first, 3, Event.final, State.delivered)
    )
    assert (await house.balance(), await house.booked()) == (CREDIT - 1_200, booked)


def _told(first: int, seq: int, event: Event, state: State) -> list[Told]:
    return [Told(first + index, seq, event, state, Reason.none) for index in range(3)]


async def test_a_campaign_outlasts_a_week_end(house: House) -> None:
    """E21: what waits for an opening does not grow too old by waiting."""
    await house.open(config(links=(link("sim", rate=10, window=5),)), now="2027-03-27 19:59:59")
    receipt = await house.take(many(40), validity_h=24, **MARKETING)
    await house.leap(at("2027-03-30 07:59:59"), 30 * MINUTE)
    today = len(house.submits())
    assert await house.tally(receipt) == {"delivered": today, "scheduled": 40 - today}
    await house.let(10)
    assert await house.tally(receipt) == {"delivered": 40}


async def test_a_restart_in_the_middle_loses_nothing_and_sends_nothing_twice(
    house: House,
) -> None:
    """E1 E20: what was scheduled leaves after it, what left before does not leave again."""
    await house.open()
    now = house.clock.now()
    early = await house.take(many(3), start=now + 5 * SECOND)
    late = await house.take(many(3, 33_613_000_000), start=now + MINUTE)
    away = await house.take(many(3, 33_614_000_000), start=now + 20 * SECOND)
    await house.let(10)
    await house.restart(away_ms=30 * SECOND)
    await house.let(60)
    assert [await house.tally(one) for one in (early, late, away)] == [{"delivered": 3}] * 3
    times = {one.message: one.at - now for one in house.submits()}
    assert times == {
        **{early.first + i: 5_000 for i in range(3)},
        **{away.first + i: 40_000 for i in range(3)},  # its time came while nobody was there
        **{late.first + i: 60_000 for i in range(3)},
    }
    assert len(house.submits()) == 9

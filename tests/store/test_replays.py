"""Callbacks that are over: found by account and time, owed again once, and in their order."""

import pytest

from chappe.store import replays
from chappe.store.contract import NEVER, Move, PartRef, ReplyTell, Told
from chappe.store.contract.replays import BEGIN, Mark, OverAsked, OverNews
from chappe.store.told import GIVEN_UP, HEARD, OWED
from chappe.words.clock import DAY, HOUR
from chappe.words.lifecycle import Event, Happening, Reason
from chappe.words.report import Arrival
from tests.store.office import LINK, NOW, TOLD, Office, news

BEGUN = NOW + DAY
LATE = 10 * DAY


def asked(office: Office, since: int = NOW, until: int = BEGUN, begun: int = BEGUN) -> OverAsked:
    return OverAsked(office.customer.account, since, until, (HEARD, GIVEN_UP), begun, LATE)


async def over(office: Office, at: int = NOW, heard: bool = True) -> int:
    """A message whose customer was told of three things, an hour apart."""
    first = await office.send(events=TOLD, at=at)
    await office.happen(
        Move(first, Happening.acknowledged, Reason.none, at + HOUR),
        refs=[PartRef(LINK, f"R{first}", first, 1)],
    )
    await office.happen(Move(first, Happening.was_delivered, Reason.none, at + 2 * HOUR))
    for seq in (1, 2, 3):
        await office.happen(told=[Told(first, seq, heard, at, "200", 0)])
    return first


async def found(office: Office, wanted: OverAsked, most: int = 2) -> list[OverNews]:
    """All of them, read page by page."""
    rows: list[OverNews] = []
    mark: Mark | None = BEGIN
    while mark is not None:
        page = await office.store.over_news(wanted, mark, most)
        rows += page.found
        mark = page.mark
    return rows


def keys(rows: list[OverNews]) -> list[tuple[int, int]]:
    return [(one.subject, one.seq) for one in rows]


async def test_what_is_owed_or_anothers_or_of_another_time_is_not_found(office: Office) -> None:
    assert await found(office, asked(office)) == []
    owed = await office.send(events=TOLD)
    ours = await over(office)
    account = office.customer
    office.customer = await office.enrol("anna")
    hers = await over(office)
    assert keys(await found(office, asked(office))) == [(hers, 1), (hers, 2), (hers, 3)]
    office.customer = account
    assert keys(await found(office, asked(office))) == [(ours, 1), (ours, 2), (ours, 3)]
    assert (owed, 1) not in keys(await found(office, asked(office)))
    late = asked(office, NOW + HOUR, NOW + 2 * HOUR)
    assert keys(await found(office, late)) == [(ours, 2)]
    assert await found(office, asked(office, begun=NOW)) == []


@pytest.mark.parametrize("together", [1, 2, 16_384])
async def test_pages_hold_each_of_them_once_in_order(
    office: Office, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    """However few messages are looked through at a time; replies that answer nothing come last."""
    monkeypatch.setattr(replays, "_TOGETHER", together)
    monkeypatch.setattr(replays, "_LOOKS", 1 if together == 1 else 64)
    office.customer = await office.enrol("own", short_code="38000")
    one = ReplyTell("highsms", "http://customer/", "", "", int(Event.reply), 0)
    office.reply_tells = lambda _: [one, one._replace(dialect="octopush")]
    messages = [await over(office, NOW + hour, heard=bool(hour % 2)) for hour in range(3)]
    for at in (NOW + 5, NOW + 6):
        await office.happen(arrivals=[Arrival(33639989999, "38000", "?", at)])
    replied = await office.store.replies(office.customer.account, NOW, 9)
    strange = [-one.id for one in reversed(replied)]
    for subject in strange:
        for seq in (1, 2):
            await office.happen(told=[Told(subject, seq, False, NOW + 9, "500", 0)])
    rows = await found(office, asked(office))
    wanted = [(one, seq) for one in messages for seq in (1, 2, 3)]
    assert keys(rows) == wanted + [(one, seq) for one in strange for seq in (1, 2)]
    assert [one.end for one in rows[:6]] == [GIVEN_UP] * 3 + [HEARD] * 3


async def test_an_order_that_begins_later_is_found_by_when_it_began(office: Office) -> None:
    """Though it was taken long before."""
    first = await office.send(
        events=TOLD, at=NOW - 90 * DAY, due=NOW, happening=Happening.postponed
    )
    await office.happen(told=[Told(first, 1, True, NOW, "200", 0)])
    wanted = asked(office, NOW - 100 * DAY, NOW + DAY)
    assert keys(await found(office, wanted)) == [(first, 1)]


async def test_what_is_owed_again_is_told_in_order_and_found_no_more(office: Office) -> None:
    """E40: the second waits for the first, and what stands apart does not wait for ever."""
    first = await over(office)
    due = BEGUN + 1
    assert await office.store.owe_again([(first, 1, due), (first, 2, due + 1)]) == 2
    assert keys(await found(office, asked(office))) == [(first, 3)]
    assert await office.store.owe_again([(first, 2, due + 5), (first, 3, due + 5)]) == 1
    calls = await office.store.calls(office.customer.account, 9)
    assert [(seq, due, done) for _, seq, _, _, due, _, done, _ in calls] == [
        (3, NEVER, OWED),
        (2, NEVER, OWED),
        (1, due, OWED),
    ]
    told = [one.seq for one in await office.store.claim_news([7], due, 9)]
    for seq in (1, 2, 3):
        settled = await office.happen(told=[Told(first, seq, True, due + 9, "200", 0)])
        told += [one for _, one, _ in news(settled)]
    assert told == [1, 2, 3]
    assert await found(office, asked(office)) == []


async def test_what_was_not_told_again_is_found_by_another_run(office: Office) -> None:
    first = await over(office)
    await office.store.owe_again([(first, 2, BEGUN)])
    assert len(await office.store.claim_news([7], BEGUN, 9)) == 1
    await office.happen(told=[Told(first, 2, True, BEGUN + 1, "200", 0)])
    assert keys(await found(office, asked(office))) == [(first, 1), (first, 3)]
    again = await found(office, asked(office, begun=BEGUN + DAY))
    assert keys(again) == [(first, 1), (first, 2), (first, 3)]

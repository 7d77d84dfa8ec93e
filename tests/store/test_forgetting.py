"""Forgetting: texts and records go when their time is over, and hold up nothing behind them."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from chappe.store import born
from chappe.store import forget as forgetting
from chappe.store.contract import Move, PartRef, Told
from chappe.store.recent import Recent
from chappe.store.rows import WritingNode
from chappe.store.sqlite import SqliteStore
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.clock import DAY
from chappe.words.lifecycle import Event, Happening, Reason, State
from chappe.words.report import Arrival, Report
from tests.store.office import LINK, NOW, NUMBER, Office


async def lived(office: Office, at: int) -> int:
    """An order of then, with all that came of it."""
    letter = office.letter(
        numbers=2, texts=["à un", ""], events=int(Event.created), facts='{"a":1}', due=at
    )
    await office.keep(office.draft(letter, at=at, reference="x", request_id=f"r{at}"))
    first = letter.first
    refs = [PartRef(LINK, f"R{first + n}", first + n, 1) for n in range(2)]
    moves = [Move(first + n, Happening.acknowledged, Reason.none, at) for n in range(2)]
    reports = [Report(ref.ref, Happening.was_delivered, Reason.none, at) for ref in refs]
    reports.append(Report(f"Z{first}", Happening.was_delivered, Reason.none, at))
    told = [Told(first, 1, False, at, "500", 0), Told(first + 1, 1, True, at, "", 0)]
    arrival = Arrival(NUMBER, "36105", "OUI", at)
    await office.happen(*moves, refs=refs, reports=reports, told=told)
    await office.happen(arrivals=[arrival])
    return first


async def forget(office: Office, texts_before: int, records_before: int) -> int:
    """All there is to forget, a few at a time."""
    total = 0
    while count := await office.store.forget(texts_before, records_before, records_before, 3):
        total += count
    return total


async def test_texts_are_forgotten_and_counters_are_not(office: Office) -> None:
    """E44: an erased text reads as empty; records and used request ids stay."""
    old, new = await lived(office, NOW - 91 * DAY), await lived(office, NOW - 89 * DAY)
    before = await office.store.tally(old, new + 1)
    assert await forget(office, NOW - 90 * DAY, 0) > 0
    assert [m.text for m in await office.store.messages(old, new + 1, 9)] == [
        "",
        "",
        "à un",
        "",
    ]
    assert [m.letter_facts for m in await office.store.messages(old, new + 1, 9)][::2] == [
        "{}",
        '{"a":1}',
    ]
    replies = await office.store.replies(office.customer.account, 0, 9)
    assert [reply.text for reply in replies] == ["OUI", ""]
    assert await office.store.tally(old, new + 1) == before
    again = office.draft(request_id=f"r{NOW - 91 * DAY}")
    assert await office.keep(again) == [Refusal((Trouble.duplicate,))]


async def test_records_are_dropped_with_all_that_hangs_on_them(office: Office) -> None:
    """E44: after that their request ids are free again, and the money is still right."""
    old, new = await lived(office, NOW - 401 * DAY), await lived(office, NOW - 399 * DAY)
    account, store = office.customer.account, office.store
    assert await forget(office, NOW, NOW - 400 * DAY) > 0
    assert [message.id for message in await store.messages(1, 99, 99)] == [new, new + 1]
    assert await store.order(account, 1) is None
    assert await store.order(account, 2) is not None
    assert [call[0] for call in await store.calls(account, 99)] == [new + 1, new]
    assert await store.attempts(old, 1) == []
    assert len(await store.attempts(new, 1)) == 1
    assert [row[1] for row in await store.strangers(9)] == [f"Z{new}"]
    assert [reply.message for reply in await store.replies(account, 0, 9)] == [new]
    settled = await office.happen(
        reports=[Report(f"R{old}", Happening.was_delivered, Reason.none, NOW)]
    )
    assert settled.strange == 1
    (again,) = await office.keep(office.draft(request_id=f"r{NOW - 401 * DAY}"))
    assert isinstance(again, Receipt)
    assert await store.audit() == []


async def test_what_still_waits_is_not_dropped(office: Office) -> None:
    """E44: an order stays as long as one of its messages may still leave."""
    letter = office.letter(numbers=2, happening=Happening.postponed)
    await office.keep(office.draft(letter, at=NOW - 500 * DAY))
    await office.happen(Move(letter.first, Happening.cancelled, Reason.none, NOW))
    await forget(office, 0, NOW)
    (left,) = await office.store.messages(1, 9, 9)
    assert (left.id, left.state) == (letter.first + 1, State.scheduled)


async def test_what_still_waits_holds_up_nothing_behind_it(office: Office) -> None:
    """E44: neither the records nor the texts of younger orders that are over, however few are
    looked at a time."""
    waiting = []
    for _ in range(7):
        letter = office.letter(
            texts=["à moi"], happening=Happening.postponed, due=NOW, given=(), facts='{"b":2}'
        )
        await office.keep(office.draft(letter, at=NOW - 500 * DAY))
        waiting.append(letter.first)
    over = [await lived(office, NOW - 450 * DAY + n) for n in range(5)]
    assert await forget(office, NOW - 90 * DAY, 0) > 0
    texts = [message.text for message in await office.store.messages(1, 99, 99)]
    assert texts == ["à moi"] * 7 + [""] * 10
    assert await forget(office, NOW - 90 * DAY, NOW - 400 * DAY) > 0
    left = await office.store.messages(1, 99, 99)
    assert [(message.id, message.text) for message in left] == [(i, "à moi") for i in waiting]
    settled = await office.happen(
        reports=[Report(f"R{first}", Happening.was_delivered, Reason.none, NOW) for first in over]
    )
    assert settled.strange == len(over)


async def test_a_message_stays_as_long_as_its_customer_is_owed_news_of_it(office: Office) -> None:
    """E44, E40: and what was tried is kept with it."""
    old = NOW - 500 * DAY
    letter = office.letter(events=int(Event.created), due=old)
    await office.keep(office.draft(letter, at=old))
    first = letter.first
    await office.happen(
        Move(first, Happening.turned_down, Reason.rejected, old),
        told=[Told(first, 1, False, old, "500", NOW)],
    )
    await forget(office, NOW, NOW)
    assert len(await office.store.messages(first, first, 1)) == 1
    assert await office.store.attempts(first, 1) == [[old, "500", 0]]
    await office.happen(told=[Told(first, 1, True, NOW, "200", 0)])
    await forget(office, NOW, NOW)
    assert await office.store.messages(first, first, 1) == []
    assert await office.store.attempts(first, 1) == []
    assert await office.store.order(office.customer.account, 1) is None


# what letters have in common


async def test_letters_say_what_was_asked_whatever_others_asked(office: Office) -> None:
    """E1: in one commit and over many, before and after reopening."""
    senders = ["ACME", "", "FOO", "ACME", "BAR", ""]
    drafts = [office.draft(sender=sender) for sender in senders]
    await office.keep(*drafts[:3])
    await office.keep(*drafts[3:])
    await office.reopen()
    await office.keep(office.draft(sender="FOO"))
    found = [message.sender for message in await office.store.messages(1, 9, 9)]
    assert found == [*senders, "FOO"]


@pytest.mark.parametrize("every", [4, 20])
async def test_letters_outlive_those_whose_terms_they_share(
    office: Office, monkeypatch: pytest.MonkeyPatch, every: int
) -> None:
    """E44: what is kept once for many goes when the last of them goes, and not before."""
    monkeypatch.setattr(born, "TERMS_FOR", 2)
    monkeypatch.setattr(forgetting, "TERMS_FOR", 2)
    for n in range(20):
        at = NOW - (500 if n < 15 else 5) * DAY
        letter = office.letter(sender="ACME", happening=Happening.postponed, due=at)
        await office.keep(office.draft(letter, at=at))
        await office.happen(Move(letter.first, Happening.cancelled, Reason.none, at))
        if n % every == every - 1:
            await forget(office, 0, NOW - 400 * DAY)
    found = [(one.id, one.sender) for one in await office.store.messages(1, 99, 99)]
    assert found == [(n + 1, "ACME") for n in range(15, 20)]


async def test_terms_go_with_their_letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """E44: a sender that was used once is not kept for ever."""
    monkeypatch.setattr(forgetting, "TERMS_FOR", 1)
    office = Office(lambda engine: SqliteStore(tmp_path / "chappe.db", engine))
    await office.open()
    await office.furnish()
    for n in range(9):
        at = NOW - (500 if n < 6 else 5) * DAY
        await office.keep(office.draft(sender=f"S{n}", at=at, due=at))
        await office.happen(Move(n + 1, Happening.turned_down, Reason.rejected, at))
    await forget(office, 0, NOW - 400 * DAY)
    await office.store.close()
    with closing(sqlite3.connect(tmp_path / "chappe.db")) as file:
        kept = [row[0] for row in file.execute("SELECT sender FROM terms ORDER BY id")]
    assert kept == ["S4", "S5", "S6", "S7", "S8"]


def test_only_the_last_terms_are_remembered() -> None:
    """E43: a customer may give each message a sender of its own."""
    office = Office(lambda engine: SqliteStore("", engine))
    recent = Recent(8)
    for n in range(3_000):
        for _ in born.born([office.draft(sender=str(n))], WritingNode(1, set(), set()), recent):
            pass
    assert 0 < len(recent.terms) <= 1_000


async def test_reports_of_nobody_go_before_the_records(office: Office) -> None:
    """E44: none of ours comes a week after its report."""
    await lived(office, NOW - 8 * DAY)
    new = await lived(office, NOW - 6 * DAY)
    while await office.store.forget(0, NOW - 400 * DAY, NOW - 7 * DAY, 3):
        pass
    assert [row[1] for row in await office.store.strangers(9)] == [f"Z{new}"]
    assert len(await office.store.messages(1, 99, 99)) == 4

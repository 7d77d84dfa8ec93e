"""Calls that nobody took: made again as often as their letter says, on both databases."""

from typing import Any

import pytest

from chappe.store.contract import NEVER, Move, PartRef
from chappe.words.calls import write_speech
from chappe.words.clock import HOUR, MINUTE
from chappe.words.lifecycle import Event, Happening, Reason, State
from chappe.words.order import Channel, Speech
from chappe.words.report import Report
from tests.store.office import LINK, NOW, PRICE, TOLD, Office, claimed

SPEECH = write_speech(Speech('Le "titre"', "fr-FR", (5, 15)))
CALL: dict[str, Any] = {"channel": Channel.voice, "speech": SPEECH, "events": TOLD}
_UNDELIVERED = Happening.was_undelivered


def ended(ref: str, reason: Reason, at: int, how: Happening = _UNDELIVERED) -> Report:
    return Report(ref, how, reason, at)


async def placed(office: Office, message: int, ref: str, at: int) -> None:
    taken = Move(message, Happening.acknowledged, Reason.none, at)
    await office.happen(taken, refs=[PartRef(LINK, ref, message, 1)])


async def call_again(office: Office, message: int, at: int) -> None:
    """What waits for its next call is claimed by its link."""
    assert await office.store.due_again(at, 9) == [(message, 0)]
    await office.happen(Move(message, Happening.called_again, Reason.none, at))
    settled = await office.claim(5, [(office.route, Channel.voice)], now=at)
    assert [one.speech for claim in settled.claimed for one in claim.leaving] == [SPEECH]


async def standing(office: Office, message: int) -> tuple[State, Reason]:
    found = await office.message(message)
    return found.state, found.reason


@pytest.mark.parametrize("why", [Reason.busy, Reason.no_answer, Reason.congested])
async def test_who_misses_a_call_is_called_again_and_once_more(office: Office, why: Reason) -> None:
    """Whatever is restarted in between; each is told, and then it is over."""
    first = await office.send(**CALL)
    at = NOW
    for call, wait_min in (("A", 5), ("B", 15)):
        await placed(office, first, call, at)
        settled = await office.happen(reports=[ended(call, why, at)])
        assert settled.put_off == at + wait_min * MINUTE == await office.store.next_again()
        assert await standing(office, first) == (State.sent, why)
        assert await office.store.fallen_silent(at + HOUR, 9) == []
        await office.reopen()
        at += wait_min * MINUTE
        assert await office.store.due_again(at - 1, 9) == []
        await call_again(office, first, at)
        assert await office.store.next_again() == 0
    await placed(office, first, "C", at)
    settled = await office.happen(reports=[ended("C", why, at)])
    assert settled.put_off == NEVER
    assert await standing(office, first) == (State.undelivered, why)
    told = [row[2] for row in await office.store.calls(office.customer.account, 9)]
    each = [Event.passing, Event.sent]
    assert told == [Event.final, Event.sent, *each, *each, Event.created]


async def test_what_is_said_of_a_call_twice_is_said_once(office: Office) -> None:
    """Links give a report again where they do not know whether it was kept."""
    first = await office.send(**CALL)
    await placed(office, first, "A", NOW)
    report = ended("A", Reason.busy, NOW)
    assert (await office.happen(reports=[report])).idle == 0
    assert (await office.happen(reports=[report])).idle == 1
    assert await office.store.next_again() == NOW + 5 * MINUTE


async def test_who_takes_the_second_call_has_heard(office: Office) -> None:
    """It was sent with the first one, whether anybody is told of it or not."""
    first = await office.send(**{**CALL, "events": Event.nothing})
    await placed(office, first, "A", NOW)
    await office.happen(reports=[ended("A", Reason.no_answer, NOW)])
    await call_again(office, first, NOW + 5 * MINUTE)
    await placed(office, first, "B", NOW + 5 * MINUTE)
    heard = ended("B", Reason.heard, NOW + 6 * MINUTE, Happening.was_delivered)
    await office.happen(reports=[heard])
    assert await standing(office, first) == (State.delivered, Reason.heard)
    assert (await office.message(first)).sent_at == NOW


async def test_no_other_call_is_made_where_the_order_was_deleted(office: Office) -> None:
    """S31: the last one decides; what waits for its link is found, and a text is not."""
    first, second, text = [
        await office.send(**wishes)
        for wishes in (CALL, {**CALL, "happening": Happening.accepted}, {})
    ]
    await placed(office, first, "A", NOW)
    await office.happen(reports=[ended("A", Reason.busy, NOW)])
    orders = [(await office.message(ident)).order for ident in (first, second, text)]
    account = office.customer.account
    dialect = (await office.message(first)).dialect
    off = [await office.store.delete_order(account, dialect, order, NOW) for order in orders]
    assert [(one.is_off, bool(one.order.is_calls)) for one in off if one] == [
        (False, True),
        (False, True),
        (False, False),
    ]
    assert [one.id for one in await office.store.called_off(9)] == orders[:2]
    assert await office.store.unplaced([(first, text)], 9) == [second]
    at = NOW + 5 * MINUTE
    assert await office.store.due_again(at, 9) == [(first, 1)]
    await office.happen(Move(first, Happening.cancelled, at=at))
    assert await standing(office, first) == (State.undelivered, Reason.busy)
    assert (await office.happen(Move(text, Happening.cancelled, at=at))).idle == 1


async def test_no_second_call_where_none_would_help_or_none_was_asked_for(office: Office) -> None:
    """Nobody has that number; and a letter may ask for one call only."""
    first = await office.send(**CALL)
    once = write_speech(Speech("", "fr-FR"))
    second = await office.send(**{**CALL, "speech": once})
    for message, ref, why in ((first, "A", Reason.out_of_service), (second, "B", Reason.busy)):
        await placed(office, message, ref, NOW)
        await office.happen(reports=[ended(ref, why, NOW)])
        assert await standing(office, message) == (State.undelivered, why)


async def test_a_text_is_never_sent_again_for_a_busy_network(office: Office) -> None:
    first = await office.send(events=TOLD)
    await placed(office, first, "A", NOW)
    await office.happen(reports=[ended("A", Reason.congested, NOW)])
    assert await standing(office, first) == (State.undelivered, Reason.congested)


async def test_a_call_that_was_placed_is_paid_for(office: Office) -> None:
    """Whatever becomes of the next one; one that never was placed is given back."""
    full = await office.balance()
    first, second = await office.send(**CALL), await office.send(**CALL)
    await placed(office, first, "A", NOW)
    await office.happen(reports=[ended("A", Reason.busy, NOW)])
    await call_again(office, first, NOW + 5 * MINUTE)
    no = [Move(one, Happening.turned_down, Reason.rejected, NOW) for one in (first, second)]
    await office.happen(*no)
    assert await standing(office, first) == await standing(office, second)
    assert await office.balance() == full - PRICE
    assert await office.store.audit() == []


async def test_no_link_is_given_a_call_as_a_text(office: Office) -> None:
    """What leaves says how it is spoken, or that it is not."""
    text = await office.send(happening=Happening.accepted)
    call = await office.send(happening=Happening.accepted, **CALL)
    queues = [(office.route, 0), (office.route, Channel.voice)]
    settled = await office.claim(5, queues)
    assert claimed(settled) == [text, call]
    leaving = [one.speech for claim in settled.claimed for one in claim.leaving]
    assert leaving == ["", SPEECH]

"""Callbacks of an account, page by page: none is missed, none stands twice, none is another's."""

from typing import Any

import pytest

from chappe.store import callbacks
from chappe.store.contract import ReplyTell, Told
from chappe.store.contract.callbacks import CallbackPage, CallbackPlace, CallbacksAsked
from chappe.store.told import GIVEN_UP, HEARD, OWED
from chappe.words.lifecycle import Event
from chappe.words.report import Arrival
from tests.store.office import NOW, NUMBER, Office

SENT = {"events": int(Event.created)}
FAR = 9_000  # orders: more than two stretches of numbers


def told(subject: int, seq: int = 1, *, heard: bool = True, due: int = 0) -> Told:
    answer = "204" if heard else "503"
    return Told(subject, seq, heard, NOW + 5, answer, due, True, 12)


async def pages(office: Office, most: int, **wanted: Any) -> list[list[tuple[int, int]]]:
    """The keys of all that is found, page by page."""
    found: list[list[tuple[int, int]]] = []
    place: CallbackPlace | None = None
    while not found or place is not None:
        page = await looked(office, most, place=place, **wanted)
        found.append([(one.subject, one.seq) for one in page.found])
        place = page.place
    return found


async def looked(office: Office, most: int = 99, **wanted: Any) -> CallbackPage:
    return await office.store.callbacks(
        CallbacksAsked(**{"account": office.customer.account, "most": most, **wanted})
    )


async def whole(office: Office, **wanted: Any) -> list[tuple[int, int]]:
    """The same on one page; and on pages of each size, without gap or double."""
    (one,) = await pages(office, 99, **wanted)
    for most in (1, 2, 3):
        assert [key for page in await pages(office, most, **wanted) for key in page] == one
    return one


async def test_a_callback_tells_how_it_was_told(office: Office) -> None:
    """E63: each try with its answer and how long it took, and where to."""
    first = await office.send(url="http://customer/here", **SENT)
    await office.happen(told=[told(first, heard=False, due=NOW + 60)])
    await office.happen(told=[told(first)])
    (one,) = (await looked(office)).found
    assert (one.subject, one.seq, one.event, one.at) == (first, 1, Event.created, NOW)
    assert (one.done, one.tries, one.answer, one.took) == (HEARD, 2, "204", 12)
    assert (one.told_at, one.url) == (NOW + 5, "http://customer/here")
    assert one.missed == [(NOW + 5, "503", 12)]


async def test_they_come_in_pages_the_newest_first(office: Office) -> None:
    """Across orders far apart, and between others' orders."""
    mine = office.customer
    await office.send(numbers=3, **SENT)
    await office.send()  # nothing is told of it
    office.customer = await office.enrol("other")
    await office.send(numbers=2, **SENT)
    office.orders = FAR
    await office.send(**SENT)
    assert await whole(office) == [(7, 1), (6, 1), (5, 1)]
    office.customer = mine
    await office.send(numbers=2, **SENT)
    assert await whole(office) == [(9, 1), (8, 1), (3, 1), (2, 1), (1, 1)]


async def test_they_are_found_by_how_they_ended(office: Office) -> None:
    await office.send(numbers=4, **SENT)
    await office.happen(told=[told(1), told(2, heard=False), told(3)])
    assert await whole(office, ends=1 << HEARD) == [(3, 1), (1, 1)]
    assert await whole(office, ends=1 << GIVEN_UP) == [(2, 1)]
    assert await whole(office, ends=1 << OWED) == [(4, 1)]
    assert await whole(office, ends=1 << OWED | 1 << GIVEN_UP) == [(4, 1), (2, 1)]


async def test_they_are_found_by_their_message_if_it_is_the_accounts(office: Office) -> None:
    await office.send(numbers=2, **SENT)
    assert await whole(office, message=1) == [(1, 1)]
    assert await whole(office, message=77) == []
    office.customer = await office.enrol("other")
    assert await whole(office, message=1) == []
    assert await whole(office) == []


async def test_those_of_replies_that_answer_nothing_stand_apart(office: Office) -> None:
    tell = ReplyTell("highsms", "http://c/r", "", "", int(Event.reply), 0)
    office.reply_tells = lambda account: [tell]
    office.customer = await office.enrol("own", short_code="38200")
    for at in range(3):
        arrival = Arrival(number=NUMBER + at, code="38200", text="Oui", at=NOW + at)
        await office.happen(arrivals=[arrival])
    assert await whole(office) == []
    assert await whole(office, of_replies=True) == [(-3, 1), (-2, 1), (-1, 1)]
    assert await whole(office, of_replies=True, ends=1 << HEARD) == []
    (newest, *_) = (await looked(office, of_replies=True)).found
    assert (newest.url, newest.event) == ("http://c/r", Event.reply)


@pytest.mark.parametrize("most", [1, 3])
async def test_a_page_that_looked_at_much_in_vain_says_how_far(
    office: Office, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """And the next one goes on there, also within an order."""
    monkeypatch.setattr(callbacks, "_MESSAGES", 4)
    monkeypatch.setattr(callbacks, "_FIRST", 2)
    await office.send(numbers=2, **SENT)
    await office.send(numbers=9, at=NOW + 7, **SENT)
    await office.happen(told=[told(1)])
    page = await looked(office, most, ends=1 << HEARD)
    assert (page.found, page.looked_to) == ([], NOW + 7)
    found = [key for one in await pages(office, most, ends=1 << HEARD) for key in one]
    assert found == [(1, 1)]

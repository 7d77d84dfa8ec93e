"""What waits can be seen while it does: messages by state, queues by link, customers' endpoints."""

from typing import Any

import msgspec
import pytest

from chappe.engine import look
from chappe.hands import perform
from chappe.hands.search import COLUMNS, MessageList
from chappe.hands.shown import CannotDo, NothingMore
from chappe.store.contract.search import PageStart, Sought
from chappe.words.clock import MINUTE, SECOND
from chappe.words.lifecycle import Event, State
from chappe.words.order import Channel, Tell, Urls
from tests.journeys.house import House, account, at, config, many

FINAL = Event.final


async def listed(house: House, **wanted: Any) -> dict[str, Any]:
    asked = msgspec.convert(wanted, MessageList)
    found: dict[str, Any] = (await perform(house.node, "message list", asked)).value
    return found


async def said(house: House, **wanted: Any) -> str:
    return (await perform(house.node, "message list", msgspec.convert(wanted, MessageList))).said


async def numbers(house: House, **wanted: Any) -> list[int]:
    return [row["message"] for row in (await listed(house, **wanted))["messages"]]


async def endpoints(house: House) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (
        await perform(house.node, "callbacks endpoints", NothingMore())
    ).value
    return rows


async def test_what_can_not_be_looked_for_is_said_in_a_sentence(house: House) -> None:
    await house.open()
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"account": "nobody"}, "There is no account 'nobody'; `chappe account list` shows all."),
        ({"since": "2026-02-30"}, "'2026-02-30' is no time such as 2026-10-25 or "),
        ({"until": "2026-02-03 25:00"}, "'2026-02-03 25:00' is no time such as"),
        ({"states": ["queued", "asleep"]}, "There is no state 'asleep', but scheduled, queued, "),
        ({"link": "far"}, "Nothing ever had a link 'far'; `chappe links` shows all."),
        ({"dialect": "dutch"}, "There is no dialect 'dutch', but "),
        ({"number": "12"}, "'12' is no phone number such as"),
        ({"after": "12x"}, "'12x' is nothing that a page of messages ended with."),
        ({"after": "12"}, "'12' is of a list with other filters."),
        ({"limit": 0}, "A page has 1 to 2000 messages."),
    ]
    for wanted, why in wrong:
        with pytest.raises(CannotDo) as caught:
            await listed(house, **wanted)
        assert str(caught.value).startswith(why)


async def test_who_sees_some_accounts_sees_nothing_of_the_others(house: House) -> None:
    """Neither their messages, nor what waits of them, nor their endpoints."""
    await house.open(config(accounts=(account("fred"), account("anna"))))
    desk, fred, anna = (
        house.node.desk,
        *(house.node.accounts.by_login(login) for login in ("fred", "anna")),
    )
    assert fred is not None
    assert anna is not None
    house.ears.status["/fred"] = 500
    later = house.clock.now() + 60 * MINUTE
    await house.take(many(2), tell=house.tell(FINAL))
    await house.take(many(1), start=later)
    await house.let(5)
    everything = Sought(most=9)
    rights: list[tuple[set[int] | None, int]]
    rights = [({anna.id}, 0), (set(), 0), ({anna.id, fred.id}, 3), (None, 3)]
    for seen, count in rights:
        found = await look.search(desk, seen, everything)
        assert found is not None
        assert len(found.found) == count
        assert (await look.queues(desk, seen)).scheduled == (1 if count else 0)
        assert (await look.endpoints(desk, seen)).total == (1 if count else 0)
    asked = everything._replace(accounts=[fred.id])
    assert await look.search(desk, {anna.id}, asked) == ([], None, 0)
    # A place that an index has told is none where no index leads.
    assert await look.search(desk, None, everything._replace(place=PageStart(0, 2))) is None


async def test_messages_are_found_by_what_they_are_and_paged_to_the_end(house: House) -> None:
    """E51: by hand, the newest first."""
    await house.open()
    first = await house.take(many(3))
    await house.let(5)
    later = await house.take(many(2), start=house.clock.now() + 60 * MINUTE)
    assert await numbers(house) == [later.first + 1, later.first, *range(first.first + 2, 0, -1)]
    page = await listed(house, limit=2, states=["delivered"])
    row = page["messages"][0]
    assert tuple(row) == COLUMNS
    assert row == {
        "message": first.first + 2,
        "order": first.order,
        "account": "fred",
        "dialect": "plain",
        "channel": "notification",
        "number": "+33612000002",
        "state": "delivered",
        "reason": "",
        "accepted": "2026-11-24 10:00:00",
        "sent": "2026-11-24 10:00:00",
        "changed": row["changed"],
        "links": ["sim"],
        "parts": 1,
        "price": row["price"],
    }
    assert page["next"] == f"{first.order}.{first.first + 1}"
    on = f"There may be older ones: --after {page['next']}."
    assert await said(house, limit=2, states=["delivered"]) == on
    rest = await listed(house, limit=2, states=["delivered"], after=page["next"])
    assert [row["message"] for row in rest["messages"]] == [first.first]
    assert (rest["next"], rest["looked_to"]) == ("", "")
    waiting: dict[str, Any] = {"states": ["scheduled"], "limit": 1}
    page = await listed(house, **waiting)
    assert page["next"] == str(later.first + 1)
    assert await numbers(house, **waiting, after=page["next"]) == [later.first]
    assert await numbers(house, since="2026-11-24 10:00:03") == [later.first + 1, later.first]
    assert await numbers(house, until="2026-11-24 10:00") == []
    assert await numbers(house, number="06 12 00 00 01", link="sim", since="2026-11-24") == [
        later.first + 1,
        first.first + 1,
    ]
    assert await said(house, reason="npai") == "No message fits."


async def test_queues_are_shown_with_their_links_and_how_long_they_have_waited(
    house: House,
) -> None:
    """E51: what waits for a link that is paused, and what waits for its time."""
    await house.open()
    house.link().pause()
    await house.take(many(2))
    await house.let(90)
    await house.take(many(3), start=at("2026-11-24 18:00:00"))
    shown = await perform(house.node, "queue", NothingMore())
    assert (shown.said, shown.value) == (
        "",
        {
            "queued": 2,
            "oldest": "2026-11-24 10:00:00",
            "scheduled": 3,
            "queues": [
                {
                    "links": ["sim"],
                    "channel": Channel.notification.name,
                    "account": "fred",
                    "queued": 2,
                    "oldest": "2026-11-24 10:00:00",
                    "scheduled": 3,
                    "next_due": "2026-11-24 18:00:00",
                }
            ],
        },
    )
    assert len(await numbers(house, states=[State.queued.name], link="sim")) == 2


async def test_an_endpoint_shows_what_it_is_owed_and_how_it_is_and_no_secret(
    house: House,
) -> None:
    """E40: one that refuses is held as sick and stands first; of its URL only the origin is
    shown."""
    await house.open()
    house.ears.status["/fred"] = 500
    tell = Tell(urls=Urls(house.ears.url("/fred?key=secret")), events=FINAL)
    house.ears.status["/fred?key=secret"] = 500
    await house.take(many(9), tell=tell)
    await house.let(5)
    origin = house.ears.url("")
    (one,) = await endpoints(house)
    assert one == {
        "account": "fred",
        "endpoint": origin,
        "owed": 9,
        "or_more": False,
        "oldest": one["oldest"],
        "next": one["next"],
        "under_way": 0,
        "missed_in_a_row": 9,
        "sick": True,
        "last_answer": "500",
        "last_heard": "",
    }
    assert "2026-11-24 10:00:00" <= one["oldest"] < "2026-11-24 10:00:05"
    assert "2026-11-24 10:00:30" < one["next"] < "2026-11-24 10:01:05"
    # What memory knew is gone with a restart; what was answered stands in the store as well.
    await house.restart()
    (after,) = await endpoints(house)
    assert (after["owed"], after["last_answer"], after["sick"]) == (9, "500", False)
    house.ears.status.clear()
    await house.leap(house.clock.now() + 2 * MINUTE, 10 * SECOND)
    assert await endpoints(house) == []

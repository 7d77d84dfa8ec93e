"""What is kept of the way that one message took; on every database."""

from chappe.store.contract import Doubted, Move, PartRef
from chappe.store.intents import Intents
from chappe.store.lookup import Trail
from chappe.words.lifecycle import Event, Happening, Reason, State
from chappe.words.order import Channel
from chappe.words.report import Arrival
from tests.store.office import CODE, LINK, NOW, NUMBER, TOLD, Office


async def trail(office: Office, message: int) -> Trail:
    assert isinstance(office.store, Intents)
    return await office.store.trail(message)


async def test_a_message_tells_its_channel_links_ids_and_steps(office: Office) -> None:
    """E44: what whoever is asked about one message has to know."""
    first = await office.send(numbers=2, sending=2, events=TOLD)
    office.store.batch.refs += [PartRef(LINK, "id-2", first, 2), PartRef(LINK, "id-1", first, 1)]
    office.store.batch.doubts.append(Doubted(first, NOW + 1, "held"))
    await office.happen(
        Move(first, Happening.acknowledged, Reason.none, NOW + 2),
        Move(first, Happening.was_undelivered, Reason.npai, NOW + 3, "20801"),
    )
    found = await trail(office, first)
    assert (found.links, found.parts, found.doubts) == (
        [LINK],
        [(LINK, "id-1", 1), (LINK, "id-2", 2)],
        [(NOW + 1, "held", 1)],
    )
    assert found.channel in [int(channel) for channel in Channel]
    assert found.steps == [
        (NOW, int(Event.created), found.steps[0][2], 0, ""),
        (NOW + 2, int(Event.sent), int(State.sent), 0, ""),
        (NOW + 3, int(Event.final), int(State.undelivered), int(Reason.npai), "20801"),
    ]


async def test_a_message_that_is_not_there_has_no_trail(office: Office) -> None:
    assert await trail(office, 77) == Trail(None, "", None, [], [], [], "", 0, [], [])


async def test_a_message_tells_what_came_back(office: Office) -> None:
    """E63: replies to it, and how often its short URL was followed."""
    first = await office.send(numbers=2)
    for text in ("Oui", "Non"):
        await office.happen(arrivals=[Arrival(NUMBER, CODE, text, NOW + 9)])
    found = await trail(office, first)
    assert [(one.text, one.at) for one in found.replies] == [("Oui", NOW + 9), ("Non", NOW + 9)]
    assert found.tiny is None
    assert (await trail(office, first + 1)).replies == []

"""A day in the life of an installation: something of everything that is kept.

In: a house that is open. Out: a key that a customer made; the database holds orders that are over,
that wait, that are under way and in doubt, news that is owed, and whatever customers and hands have
made. Promise: it stands still at its end; two orders in portions are left where a kill would leave
them.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from chappe.config import Config, RetentionConfig, StoreConfig
from chappe.engine import book as booking
from chappe.engine.accept import accept
from chappe.engine.cancel import cancel
from chappe.hands import perform
from chappe.hands.accounts import Booking, NamedAccount, NewAccount, NewKey
from chappe.hands.doubts import Decision
from chappe.hands.optouts import OptOutChange
from chappe.links.operator.mind.judgement import FAIR, Weather
from chappe.store.contract.staff import StaffMember, VisitKept
from chappe.words import book
from chappe.words.account import Account
from chappe.words.alphabet import Alphabet
from chappe.words.asked import CancelWanted
from chappe.words.clock import DAY, HOUR, MINUTE, SECOND
from chappe.words.found import Cancelled
from chappe.words.lifecycle import Event, Happening, Reason
from chappe.words.order import Channel, Letter, Order, Speech, Target
from chappe.words.report import Fragment, Report
from chappe.words.visitor import Role
from tests.journeys.families import done, known, made_key, member, sent
from tests.journeys.house import House, at, config, many, to
from tests.journeys.isendpro import directory

OPENED = "2024-11-24 10:00:00"
SUNDAY = "2026-11-22 10:00:00"
TUESDAY = "2026-11-24 10:00:00"
SILENT, LATE = 33, 30  # a receipt never comes, or after a while
NOBODY = 53  # takes the call
MARKETING: Any = {"channel": Channel.marketing}
NOBODY_ANSWERS = Weather(rates={36: 1.0})
LARGE = 12
FAR = 20_000

_REFUSES = 500
_PATIENCE_S = 20


def said(url: str = "") -> Config:
    """What the file says; in SQLite, or at a URL."""
    people = (
        member("fred", email="fred@example.org", hours="any", in_doubt="hold"),
        member("anna", "fred", hours="any", in_doubt="resend"),
        member("zoe", hours="any", post_paid=True),
    )
    facts: dict[str, Any] = {"store": StoreConfig(url=url)} if url else {}
    return config(accounts=people, retention=RetentionConfig(records_days=400), **facts)


async def live(house: House) -> str:
    """From the first order to the last one."""
    await _years_ago(house)
    await _days_ago(house)
    key = await _people(house)
    await _orders(house)
    await _handsets(house)
    await _books(house)
    await _ahead(house)
    await _in_doubt(house)
    await _owed(house)
    await _cut_short(house)
    await _console(house)
    return key


async def _years_ago(house: House) -> None:
    """Of this only what was counted is left."""
    await house.take([to(0), to(11)])
    await house.take(many(3), **MARKETING)
    await house.let(30)
    await house.leap(at(SUNDAY), 10 * DAY)


async def _days_ago(house: House) -> None:
    """A call that nobody ever heard is given up by now."""
    house.ears.status["/deaf"] = _REFUSES
    await house.take([to(1)], "Bonjour", tell=house.tell(path="/deaf"), reference="deaf")
    await house.leap(at(TUESDAY))
    await house.node.store.draw("message", FAR)  # what comes now is numbered far from it
    await house.restart()
    while await house.node.store.count_one(house.clock.now() + DAY):
        pass


async def _people(house: House) -> str:
    """Whoever was made by asking, and by hand; and a key."""
    node = house.node
    await done(house, "createSubAccount", newPseudo="paul", newPass="word-of-paul")
    await done(house, "creditTransfert", targetPseudo="anna", creditAmount=25)
    _, body = await made_key(house, pseudo="fred", **{"pass": "word-of-fred"})
    await done(house, "deleteSubAccount", pseudoToDelete="paul")
    await perform(node, "account add", NewAccount(login="jean", password="word-of-jean"))
    await perform(node, "account key", NewKey(login="jean"))
    await perform(node, "account credit", Booking(login="jean", amount="12.5", note="par chèque"))
    await perform(node, "account add", NewAccount(login="luc", balance="3"))
    await perform(node, "account suspend", NamedAccount(login="luc"))
    await house.settle()
    return str(json.loads(body)["accessToken"])


async def _orders(house: House) -> None:
    """Of every end, by several dialects."""
    told = house.tell(~Event.nothing)
    await house.take([to(place) for place in (0, 11, 12, 18, 23, 34)], tell=told, reference="ends")
    await house.take([to(0), to(37)], "x" * 200, tell=told)
    await house.take([to(2)], "Marché à 5 € ça", sender="ACME", refs=["r1"], **MARKETING)
    target = Target("https://shop.example/1", "@", (), {})
    await house.take([to(3)], "Voir @", target=target, **MARKETING)
    await sent(house, "anna", numero="0639980004")
    await house.let(40)
    await _follow(house)


async def _follow(house: House) -> None:
    """Somebody opens a short URL."""
    text = house.submits()[-2].text
    code = text.rpartition("/")[2].split()[0]
    answer = await house.ask(f"GET /{code} HTTP/1.1")
    assert answer is not None
    assert answer[0] == 302, text
    await house.let(1)


async def _handsets(house: House) -> None:
    """Replies, opt-outs, a message that did not come whole, a receipt that nobody knows."""
    await house.take([to(5), to(6)], tell=house.tell(~Event.nothing), **MARKETING)
    await house.let(2)
    await house.write(to(5), "OUI")
    await house.write(to(6), "STOP")
    await house.write(to(9), "Qui est-ce ?")
    for login, list_, row in (("fred", "black", 70), ("", "stop", 71), ("anna", "stop", 72)):
        listed = OptOutChange(numbers=[f"+{to(row)}"], login=login, list=list_)
        await perform(house.node, "optout add", listed)
    now = house.clock.now()
    house.node.sinks.pieced("sim", [Fragment("piece", 1, now, "body")], lambda kept: None)
    await house.report([Report("nobody", Happening.was_delivered, Reason.none, now, "20801")])


async def _books(house: House) -> None:
    """Contacts, groups, and an order to one of them for later."""
    await directory(house, "zoe", "0639980001", "0639980002")
    await done(house, "addContact", nom="Martin", mobile="0639980003", groupe="Amis")
    desk, fred = house.node.desk, known(house, "fred")
    made = await booking.make_group(desk, fred, "plain", book.MakeGroup("Clients"))
    assert isinstance(made, book.Group)
    entries = [book.Entry(to(place), {"1": "Durand"}) for place in (1, 2, 3)]
    await booking.add_members(desk, fred, "plain", book.AddMembers(made.id, entries))
    start = house.clock.now() + 3 * HOUR
    await house.take([], "Soldes", group=made.id, start=start, tell=house.tell(), **MARKETING)


async def _ahead(house: House) -> None:
    """For later, called off, and a call that is made again in half an hour."""
    start = house.clock.now() + DAY
    await house.take(many(4), "Demain", start=start, reference="D", tell=house.tell())
    await house.take(many(2), "Jamais", start=start, reference="C")
    off = await cancel(house.node.desk, known(house, "fred"), "plain", CancelWanted("C", MINUTE))
    assert off == Cancelled(1, 2)
    await house.take(
        [to(NOBODY)],
        speech=Speech("Bonjour", "fr-FR", (30,)),
        channel=Channel.voice,
        alphabet=Alphabet.ucs2,
        mobiles=False,
    )
    await house.leap(house.clock.now() + MINUTE, 10 * SECOND)


async def _in_doubt(house: House) -> None:
    """Held, dropped by hand; and what was never answered yet, of two minds."""
    link = house.link()
    link.set_weather(NOBODY_ANSWERS)
    dropped = await house.take([to(7), to(8)], tell=house.tell(), **MARKETING)
    await house.let(30)
    await perform(house.node, "doubt drop", Decision(messages=[dropped.first]))
    await house.take([to(0)], "En route", tell=house.tell(), **MARKETING)
    await house.take([to(1)], "En route", account="anna", tell=house.tell(path="/anna"))
    link.set_weather(FAIR)
    await house.settle()


async def _owed(house: House) -> None:
    """Calls that were not heard yet, receipts that did not come yet, and a queue."""
    house.ears.status["/late"] = _REFUSES
    late = house.tell(~Event.nothing, "/late")
    await house.take([to(0), to(SILENT), to(LATE)], tell=late)
    await house.let(3)
    house.link().pause()
    await house.take(many(5), "En file", tell=house.tell(), **MARKETING)
    await house.take([to(2)], "En file", account="zoe", channel=Channel.notification)


async def _cut_short(house: House) -> None:
    """Two orders in portions: one that was not decided yet, and one that was half let go. And a
    file that was taken up."""
    node, fred = house.node, known(house, "fred")
    await node.store.take_up(fred.id, "Push.xml", house.clock.now(), 1_234)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chappe.engine.accept._ASIDE", 1)
        patch.setattr("chappe.engine.portion._ONE_COMMIT", 1)
        patch.setattr("chappe.engine.portion._PORTION", 4)
        patch.setattr("chappe.engine.portion._AT_ONCE", LARGE // 2)
        await _stuck_at(house, fred, "let_go", "Moitié", 1)
        await _stuck_at(house, fred, "decide", "Rien", 0)
    await _unconfirmed(house)
    await node.store.settled()


async def _stuck_at(house: House, fred: Account, step: str, text: str, times: int) -> None:
    store, reached = house.node.store, asyncio.Event()
    stuck = _stuck(getattr(store, step), times, reached)
    pytest.MonkeyPatch().setattr(store, step, stuck)  # for as long as the node lives
    letter = Letter(text=text, numbers=many(LARGE), code="36105", tell=house.tell())
    house.node.office.background(_ordered(house, fred, Order(dialect="plain", letters=[letter])))
    async with asyncio.timeout(_PATIENCE_S):
        await reached.wait()


async def _console(house: House) -> None:
    """Somebody of the staff, who is in."""
    store, now = house.node.store, house.clock.now()
    await store.put_staff(StaffMember("root", int(Role.operator), 0, "$argon2id$of-root", now))
    await store.begin_visit(VisitKept("digest", "root", 0, "proof", now, now + 9 * DAY))


async def _unconfirmed(house: House) -> None:
    """A STOP whose writer was not told yet that it was heard, as the node is about to stop."""
    store = house.node.store
    house.node.desk.drain()
    (answered,) = (await store.number_story(to(4)))["messages"]
    house.link().hand_in(to(4), answered.code, "STOP")
    house.clock.advance(house.clock.now() + SECOND)
    async with asyncio.timeout(_PATIENCE_S):
        while not await store.confirmations(0, 1):
            await store.settled()


def _stuck(
    work: Callable[..., Awaitable[Any]], times: int, reached: asyncio.Event
) -> Callable[..., Awaitable[Any]]:
    """Done so many times; then whoever does it stands still for ever."""
    left = [None] * times

    async def stuck(*given: Any) -> Any:
        if left:
            left.pop()
            return await work(*given)
        reached.set()
        return await asyncio.Event().wait()

    return stuck


async def _ordered(house: House, account: Account, order: Order) -> None:
    await accept(house.node.desk, account, order)

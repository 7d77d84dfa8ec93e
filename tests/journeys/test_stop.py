"""STOP and START: heeded at once, for whom they were meant, and never for a password."""

from typing import Any

import pytest

from chappe.config import OptOutConfig
from chappe.dialects import DIALECTS
from chappe.engine.bar import bar, on_lists
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.asked import BarredWanted, BarWanted
from chappe.words.clock import DAY, MINUTE, SECOND
from chappe.words.found import Barred
from chappe.words.lifecycle import Event, Reason, State
from chappe.words.news import Reply
from chappe.words.order import Channel, Letter, Lists, OptOut, Order, Tell, Urls
from tests.journeys.ears import HANG
from tests.journeys.house import CREDIT, House, account, config, link, many, to
from tests.journeys.plain import Told

MARKETING: Any = {"channel": Channel.marketing}
NUMBER = to(0)
STOPPED = (State.refused, Reason.opted_out)
DELIVERED = (State.delivered, Reason.none)
BOTH = (account("fred"), account("anna"))


def barred(*indices: int) -> Refusal:
    return Refusal((Trouble.opted_out,), "", dict.fromkeys(indices, Trouble.opted_out))


@pytest.mark.parametrize(
    "text", ["STOP", "stop", "Stop.", " STOPSMS", "Arrêt", "arret svp", "STOP 36105", "«Stop»"]
)
async def test_stop_in_its_usual_spellings_is_heeded_at_once(house: House, text: str) -> None:
    """E42: the next marketing order is refused, and costs nothing."""
    await house.open()
    await house.take([NUMBER], **MARKETING)
    await house.write(NUMBER, text)
    assert await house.send([NUMBER, to(1)], **MARKETING) == barred(0)
    assert await house.balance() == CREDIT - 400


@pytest.mark.parametrize("text", ["Ne pas stopper", "non stop", "STOPPEZ TOUT", "OUI", ""])
async def test_other_words_stop_nothing(house: House, text: str) -> None:
    """E42: it must be the first word, and that word."""
    await house.open()
    await house.take([NUMBER], **MARKETING)
    await house.write(NUMBER, text)
    await house.take([NUMBER], **MARKETING)


# The order's wish, the channel -> whether the opt-out stops it.
STOPS = {
    (OptOut.marketing, Channel.marketing): True,
    (OptOut.marketing, Channel.notification): False,
    (OptOut.marketing, Channel.international): False,
    (OptOut.always, Channel.notification): True,
    (OptOut.never, Channel.marketing): False,
}


@pytest.mark.parametrize(("wish", "channel"), STOPS)
async def test_notifications_still_go(house: House, wish: OptOut, channel: Channel) -> None:
    """E42: except where the order says that it stops all."""
    await house.open()
    await house.take([NUMBER])
    await house.write(NUMBER, "STOP")
    answer = await house.send([NUMBER], channel=channel, opt_out=wish)
    assert (answer == barred(0)) is STOPS[wish, channel]


async def test_a_list_of_the_customers_own_stops_what_asks_for_it(house: House) -> None:
    """By a request of theirs; all messages of theirs that go by it, and no others."""
    await house.open(config(accounts=BOTH))
    fred, anna = map(house.node.accounts.by_login, ("fred", "anna"))
    assert fred is not None
    assert anna is not None
    desk = house.node.desk
    assert await bar(desk, fred, "plain", BarWanted([NUMBER])) == Barred(frozenset([NUMBER]))
    every: Any = {"opt_out": OptOut.always, "lists": Lists.stop | Lists.black}
    assert await house.send([NUMBER, to(1)], **every) == barred(0)
    await house.write(NUMBER, "START")
    assert await house.send([NUMBER], **every) == barred(0)
    await house.take([NUMBER], **MARKETING)
    await house.take([NUMBER], account="anna", **every)
    listed = BarredWanted([NUMBER, to(1)])
    assert await on_lists(desk, fred, "plain", listed) == Barred(frozenset([NUMBER]))
    assert await on_lists(desk, anna, "plain", listed) == Barred(frozenset())
    stops = BarredWanted([NUMBER], Lists.stop)
    assert await on_lists(desk, fred, "plain", stops) == Barred(frozenset())


async def test_letters_of_one_order_are_each_held_against_their_own_lists(house: House) -> None:
    """E42: what stops the advertising in an order does not stop the notice beside it."""
    await house.open()
    await house.take([NUMBER], **MARKETING)
    await house.write(NUMBER, "STOP")
    notice = Letter(text="Un", numbers=[NUMBER], code="36105")
    advert = Letter(text="Deux", numbers=[NUMBER, to(1)], code="36105", **MARKETING)
    answer = await house.order(Order(dialect="plain", letters=[notice, advert], fatal=frozenset()))
    assert isinstance(answer, Receipt)
    assert [fate.trouble for fate in answer.fates()] == [None, Trouble.opted_out, None]


async def test_a_wish_is_told_as_a_stop_and_a_text_that_holds_the_word_as_a_reply(
    house: House,
) -> None:
    """E42: who writes that they want to stop is opted out, whoever merely speaks of it is not."""
    await house.open()
    wishes = ["Arrêtez de m'envoyer des SMS !", "s.t.o.p", "Je ne veux plus recevoir vos messages"]
    others = ["stop by the shop", "on ne stoppe pas", "l'arrêt de bus rue des Lilas est loin"]
    texts = wishes + others
    numbers = many(len(texts))
    tell = house.tell(Event.reply | Event.stop)
    receipt = await house.take(numbers, tell=tell, **MARKETING)
    for number, text in zip(numbers, texts, strict=True):
        await house.write(number, text)
    await house.let(5)
    kinds = [Event.stop] * len(wishes) + [Event.reply] * len(others)
    assert sorted(house.ears.heard["/fred"]) == [
        Told(receipt.first + nth, 1, kind, State.new, Reason.none, text)
        for nth, (kind, text) in enumerate(zip(kinds, texts, strict=True))
    ]
    assert await house.send(numbers, **MARKETING) == barred(*range(len(wishes)))


async def test_where_it_is_kept_in_error_it_is_told_and_unpaid(house: House) -> None:
    """E42 E4: refused for its number alone; the others leave."""
    await house.open()
    await house.take([NUMBER], **MARKETING)
    await house.write(NUMBER, "STOP")
    receipt = await house.take(
        [NUMBER, to(1)], fatal=frozenset(), tell=house.tell(Event.final), **MARKETING
    )
    await house.let(1)
    assert await house.fates(receipt) == [STOPPED, DELIVERED]
    assert receipt.cost == 400
    assert sorted(house.ears.heard["/fred"]) == [
        Told(receipt.first, 1, Event.final, *STOPPED),
        Told(receipt.first + 1, 1, Event.final, *DELIVERED),
    ]


async def test_what_waits_when_the_stop_comes_does_not_leave(house: House) -> None:
    """E42: looked at once more when it is claimed; given back, told, and never submitted."""
    await house.open(config(links=(link("sim", rate=1),)))
    await house.take([NUMBER], **MARKETING)
    await house.let(2)
    soon: Any = {"start": house.clock.now() + 60_000}
    tell = house.tell(Event.final)
    scheduled = await house.take([NUMBER, to(1)], tell=tell, **soon, **MARKETING)
    password = await house.take([NUMBER], **soon)
    house.link().pause()
    queued = await house.take([NUMBER, to(1)], tell=tell, **MARKETING)
    await house.write(NUMBER, "STOP")
    house.link().resume()
    await house.let(120)
    assert await house.fates(queued) == [STOPPED, DELIVERED]
    assert await house.fates(scheduled) == [STOPPED, DELIVERED]
    assert await house.fates(password) == [DELIVERED]
    assert [one.message for one in house.submits() if one.number == NUMBER] == [1, password.first]
    ends = [one for one in house.ears.heard["/fred"] if one.reason is Reason.opted_out]
    assert sorted(one.message for one in ends) == sorted([queued.first, scheduled.first])
    assert await house.balance() == CREDIT - 4 * 400
    assert await house.node.store.audit() == []


async def test_start_lets_marketing_through_again(house: House) -> None:
    """E42: for the account that is answered."""
    await house.open()
    await house.take([NUMBER], **MARKETING)
    await house.write(NUMBER, "STOP")
    assert await house.send([NUMBER], **MARKETING) == barred(0)
    await house.write(NUMBER, "Start")
    await house.take([NUMBER], **MARKETING)


@pytest.mark.parametrize("everywhere", [False, True])
async def test_a_stop_is_for_the_account_that_wrote_last(house: House, everywhere: bool) -> None:
    """E42: for it alone, or for all accounts where the installation says so."""
    said = config(accounts=BOTH, optout=OptOutConfig(everywhere=everywhere))
    await house.open(said)
    await house.take([NUMBER], account="anna")
    await house.take([NUMBER], account="fred")
    await house.write(NUMBER, "STOP")
    assert await house.send([NUMBER], **MARKETING) == barred(0)
    answer = await house.send([NUMBER], account="anna", **MARKETING)
    assert (answer == barred(0)) is everywhere


async def test_a_stop_that_answers_nothing_is_for_all_who_wrote_lately(house: House) -> None:
    """E42: 40 days on no message is answered; who sent under that code in 90 days must stop."""
    await house.open(config(accounts=(*BOTH, account("zoe"))))
    await house.take([NUMBER], account="zoe")
    await house.leap(house.clock.now() + 50 * DAY, 12 * 3_600_000)
    await house.take([NUMBER], account="fred")
    await house.leap(house.clock.now() + 41 * DAY, 12 * 3_600_000)
    await house.write(NUMBER, "STOP")
    assert await house.send([NUMBER], account="fred", **MARKETING) == barred(0)
    await house.take([NUMBER], account="zoe", **MARKETING)
    await house.take([NUMBER], account="anna", **MARKETING)


async def test_the_simulated_handsets_answer(house: House) -> None:
    """E33 E42: 40 writes STOP, 41 OUI, 42 in Japanese; told as replies of their message."""
    await house.open()
    tell = house.tell(Event.reply | Event.stop)
    receipt = await house.take([to(40), to(41), to(42)], tell=tell, **MARKETING)
    await house.let(5)
    first = receipt.first
    assert sorted(house.ears.heard["/fred"]) == [
        Told(first, 1, Event.stop, State.new, Reason.none, "STOP"),
        Told(first + 1, 1, Event.reply, State.new, Reason.none, "OUI"),
        Told(first + 2, 1, Event.reply, State.new, Reason.none, "はい、お願いします"),
    ]
    answer = await house.send([to(40), to(41), to(42)], **MARKETING)
    assert answer == barred(0)


async def test_a_reply_belongs_to_the_last_message_from_that_code(house: House) -> None:
    """E32: within 40 days, from that code or under a name with that reply code."""
    await house.open(config(accounts=BOTH))
    older = await house.take([NUMBER], account="anna")
    named = await house.take([NUMBER], sender="ACME", code="36034")
    await house.write(NUMBER, "Merci", "36105")
    await house.write(NUMBER, "Bonsoir", "36034")
    await house.write(NUMBER, "Allo", "38000")
    story = await house.node.store.number_story(NUMBER)
    replies: list[Reply] = story["replies"]
    assert [(one.text, one.message) for one in replies] == [
        ("Merci", older.first),
        ("Bonsoir", named.first),
        ("Allo", 0),
    ]


async def test_a_reply_to_a_code_of_ones_own_is_ones_own(house: House) -> None:
    """E32: no message is answered, yet the code is an account's: it is kept for that account, and
    told where the account's own settings say; what nobody hears is told again."""
    await house.open()
    house.ears.status["/anna"] = 500
    anna = account("anna", short_code="38000", callbacks=house.ears.url("/anna"))
    await house.reload(config(accounts=(account("fred"), anna)))
    await house.write(NUMBER, "Allo", "38000")
    known = house.node.accounts.by_login("anna")
    assert known is not None
    replies = await house.node.store.replies(known.id, 0, 10)
    assert [(one.text, one.message) for one in replies] == [("Allo", 0)]
    house.ears.status["/anna"] = 200
    await house.let(2 * MINUTE / SECOND)
    # The other dialects that are spoken here tell first, in their own words.
    told = Told(-replies[0].id, len(DIALECTS) + 1, Event.reply, State.new, Reason.none, "Allo")
    assert house.ears.heard["/anna"] == [told, told]


async def test_replies_to_a_dead_address_of_their_own_do_not_fill_the_memory(
    house: House,
) -> None:
    """E40: the bound is on where they go, not on where receipts go."""
    await house.open(config(links=(link("sim", window=1_000),)))
    house.other_ears.status["/mo"] = HANG
    tell = Tell(urls=Urls(house.ears.url("/fred"), house.other_ears.url("/mo")), events=Event.reply)
    numbers = [to(41, nn) for nn in range(97)]
    for _ in range(40):
        await house.take(numbers, tell=tell)
        await house.let(2)
    await house.let(10)
    assert house.held() <= 3_000


async def test_a_number_is_opted_out_for_others_by_hand(house: House) -> None:
    """E42: by the customer's own list; only whom it names, and until it is taken back."""
    await house.open()
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    store = house.node.store
    await store.opt_out(fred.id, [NUMBER], house.clock.now(), "by hand")
    assert await store.opt_outs(fred.id, Lists.stop, 10) == [
        [NUMBER, house.clock.now(), "by hand", Lists.stop]
    ]
    assert await house.send([*many(2), NUMBER], **MARKETING) == barred(2)
    assert await store.opt_in(fred.id, [NUMBER])
    assert not await store.opt_in(fred.id, [NUMBER])
    await house.take([NUMBER], **MARKETING)

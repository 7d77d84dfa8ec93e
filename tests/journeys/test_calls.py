"""Voice: what is spoken to whom, how a call ends, and who is called again."""

import itertools
from functools import partial
from typing import Any

import pytest

from chappe.config import RouteConfig
from chappe.engine.accept import accept
from chappe.engine.delete import delete
from chappe.hands import perform
from chappe.hands.messages import OneNumber
from chappe.links.operator.mind.records import Submitted, fields_of, read_submitted
from chappe.speech.recordings import lasts_ms
from chappe.speech.speaking import Program
from chappe.words.alphabet import Alphabet, Weights
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.asked import DeleteWanted
from chappe.words.calls import CannotSpeak
from chappe.words.clock import DAY, HOUR, MINUTE, SECOND
from chappe.words.found import Deleted
from chappe.words.lifecycle import Event, Reason, State
from chappe.words.order import Channel, Letter, Order, Speech
from tests.journeys.house import CREDIT, House, config, link, many, to

TEXT = "Votre rendez-vous est à dix heures."
PRICE = 800
_BY_160 = Weights(ucs2_one=160, ucs2_many=160, pairs_whole=False)
SPEECH = Speech("Ceci est un message", "fr-FR", (5, 15))


async def call(house: House, numbers: Any, text: str = TEXT, **wishes: Any) -> Receipt | Refusal:
    """As a dialect would order it."""
    wishes = {"speech": SPEECH, "channel": Channel.voice, **wishes}
    voice = {"alphabet": Alphabet.ucs2, "weights": _BY_160, "mobiles": False, "tell": house.tell()}
    return await house.send(numbers, text, fatal=frozenset(), **{**voice, **wishes})


async def taken(house: House, numbers: Any, text: str = TEXT, **wishes: Any) -> Receipt:
    answer = await call(house, numbers, text, **wishes)
    assert isinstance(answer, Receipt), answer
    return answer


def placed(house: House) -> list[Submitted]:
    """The calls that were placed, by the handsets' own log."""
    lines = (house.folder / "calls.log").read_bytes().splitlines(keepends=True)
    return [read_submitted(fields_of(line)) for line in lines if line.startswith(b"S\t")]


def spoken(house: House) -> list[int]:
    """How long what was spoken lasts, in ms."""
    return [lasts_ms(path) for path in sorted((house.folder / "speech").glob("*.wav"))]


async def test_whoever_takes_a_call_hears_it_to_the_end(house: House) -> None:
    """E35: it rings for 3 s, then it lasts as long as what is said."""
    await house.open()
    receipt = await taken(house, [33612345678])
    (said_ms,) = spoken(house)
    assert await house.fates(receipt) == [(State.sent, Reason.none)]
    await house.until(house.clock.now() + 3 * SECOND + said_ms - 1)
    assert await house.fates(receipt) == [(State.sent, Reason.none)]
    await house.let(0.001)
    assert await house.fates(receipt) == [(State.delivered, Reason.heard)]
    assert await house.balance() == CREDIT - PRICE
    assert house.submits() == []  # nothing of it left as a text


@pytest.mark.parametrize(
    ("row", "state", "reason"),
    [
        (50, State.delivered, Reason.heard),
        (51, State.delivered, Reason.hung_up),
        (54, State.delivered, Reason.machine),
        (55, State.undelivered, Reason.out_of_service),
        (11, State.delivered, Reason.heard),
    ],
)
async def test_the_number_decides(house: House, row: int, state: State, reason: Reason) -> None:
    """E35: and nobody of these is called twice."""
    await house.open()
    receipt = await taken(house, [to(row)])
    await house.leap(house.clock.now() + 30 * MINUTE)
    assert await house.fates(receipt) == [(state, reason)]
    assert len(placed(house)) == 1
    assert await house.balance() == CREDIT - PRICE


@pytest.mark.parametrize(
    ("row", "reason", "rings_s"),
    [(52, Reason.busy, 0), (53, Reason.no_answer, 30), (56, Reason.congested, 0)],
)
async def test_who_takes_no_call_is_called_after_5_and_15_minutes(
    house: House, row: int, reason: Reason, rings_s: int
) -> None:
    """E35: told each time; a restart and a crash in between lose and repeat nothing."""
    await house.open()
    began = house.clock.now()
    receipt = await taken(house, [to(row)])
    await house.let(rings_s + 1)
    assert await house.fates(receipt) == [(State.sent, reason)]
    await house.restart(away_ms=MINUTE)
    await house.let(4 * 60)
    assert len(placed(house)) == 2
    await house.let(rings_s + 1)
    assert await house.fates(receipt) == [(State.sent, reason)]
    await house.crash(away_ms=MINUTE)
    await house.let(15 * 60)
    await house.let(rings_s + 1)
    assert await house.fates(receipt) == [(State.undelivered, reason)]
    await house.leap(house.clock.now() + 60 * MINUTE)
    each = 5 * MINUTE, 15 * MINUTE
    at = [one.at - began for one in placed(house)]
    waits = [later - earlier - rings_s * SECOND for earlier, later in itertools.pairwise(at)]
    # A call that never rings is reported a moment after it was placed.
    assert [0 <= wait - wanted < SECOND for wait, wanted in zip(waits, each, strict=True)]
    assert [round(wait / MINUTE) for wait in waits] == [5, 15]
    assert await house.balance() == CREDIT - PRICE
    told = [row[2] for row in await house.node.store.calls(1, 99)]
    assert (told.count(Event.passing), told.count(Event.final)) == (2, 1)


async def test_a_restart_while_it_rings_is_no_second_call(house: House) -> None:
    """E35: it ends as it would have."""
    await house.open()
    receipt = await taken(house, [33612345678])
    await house.let(1)
    await house.restart()
    await house.let(60)
    assert await house.fates(receipt) == [(State.delivered, Reason.heard)]
    assert len(placed(house)) == 1


async def test_one_text_is_spoken_once_for_many(house: House) -> None:
    """E35: however many are called, and however long it is; each 160 characters begun are paid."""
    await house.open()
    long = "Madame, Monsieur, bonjour. " * 12
    receipt = await taken(house, many(600), long)
    await house.let(120)
    assert await house.tally(receipt) == {"delivered": 600}
    assert len(spoken(house)) == 1
    assert await house.balance() == CREDIT - 600 * 3 * PRICE
    before = spoken(house)
    await house.leap(house.clock.now() + 95 * DAY, stride_ms=DAY)
    assert (len(before), spoken(house)) == (1, [])  # erased with its text


async def test_what_nobody_can_say_is_refused(house: House) -> None:
    """E35: a language that nobody speaks, or no way to place calls: nothing is kept or paid."""
    await house.open()
    refused = Refusal((Trouble.no_speech,))
    other = SPEECH._replace(language="it-IT")
    assert await call(house, [33612345678], speech=other) == refused
    await house.stop()
    await house.start(config(links=(link("sim"),)))
    assert await call(house, [33612345678]) == refused
    assert await house.balance() == CREDIT


async def test_a_spoken_text_is_never_sent_and_a_sent_one_never_spoken(house: House) -> None:
    """E35: whatever the routes say; and what is neither whole is nobody's order."""
    await house.open(config(routes=(RouteConfig(links=("sim",)), RouteConfig(links=("calls",)))))
    fault = Refusal((Trouble.fault,))
    assert await call(house, [33612345678], channel=Channel.notification) == fault
    assert await call(house, [33612345678], speech=None) == fault
    first, second = await taken(house, [33612345678]), await house.take([33612345679])
    await house.let(60)
    assert [one.message for one in placed(house)] == [first.first]
    assert [one.message for one in house.submits()] == [second.first]


async def drop(house: House, receipt: Receipt) -> None:
    """Its account deletes an order."""
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    answer = await delete(house.node.desk, fred, "plain", DeleteWanted(receipt.order))
    assert answer == Deleted(receipt.order, 0)
    await house.settle()


GONE = (State.undelivered, Reason.deleted)


async def test_who_is_called_when_an_order_is_deleted_hears_no_more(house: House) -> None:
    """S31: what rings ends, what is heard is hung up, and none of it is given back."""
    await house.open()
    first = await taken(house, [33612345678, to(52), to(55)])
    second = await taken(house, [33612345679], "Bonjour tout le monde. " * 20)
    await house.let(1)
    await drop(house, first)
    await house.let(0.1)
    out = (State.undelivered, Reason.out_of_service)
    assert await house.fates(first) == [GONE, (State.sent, Reason.busy), out]
    await house.let(5)
    await drop(house, second)
    await house.let(0.1)
    assert await house.fates(second) == [(State.delivered, Reason.hung_up)]
    await house.leap(house.clock.now() + HOUR)
    assert await house.fates(first) == [GONE, (State.undelivered, Reason.busy), out]
    assert len(placed(house)) == 4
    assert await house.balance() == CREDIT - 3 * PRICE - 3 * PRICE
    assert await house.booked()  # and it adds up


async def test_nobody_is_called_again_for_an_order_that_was_deleted(house: House) -> None:
    """S31: nor after a restart, or a crash; the last call decides, and is told for good."""
    await house.open()
    receipt = await taken(house, [to(52)])
    await house.let(60)
    await drop(house, receipt)
    await house.restart(away_ms=MINUTE)
    await house.crash(away_ms=MINUTE)
    await house.leap(house.clock.now() + HOUR)
    assert await house.fates(receipt) == [(State.undelivered, Reason.busy)]
    assert len(placed(house)) == 1
    told = [row[2] for row in await house.node.store.calls(1, 99)]
    assert (told.count(Event.passing), told.count(Event.final)) == (1, 1)
    assert await house.balance() == CREDIT - PRICE


async def test_of_a_large_order_that_is_deleted_nothing_more_is_placed(house: House) -> None:
    """S31: calls that wait for their link are given back, and a crash in the midst loses none."""
    slow = link("calls", kind="calls", rate=20.0)
    await house.open(config(links=(link("sim"), slow)))
    receipt = await taken(house, many(3_000))
    await house.let(3)
    count = len(placed(house))
    assert 0 < count < 1_000
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    at = house.clock.now() + SECOND
    await house.node.store.delete_order(fred.id, "plain", receipt.order, at)
    await house.crash()
    await house.let(120)
    tally = await house.tally(receipt)
    assert len(placed(house)) == count
    assert tally.get("queued", 0) == tally.get("sent", 0) == tally.get("sending", 0) == 0
    assert tally["cancelled"] >= 2_000
    assert await house.balance() == CREDIT - count * PRICE


async def test_a_text_that_an_operator_holds_arrives_though_it_is_deleted(house: House) -> None:
    """S12: links of texts hear of no deletion."""
    await house.open()
    receipt = await house.take([to(30)])
    await house.let(1)
    await drop(house, receipt)
    await house.let(40)
    assert await house.fates(receipt) == [(State.delivered, Reason.none)]


async def test_what_was_said_to_a_number_that_is_erased_is_erased(house: House) -> None:
    """S32, E44: the recording goes with the text, and the title with both in the end."""
    await house.open()
    receipt = await taken(house, [33612345678])
    await house.let(60)
    assert len(spoken(house)) == 1
    await perform(house.node, "number erase", OneNumber(number="+33612345678"))
    assert spoken(house) == []
    other = await taken(house, [33612345679])
    await house.let(60)
    trail = await house.node.store.trail(other.first)
    assert SPEECH.title in trail.speech
    await house.leap(house.clock.now() + 95 * DAY, stride_ms=DAY)
    assert (await house.node.store.trail(other.first)).speech == ""
    assert (await house.node.store.trail(receipt.first)).speech == ""


async def test_ten_thousand_hear_one_recording(house: House) -> None:
    """S32: it is spoken once."""
    await house.open()
    receipt = await taken(house, many(10_000))
    await house.let(60)
    assert await house.tally(receipt) == {"delivered": 10_000}
    assert len(spoken(house)) == 1


class _Mute:
    """An engine that breaks off."""

    async def speak(self, title: str, text: str, language: str) -> bytes:
        raise CannotSpeak("it broke off")


async def test_a_text_that_fails_to_be_spoken_is_given_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E35: the engine is there and does not work: a fault of ours, and never a crash."""
    monkeypatch.setattr("chappe.node.node.Program", _Mute)
    await house.open()
    receipt = await taken(house, [33612345678])
    await house.let(1)
    assert await house.fates(receipt) == [(State.refused, Reason.fault)]
    assert await house.balance() == CREDIT


async def test_an_engine_that_hangs_is_given_up_and_nobody_waits_for_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S30: texts leave meanwhile, and the call is given back."""
    hanging = partial(Program, "tests.speech.hanging", patience_s=1)
    monkeypatch.setattr("chappe.node.node.Program", hanging)
    await house.open()
    fred = house.node.accounts.by_login("fred")
    assert fred is not None
    wishes: dict[str, Any] = {"speech": SPEECH, "channel": Channel.voice, "code": "36105"}
    letter = Letter(text=TEXT, numbers=[33612345678], alphabet=Alphabet.ucs2, **wishes)
    spoken_to = await accept(house.node.desk, fred, Order(dialect="plain", letters=[letter]))
    text = Letter(text="Bonjour", numbers=[33612345679], code="36105")
    written_to = await accept(house.node.desk, fred, Order(dialect="plain", letters=[text]))
    assert isinstance(spoken_to, Receipt)
    assert isinstance(written_to, Receipt)
    while await house.fates(written_to) != [(State.sent, Reason.none)]:
        pass
    assert await house.fates(spoken_to) == [(State.sending, Reason.none)]
    await house.let(1)
    assert await house.fates(spoken_to) == [(State.refused, Reason.fault)]
    assert await house.balance() == CREDIT - 400

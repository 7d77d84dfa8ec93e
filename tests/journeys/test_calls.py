"""Voice: what is spoken to whom, how a call ends, and who is called again."""

import itertools
from typing import Any

import pytest

from chappe.config import RouteConfig
from chappe.links.operator.mind.records import Submitted, fields_of, read_submitted
from chappe.speech.recordings import lasts_ms
from chappe.words.alphabet import Alphabet, Weights
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.calls import CannotSpeak
from chappe.words.clock import DAY, MINUTE, SECOND
from chappe.words.lifecycle import Event, Reason, State
from chappe.words.order import Channel, Speech
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
    await house.let(60 * 30)
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
    await house.let(3_600)
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

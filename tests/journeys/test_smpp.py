"""A whole node whose link is SMPP, over a real socket to a scripted centre."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from chappe.config import LinkConfig, Listen, MetricsConfig
from chappe.config.values import Secret
from chappe.hands import ways
from chappe.hands.shown import NothingMore
from chappe.links.contract import Condition
from chappe.links.smpp.bind import binding
from chappe.links.smpp.meaning.receipt import DeliveryReceipt
from chappe.links.smpp.pdus.tables import CommandStatus, SubmitSm
from chappe.node import CannotStart
from chappe.words.clock import MINUTE, SECOND, HandClock
from chappe.words.lifecycle import Happening, Reason, State
from chappe.words.order import Channel
from chappe.words.report import Report
from tests.journeys.house import TUESDAY, House, account, at, config, many, to
from tests.links.smpp.ground import counted_dial
from tests.links.smpp.scripted import ScriptedCentre

DELIVERED = (State.delivered, Reason.none)
IN_DOUBT = (State.unknown, Reason.in_doubt)
SENDING = (State.sending, Reason.none)
LONG = "x" * 459  # three parts with a header of 6 octets


class Line:
    """The house, the centre, and the wires between them."""

    def __init__(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        self.house = house
        self.smsc: ScriptedCentre
        self._patch = monkeypatch

    async def open(self, *links: dict[str, Any], **facts: Any) -> None:
        """A centre, and a house with these links to it; with one where none is named."""
        # The house's clock is made with it; the centre's must be there before.
        self.house.clock = clock = HandClock(at(TUESDAY))
        self.smsc = ScriptedCentre(clock)
        self.port = await self.smsc.open()
        wires = self.smsc.wires
        self._patch.setattr(binding, "Dialler", lambda sheet: counted_dial(sheet, wires))
        self.house.restless = lambda: not wires.quiet
        made = [self.link(**link) for link in links or ({},)]
        await self.house.ears.open()
        await self.house.other_ears.open()
        await self.house.start(config(links=tuple(made), **facts))

    def link(self, **facts: Any) -> LinkConfig:
        usual: dict[str, Any] = {
            "name": "orange",
            "kind": "smpp",
            "host": "127.0.0.1",
            "port": self.port,
            "system_id": "chappe",
            "password": Secret("azerty"),
            "answer_s": 10,
        }
        return LinkConfig(**{**usual, **facts})

    def condition(self, name: str = "orange") -> Condition:
        return self.house.having(name).links[name].condition

    async def listing(self) -> list[dict[str, Any]]:
        listed = await ways.listing(self.house.having("orange"), NothingMore())
        shown: list[dict[str, Any]] = listed.value
        return shown

    def sent_to(self) -> list[int]:
        return [int(submit.destination_addr) for submit in self.smsc.submits]


@pytest.fixture
async def line(house: House, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Line]:
    line = Line(house, monkeypatch)
    yield line
    await house.close()
    house.restless = lambda: False
    await line.smsc.close()


# --- out and back ---


@pytest.mark.parametrize("way", ["udh8", "udh16", "sar", "payload"])
async def test_a_message_leaves_and_its_receipts_make_it_delivered(line: Line, way: str) -> None:
    """E30 E31: long ones by each way; a receipt for each part, or one for the payload."""
    await line.open({"long": way})
    short = await line.house.take([to(0)])
    long = await line.house.take([to(1)], LONG)
    await line.house.let(2)
    assert await line.house.fates(short) == [DELIVERED]
    assert await line.house.fates(long) == [DELIVERED]
    parts = {"udh8": 3, "udh16": 4, "sar": 3, "payload": 1}[way]
    assert line.sent_to() == [to(0)] + [to(1)] * parts
    assert line.house.having("orange").dispatch.flying == 0


IDS: dict[str, tuple[Callable[[int], str], Callable[[int], str]]] = {
    "hex and decimal": ("{:x}".format, str),
    "decimal and hex": (str, "{:X}".format),
    "zeros before it": (str, "{:012}".format),
}


@pytest.mark.parametrize("way", IDS)
async def test_ids_may_be_written_in_two_ways(line: Line, way: str) -> None:
    """E30: nothing is set, and every receipt finds its message."""
    await line.open()
    line.smsc.answer_id, line.smsc.receipt_id = IDS[way]
    receipt = await line.house.take(many(20))
    await line.house.let(2)
    assert await line.house.tally(receipt) == {"delivered": 20}


async def test_a_receipt_before_its_answer_counts(line: Line) -> None:
    """E31: parked under an id that is written otherwise, it meets its part."""
    await line.open()
    line.smsc.answer_id = "{:x}".format
    receipt = await line.house.take([to(32)])
    await line.house.let(2)
    assert await line.house.fates(receipt) == [DELIVERED]


def _two(**other: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    return {"name": "orange"}, {"name": "backup", **other}


@pytest.mark.parametrize(
    ("other", "became"),
    [
        ({}, DELIVERED),
        ({"host": "localhost", "centre": "orange"}, DELIVERED),
        ({"host": "localhost"}, (State.sent, Reason.none)),
        ({"system_id": "another"}, (State.sent, Reason.none)),
    ],
    ids=["same login", "named", "another host", "another login"],
)
async def test_a_receipt_may_come_over_another_session_of_the_same_login(
    line: Line, other: dict[str, Any], became: tuple[State, Reason]
) -> None:
    """E31: an operator gives it to any of them; another operator's ids mean nothing here."""
    await line.open(*_two(**other))
    line.smsc.no_receipts = True
    receipt = await line.house.take([to(0)])
    ref = "1000000"
    said = [Report(ref, Happening.was_delivered, Reason.none, line.house.clock.now())]
    await line.house.report(said, "backup")
    assert await line.house.fates(receipt) == [became]
    await line.house.report(said, "orange")
    assert await line.house.fates(receipt) == [DELIVERED]


async def test_a_receipt_of_nobody_is_kept_and_shown(line: Line) -> None:
    """E31: and acknowledged."""
    await line.open()
    stray = line.smsc.receipt(SubmitSm(), DeliveryReceipt(("4711",), "DELIVRD"))
    line.smsc.deliver(stray)
    await line.house.settle()
    assert [row[:2] for row in await line.house.node.store.strangers(10)] == [["orange", "4711"]]
    assert [ack.status for ack in line.smsc.acks] == [0]


async def test_one_receipt_may_speak_of_a_number_that_ids_confuse(line: Line) -> None:
    """E31: the id 16 in decimal is 10 in hex; the number says which message is meant."""
    await line.open()
    ids = iter(["10", "16"])
    line.smsc.answer_id = lambda _: next(ids)
    line.smsc.no_receipts = True
    receipt = await line.house.take([to(0), to(1)])
    await line.house.let(1)
    second = line.smsc.submits[1]
    line.smsc.deliver(line.smsc.receipt(second, DeliveryReceipt(("10",), "DELIVRD")))
    await line.house.settle()
    assert await line.house.fates(receipt) == [(State.sent, Reason.none), DELIVERED]


async def test_an_operators_own_errors_are_read_by_its_table(line: Line) -> None:
    """E30: `errors` of the link."""
    await line.open({"errors": {"99": Reason.ported}})
    line.smsc.no_receipts = True
    receipt = await line.house.take([to(0)])
    [submit] = line.smsc.submits
    line.smsc.deliver(line.smsc.receipt(submit, DeliveryReceipt(("1000000",), "UNDELIV", "99")))
    await line.house.settle()
    assert await line.house.fates(receipt) == [(State.undelivered, Reason.ported)]


# --- replies ---


async def test_a_reply_is_tied_to_the_message_it_answers(line: Line) -> None:
    """E32: by number and code, and told at once."""
    await line.open()
    receipt = await line.house.take([to(41)], tell=line.house.tell())
    await line.house.let(3)
    [told] = [one for one in line.house.ears.heard["/fred"] if one.reply]
    assert (told.message, told.reply) == (receipt.first, "OUI")


async def test_pieces_of_a_reply_outlive_a_restart_of_the_node(line: Line) -> None:
    """E32: out of order, one doubled, the last after the restart; one reply comes of it."""
    await line.open()
    await line.house.take([to(0)], tell=line.house.tell())
    said = {1: "Un, ", 2: "deux, ", 3: "trois"}
    for no in (3, 1, 3):
        line.smsc.deliver(line.smsc.piece(to(0), "36105", no, 3, said[no], 9))
    await line.house.settle()
    assert [ack.status for ack in line.smsc.acks if ack.command == 0x80000005][-3:] == [0] * 3
    await line.house.restart()
    line.smsc.deliver(line.smsc.piece(to(0), "36105", 2, 3, said[2], 9))
    await line.house.let(2)
    assert [one.reply for one in line.house.ears.heard["/fred"] if one.reply] == ["Un, deux, trois"]
    assert await line.house.node.store.fragments("orange") == []


# --- doubt ---


@pytest.mark.parametrize(
    ("choice", "fate", "times"), [("hold", IN_DOUBT, 1), ("resend", DELIVERED, 2)]
)
async def test_a_stop_with_unanswered_submits_follows_the_account(
    line: Line, choice: str, fate: tuple[State, Reason], times: int
) -> None:
    """E1 E54: within seconds; held it is listed, sent again it arrives after the next start."""
    await line.open(accounts=(account("fred", in_doubt=choice),))
    line.smsc.mute = True
    receipt = await line.house.take([to(0)])
    assert await line.house.fates(receipt) == [SENDING]
    loop = asyncio.get_running_loop()
    begun = loop.time()
    await line.house.stop()
    assert loop.time() - begun < 8
    line.smsc.mute = False
    await line.house.start(line.house.node.config)
    await line.house.let(5)
    assert await line.house.fates(receipt) == [fate]
    assert line.sent_to() == [to(0)] * times
    assert [row[2] for row in await line.house.node.store.doubts(10)] == [
        "held" if choice == "hold" else "sent again"
    ]


async def test_a_centre_that_answers_nothing_gets_one_window_and_no_more(line: Line) -> None:
    """E1 E30: what it got is in doubt, the rest waits for a centre that works."""
    await line.open({"window": 10}, accounts=(account("fred", in_doubt="hold"),))
    line.smsc.mute = True
    receipt = await line.house.take(many(100), channel=Channel.marketing)
    await line.house.let(10.5)
    assert await line.house.tally(receipt) == {"unknown": 10, "queued": 90}
    line.smsc.mute = False
    await line.house.let(MINUTE / 1000)
    assert await line.house.tally(receipt) == {"unknown": 10, "delivered": 90}


async def test_a_cut_connection_leaves_its_window_in_doubt_and_the_rest_goes_on(
    line: Line,
) -> None:
    """E1: a connection that breaks in the middle."""
    await line.open({"window": 10}, accounts=(account("fred", in_doubt="resend"),))
    line.smsc.mute = True
    receipt = await line.house.take(many(30), channel=Channel.marketing)
    line.smsc.mute = False
    line.smsc.door.close()
    await line.house.let(10)
    assert await line.house.tally(receipt) == {"delivered": 30}
    assert len(line.sent_to()) == 40


async def test_after_a_kill_what_was_not_acknowledged_comes_again(line: Line) -> None:
    """E1 E31: what was unanswered is in doubt, and no receipt is lost."""
    await line.open(accounts=(account("fred", in_doubt="hold"),))
    settled = await line.house.take([to(30)])  # its receipt comes after 30 s
    line.smsc.mute = True
    doubtful = await line.house.take([to(0)])
    await line.house.crash(60_000)
    assert await line.house.fates(doubtful) == [IN_DOUBT]
    await line.house.let(5)
    assert await line.house.fates(settled) == [DELIVERED]
    assert line.sent_to() == [to(30), to(0)]


async def test_throttled_for_an_hour_everything_arrives_afterwards(line: Line) -> None:
    """E24: the link is slowed down, nothing is refused, and it speeds up again by itself."""
    await line.open({"window": 10})
    line.smsc.submit_status = CommandStatus.throttled
    receipt = await line.house.take(many(50), channel=Channel.marketing)
    await line.house.leap(line.house.clock.now() + 60 * MINUTE, 30 * SECOND)
    assert await line.house.tally(receipt) == {"queued": 50}
    tried = len(line.smsc.submits)
    assert tried < 2 * 3_600, "about one a second is enough to learn that it goes again"
    line.smsc.submit_status = CommandStatus.ok
    await line.house.let(2 * MINUTE / 1000)
    assert await line.house.tally(receipt) == {"delivered": 50}
    assert line.house.having("orange").dispatch.paces() == {"orange": 0.0}


# --- hands ---


async def test_links_show_why_one_is_down(line: Line) -> None:
    """E30 E51: a wrong password, in words, and since when."""
    await line.open()
    line.smsc.passwords = {"chappe": "other"}
    line.smsc.door.close()
    await line.house.let(60)
    [row] = await line.listing()
    assert row["condition"] == "down"
    assert row["since"] == "2026-11-24 10:00:00"
    assert row["says"] == "bind refused: wrong password (0x0E)"
    assert row["reconnects"] in (5, 6), "as chance has it"
    line.smsc.passwords = None
    await line.house.let(60)
    [row] = await line.listing()
    assert (row["condition"], row["says"]) == ("up", "")


async def test_a_paused_link_waits_and_goes_on(line: Line) -> None:
    """E51: pause and resume; the bind stands."""
    await line.open()
    node = line.house.having("orange")
    await ways.pause_link(node, ways.OneLink(name="orange"))
    receipt = await line.house.take(many(3))
    await line.house.let(60)
    assert await line.house.tally(receipt) == {"queued": 3}
    await ways.resume_link(node, ways.OneLink(name="orange"))
    await line.house.let(5)
    assert await line.house.tally(receipt) == {"delivered": 3}
    assert len(line.smsc.binds) == 1


async def test_a_file_that_changes_one_link_leaves_the_others_bound(line: Line) -> None:
    """E51: SIGHUP; the changed one binds anew with its new login."""
    await line.open({"name": "one", "system_id": "one"}, {"name": "two", "system_id": "two"})
    first = [line.link(name="one", system_id="one"), line.link(name="two", system_id="other")]
    assert await line.house.reload(config(links=tuple(first))) == ["link two changed"]
    await line.house.settle()
    binds = [bind.system_id for bind in line.smsc.binds]
    assert ({*binds[:2]}, binds[2:]) == ({"one", "two"}, ["other"])  # which is first is chance
    assert (line.condition("one"), line.condition("two")) == (Condition.up, Condition.up)
    receipt = await line.house.take(many(2))
    await line.house.let(2)
    assert await line.house.tally(receipt) == {"delivered": 2}


async def test_a_link_that_cannot_be_made_changes_nothing(line: Line) -> None:
    """E51: one clear sentence, and what was bound stays bound."""
    await line.open()
    wrong = line.link(name="two", tls=True, tls_ca="/nowhere/ca.pem")
    with pytest.raises(CannotStart) as caught:
        await line.house.reload(config(links=(line.link(window=9), wrong)))
    assert str(caught.value) == ("The link two: tls_ca can't be read (No such file or directory).")
    assert line.condition() is Condition.up
    assert len(line.smsc.binds) == 1


async def test_a_real_link_is_not_called_simulated(line: Line) -> None:
    """E53: /readyz, and a gauge for each figure of a link."""
    await line.open(metrics=MetricsConfig(listen=Listen("127.0.0.1", 0)))
    assert await line.house.ask("GET /readyz HTTP/1.1") == (200, b"ready\n")
    line.smsc.mute = True
    await line.house.take([to(0)])
    figures = line.house.node.doors.figures
    status, text = await line.house.ask("GET /metrics HTTP/1.1", at=figures) or (0, b"")
    assert status == 200
    assert await line.house.ask("POST /metrics HTTP/1.1", at=figures) == (405, b"Only GET\n")
    assert await line.house.ask("GET /readyz HTTP/1.1", at=figures) == (404, b"Not found\n")
    for wanted in (
        b"chappe_connections_crowded_total 0\n",
        b'chappe_link_up{link="orange"} 1\n',
        b'chappe_link_unanswered{link="orange"} 1\n',
        b'chappe_link_reconnects_total{link="orange"} 0\n',
        b'chappe_link_odd_total{link="orange"} 0\n',
    ):
        assert wanted in text
    line.smsc.door.close()  # nobody wants to wait for an answer that never comes
    await line.house.settle()


async def test_two_links_one_down_the_other_serves(line: Line) -> None:
    """E22: fail-over while a link is not bound."""
    other = ScriptedCentre(HandClock(at(TUESDAY)))
    port = await other.open()
    await other.shut()
    await line.open({"name": "one", "port": port}, {"name": "two"})
    receipt = await line.house.take(many(5))
    await line.house.let(2)
    assert await line.house.tally(receipt) == {"delivered": 5}
    assert [row["condition"] for row in await line.listing()] == ["down", "up"]
    await other.close()

"""What users of other gateways complain of: one case each, over a real socket, on a hand clock."""

import asyncio
import contextlib
import logging
import ssl
from collections.abc import AsyncIterator, Callable
from itertools import pairwise
from pathlib import Path

import pytest
from msgspec.structs import replace

from chappe.links.contract import Acknowledge, Condition, HasStanding, Link, Standing, Verdict
from chappe.links.smpp.bind.binding import DEAF
from chappe.links.smpp.bind.dialling import Dialler
from chappe.links.smpp.deliveries import REPLIES_A_SECOND
from chappe.links.smpp.link import SmppLink
from chappe.links.smpp.meaning.receipt import DeliveryReceipt
from chappe.links.smpp.pdus.octets import pack
from chappe.links.smpp.pdus.tables import (
    AlertNotification,
    CommandStatus,
    DataSm,
    DeliverSm,
    DeliverSmResp,
    EnquireLink,
    GenericNack,
    SubmitSm,
    SubmitSmResp,
    Tag,
    Unbind,
)
from chappe.links.smpp.sheet import TX_RX
from chappe.links.smpp.texts.long import Writing
from chappe.words.clock import MINUTE, SECOND
from chappe.words.lifecycle import Happening, Reason
from chappe.words.report import Arrival, Report
from tests.links.exercise import FICTION, Listener, part, started
from tests.links.ground import START
from tests.links.smpp.ground import SmppGround

TAKEN, REFUSED, LATER = Verdict.taken, Verdict.refused, Verdict.later
UNANSWERED = Verdict.unanswered
HANDSET = 33_612_345_678


@pytest.fixture
async def ground() -> AsyncIterator[SmppGround]:
    ground = SmppGround()
    await ground.open()
    yield ground
    await ground.close()


def verdicts(listener: Listener) -> list[tuple[int, Verdict, Reason]]:
    return [(one.message, one.verdict, one.reason) for one in listener.answers]


def texts(listener: Listener) -> list[str]:
    return [arrival.text for arrival in listener.arrivals]


def is_up(link: Link) -> bool:
    return link.condition is Condition.up


def is_down(link: Link) -> bool:
    return link.condition is Condition.down


def is_paused(link: Link) -> bool:
    return link.condition is Condition.paused


# --- ids and receipts ---

IDS: dict[str, tuple[Callable[[int], str], Callable[[int], str]]] = {
    "as they are": (str, str),
    "hex in the answer, decimal in the receipt": ("{:x}".format, str),
    "decimal in the answer, hex in the receipt": (str, "{:x}".format),
    "hex in capitals in the receipt": ("{:x}".format, "{:X}".format),
    "zeros before it in the answer": ("{:010}".format, str),
    "zeros before it in the receipt": (str, "{:010}".format),
    "zeros before it, hex, and capitals": ("{:08x}".format, "0x{:016X}".format),
}


@pytest.mark.parametrize("way", IDS)
async def test_a_receipt_finds_its_part_however_its_operator_writes_ids(
    ground: SmppGround, way: str
) -> None:
    """E30: message-id form (hex/decimal) per link, zeros and case."""
    ground.smsc.answer_id, ground.smsc.receipt_id = IDS[way]
    async with started(ground) as (link, listener):
        link.submit([part(1)])
        await ground.until(lambda: len(listener.reports) == 1)
    answer, report = listener.answers[0], listener.reports[0]
    assert answer.ref in (report.forms or (report.ref,))
    assert report.ref in (answer.forms or (answer.ref,))
    assert FICTION in report.numbers or not report.forms


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("+33639980000", (FICTION,)),
        ("0033639980000", (FICTION,)),
        ("0639980000", (FICTION,)),
        ("", ()),
        ("336399800XX", ()),
        ("36105", ()),
    ],
)
async def test_a_receipt_tells_whom_it_is_about_where_that_can_be_read(
    ground: SmppGround, written: str, numbers: tuple[int, ...]
) -> None:
    """E31: what is masked says nothing, rather than that it is about nobody."""
    ground.smsc.receipt_from = lambda _: written
    async with started(ground) as (link, listener):
        link.submit([part(1)])
        await ground.until(lambda: len(listener.reports) == 1)
    assert listener.reports[0].numbers == numbers


async def test_with_a_form_of_ids_set_nothing_is_guessed() -> None:
    """E30: id_form = "dec" and receipts in decimal leave one id and no other."""
    ground = SmppGround(id_form="dec")
    await ground.open()
    ground.smsc.answer_id = ground.smsc.receipt_id = "id-{}".format
    async with started(ground) as (link, listener):
        link.submit([part(1)])
        await ground.until(lambda: len(listener.reports) == 1)
    await ground.close()
    assert (listener.answers[0].forms, listener.reports[0].forms) == ((), ())
    assert listener.answers[0].ref == listener.reports[0].ref == "id-1000000"


@pytest.mark.parametrize(("text", "tlvs"), [(True, False), (False, True), (True, True)])
async def test_a_receipt_may_come_as_text_or_as_tlvs(
    ground: SmppGround, text: bool, tlvs: bool
) -> None:
    """E31: by text and by TLV."""
    ground.smsc.with_text, ground.smsc.with_tlvs = text, tlvs
    async with started(ground) as (link, listener):
        link.submit([part(1), part(11, 11)])
        await ground.until(lambda: len(listener.reports) == 2)
        assert sorted(listener.fates()) == [
            (1, 1, Happening.was_delivered, Reason.none),
            (11, 1, Happening.was_undelivered, Reason.npai),
        ]


async def test_a_receipt_may_come_as_data_sm(ground: SmppGround) -> None:
    """E31: and is answered with a data_sm_resp."""
    async with started(ground) as (link, listener):
        pdu = DataSm(
            tlvs=((Tag.receipted_message_id, "77"), (Tag.message_state, 2)),
            source_addr="33639980001",
            destination_addr="36105",
            esm_class=4,
        )
        ground.smsc.deliver(pdu)
        await ground.until(lambda: len(listener.reports) == 1)
        assert is_up(link)
    assert [one.happening for one in listener.reports] == [Happening.was_delivered]
    assert [type(ack).__name__ for ack in ground.smsc.acks] == ["DataSmResp"]


async def test_receipts_come_by_the_other_bind() -> None:
    """E30 E31: transmitter + receiver; the link is up before the receiver is."""
    ground = SmppGround(modes=TX_RX)
    await ground.open()
    async with started(ground) as (link, listener):
        link.submit([part(1)])
        await ground.until(lambda: len(listener.reports) == 1)
        modes = {bind.command for bind in ground.smsc.binds}
    await ground.close()
    assert modes == {0x01, 0x02}
    assert [ack.status for ack in ground.smsc.acks] == [0]


async def test_a_receiver_that_is_lost_comes_back_by_itself() -> None:
    """E30: while it is away messages leave, and receipts come once it is back."""
    ground = SmppGround(modes=TX_RX)
    await ground.open()
    async with started(ground) as (link, listener):
        assert isinstance(link, SmppLink)
        await ground.settle()
        receiver = next(door for door in ground.smsc.doors if door.delivers)
        receiver.close()
        await ground.settle()
        assert is_up(link)
        assert link.standing.says == "receiver: the connection was closed"
        link.submit([part(1)])
        await ground.until(lambda: len(listener.reports) == 1)
        assert link.standing.says == ""
        assert link.standing.reconnects == 1
    await ground.close()


async def test_an_unknown_receipt_is_handed_over_and_acknowledged(ground: SmppGround) -> None:
    """E31: unknown receipts are kept and shown; that of a message of nobody is no mistake."""
    async with started(ground) as (_, listener):
        receipt = DeliveryReceipt(("4711",), "DELIVRD")
        ground.smsc.deliver(ground.smsc.receipt(SubmitSm(), receipt))
        await ground.until(lambda: len(ground.smsc.acks) == 1)
    assert [report.ref for report in listener.reports] == ["4711"]
    assert [ack.status for ack in ground.smsc.acks] == [0]


async def test_a_receipt_without_an_id_is_counted_and_acknowledged(ground: SmppGround) -> None:
    """E31: nobody could ever tell what it is of, and it must not come for ever."""
    async with started(ground) as (link, listener):
        assert isinstance(link, SmppLink)
        ground.smsc.deliver(DeliverSm(esm_class=4, short_message=b"stat:DELIVRD err:000"))
        await ground.until(lambda: len(ground.smsc.acks) == 1)
        assert link.standing.odd == {"idless": 1}
    assert (listener.reports, ground.smsc.acks[0].status) == ([], 0)


async def test_a_receipt_is_acknowledged_when_it_is_on_disk_and_not_before(
    ground: SmppGround,
) -> None:
    """E31: deliver_sm_resp only when it is kept; else 'later'."""
    async with started(ground) as (link, listener):
        held: list[Acknowledge] = []
        listener.holds = held
        link.submit([part(1)])
        await ground.until(lambda: len(listener.reports) == 1)
        await ground.settle()
        assert ground.smsc.acks == []
        held.pop()(False)
        await ground.settle()
        assert [ack.status for ack in ground.smsc.acks] == [CommandStatus.later]
        await ground.until(lambda: len(held) == 1)
        held.pop()(True)
        await ground.settle()
        assert [ack.status for ack in ground.smsc.acks] == [CommandStatus.later, CommandStatus.ok]


async def test_what_comes_in_one_read_is_handed_over_in_one_call(ground: SmppGround) -> None:
    """E31: a batch of receipts and answers, two calls."""
    async with started(ground) as (link, listener):
        link.submit([part(message) for message in range(1, 31)])
        await ground.until(lambda: len(listener.answers) == 30)
        receipts = [
            ground.smsc.receipt(SubmitSm(), DeliveryReceipt((str(n),), "DELIVRD"))
            for n in range(500)
        ]
        listener.calls.clear()
        ground.smsc.say(*[replace(pdu, sequence=n) for n, pdu in enumerate(receipts, 1)])
        await ground.settle()
    assert sum(count for call, count in listener.calls if call == "reported") == 500
    assert len(listener.calls) <= 4


async def test_a_long_message_as_payload_has_one_receipt() -> None:
    """E30 E31: long messages by message_payload."""
    ground = SmppGround(writing=Writing(long="payload"))
    await ground.open()
    async with started(ground) as (link, listener):
        link.submit([part(1, text="x" * 400)])
        await ground.until(lambda: len(listener.reports) == 1)
        assert listener.fates() == [(1, 1, Happening.was_delivered, Reason.none)]
    await ground.close()
    assert [submit.tlvs for submit in ground.smsc.submits] == [
        ((Tag.message_payload, b"x" * 400),),
    ]


# --- replies ---


async def piece(ground: SmppGround, no: int, ref: int = 7) -> None:
    said = ("Un, ", "deux, ", "trois")[no - 1]
    ground.smsc.deliver(ground.smsc.piece(HANDSET, "36105", no, 3, said, ref))
    await ground.settle()


async def test_pieces_of_a_reply_may_come_in_any_order_and_doubled(ground: SmppGround) -> None:
    """E32: each is acknowledged at once, when it is on disk, and the whole is one reply."""
    async with started(ground) as (_, listener):
        for no in (3, 1, 3):
            await piece(ground, no)
        assert len(ground.smsc.acks) == 3
        assert sorted(one.no for one in listener.kept.values()) == [1, 3]
        await piece(ground, 2)
        await piece(ground, 2)
        assert [ack.status for ack in ground.smsc.acks] == [0] * 5
    assert texts(listener) == ["Un, deux, trois"]
    assert listener.kept == {}


async def test_a_piece_that_never_comes_leaves_a_gap(ground: SmppGround) -> None:
    """E32: after five minutes what is there is given."""
    async with started(ground) as (link, listener):
        assert isinstance(link, SmppLink)
        await piece(ground, 1)
        await piece(ground, 3)
        await ground.let_pass(5 * MINUTE - 1)
        assert texts(listener) == []
        await ground.let_pass(1)
        assert texts(listener) == ["Un, [...]trois"]
        assert link.standing.odd == {"gaps": 1}
    assert listener.kept == {}


async def test_pieces_outlive_a_restart(ground: SmppGround) -> None:
    """E32: two came before it, one after."""
    listener = Listener()
    link = ground.make_link()
    await link.start(listener)
    await ground.settle()
    await piece(ground, 1)
    await piece(ground, 2)
    await link.stop()
    again = ground.make_link()
    await again.start(listener)
    await ground.settle()
    await piece(ground, 3)
    await again.stop()
    assert texts(listener) == ["Un, deux, trois"]
    assert listener.kept == {}
    assert [ack.status for ack in ground.smsc.acks] == [0] * 3


async def test_a_whole_reply_that_could_not_be_kept_is_handed_over_again(
    ground: SmppGround,
) -> None:
    """E31: its last piece is refused for now, and comes again."""
    async with started(ground) as (_, listener):
        await piece(ground, 1)
        await piece(ground, 2)
        listener.keeps = [False]
        await piece(ground, 3)
        assert [ack.status for ack in ground.smsc.acks] == [0, 0, CommandStatus.later]
        await ground.let_pass(10 * SECOND)
        assert [ack.status for ack in ground.smsc.acks] == [0, 0, CommandStatus.later, 0]
    assert texts(listener) == ["Un, deux, trois"] * 2
    assert listener.kept == {}


REPLIES = [
    ("33612345678", "36105", Arrival(HANDSET, "36105", "Oui", START)),
    ("+33612345678", "+36105", Arrival(HANDSET, "36105", "Oui", START)),
    ("0612345678", "36105", Arrival(HANDSET, "36105", "Oui", START)),
    ("0033612345678", "0644630000", Arrival(HANDSET, "0644630000", "Oui", START)),
]


@pytest.mark.parametrize(("source", "destination", "arrival"), REPLIES)
async def test_a_replys_number_is_read_however_it_is_written(
    ground: SmppGround, source: str, destination: str, arrival: Arrival
) -> None:
    """E32: international, national, with its code or without."""
    async with started(ground) as (_, listener):
        ground.smsc.deliver(
            DeliverSm(source_addr=source, destination_addr=destination, short_message=b"Oui")
        )
        await ground.until(lambda: len(listener.arrivals) == 1)
    assert listener.arrivals == [arrival]


async def test_a_reply_from_no_number_is_counted_and_acknowledged(
    ground: SmppGround, caplog: pytest.LogCaptureFixture
) -> None:
    """E32: told by the log, without its words."""
    async with started(ground) as (link, listener):
        assert isinstance(link, SmppLink)
        ground.smsc.deliver(DeliverSm(source_addr="VOICEMAIL", short_message=b"Secret words"))
        await ground.until(lambda: len(ground.smsc.acks) == 1)
        assert link.standing.odd == {"strangers": 1}
    assert (listener.arrivals, ground.smsc.acks[0].status) == ([], 0)
    assert "replies from what is no phone number" in caplog.text
    assert "ecret" not in caplog.text


# --- what a centre may do wrong ---


async def test_throttled_for_an_hour_nothing_is_lost(ground: SmppGround) -> None:
    """E24: each part is answered 'later, throttled', each time."""
    async with started(ground) as (link, listener):
        ground.smsc.submit_status = CommandStatus.throttled
        for minute in range(60):
            link.submit([part(minute)])
            await ground.let_pass(MINUTE)
        assert verdicts(listener) == [(n, LATER, Reason.throttled) for n in range(60)]
        assert is_up(link)
        ground.smsc.submit_status = CommandStatus.ok
        link.submit([part(99)])
        await ground.until(lambda: len(listener.answers) == 61)
    assert verdicts(listener)[-1] == (99, TAKEN, Reason.none)


async def test_a_centre_that_answers_no_submit_is_left_alone(ground: SmppGround) -> None:
    """E30: one window is in doubt, not one after the other; the bind alone earns no trust."""
    async with started(ground) as (link, listener):
        assert isinstance(link, SmppLink)
        ground.smsc.mute = True
        link.submit([part(message) for message in range(50)])
        await ground.let_pass(9_999)
        assert listener.answers == []
        await ground.let_pass(2)
        assert verdicts(listener) == [(n, UNANSWERED, Reason.none) for n in range(50)]
        assert is_down(link)
        assert link.standing.says == DEAF
        before = len(ground.smsc.connects)
        await ground.let_pass(10 * MINUTE)
        waits = await _deaf_rounds(ground, link, 8)
        assert len(ground.smsc.connects) > before
    assert waits[:4] == sorted(waits[:4])
    assert all(45 * SECOND <= wait <= 60 * SECOND for wait in waits[6:])


async def _deaf_rounds(ground: SmppGround, link: SmppLink, rounds: int) -> list[int]:
    """How long it stays away after each window that nobody answers."""
    waits = []
    for round_ in range(rounds):
        await ground.until(lambda: link.condition is Condition.up)
        link.submit([part(1_000 + round_)])
        await ground.until(lambda: link.condition is Condition.down)
        left = ground.clock.now()
        await ground.until(lambda: link.condition is Condition.up)
        waits.append(ground.clock.now() - left)
    return waits


async def test_one_silent_part_among_others_ends_no_connection(ground: SmppGround) -> None:
    """E30: what is answered beside it shows that the centre works."""
    async with started(ground) as (link, listener):
        link.submit([part(36, 36)])
        await ground.let_pass(5_000)
        link.submit([part(1)])
        await ground.let_pass(MINUTE)
        assert verdicts(listener) == [(1, TAKEN, Reason.none), (36, UNANSWERED, Reason.none)]
        assert len(ground.smsc.connects) == 1


async def test_a_half_open_connection_is_found(ground: SmppGround) -> None:
    """E30: enquire_link; what was under way is in doubt, and another connection is made."""
    async with started(ground) as (link, listener):
        assert isinstance(link, SmppLink)
        ground.smsc.door.freeze()
        await ground.let_pass(39 * SECOND)
        assert is_up(link)
        link.submit([part(1)])
        await ground.let_pass(1 * SECOND)
        assert is_down(link)
        assert link.standing.says == "the operator gave no sign of life"
        assert verdicts(listener) == [(1, UNANSWERED, Reason.none)]
        await ground.let_pass(2 * SECOND)
        assert is_up(link)


async def test_a_pdu_of_four_gigabytes_cuts_the_connection(ground: SmppGround) -> None:
    """E55: at once, and nothing of it is kept."""
    async with started(ground) as (link, _):
        assert isinstance(link, SmppLink)
        ground.smsc.door.write(b"\xff\xff\xff\xff\0\0\0\5\0\0\0\0\0\0\0\1" + bytes(1_000))
        await ground.settle()
        assert is_down(link)
        assert link.standing.says == "what came is not SMPP"
        await ground.let_pass(2 * SECOND)
        assert is_up(link)


async def test_unknown_tlvs_and_commands_are_passed_over(ground: SmppGround) -> None:
    """E30: optional TLVs; E55: what is no command is told so, and counted."""
    async with started(ground) as (link, listener):
        assert isinstance(link, SmppLink)
        own = ((0x1501, b"whatever"), (0x2FFF, b""))
        ground.smsc.say(
            replace(ground.smsc.reply(HANDSET, "36105", "Oui"), sequence=5, tlvs=own),
            AlertNotification(6),
            EnquireLink(7),
            SubmitSmResp(99, 0, (), "1"),
            GenericNack(98, 3),
        )
        ground.smsc.door.write(pack(EnquireLink(8)).replace(b"\0\0\0\x15", b"\0\0\0\x99"))
        await ground.settle()
        assert is_up(link)
        assert link.standing.odd == {"strays": 2, "unknown": 1}
        link.submit([part(1)])
        await ground.until(lambda: len(listener.answers) == 1)
    assert texts(listener) == ["Oui"]


async def test_a_status_in_no_table_refuses_and_is_told(
    ground: SmppGround, caplog: pytest.LogCaptureFixture
) -> None:
    """E30: and the link's own table explains it."""
    ground.smsc.submit_status = 0x0401
    async with started(ground) as (link, listener):
        assert isinstance(link, SmppLink)
        link.submit([part(1)])
        await ground.until(lambda: len(listener.answers) == 1)
        assert link.standing.odd == {"unexplained": 1}
    assert verdicts(listener) == [(1, REFUSED, Reason.unrecognised)]
    assert "0x00000401" in caplog.text
    link, listener = ground.make_link(statuses={0x0401: (LATER, Reason.none)}), Listener()
    await link.start(listener)
    await ground.settle()
    link.submit([part(1)])
    await ground.until(lambda: len(listener.answers) == 1)
    await link.stop()
    assert verdicts(listener) == [(1, LATER, Reason.none)]


async def test_the_other_side_unbinds(ground: SmppGround) -> None:
    """E30: it gets its answer, what was under way is in doubt, and the link comes back."""
    async with started(ground) as (link, listener):
        assert isinstance(link, SmppLink)
        ground.smsc.mute = True
        link.submit([part(1)])
        await ground.settle()
        ground.smsc.say(Unbind(70))
        await ground.settle()
        assert is_down(link)
        assert link.standing.says == "the operator ended the session"
        assert verdicts(listener) == [(1, UNANSWERED, Reason.none)]
        await ground.let_pass(2 * SECOND)
        assert is_up(link)
        assert link.standing.reconnects == 1


def refuse_connections(ground: SmppGround) -> None:
    ground.smsc.hangs_up = True


def refuse_binds(ground: SmppGround) -> None:
    ground.smsc.bind_status = CommandStatus.bind_failed


@pytest.mark.parametrize("refuse", [refuse_connections, refuse_binds])
async def test_a_centre_that_refuses_is_not_hammered(
    ground: SmppGround, refuse: Callable[[SmppGround], None]
) -> None:
    """E30: six connects in the first minute, then pauses of up to a minute, for a day."""
    refuse(ground)
    link = ground.make_link()
    await link.start(Listener())
    await ground.let_pass(60 * MINUTE)
    await link.stop()
    times = [at - START for at in ground.smsc.connects]
    assert len([at for at in times if at <= MINUTE]) == 6
    pauses = [later - sooner for sooner, later in pairwise(times)]
    assert all(45 * SECOND <= pause <= 60 * SECOND for pause in pauses[6:])
    assert len(set(pauses[6:])) > 10, "they keep no step"


async def test_a_connection_that_lived_is_met_again_at_once(ground: SmppGround) -> None:
    """E30: growing pauses are for those that do not work."""
    async with started(ground) as (link, _):
        for _ in range(20):
            await ground.let_pass(31 * SECOND)
            ground.smsc.door.close()
            await ground.settle()
            lost = ground.clock.now()
            await ground.until(lambda: link.condition is Condition.up)
            assert ground.clock.now() - lost <= 1_250


async def test_a_centre_that_is_away_at_the_start_is_found_later(ground: SmppGround) -> None:
    """E30: a start does not wait for an operator."""
    link, listener = ground.make_link(), Listener()
    await ground.smsc.shut()
    await link.start(listener)
    await ground.let_pass(MINUTE)
    assert is_down(link)
    assert link.standing.says == "Connection refused"
    await ground.open()
    await ground.let_pass(MINUTE)
    assert is_up(link)
    await link.stop()


async def test_a_wrong_password_is_said_and_never_shown(
    ground: SmppGround, caplog: pytest.LogCaptureFixture
) -> None:
    """E30 E53: `chappe links` says why it is down."""
    caplog.set_level(logging.DEBUG)
    ground.smsc.passwords = {"chappe": "another"}
    link = ground.make_link()
    await link.start(Listener())
    await ground.let_pass(MINUTE)
    assert link.standing.says == "bind refused: wrong password (0x0E)"
    assert repr(ground.sheet()).count("secret") == 0
    await link.stop()
    assert caplog.text.count("wrong password") == 1
    assert "secret" not in caplog.text


async def test_a_bind_that_nobody_answers_is_tried_again(ground: SmppGround) -> None:
    ground.smsc.silent_binds = True
    link = ground.make_link()
    await link.start(Listener())
    await ground.let_pass(10 * SECOND)
    assert link.standing.says == "no answer to the bind"
    ground.smsc.silent_binds = False
    await ground.until(lambda: link.condition is Condition.up)
    await link.stop()


async def test_a_side_that_does_not_read_is_not_written_to(ground: SmppGround) -> None:
    """E30: what it has no room for waits, and is answered for at the end."""
    async with started(ground) as (link, listener):
        ground.smsc.door.freeze()
        link.submit([part(n, text="x" * 150) for n in range(200)])
        await ground.let_pass(MINUTE)
        found = sorted(verdicts(listener))
    assert [row[0] for row in found] == list(range(200))
    assert {row[1] for row in found} == {UNANSWERED, LATER}
    assert len([row for row in found if row[1] is UNANSWERED]) == ground.link.window


# --- our side ---


async def test_pause_and_resume(ground: SmppGround) -> None:
    """E51: the bind stands, receipts come, and nothing leaves."""
    async with started(ground) as (link, listener):
        assert isinstance(link, SmppLink)
        link.submit([part(1)])
        await ground.settle()
        link.pause()
        link.submit([part(2)])
        await ground.until(lambda: len(listener.reports) == 1)
        assert is_paused(link)
        link.resume()
        link.submit([part(3)])
        await ground.until(lambda: len(listener.reports) == 2)
    assert sorted(verdicts(listener)) == [
        (1, TAKEN, Reason.none),
        (2, LATER, Reason.none),
        (3, TAKEN, Reason.none),
    ]
    assert len(ground.smsc.binds) == 1


async def test_more_parts_than_the_window_wait_for_room(ground: SmppGround) -> None:
    """E24: a message longer than the window; no more than that is ever unanswered."""
    limits = replace(ground.sheet().limits, window=2)
    link, listener = ground.make_link(window=2, limits=limits), Listener()
    await link.start(listener)
    await ground.until(lambda: link.condition is Condition.up)
    ground.smsc.mute = True
    link.submit([part(1, 0, no, 5) for no in range(1, 6)])
    await ground.settle()
    assert len(ground.smsc.submits) == 2
    ground.smsc.mute = False
    answer_all(ground)
    await ground.until(lambda: len(listener.answers) == 5)
    await link.stop()
    assert [(one.no, one.verdict) for one in listener.answers] == [
        (no, TAKEN) for no in range(1, 6)
    ]


async def test_what_cannot_be_written_is_refused_and_counted(ground: SmppGround) -> None:
    """E30: for its form, and the parts beside it leave."""
    async with started(ground) as (link, listener):
        assert isinstance(link, SmppLink)
        link.submit([part(1, sender="Café"), part(2)])
        await ground.until(lambda: len(listener.answers) == 2)
        assert link.standing.odd == {"unfit": 1}
    assert sorted(verdicts(listener)) == [
        (1, REFUSED, Reason.form),
        (2, TAKEN, Reason.none),
    ]


async def test_stop_unbinds_within_seconds_whatever_the_other_side_does(
    ground: SmppGround,
) -> None:
    """E54: an honest centre is left in order; one that is frozen is left all the same."""
    async with started(ground):
        pass
    assert [door.session.over for door in ground.smsc.doors] == []
    link, listener = ground.make_link(), Listener()
    await link.start(listener)
    await ground.until(lambda: link.condition is Condition.up)
    ground.smsc.door.freeze()
    link.submit([part(1)])
    loop = asyncio.get_running_loop()
    begun = loop.time()
    await link.stop()
    assert loop.time() - begun < 4
    assert verdicts(listener) == [(1, UNANSWERED, Reason.none)]


async def test_stop_waits_a_little_for_answers_that_are_under_way(ground: SmppGround) -> None:
    """E54: no submission in flight is lost where the operator answers in time."""
    link, listener = ground.make_link(), Listener()
    await link.start(listener)
    await ground.until(lambda: link.condition is Condition.up)
    ground.smsc.mute = True
    link.submit([part(n) for n in range(10)])
    await ground.settle()
    ground.smsc.mute = False
    asyncio.get_running_loop().call_later(0.05, answer_all, ground)
    await link.stop()
    assert verdicts(listener) == [(n, TAKEN, Reason.none) for n in range(10)]


def answer_all(ground: SmppGround) -> None:
    for submit in list(ground.smsc.submits):
        ground.smsc.asked(ground.smsc.door, submit)
    ground.smsc.door.send()


def _acks(ground: SmppGround) -> list[int]:
    return [ack.status for ack in ground.smsc.acks if isinstance(ack, DeliverSmResp)]


async def test_a_flood_of_receipts_is_read_as_fast_as_it_is_kept(ground: SmppGround) -> None:
    """E55: a store that stands still is not buried, and nobody is called dead for our silence."""
    async with started(ground) as (link, listener):
        held: list[Acknowledge] = []
        listener.holds = held
        for n in range(9_000):
            ground.smsc.deliver(
                ground.smsc.receipt(SubmitSm(), DeliveryReceipt((str(n),), "DELIVRD"))
            )
        for _ in range(50):
            await asyncio.sleep(0.001)
        assert len(listener.reports) < 9_000
        while len(_acks(ground)) < 9_000:
            while held:
                held.pop()(True)
            await asyncio.sleep(0.001)
        assert is_up(link)
    assert len(listener.reports) == 9_000
    assert set(_acks(ground)) == {0}
    assert isinstance(listener.reports[0], Report)


async def test_replies_beyond_what_is_kept_in_a_second_come_again(ground: SmppGround) -> None:
    """E55: an operator cannot fill the disk within minutes, and no reply is lost by that."""
    payload = ((Tag.message_payload, b"x" * 60_000),)
    reply = DeliverSm(tlvs=payload, source_addr=str(HANDSET), destination_addr="36105")
    count = 16 * REPLIES_A_SECOND // 60_000 + 20
    async with started(ground) as (link, listener):
        for _ in range(count):
            ground.smsc.deliver(reply)
        await ground.settle()
        assert count - 20 <= len(listener.arrivals) < count
        await ground.until(lambda: len(listener.arrivals) == count)
        standing = link.standing if isinstance(link, HasStanding) else Standing()
    assert {len(one.text) for one in listener.arrivals} == {60_000}
    assert set(_acks(ground)) == {CommandStatus.ok, CommandStatus.later}
    assert standing.odd["replies"] >= 19


# --- TLS ---

CERTIFICATE = Path(__file__).parents[2] / "doors" / "localhost.pem"


@pytest.fixture
async def sealed() -> AsyncIterator[SmppGround]:
    """A centre that speaks TLS, under the name `localhost`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    ground = SmppGround(tls_name="localhost")
    await ground.open(context)
    yield ground
    await ground.close()


async def test_a_session_may_be_encrypted(sealed: SmppGround) -> None:
    """E30: TLS, verified by the certificate that is named."""
    link, listener = sealed.make_link(tls=trusting()), Listener()
    await link.start(listener)
    await sealed.until(lambda: link.condition is Condition.up)
    link.submit([part(n) for n in range(40)])
    await sealed.until(lambda: len(listener.reports) == 40)
    await link.stop()
    assert {one.verdict for one in listener.answers} == {TAKEN}


def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(CERTIFICATE))


REFUSED_CERTIFICATES: list[tuple[Callable[[], ssl.SSLContext], str, str]] = [
    (ssl.create_default_context, "localhost", "self-signed certificate"),
    (trusting, "smpp.example.org", "Hostname mismatch"),
]


@pytest.mark.parametrize(("context", "name", "why"), REFUSED_CERTIFICATES)
async def test_a_certificate_that_is_not_the_operators_is_refused(
    sealed: SmppGround, context: Callable[[], ssl.SSLContext], name: str, why: str
) -> None:
    """E30: no password is told to a stranger, and the link says why it is down."""
    link = sealed.make_link(tls=context(), tls_name=name)
    await link.start(Listener())
    await said(sealed, lambda: "certificate is not accepted" in link.standing.says)
    assert why in link.standing.says
    assert sealed.smsc.binds == []
    await link.stop()


async def said(ground: SmppGround, seen: Callable[[], bool]) -> None:
    """A handshake that fails is seen by this side alone, so the wires do not tell."""
    async with asyncio.timeout(10):
        while not seen():  # noqa: ASYNC110, nothing else would tell
            await asyncio.sleep(0.001)


async def test_a_centre_without_tls_is_not_spoken_to(ground: SmppGround) -> None:
    """E30: and the link says so."""
    link = ground.make_link(tls=trusting(), tls_name="localhost")
    await link.start(Listener())
    await said(ground, lambda: link.standing.says not in ("", "not started"))
    assert ground.smsc.binds == []
    await link.stop()


async def test_an_address_that_does_not_answer_is_not_tried_first_the_next_time(
    ground: SmppGround, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E30: an operator with two addresses, one of them dead."""
    tried: list[str] = []
    loop = asyncio.get_running_loop()

    async def found(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(0, 0, 0, "", (one, 2775)) for one in ("192.0.2.1", "192.0.2.2")]

    async def connect(_: object, host: str, port: int) -> None:
        tried.append(host)
        if host == "192.0.2.1":
            await asyncio.sleep(60)

    dial = Dialler(ground.sheet())
    with monkeypatch.context() as patch:
        patch.setattr(type(loop), "getaddrinfo", lambda self, *a, **k: found(), raising=False)
        patch.setattr(type(loop), "create_connection", lambda self, *a: connect(*a), raising=False)
        for _ in range(2):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(dial(asyncio.Protocol), 0.01)
    assert tried == ["192.0.2.1", "192.0.2.2"]

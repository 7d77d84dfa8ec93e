"""What the centre owes its clients: told to whoever may be told, until it is taken."""

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from chappe.links.operator import OperatorLink
from chappe.links.operator.mind.journal import logs
from chappe.links.smpp.conversation.events import Mode
from chappe.links.smpp.meaning.receipt import read_receipt
from chappe.links.smpp.pdus.tables import (
    Address,
    CommandStatus,
    SubmitMulti,
    SubmitMultiResp,
    SubmitSmResp,
    Tag,
)
from chappe.words.clock import HOUR, SECOND, HandClock
from tests.links.esme import CODE, FICTION, Esme, bound, sms
from tests.links.exercise import Listener, part
from tests.links.smsc import RunningSmsc, centre, settle

S = CommandStatus

START = 1_795_000_000_000


async def test_receipts_go_to_a_receiver_of_the_same_name(tmp_path: Path) -> None:
    """E30: transmitter and receiver."""
    async with (
        centre(tmp_path) as smsc,
        bound(smsc.port, Mode.receiver) as receiver,
        bound(smsc.port, Mode.receiver, "other") as other,
        bound(smsc.port, Mode.transmitter) as transmitter,
    ):
        await transmitter.submit(sms())
        await receiver.told(1)
        assert (transmitter.delivered, other.delivered) == ([], [])


async def test_who_submitted_is_told_itself(tmp_path: Path) -> None:
    """Two connections of one name each get the receipts of what they submitted."""
    async with centre(tmp_path) as smsc, bound(smsc.port) as first, bound(smsc.port) as second:
        await first.submit(*[sms(text=f"first {n}") for n in range(20)])
        await second.submit(*[sms(text=f"second {n}") for n in range(20)])
        assert {one.text.split()[0] for one in await first.told(20)} == {"first"}
        assert {one.text.split()[0] for one in await second.told(20)} == {"second"}


async def test_another_is_told_when_who_submitted_is_gone(tmp_path: Path) -> None:
    clock = HandClock(START)
    async with centre(tmp_path, clock) as smsc, bound(smsc.port) as stays:
        async with bound(smsc.port) as leaves:
            await leaves.submit(sms())
            await leaves.unbind()
        async with bound(smsc.port) as cut:
            await cut.submit(sms())
            cut.says = lambda _: None
            clock.advance(START + SECOND)
            await cut.told(1)
        await settle(lambda: smsc.smsc.connections == 1)
        clock.advance(START + 2 * SECOND)
        await stays.told(2)


async def test_receipts_wait_while_nobody_is_bound(tmp_path: Path) -> None:
    async with centre(tmp_path) as smsc, bound(smsc.port, Mode.transmitter) as transmitter:
        await transmitter.submit(*[sms(text=str(n)) for n in range(50)])
        async with bound(smsc.port, Mode.receiver, "other") as other:
            await other.enquire()
            assert other.delivered == []
        async with bound(smsc.port, Mode.receiver) as receiver:
            receipts = await receiver.told(50)
            assert [one.text for one in receipts] == [str(n) for n in range(50)]
        await settle(lambda: smsc.smsc.owed == 0)


@pytest.mark.parametrize("status", [S.later, S.system_error, S.queue_full, None])
async def test_what_was_not_taken_is_told_again(tmp_path: Path, status: int | None) -> None:
    """E31: the client answers once a receipt is on disk, and may say that it could not be kept."""
    clock = HandClock(START)
    async with centre(tmp_path, clock, deliver_ms=SECOND) as smsc, bound(smsc.port) as esme:
        esme.says = lambda _: status if len(esme.receipts) < 3 else S.ok
        await esme.submit(sms())
        for quarter in range(1, 40):
            clock.advance(START + 250 * quarter)
            await esme.enquire()
        await settle(lambda: smsc.smsc.owed == 0)
        assert len(esme.receipts) == 3
        assert len({one.ids for one in esme.receipts}) == 1


@pytest.mark.parametrize("status", [S.never, S.rejected])
async def test_what_a_client_refuses_for_good_is_not_told_again(
    tmp_path: Path, status: int
) -> None:
    async with centre(tmp_path, retry_ms=1) as smsc, bound(smsc.port) as esme:
        esme.says = lambda _: status
        await esme.submit(sms())
        await esme.told(1)
        await settle(lambda: smsc.smsc.owed == 0)
        assert len(esme.receipts) == 1


@pytest.mark.parametrize(
    ("registered", "rows"),
    [
        (0, []),
        (1, [(1, "DELIVRD"), (11, "UNDELIV"), (17, "ENROUTE"), (17, "DELIVRD")]),
        (2, [(11, "UNDELIV")]),
        (0x10, [(17, "ENROUTE")]),
    ],
)
async def test_receipts_come_as_they_were_asked_for(
    tmp_path: Path, registered: int, rows: list[tuple[int, str]]
) -> None:
    """registered_delivery: none, all, failures alone, what is passing alone (5.2.17)."""
    clock = HandClock(START)
    async with centre(tmp_path, clock) as smsc, bound(smsc.port) as esme:
        await esme.submit(*[sms(row, registered=registered) for row in (1, 11, 17)])
        for at in (50, 20_000):
            clock.advance(START + at)
            await esme.told(len([one for one in rows if at > 50 or one != (17, "DELIVRD")]))
            await esme.enquire()
        told = [
            (int(pdu.source_addr) % 100, one.state)
            for pdu in esme.delivered
            if (one := read_receipt(pdu))
        ]
        assert sorted(told, key=lambda one: one[0]) == rows
        await settle(lambda: smsc.smsc.owed == 0)
        await smsc.restart()
        assert smsc.smsc.owed == 0, "what nobody asked for is not owed after a restart either"


async def test_a_passing_receipt_is_marked_as_one_where_it_was_asked_for(tmp_path: Path) -> None:
    async with centre(tmp_path) as smsc, bound(smsc.port) as esme:
        await esme.submit(sms(17, registered=0x11))
        await esme.told(1)
        assert esme.delivered[0].esm_class == 0x20


# --- forms ---


@pytest.mark.parametrize(
    ("form", "pattern"),
    [
        ("decimal", r"[1-9][0-9]+"),
        ("hexadecimal", r"[1-9a-f][0-9a-f]+"),
        ("upper", r"[1-9A-F][0-9A-F]+"),
        ("zeros", r"0[0-9]{19}"),
    ],
)
async def test_ids_are_written_as_was_chosen(tmp_path: Path, form: str, pattern: str) -> None:
    """E30: message ids in hexadecimal or decimal."""
    async with (
        centre(tmp_path, id_form=form, receipt_id_form="decimal") as smsc,
        bound(smsc.port) as esme,
    ):
        (answer,) = await esme.submit(sms())
        assert isinstance(answer, SubmitSmResp)
        assert re.fullmatch(pattern, answer.message_id)
        (receipt,) = await esme.told(1)
        base = 16 if form in ("hexadecimal", "upper") else 10
        assert receipt.ids == (str(int(answer.message_id, base)),)


@pytest.mark.parametrize(("form", "text", "tlvs"), [("text", 1, 0), ("tlv", 0, 1), ("both", 1, 1)])
async def test_receipts_are_written_as_was_chosen(
    tmp_path: Path, form: str, text: int, tlvs: int
) -> None:
    """E31: by text, and by TLV."""
    async with centre(tmp_path, receipt_form=form) as smsc, bound(smsc.port) as esme:
        await esme.submit(sms(11))
        (receipt,) = await esme.told(1)
        (pdu,) = esme.delivered
        assert (receipt.state, receipt.error) == ("UNDELIV", "1")
        assert (bool(pdu.short_message), bool(pdu.tlvs)) == (bool(text), bool(tlvs))
        if tlvs:
            tags = [tag for tag, _ in pdu.tlvs]
            assert tags == [Tag.receipted_message_id, Tag.message_state, Tag.network_error_code]


# --- the log ---


async def told_after_restart(smsc: RunningSmsc, clock: HandClock, count: int) -> Esme:
    """Who binds then, once it was told so much."""
    clock.advance(START + HOUR)
    async with bound(smsc.port) as esme:
        await esme.until(lambda: len(esme.delivered) >= count, f"{count} receipts and replies")
        await esme.enquire()
        return esme


@pytest.mark.parametrize("log_max", [64 << 20, 200])
async def test_a_restart_takes_up_what_is_owed(tmp_path: Path, log_max: int) -> None:
    """E33: from the log, also from one that was turned over meanwhile."""
    clock = HandClock(START)
    async with centre(tmp_path, clock, log_max=log_max) as smsc:
        async with bound(smsc.port) as esme, bound(smsc.port, system_id="other") as other:
            await other.submit(sms(30, "of the other"))
            answers = await esme.submit(sms(1), sms(11, "é\tà\n!"), sms(17), sms(42), sms(33))
            multi = SubmitMulti(
                source_addr=CODE,
                destinations=tuple(Address(1, 1, str(FICTION + row)) for row in (2, 3)),
                registered_delivery=1,
            )
            (both,) = await esme.submit(multi)
            smsc.hand_in(33_612_345_678, CODE, "a" * 200)
            clock.advance(START + 10)
        await smsc.restart()
        assert (len(logs(smsc.log)) > 1) is (log_max == 200)
        after = await told_after_restart(smsc, clock, 10)
        ids = [one.message_id for one in answers if isinstance(one, SubmitSmResp)]
        assert isinstance(both, SubmitMultiResp)
        told = [(one.ids[0], one.state, one.text) for one in after.receipts]
        assert sorted(told) == sorted(
            [
                (ids[0], "DELIVRD", "Bonjour"),
                (ids[1], "UNDELIV", "???\n!"),
                (ids[2], "ENROUTE", "Bonjour"),
                (ids[2], "DELIVRD", "Bonjour"),
                (ids[3], "DELIVRD", "Bonjour"),
                (both.message_id, "DELIVRD", ""),
                (both.message_id, "DELIVRD", ""),
            ]
        )
        assert len(after.replies) == 1 + 2
        assert {pdu.dest_addr_ton for pdu in after.delivered} == {0, 3}
        async with bound(smsc.port, system_id="other") as other:
            (receipt,) = await other.told(1)
            assert receipt.text == "of the other"
        await settle(lambda: smsc.smsc.owed == 0)
        await smsc.restart()
        assert smsc.smsc.owed == 0


async def test_the_log_of_the_operator_inside_a_node_is_taken_up_too(tmp_path: Path) -> None:
    """Nobody is known to have asked, so whoever is bound is told."""
    clock = HandClock(START)
    link = OperatorLink("sim", clock, tmp_path / "operator.log")
    await link.start(Listener())
    link.submit([part(1), replace(part(2), sender="un nom bien trop long pour un PDU €")])
    link.hand_in(33_612_345_678, CODE, "Bonjour")
    await link.stop()
    async with centre(tmp_path, clock) as smsc:
        after = await told_after_restart(smsc, clock, 3)
        assert [one.state for one in after.receipts] == ["DELIVRD", "DELIVRD"]
        assert [pdu.short_message for pdu in after.replies] == [b"Bonjour"]


async def test_the_log_of_a_centre_is_no_hindrance_inside_a_node(tmp_path: Path) -> None:
    clock = HandClock(START)
    async with centre(tmp_path, clock) as smsc, bound(smsc.port) as esme:
        (answer,) = await esme.submit(sms())
        assert isinstance(answer, SubmitSmResp)
        await esme.close()
    listener = Listener()
    link = OperatorLink("sim", clock, smsc.log)
    await link.start(listener)
    clock.advance(START + SECOND)
    await link.stop()
    assert [told.ref for told in listener.reports] == [answer.message_id]


async def test_what_could_not_be_logged_is_not_taken(tmp_path: Path) -> None:
    async with centre(tmp_path) as smsc, bound(smsc.port) as esme:

        def full(lines: list[str]) -> None:
            raise OSError("no space left")

        smsc.smsc._reception._write = full
        (answer,) = await esme.submit(sms())
        assert answer.status == S.system_error
        assert smsc.smsc.owed == 0

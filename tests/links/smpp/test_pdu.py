"""PDUs to octets and back, by the short way and by the long one."""

import contextlib

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from chappe.links.smpp.pdus import quick
from chappe.links.smpp.pdus.octets import (
    Broken,
    pack,
    pack_slowly,
    reproach,
    tlv,
    unpack,
    unpack_slowly,
)
from chappe.links.smpp.pdus.tables import (
    PDUS,
    RESPONSES,
    Address,
    BindTransceiver,
    CommandStatus,
    DeliverSm,
    DeliverSmResp,
    EnquireLink,
    GenericNack,
    Outbind,
    Pdu,
    SubmitMulti,
    SubmitSm,
    SubmitSmResp,
    Tag,
)
from tests.links.smpp.making import of_kinds, pdus

ORDINARY = SubmitSm(
    7, 0, (), "", 5, 0, "CHAPPE", 1, 1, "33639980001", 0, 0, 0, "", "", 1, 0, 0, 0, b"Bonjour"
)


@settings(max_examples=150)
@given(pdus)
def test_what_is_written_is_read_as_the_same(pdu: Pdu) -> None:
    assert unpack(pack(pdu)) == pdu


@settings(max_examples=100)
@given(of_kinds(SubmitSm, DeliverSm, SubmitSmResp, DeliverSmResp))
def test_the_short_ways_and_the_long_one_are_the_same(pdu: Pdu) -> None:
    frame = pack_slowly(pdu, pdu.sequence)
    assert (pack(pdu), unpack(frame)) == (frame, unpack_slowly(frame))
    for write in (quick.write, quick.write_plainly):
        assert write(pdu, pdu.sequence) in (frame, None)
    for read in (quick.read, quick.read_plainly):
        assert read(frame) in (unpack_slowly(frame), None)


def test_the_short_ways_take_what_comes_by_the_thousand() -> None:
    answer = SubmitSmResp(7, 0, (), "4711")
    receipt = DeliverSm(
        8, 0, ((Tag.receipted_message_id, "4711"), (Tag.message_state, 2)), esm_class=4
    )
    for pdu in (ORDINARY, answer, receipt):
        frame = pack_slowly(pdu, pdu.sequence)
        assert quick.write(pdu, pdu.sequence) == quick.write_plainly(pdu, pdu.sequence) == frame
        assert quick.read(frame) == quick.read_plainly(frame) == pdu


NO_FIT = [
    replace(ORDINARY, service_type="sixsix"),
    replace(ORDINARY, source_addr="1" * 21),
    replace(ORDINARY, destination_addr="\u20ac"),
    replace(ORDINARY, destination_addr="1\0"),
    replace(ORDINARY, validity_period="1" * 17),
    replace(ORDINARY, esm_class=256),
    replace(ORDINARY, priority_flag=-1),
    replace(ORDINARY, dest_addr_ton=1 << 70),
    replace(ORDINARY, short_message=bytes(255)),
    replace(ORDINARY, status=1 << 32),
    replace(ORDINARY, tlvs=((0x10000, b""),)),
    SubmitSmResp(7, 0, (), "4" * 65),
    SubmitSmResp(7, 0, (), "4\0"),
]


@pytest.mark.parametrize("pdu", NO_FIT, ids=repr)
def test_what_fits_no_pdu_is_written_by_none(pdu: Pdu) -> None:
    for write in (quick.write, quick.write_plainly):
        with contextlib.suppress(ValueError):
            assert write(pdu, pdu.sequence) is None
    with pytest.raises(ValueError, match=r"."):
        pack(pdu)


@pytest.mark.parametrize("sequence", [-1, 1 << 32, 1 << 80])
def test_a_sequence_number_that_is_none_is_no_header(sequence: int) -> None:
    with pytest.raises(ValueError, match="no header can hold it"):
        pack(ORDINARY, sequence)


def test_a_sequence_number_of_ones_choice_is_written() -> None:
    assert unpack(pack(ORDINARY, 99)) == replace(ORDINARY, sequence=99)


def test_every_request_but_two_has_an_answer() -> None:
    requests = {pdu.__name__ for pdu in PDUS if pdu.command in RESPONSES}
    silent = {pdu.__name__ for pdu in PDUS if pdu.command < 0x80000000} - requests
    assert silent == {"Outbind", "AlertNotification"}
    assert len(requests) == 12


def test_a_password_is_never_printed() -> None:
    assert "secret" not in repr(BindTransceiver(1, 0, (), "chappe", "secret"))
    assert "secret" not in repr(Outbind(1, 0, (), "chappe", "secret"))


# What does not fit.

TOO_MUCH = [
    replace(ORDINARY, source_addr="x" * 21),
    replace(ORDINARY, source_addr="a\0b"),
    replace(ORDINARY, source_addr="Ω"),
    replace(ORDINARY, destination_addr="3" * 21),
    replace(ORDINARY, destination_addr="3\0"),
    replace(ORDINARY, service_type="123456"),
    replace(ORDINARY, validity_period="0" * 17),
    replace(ORDINARY, schedule_delivery_time="0\0"),
    replace(ORDINARY, short_message=b"x" * 255),
    replace(ORDINARY, source_addr_ton=256),
    replace(ORDINARY, dest_addr_npi=-1),
    replace(ORDINARY, esm_class=256),
    replace(ORDINARY, sequence=1 << 32),
    replace(ORDINARY, tlvs=((Tag.message_state, 256),)),
    replace(ORDINARY, tlvs=((0x1400, 1),)),
    replace(ORDINARY, tlvs=((0x10000, b""),)),
    replace(ORDINARY, tlvs=((Tag.message_payload, b"x" * 65_536),)),
    SubmitSmResp(1, 0, (), "x" * 65),
    SubmitSmResp(1, 0, (), "\0"),
    SubmitSmResp(-1, 0, (), "1"),
    SubmitMulti(destinations=(Address(1, 1, "1"),) * 255),
]


@pytest.mark.parametrize("pdu", TOO_MUCH)
def test_a_value_that_does_not_fit_is_not_written(pdu: Pdu) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (what it says is for whoever reads the log)
        pack(pdu)


# What comes broken.


def framed(command: int, body: bytes, status: int = 0, sequence: int = 7) -> bytes:
    head = (16 + len(body), command, status, sequence)
    return b"".join(number.to_bytes(4, "big") for number in head) + body


WHO = b"\0\1\1" + b"33639980001\0" + b"\3\0" + b"36105\0"
HOW = b"\0\0\0\0\0\0\0\0\0"

BROKEN = [
    ("service_type", 4, b"ABCDEF\0", CommandStatus.bad_service_type),
    ("source_addr", 4, b"\0\1\1" + b"3" * 21 + b"\0", CommandStatus.bad_source),
    ("source_addr that never ends", 5, b"\0\1\1" + b"3" * 9, CommandStatus.bad_source),
    ("destination_addr", 5, b"\0\1\1\0\1\1" + b"3" * 21 + b"\0", CommandStatus.bad_destination),
    ("schedule", 4, WHO + b"\0\0\0" + b"0" * 17 + b"\0", CommandStatus.bad_schedule),
    ("validity", 4, WHO + b"\0\0\0\0" + b"0" * 17 + b"\0", CommandStatus.bad_validity),
    ("an end within the numbers", 4, WHO + b"\0\0", CommandStatus.bad_command_length),
    ("sm_length beyond the end", 4, WHO + HOW + b"\5abcd", CommandStatus.bad_message_length),
    ("sm_length of 255", 4, WHO + HOW + b"\xff" + b"x" * 255, CommandStatus.bad_message_length),
    ("half a TLV's head", 4, WHO + HOW + b"\0\4\x24\0", CommandStatus.bad_tlvs),
    ("a TLV beyond the end", 5, WHO + HOW + b"\0\4\x24\0\5abcd", CommandStatus.bad_tlvs),
    ("dest_flag", 0x21, b"\0\3\x0036105\0\1\7", CommandStatus.bad_destination_flag),
    ("number_of_dests", 0x21, b"\0\3\x0036105\0\xff", CommandStatus.bad_destination_count),
    ("dl_name", 0x21, b"\0\3\x0036105\0\1\2" + b"x" * 21, CommandStatus.bad_list_name),
    ("system_id", 9, b"x" * 16 + b"\0", CommandStatus.bad_system_id),
    ("password", 9, b"x\0" + b"y" * 9 + b"\0", CommandStatus.bad_password),
    ("message_id", 3, b"x" * 66, CommandStatus.bad_message_id),
    ("no such command", 0x0A, b"whatever", CommandStatus.bad_command),
]


@pytest.mark.parametrize(("what", "command", "body", "status"), BROKEN, ids=[b[0] for b in BROKEN])
def test_a_broken_pdu_is_a_value_with_the_status_to_answer(
    what: str, command: int, body: bytes, status: CommandStatus
) -> None:
    raw = framed(command, body)
    broken = unpack(raw)
    assert isinstance(broken, Broken)
    assert (broken, broken.status) == (unpack_slowly(raw), status)
    told = reproach(broken)
    kind = RESPONSES.get(command, GenericNack)
    assert told == kind(7, status)


def test_a_broken_answer_is_not_answered() -> None:
    broken = unpack(framed(0x80000004, b"no zero at the end", status=8))
    assert isinstance(broken, Broken)
    assert (broken.said, reproach(broken)) == (8, None)
    unknown = unpack(framed(0x80000099, b""))
    assert isinstance(unknown, Broken)
    assert reproach(unknown) is None


def test_a_frame_of_another_length_than_it_says_is_broken() -> None:
    raw = pack(EnquireLink(7))
    assert isinstance(unpack(raw + b"\0"), Broken)
    assert isinstance(unpack(raw[:15]), Broken)


@pytest.mark.parametrize("command", [0x80000004, 0x80000005, 0x80000103, 0x80000009, 0x80000021])
@pytest.mark.parametrize("status", [0, 8])
def test_an_answer_without_a_body_is_taken(command: int, status: int) -> None:
    pdu = unpack(framed(command, b"", status))
    assert isinstance(pdu, Pdu)
    assert (pdu.command, pdu.status, pdu.sequence) == (command, status, 7)


# TLVs.


def test_an_unknown_tlv_is_kept_raw() -> None:
    """E30: optional TLVs."""
    pdu = replace(ORDINARY, tlvs=((0x1400, b"\1\2"), (Tag.user_message_reference, 9)))
    frame = framed(4, pack(replace(pdu, tlvs=()))[16:] + b"\x14\0\0\2\1\2\2\4\0\2\0\x09")
    assert unpack(frame) == pdu
    assert (tlv(pdu, 0x1400), tlv(pdu, 0x0204), tlv(pdu, 0x0427)) == (b"\1\2", 9, None)


def test_a_known_tlv_of_a_wrong_size_is_kept_raw() -> None:
    body = WHO + HOW + b"\0" + b"\x04\x27\0\2\0\2" + b"\0\x1e\0\4abcd" + b"\0\x1e\0\0"
    pdu = unpack(framed(5, body))
    assert isinstance(pdu, DeliverSm)
    assert pdu.tlvs == ((0x0427, b"\0\2"), (0x001E, b"abcd"), (0x001E, b""))
    assert pack(pdu) == framed(5, body)


def test_a_tlv_may_stand_where_the_specification_has_none() -> None:
    assert unpack(framed(0x15, b"\x14\0\0\0")) == EnquireLink(7, 0, ((0x1400, b""),))

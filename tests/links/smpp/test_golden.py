"""Frames written by hand from the specification's layouts, octet by octet, and what they mean.

Each row is (where the layout stands, the frame, the PDU). The frames are the truth here: they were
not made by our own code.
"""

import pytest

from chappe.links.smpp.pdus.octets import pack, pack_slowly, unpack, unpack_slowly
from chappe.links.smpp.pdus.tables import (
    Address,
    AlertNotification,
    BindTransceiver,
    BindTransceiverResp,
    BindTransmitterResp,
    CancelSm,
    DataSm,
    DeliverSm,
    DeliverSmResp,
    EnquireLink,
    Failure,
    GenericNack,
    ListName,
    Outbind,
    Pdu,
    QuerySm,
    QuerySmResp,
    ReplaceSm,
    SubmitMulti,
    SubmitMultiResp,
    SubmitSm,
    SubmitSmResp,
    UnbindResp,
)

TEXT = b"Rendez-vous a 9h"

FRAMES: list[tuple[str, bytes, Pdu]] = [
    (
        "4.1.5: system_id, password, system_type, interface_version, addr_ton, addr_npi, range",
        b"\x00\x00\x00\x2c" b"\x00\x00\x00\x09" b"\x00\x00\x00\x00" b"\x00\x00\x00\x01"
        b"chappe\x00" b"secret08\x00" b"SMPP\x00" b"\x34" b"\x01" b"\x01" b"^33\x00",
        BindTransceiver(1, 0, (), "chappe", "secret08", "SMPP", 0x34, 1, 1, "^33"),
    ),
    (
        "4.1.6 and 5.3.2.25: system_id; sc_interface_version is tag 0210, length 1",
        b"\x00\x00\x00\x1a" b"\x80\x00\x00\x09" b"\x00\x00\x00\x00" b"\x00\x00\x00\x01"
        b"smsc\x00" b"\x02\x10\x00\x01\x34",
        BindTransceiverResp(1, 0, ((0x0210, 0x34),), "smsc"),
    ),
    (
        "4.1.2: with a command_status there is no body; 0E is ESME_RINVPASWD",
        b"\x00\x00\x00\x10" b"\x80\x00\x00\x02" b"\x00\x00\x00\x0e" b"\x00\x00\x00\x01",
        BindTransmitterResp(1, 0x0E),
    ),
    (
        "4.1.7: system_id, password",
        b"\x00\x00\x00\x19" b"\x00\x00\x00\x0b" b"\x00\x00\x00\x00" b"\x00\x00\x00\x01"
        b"smsc\x00" b"pwd\x00",
        Outbind(1, 0, (), "smsc", "pwd"),
    ),
    (
        "4.2.2",
        b"\x00\x00\x00\x10" b"\x80\x00\x00\x06" b"\x00\x00\x00\x00" b"\x00\x00\x00\x05",
        UnbindResp(5),
    ),
    (
        "4.3.1: 03 is ESME_RINVCMDID",
        b"\x00\x00\x00\x10" b"\x80\x00\x00\x00" b"\x00\x00\x00\x03" b"\x7f\xff\xff\xff",
        GenericNack(0x7FFFFFFF, 3),
    ),
    (
        "4.4.1: service_type, source (TON, NPI, address), destination, esm_class, protocol_id, "
        "priority_flag, schedule, validity, registered_delivery, replace_if_present_flag, "
        "data_coding, sm_default_msg_id, sm_length, short_message",
        b"\x00\x00\x00\x55" b"\x00\x00\x00\x04" b"\x00\x00\x00\x00" b"\x00\x00\x00\x02"
        b"CMT\x00" b"\x05\x00CHAPPE\x00" b"\x01\x0133639980001\x00" b"\x40\x00\x01"
        b"\x00" b"000003000000000R\x00" b"\x01\x00\x00\x00" b"\x10" + TEXT,
        SubmitSm(
            2, 0, (), "CMT", 5, 0, "CHAPPE", 1, 1, "33639980001", 0x40, 0, 1,
            "", "000003000000000R", 1, 0, 0, 0, TEXT,
        ),
    ),
    (
        "4.4.1 with 5.3.2.22 to 24: sar_msg_ref_num 020C, total 020E, seqnum 020F",
        b"\x00\x00\x00\x43" b"\x00\x00\x00\x04" b"\x00\x00\x00\x00" b"\x00\x00\x00\x03"
        b"\x00" b"\x03\x0036105\x00" b"\x01\x0133639980001\x00" b"\x00\x00\x00"
        b"\x00" b"\x00" b"\x01\x00\x08\x00" b"\x02\x00A"
        b"\x02\x0c\x00\x02\x12\x34" b"\x02\x0e\x00\x01\x02" b"\x02\x0f\x00\x01\x01",
        SubmitSm(
            3, 0, ((0x020C, 0x1234), (0x020E, 2), (0x020F, 1)), "", 3, 0, "36105",
            1, 1, "33639980001", 0, 0, 0, "", "", 1, 0, 8, 0, b"\x00A",
        ),
    ),
    (
        "4.4.2: message_id",
        b"\x00\x00\x00\x19" b"\x80\x00\x00\x04" b"\x00\x00\x00\x00" b"\x00\x00\x00\x02"
        b"0A1B2C3D\x00",
        SubmitSmResp(2, 0, (), "0A1B2C3D"),
    ),
    (
        "4.6.1 with 5.3.2.12, 5.3.2.35 and 5.3.2.31: receipted_message_id 001E, message_state "
        "0427, network_error_code 0423, three octets",
        b"\x00\x00\x00\x4f" b"\x00\x00\x00\x05" b"\x00\x00\x00\x00" b"\x00\x00\x00\x09"
        b"\x00" b"\x01\x0133639980001\x00" b"\x05\x00CHAPPE\x00" b"\x04\x00\x00"
        b"\x00" b"\x00" b"\x00\x00\x00\x00" b"\x08stat:EXP"
        b"\x00\x1e\x00\x05abcd\x00" b"\x04\x27\x00\x01\x03" b"\x04\x23\x00\x03\x03\x00\x1b",
        DeliverSm(
            9, 0, ((0x001E, "abcd"), (0x0427, 3), (0x0423, b"\x03\x00\x1b")), "",
            1, 1, "33639980001", 5, 0, "CHAPPE", 4, 0, 0, "", "", 0, 0, 0, 0, b"stat:EXP",
        ),
    ),
    (
        "4.6.2: message_id, unused and empty",
        b"\x00\x00\x00\x11" b"\x80\x00\x00\x05" b"\x00\x00\x00\x00" b"\x00\x00\x00\x09" b"\x00",
        DeliverSmResp(9),
    ),
    (
        "4.7.1 with 5.3.2.32: no short_message; message_payload 0424",
        b"\x00\x00\x00\x31" b"\x00\x00\x01\x03" b"\x00\x00\x00\x00" b"\x00\x00\x00\x04"
        b"\x00" b"\x03\x0036105\x00" b"\x01\x0133639980001\x00" b"\x00\x01\x00"
        b"\x04\x24\x00\x03Oui",
        DataSm(4, 0, ((0x0424, b"Oui"),), "", 3, 0, "36105", 1, 1, "33639980001", 0, 1, 0),
    ),
    (
        "4.5.1 and 4.5.1.1: number_of_dests, then flag 1 with an address, flag 2 with a list",
        b"\x00\x00\x00\x39" b"\x00\x00\x00\x21" b"\x00\x00\x00\x00" b"\x00\x00\x00\x05"
        b"\x00" b"\x03\x0036105\x00" b"\x02" b"\x01\x01\x0133639980001\x00" b"\x02VIP\x00"
        b"\x00\x00\x00" b"\x00" b"\x00" b"\x00\x00\x00\x00" b"\x01!",
        SubmitMulti(
            5, 0, (), "", 3, 0, "36105", (Address(1, 1, "33639980001"), ListName("VIP")),
            0, 0, 0, "", "", 0, 0, 0, 0, b"!",
        ),
    ),
    (
        "4.5.2 and 4.5.2.1: message_id, no_unsuccess, then TON, NPI, address and error status",
        b"\x00\x00\x00\x26" b"\x80\x00\x00\x21" b"\x00\x00\x00\x00" b"\x00\x00\x00\x05"
        b"7f\x00" b"\x01" b"\x01\x0133639980001\x00" b"\x00\x00\x00\x0b",
        SubmitMultiResp(5, 0, (), "7f", (Failure(1, 1, "33639980001", 0x0B),)),
    ),
    (
        "4.8.1: message_id, source",
        b"\x00\x00\x00\x1b" b"\x00\x00\x00\x03" b"\x00\x00\x00\x00" b"\x00\x00\x00\x06"
        b"7f\x00" b"\x03\x0036105\x00",
        QuerySm(6, 0, (), "7f", 3, 0, "36105"),
    ),
    (
        "4.8.2: message_id, final_date, message_state, error_code",
        b"\x00\x00\x00\x26" b"\x80\x00\x00\x03" b"\x00\x00\x00\x00" b"\x00\x00\x00\x06"
        b"7f\x00" b"261112090000004+\x00" b"\x02" b"\x00",
        QuerySmResp(6, 0, (), "7f", "261112090000004+", 2, 0),
    ),
    (
        "4.9.1: service_type, message_id, source, destination",
        b"\x00\x00\x00\x1f" b"\x00\x00\x00\x08" b"\x00\x00\x00\x00" b"\x00\x00\x00\x07"
        b"\x00" b"7f\x00" b"\x03\x0036105\x00" b"\x00\x00\x00",
        CancelSm(7, 0, (), "", "7f", 3, 0, "36105"),
    ),
    (
        "4.10.1: message_id, source, schedule, validity, receipt, default, length, text",
        b"\x00\x00\x00\x22" b"\x00\x00\x00\x07" b"\x00\x00\x00\x00" b"\x00\x00\x00\x08"
        b"7f\x00" b"\x03\x0036105\x00" b"\x00" b"\x00" b"\x01" b"\x00" b"\x02ok",
        ReplaceSm(8, 0, (), "7f", 3, 0, "36105", "", "", 1, 0, b"ok"),
    ),
    (
        "4.11.1",
        b"\x00\x00\x00\x10" b"\x00\x00\x00\x15" b"\x00\x00\x00\x00" b"\x00\x00\x00\x0a",
        EnquireLink(10),
    ),
    (
        "4.12.1 with 5.3.2.30: source, esme, ms_availability_status 0422",
        b"\x00\x00\x00\x2b" b"\x00\x00\x01\x02" b"\x00\x00\x00\x00" b"\x00\x00\x00\x0b"
        b"\x01\x0133639980001\x00" b"\x03\x0036105\x00" b"\x04\x22\x00\x01\x00",
        AlertNotification(11, 0, ((0x0422, 0),), 1, 1, "33639980001", 3, 0, "36105"),
    ),
]  # fmt: skip

CASES = pytest.mark.parametrize(
    ("layout", "frame", "pdu"),
    FRAMES,
    ids=[f"{row[2].command:08x}-{row[2].status}" for row in FRAMES],
)


@CASES
def test_a_frame_is_read_as_the_specification_lays_it_out(
    layout: str, frame: bytes, pdu: Pdu
) -> None:
    """E30: the client speaks SMPP 3.4."""
    assert (unpack(frame), unpack_slowly(frame)) == (pdu, pdu), layout


@CASES
def test_a_frame_is_written_as_the_specification_lays_it_out(
    layout: str, frame: bytes, pdu: Pdu
) -> None:
    """E30: the client speaks SMPP 3.4."""
    assert (pack(pdu), pack_slowly(pdu, pdu.sequence)) == (frame, frame), layout

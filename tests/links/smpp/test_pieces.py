"""Long messages that come in."""

import pytest

from chappe.links.smpp.pdus.tables import DataSm, DeliverSm, Tag, Tlvs
from chappe.links.smpp.texts.pieces import Piece, read_piece, text_of


def deliver(esm_class: int, octets: bytes, tlvs: Tlvs = ()) -> DeliverSm:
    return DeliverSm(
        tlvs=tlvs,
        source_addr="33639980001",
        destination_addr="36105",
        esm_class=esm_class,
        short_message=octets,
    )


SAR: Tlvs = (
    (Tag.sar_msg_ref_num, 700),
    (Tag.sar_total_segments, 3),
    (Tag.sar_segment_seqnum, 2),
)
PAYLOAD: Tlvs = ((Tag.message_payload, b"Oui"),)
FROM_TO = ("33639980001", "36105")

CARRIED = [
    ("a plain text", deliver(0, b"Oui"), Piece(*FROM_TO, b"Oui", 0)),
    ("udh8", deliver(0x40, b"\5\0\3\7\3\2Oui"), Piece(*FROM_TO, b"Oui", 0, ("udh8", 7), 3, 2)),
    (
        "udh16",
        deliver(0x40, b"\6\x08\4\1\7\3\2Oui"),
        Piece(*FROM_TO, b"Oui", 0, ("udh16", 263), 3, 2),
    ),
    (
        "ports before it",
        deliver(0x40, b"\x0b\5\4\x15\x81\x15\x81\0\3\7\3\2Oui"),
        Piece(*FROM_TO, b"Oui", 0, ("udh8", 7), 3, 2),
    ),
    ("sar", deliver(0, b"Oui", SAR), Piece(*FROM_TO, b"Oui", 0, ("sar", 700), 3, 2)),
    ("payload", deliver(0, b"", PAYLOAD), Piece(*FROM_TO, b"Oui", 0)),
    ("another header", deliver(0x40, b"\4\5\2\1\1Oui"), Piece(*FROM_TO, b"Oui", 0)),
    ("a header longer than all", deliver(0x40, b"\x09\0\3"), Piece(*FROM_TO, b"\x09\0\3", 0)),
    ("an element beyond the end", deliver(0x40, b"\3\0\3\7Oui"), Piece(*FROM_TO, b"Oui", 0)),
    ("the only part of one", deliver(0x40, b"\5\0\3\7\1\1Oui"), Piece(*FROM_TO, b"Oui", 0)),
    ("a part beyond the last", deliver(0x40, b"\5\0\3\7\3\4Oui"), Piece(*FROM_TO, b"Oui", 0)),
    ("no part at all", deliver(0x40, b"\5\0\3\7\3\0Oui"), Piece(*FROM_TO, b"Oui", 0)),
    (
        "a payload of its own",
        deliver(0, b"", (*SAR, (Tag.message_payload, b"x" * 300))),
        Piece(*FROM_TO, b"x" * 300, 0),
    ),
]


@pytest.mark.parametrize(("what", "pdu", "read"), CARRIED, ids=[row[0] for row in CARRIED])
def test_a_piece_is_known_by_its_header_or_its_tlvs(what: str, pdu: DeliverSm, read: Piece) -> None:
    """E32: concatenated replies."""
    assert read_piece(pdu) == read


def test_a_data_sm_carries_a_payload() -> None:
    pdu = DataSm(0, 0, PAYLOAD, source_addr="33639980001", destination_addr="36105")
    assert read_piece(pdu) == Piece(*FROM_TO, b"Oui", 0)


def piece(no: int, octets: bytes, total: int = 3, coding: int = 0) -> Piece:
    return Piece(*FROM_TO, octets, coding, ("udh8", 7), total, no)


TEXTS = [
    ("all", [piece(1, b"Un, "), piece(2, b"deux, "), piece(3, b"trois")], "Un, deux, trois"),
    ("the middle alone", [piece(2, b"deux")], "[...]deux[...]"),
    ("no middle", [piece(1, b"Un"), piece(3, b"trois")], "Un[...]trois"),
    ("no end", [piece(1, b"Un"), piece(2, b"deux")], "Undeux[...]"),
    (
        "each run of missing pieces is one gap",
        [piece(no, b"<%d>" % no, 9) for no in (2, 5, 6)],
        "[...]<2>[...]<5><6>[...]",
    ),
    (
        "an escape across the border",
        [piece(1, b"10 \x1b", 2), piece(2, b"\x65", 2)],
        "10 €",
    ),
    (
        "a surrogate pair across the border",
        [piece(1, b"\0A\xd8\x3d", 2, 8), piece(2, b"\xdd\xfc", 2, 8)],
        "A🗼",
    ),
    (
        "several codings",
        [piece(2, b"deux, "), piece(3, "漢".encode("utf-16-be"), 3, 8)],
        "[...]deux, 漢",
    ),
]


@pytest.mark.parametrize(("what", "pieces", "text"), TEXTS, ids=[row[0] for row in TEXTS])
def test_pieces_make_a_text_with_its_gaps(what: str, pieces: list[Piece], text: str) -> None:
    """E32: replies in GSM7 and UCS-2, put together."""
    assert text_of(pieces, "gsm") == text

"""Long messages that come in: which piece a PDU carries, and what text pieces make.

In: deliver_sm, data_sm or submit_sm. Out: a `Piece`; and of pieces in order, their text. Promise:
nothing that comes raises; a text has `GAP` for each run of pieces that are not there.
collector.py waits for the pieces.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from chappe.links.smpp.pdus.octets import tlv
from chappe.links.smpp.pdus.tables import DataSm, DeliverSm, SubmitSm, Tag
from chappe.links.smpp.texts.long import UDHI
from chappe.links.smpp.texts.text import Charset, decode

GAP = "[...]"
"""Stands where pieces are missing: letters that every alphabet has."""

PIECE_OCTETS = 254
"""A longer one came as a message_payload; it is no piece of anything."""

# How the reference was given, so that one of 8 bits is never taken for one of 16; and itself.
Reference = tuple[str, int]


class Piece(NamedTuple):
    """What one PDU carries. Without a reference it is a whole message."""

    source: str
    destination: str
    octets: bytes
    data_coding: int
    reference: Reference = ("", 0)
    total: int = 1
    no: int = 1


def read_piece(pdu: DeliverSm | DataSm | SubmitSm) -> Piece:
    """The piece in a PDU, its header taken off."""
    octets = b"" if isinstance(pdu, DataSm) else pdu.short_message
    payload = None if octets or not pdu.tlvs else tlv(pdu, Tag.message_payload)
    if isinstance(payload, bytes):
        octets = payload
    piece = Piece(pdu.source_addr, pdu.destination_addr, octets, pdu.data_coding)
    place: tuple[Reference, int, int] | None = None
    if pdu.esm_class & UDHI and octets and octets[0] < len(octets):
        piece = piece._replace(octets=octets[octets[0] + 1 :])
        place = _in_header(octets[1 : octets[0] + 1])
    if place is None and pdu.tlvs:
        place = _in_tlvs(pdu)
    if place is None or not 1 <= place[2] <= place[1] or place[1] == 1:
        return piece
    if len(piece.octets) > PIECE_OCTETS:
        return piece
    return piece._replace(reference=place[0], total=place[1], no=place[2])


def _in_header(elements: bytes) -> tuple[Reference, int, int] | None:
    """The concatenation element, of 8 bits (0) or of 16 (8); all others are passed over."""
    at = 0
    while at + 2 <= len(elements):
        kind, size = elements[at], elements[at + 1]
        value = elements[at + 2 : at + 2 + size]
        if len(value) < size:
            return None
        if kind == 0 and size == 3:
            return ("udh8", value[0]), value[1], value[2]
        if kind == 8 and size == 4:
            return ("udh16", value[0] << 8 | value[1]), value[2], value[3]
        at += 2 + size
    return None


def _in_tlvs(pdu: DeliverSm | DataSm | SubmitSm) -> tuple[Reference, int, int] | None:
    number = tlv(pdu, Tag.sar_msg_ref_num)
    total, no = tlv(pdu, Tag.sar_total_segments), tlv(pdu, Tag.sar_segment_seqnum)
    if isinstance(number, int) and isinstance(total, int) and isinstance(no, int):
        return ("sar", number), total, no
    return None


def text_of(pieces: Sequence[Piece], charset: Charset) -> str:
    """The text of some pieces of one message, in order."""
    texts: list[str] = []
    marked = 0
    # A letter may lie across a border, so neighbours of one coding are read as one text.
    for (gap, code), run in groupby(_placed(pieces), lambda one: (one[0], one[1].data_coding)):
        octets = b"".join(piece.octets for _, piece in run)
        text = decode(octets, code, charset).text
        texts.append(GAP + text if gap != marked else text)
        marked = gap
    if pieces[-1].no < pieces[-1].total:
        texts.append(GAP)
    return "".join(texts)


def _placed(pieces: Sequence[Piece]) -> Iterator[tuple[int, Piece]]:
    """Each piece, and the place of the gap before its run (0 for none)."""
    before, gap = 0, 0
    for piece in pieces:
        if piece.no != before + 1 and piece.total > 1:
            gap = piece.no
        before = piece.no
        yield gap, piece

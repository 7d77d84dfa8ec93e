"""The short way for the PDUs that come by the thousand: submit_sm, deliver_sm and their answers.

In: such a PDU, or its frame. Out: what fields.py would make of it, several times faster, or None
where this way does not know: then fields.py says what it is, or what is wrong with it. It is faster
still where the same could be built in C (`chappe.native`).
"""

import re
import struct
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from chappe.links.smpp.pdus.fields import (
    LAYOUTS,
    NUMBERS,
    TEXTS,
    Layout,
    Unfit,
    read_tlvs,
    write_fields,
    write_tlvs,
)
from chappe.links.smpp.pdus.tables import (
    HEADER,
    DeliverSm,
    DeliverSmResp,
    MessagePdu,
    MessageResp,
    Pdu,
    SubmitSm,
    SubmitSmResp,
)

try:
    from chappe.native import codecs
except ImportError:  # no compiler was found, or it is for another Python
    codecs = None  # type: ignore[assignment]  # there is no such module then

_HEADER: Final = struct.Struct(">IIII")
_ID_MAX: Final = 64
_FIXED: Final = HEADER + 4  # and dest_addr_ton, dest_addr_npi, a zero, sm_length

# The layout of 4.4.1, with the limits of its texts. Found in C in one go, it costs less than
# looking for each zero from Python.
_LAYOUT: Final = re.compile(
    rb"([^\0]{0,5})\0(..)([^\0]{0,20})\0(..)([^\0]{0,20})\0(...)"
    rb"([^\0]{0,16})\0([^\0]{0,16})\0(.....)",
    re.DOTALL,
).match
_SM_MAX: Final = 254
_ADDRESS_MAX: Final = 20


MESSAGES: Final[Mapping[int, type[MessagePdu]]] = {
    kind.command: kind for kind in (SubmitSm, DeliverSm)
}
ANSWERS: Final[Mapping[int, type[MessageResp]]] = {
    kind.command: kind for kind in (SubmitSmResp, DeliverSmResp)
}


def read_plainly(raw: bytes) -> Pdu | None:
    """The PDU of a frame."""
    if len(raw) < HEADER:
        return None
    length, command, status, sequence = _HEADER.unpack_from(raw)
    if length != len(raw):
        return None
    if command in MESSAGES:
        return _read_message(MESSAGES[command], status, sequence, raw)
    return _read_answer(ANSWERS[command], status, sequence, raw) if command in ANSWERS else None


def write_plainly(pdu: Pdu, sequence: int) -> bytes | None:
    """The frame of a PDU, under this sequence number."""
    if isinstance(pdu, MessagePdu):
        return _write_message(pdu, sequence)
    return _write_answer(pdu, sequence) if isinstance(pdu, MessageResp) else None


def _read_message(
    kind: type[MessagePdu], status: int, sequence: int, raw: bytes
) -> MessagePdu | None:
    """A submit_sm or deliver_sm."""
    found = _LAYOUT(raw, HEADER)
    if found is None:
        return None
    service, source, sender, to, number, how, schedule, validity, rest = found.groups()
    (source_ton, source_npi), (ton, npi), (esm, protocol, priority) = source, to, how
    registered, replace, coding, canned, size = rest
    at, end = found.end(), len(raw)
    stop = at + size
    if stop > end or size > _SM_MAX:
        return None
    try:
        tlvs = read_tlvs(raw, stop, end) if stop < end else ()
    except Unfit:
        return None
    return kind(
        sequence,
        status,
        tlvs,
        service.decode("latin-1") if service else "",
        source_ton,
        source_npi,
        sender.decode("latin-1"),
        ton,
        npi,
        number.decode("latin-1"),
        esm,
        protocol,
        priority,
        schedule.decode("latin-1") if schedule else "",
        validity.decode("latin-1") if validity else "",
        registered,
        replace,
        coding,
        canned,
        raw[at:stop],
    )


def _read_answer(
    kind: type[MessageResp], status: int, sequence: int, raw: bytes
) -> MessageResp | None:
    """A submit_sm_resp or deliver_sm_resp: one text, and no TLV."""
    last = len(raw) - 1
    if raw.find(0, HEADER) != last or last - HEADER > _ID_MAX:
        return None
    return kind(sequence, status, (), raw[HEADER:last].decode("latin-1"))


def _write_message(pdu: MessagePdu, sequence: int) -> bytes | None:
    """The whole frame of a submit_sm or deliver_sm."""
    who = pdu.service_type, pdu.source_addr_ton, pdu.source_addr_npi, pdu.source_addr
    how = (
        pdu.esm_class,
        pdu.protocol_id,
        pdu.priority_flag,
        pdu.schedule_delivery_time,
        pdu.validity_period,
        pdu.registered_delivery,
        pdu.replace_if_present_flag,
        pdu.data_coding,
        pdu.sm_default_msg_id,
    )
    number = pdu.destination_addr.encode("latin-1")
    text, digits, size = pdu.short_message, len(number), len(pdu.short_message)
    if size > _SM_MAX or digits > _ADDRESS_MAX or b"\0" in number:
        return None
    try:
        head = _heads.get(who) or _kept(_heads, who, _WHO)
        tail = _tails.get(how) or _kept(_tails, how, _HOW)
        tlvs = write_tlvs(pdu.tlvs) if pdu.tlvs else b""
        whole = _FIXED + len(head) + digits + len(tail) + size + len(tlvs)
        return b"%b%b%c%c%b\0%b%c%b%b" % (
            _HEADER.pack(whole, pdu.command, pdu.status, sequence),
            head,
            pdu.dest_addr_ton,
            pdu.dest_addr_npi,
            number,
            tail,
            size,
            text,
            tlvs,
        )
    except (OverflowError, ValueError, struct.error):
        return None


def _write_answer(pdu: MessageResp, sequence: int) -> bytes | None:
    """The whole frame of a submit_sm_resp or deliver_sm_resp with a body, and no TLV."""
    octets = pdu.message_id.encode("latin-1")
    size = len(octets)
    if pdu.status or pdu.tlvs or size > _ID_MAX or b"\0" in octets:
        return None
    try:
        return _HEADER.pack(HEADER + size + 1, pdu.command, 0, sequence) + octets + b"\0"
    except struct.error:
        return None


# Who sends and how is the same for thousands of messages, so it is written, and checked, once.

_WHO: Final = LAYOUTS[SubmitSm.command][:4]
_HOW: Final = LAYOUTS[SubmitSm.command][7:16]
_KEPT_MAX: Final = 1_024

_Who = tuple[str, int, int, str]
_How = tuple[int, int, int, str, str, int, int, int, int]
_heads: dict[_Who, bytes] = {}
_tails: dict[_How, bytes] = {}
_Key = TypeVar("_Key", _Who, _How)


def _kept(octets: dict[_Key, bytes], values: _Key, layout: Layout) -> bytes:
    if len(octets) >= _KEPT_MAX:
        octets.clear()
    octets[values] = written = write_fields(layout, values)
    return written


# --- in C ---


def _written_by(frames: "codecs.Frames") -> Callable[[Pdu, int], bytes | None]:
    write = frames.write
    return lambda pdu, sequence: write(pdu, sequence, write_tlvs(pdu.tlvs) if pdu.tlvs else b"")


read: Callable[[bytes], Pdu | None] = read_plainly
write: Callable[[Pdu, int], bytes | None] = write_plainly
if codecs is not None:
    _frames = codecs.Frames(
        NUMBERS,
        TEXTS,
        MESSAGES,
        ANSWERS,
        {**dict.fromkeys(MESSAGES.values(), True), **dict.fromkeys(ANSWERS.values(), False)},
    )
    read, write = _frames.read, _written_by(_frames)

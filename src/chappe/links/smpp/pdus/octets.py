"""PDUs to octets and back.

In: a PDU as a value, or a frame of octets. Out: the frame, or the PDU, or `Broken`. Promise: no
octets raise; what is no PDU is a Broken with the status that its sender is told. A value of ours
that does not fit its PDU is a ValueError: whoever makes one checks what came from outside.
"""

import struct
from typing import Final

import msgspec

from chappe.links.smpp.pdus.fields import Unfit, read_body, write_body
from chappe.links.smpp.pdus.quick import read, write
from chappe.links.smpp.pdus.tables import (
    COMMANDS,
    HEADER,
    RESPONSE,
    RESPONSES,
    CommandStatus,
    GenericNack,
    Pdu,
    Value,
)

_HEADER: Final = struct.Struct(">IIII")


class Broken(msgspec.Struct, frozen=True, gc=False):
    """A frame that is no PDU. `status` is what its sender is told; `said` what it said itself."""

    status: int
    command: int = 0
    sequence: int = 0
    said: int = 0
    why: str = ""


def unpack(raw: bytes) -> Pdu | Broken:
    """The PDU of one frame; the length in its header must be the frame's."""
    if (pdu := read(raw)) is not None:
        return pdu
    if len(raw) < HEADER:
        return Broken(CommandStatus.bad_command_length, why="it ends within the header")
    length, command, status, sequence = _HEADER.unpack_from(raw)
    if length != len(raw):
        return Broken(
            CommandStatus.bad_command_length, command, sequence, status, f"not {length} octets"
        )
    return unpack_slowly(raw)


def unpack_slowly(raw: bytes) -> Pdu | Broken:
    """`unpack` without its short way; the two are the same but for their speed."""
    _, command, status, sequence = _HEADER.unpack_from(raw)
    kind = COMMANDS.get(command)
    if kind is None:
        return Broken(
            CommandStatus.bad_command, command, sequence, status, f"command {command:#010x}"
        )
    try:
        return read_body(kind, status, sequence, raw)
    except Unfit as unfit:
        return Broken(unfit.status, command, sequence, status, str(unfit))


def pack(pdu: Pdu, sequence: int | None = None) -> bytes:
    """The frame of a PDU, under its own sequence number or another."""
    number = pdu.sequence if sequence is None else sequence
    frame = write(pdu, number)
    return pack_slowly(pdu, number) if frame is None else frame


def pack_slowly(pdu: Pdu, sequence: int) -> bytes:
    """`pack` without its short way."""
    body = write_body(pdu)
    try:
        return _HEADER.pack(HEADER + len(body), pdu.command, pdu.status, sequence) + body
    except struct.error as wrong:
        raise ValueError(f"no header can hold it: {wrong}") from None


def answer_to(request: Pdu, status: int = CommandStatus.ok) -> Pdu | None:
    """The plain answer to a request; None where it gets none."""
    kind = RESPONSES.get(request.command)
    return None if kind is None else kind(request.sequence, status)


def reproach(broken: Broken) -> Pdu | None:
    """What the sender of a broken frame is told; None for an answer, which gets no answer."""
    if broken.command & RESPONSE:
        return None
    if broken.command not in RESPONSES:
        return GenericNack(broken.sequence, broken.status)
    return RESPONSES[broken.command](broken.sequence, broken.status)


def tlv(pdu: Pdu, tag: int) -> Value | None:
    """The value of the first TLV of that tag."""
    for known, value in pdu.tlvs:
        if known == tag:
            return value
    return None

"""The fields of a PDU to octets and back, one by one, as its annotations say.

In: a PDU of any kind, or octets and the Struct they should be. Out: octets, or the PDU. Promise:
`Unfit` names what is wrong in octets that came, ValueError what does not fit in a value of ours;
nothing else is raised. This path takes everything; quick.py is a shorter one for some.
"""

import struct
from collections.abc import Iterable
from typing import Any, Final, get_type_hints

from chappe.links.smpp.pdus import tables
from chappe.links.smpp.pdus.tables import (
    HEADER,
    RESPONSE,
    TLVS,
    Address,
    COctetString,
    CommandStatus,
    Counted,
    Destinations,
    Failure,
    Failures,
    ListName,
    Number,
    Pdu,
    Tlvs,
    Value,
    Wire,
)

_TLV = struct.Struct(">HH")
_TLV_HEAD = _TLV.size
_ADDRESS, _LIST = 1, 2  # dest_flag (5.2.25)


class Unfit(Exception):
    """Octets that are not what their command says; `status` is the answer they get."""

    def __init__(self, status: CommandStatus, why: str) -> None:
        super().__init__(why)
        self.status = status


Layout = tuple[tuple[str, Wire], ...]


def _layout(pdu: type[Pdu]) -> Layout:
    hints = get_type_hints(pdu, include_extras=True)
    return tuple(
        (name, hints[name].__metadata__[0])
        for name in pdu.__struct_fields__
        if name not in Pdu.__struct_fields__
    )


LAYOUTS: Final[dict[int, Layout]] = {pdu.command: _layout(pdu) for pdu in tables.PDUS}


# --- in ---


def read_body(kind: type[Pdu], status: int, sequence: int, raw: bytes) -> Pdu:
    """The PDU of one whole frame whose header is read already."""
    at, end = HEADER, len(raw)
    # An answer that says no has no body (4.4.2), and many centres send none with a yes either.
    if at == end and kind.command & RESPONSE:
        return kind(sequence, status)
    values: list[Any] = []
    for name, wire in LAYOUTS[kind.command]:
        value, at = _read(wire, name, raw, at)
        values.append(value)
    return kind(sequence, status, read_tlvs(raw, at, end), *values)


def _read(wire: Wire, name: str, raw: bytes, at: int) -> tuple[Any, int]:
    match wire:
        case COctetString():
            return _read_text(wire, name, raw, at)
        case Number(size):
            return _read_number(size, name, raw, at)
        case Counted(size, wrong):
            count, at = _read_number(1, name, raw, at)
            if count > size or len(raw) - at < count:
                raise Unfit(wrong, f"{name} of {count} octets")
            return raw[at : at + count], at + count
        case Destinations(size):
            return _read_destinations(size, name, raw, at)
        case Failures():
            return _read_failures(name, raw, at)


def _read_text(wire: COctetString, name: str, raw: bytes, at: int) -> tuple[str, int]:
    stop = raw.find(0, at, at + wire.size)
    if stop < 0:
        raise Unfit(wire.wrong, f"{name} does not end in time")
    return raw[at:stop].decode("latin-1"), stop + 1


def _read_number(size: int, name: str, raw: bytes, at: int) -> tuple[int, int]:
    if len(raw) - at < size:
        raise Unfit(CommandStatus.bad_command_length, f"it ends before {name}")
    return int.from_bytes(raw[at : at + size], "big"), at + size


def _read_destinations(
    size: int, name: str, raw: bytes, at: int
) -> tuple[tuple[Address | ListName, ...], int]:
    count, at = _read_number(1, name, raw, at)
    if count > size:
        raise Unfit(CommandStatus.bad_destination_count, f"{count} destinations")
    found: list[Address | ListName] = []
    for _ in range(count):
        flag, at = _read_number(1, name, raw, at)
        if flag == _ADDRESS:
            ton, npi, number, at = _read_address(name, raw, at)
            found.append(Address(ton, npi, number))
        elif flag == _LIST:
            text, at = _read_text(tables.ListText, name, raw, at)
            found.append(ListName(text))
        else:
            raise Unfit(CommandStatus.bad_destination_flag, f"dest_flag {flag}")
    return tuple(found), at


def _read_failures(name: str, raw: bytes, at: int) -> tuple[tuple[Failure, ...], int]:
    count, at = _read_number(1, name, raw, at)
    found = []
    for _ in range(count):
        ton, npi, number, at = _read_address(name, raw, at)
        status, at = _read_number(4, name, raw, at)
        found.append(Failure(ton, npi, number, status))
    return tuple(found), at


def _read_address(name: str, raw: bytes, at: int) -> tuple[int, int, str, int]:
    ton, at = _read_number(1, name, raw, at)
    npi, at = _read_number(1, name, raw, at)
    number, at = _read_text(tables.DestinationText, name, raw, at)
    return ton, npi, number, at


def read_tlvs(raw: bytes, at: int, end: int) -> Tlvs:
    """All that follows the mandatory fields. Every PDU may have some; who knows none ignores it."""
    if at == end:
        return ()
    found: list[tuple[int, Value]] = []
    while at < end:
        begin = at + _TLV_HEAD
        if begin > end:
            raise Unfit(CommandStatus.bad_tlvs, "it ends within a TLV's head")
        tag, size = _TLV.unpack_from(raw, at)
        at = begin + size
        if at > end:
            raise Unfit(CommandStatus.bad_tlvs, f"TLV {tag:#06x} announces {size} octets")
        octets = raw[begin:at]
        if NUMBERS.get(tag) == size:
            found.append((tag, int.from_bytes(octets, "big")))
        elif 0 < size <= TEXTS.get(tag, 0) and octets.find(0) == size - 1:
            found.append((tag, octets[:-1].decode("latin-1")))
        else:
            found.append((tag, octets))
    return tuple(found)


NUMBERS = {tag: form.size for tag, form in TLVS.items() if isinstance(form, Number)}
TEXTS = {tag: form.size for tag, form in TLVS.items() if isinstance(form, COctetString)}


# --- out ---


def write_body(pdu: Pdu) -> bytes:
    """All that follows the header."""
    # An answer that says no, and nothing else, has no body (4.4.2).
    if pdu.status and pdu.command & RESPONSE and type(pdu)(pdu.sequence, pdu.status) == pdu:
        return b""
    layout = LAYOUTS[pdu.command]
    body = write_fields(layout, [getattr(pdu, name) for name, _ in layout])
    return body + write_tlvs(pdu.tlvs)


def write_fields(layout: Layout, values: Iterable[Any]) -> bytes:
    """Some fields that follow each other, and their values."""
    out: list[bytes] = []
    for (name, wire), value in zip(layout, values, strict=True):
        _write(wire, name, value, out)
    return b"".join(out)


def _write(wire: Wire, name: str, value: Any, out: list[bytes]) -> None:
    match wire:
        case COctetString(size):
            out.append(_text(size, name, value))
        case Number(size):
            out.append(_number(size, name, value))
        case Counted(size):
            if len(value) > size:
                raise ValueError(f"{name} of {len(value)} octets")
            out += (bytes((len(value),)), value)
        case Destinations(size):
            out.append(_count(size, name, value))
            for one in value:
                if isinstance(one, Address):
                    out += (b"\1", *_address(name, one.ton, one.npi, one.address))
                else:
                    out += (b"\2", _text(tables.ListText.size, name, one.name))
        case Failures(size):
            out.append(_count(size, name, value))
            for one in value:
                out += _address(name, one.ton, one.npi, one.address)
                out.append(_number(4, name, one.status))


def _text(size: int, name: str, value: str) -> bytes:
    octets = value.encode("latin-1")
    if len(octets) >= size or 0 in octets:
        raise ValueError(f"{name} is no C-octet string below {size} octets")
    return octets + b"\0"


def _number(size: int, name: str, value: int) -> bytes:
    if not 0 <= value < 1 << 8 * size:
        raise ValueError(f"{name} is no integer of {size} octets")
    return value.to_bytes(size, "big")


def _count(size: int, name: str, values: tuple[Any, ...]) -> bytes:
    if len(values) > size:
        raise ValueError(f"{len(values)} {name}")
    return bytes((len(values),))


def _address(name: str, ton: int, npi: int, number: str) -> tuple[bytes, bytes, bytes]:
    size = tables.DestinationText.size
    return _number(1, name, ton), _number(1, name, npi), _text(size, name, number)


def write_tlvs(tlvs: Tlvs) -> bytes:
    """The TLVs in their order; octets are written under any tag as they are."""
    out: list[bytes] = []
    for tag, value in tlvs:
        octets = _tlv_octets(tag, value)
        if not 0 <= tag <= 0xFFFF or len(octets) > 0xFFFF:
            raise ValueError(f"TLV {tag:#x} of {len(octets)} octets")
        out += (_TLV.pack(tag, len(octets)), octets)
    return b"".join(out)


def _tlv_octets(tag: int, value: Value) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, int) and tag in NUMBERS:
        return _number(NUMBERS[tag], f"TLV {tag:#x}", value)
    if isinstance(value, str) and tag in TEXTS:
        return _text(TEXTS[tag], f"TLV {tag:#x}", value)
    raise ValueError(f"TLV {tag:#x} is not written from {type(value).__name__}")

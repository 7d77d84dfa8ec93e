"""Parts of messages as submit_sm, the parts of a long one by whichever way the operator wants.

In: parts, and how a link writes them. Out: submit_sm, or the reason why a part cannot be one.
Promise: nothing raises, no part is ever cut, and what leaves fits the air: 140 octets with its
header, unless the whole text goes as one message_payload.

| way     | a part of a long message is                                                     |
|---------|---------------------------------------------------------------------------------|
| udh8    | a header with a reference of 8 bits before its text                             |
| udh16   | the same with 16 bits; the text must have been split for a header of 7 octets   |
| sar     | its text, and sar_msg_ref_num, sar_total_segments and sar_segment_seqnum        |
| payload | the whole text once: it comes as one part, and the operator takes it apart      |

The reference is the message's own number, as many bits of it as there is room for: it stays the
same when a part is sent again.
"""

from functools import lru_cache
from typing import Final, Literal

import msgspec
from msgspec.structs import replace

from chappe.links.contract import Part
from chappe.links.smpp.pdus.tables import SubmitSm, Tag, Tlvs
from chappe.links.smpp.texts.text import UCS2, UCS2_FLASH, Coding, encode
from chappe.words import gsm7
from chappe.words.alphabet import Alphabet
from chappe.words.lifecycle import Reason
from chappe.words.remembered import remembered

Way = Literal["udh8", "udh16", "sar", "payload"]

UDHI: Final = 0x40  # in esm_class: the text begins with a header
AIR_OCTETS: Final = 140
FIELD_OCTETS: Final = 254  # what short_message holds
PAYLOAD_OCTETS: Final = 0xF000
ADDRESS_MAX: Final = 20
SHORT_CODE_MAX: Final = 8  # a longer number is an international one


class Writing(msgspec.Struct, frozen=True):
    """How a link writes its submit_sm. A TON or NPI that is None follows the address."""

    long: Way = "udh8"
    coding: Coding = Coding()
    source_ton: int | None = None
    source_npi: int | None = None
    dest_ton: int = 1  # international
    dest_npi: int = 1  # E.164
    service_type: str = ""
    registered_delivery: int = 1
    validity_max_h: int = 0  # what is asked of the operator at most; 0 is no bound


Written = SubmitSm | Reason

_SHORT: Final = 1_000  # letters of a text that is remembered

_GSM: Final = Alphabet.gsm  # a member that is looked up costs as much as the rest of a part


def write(part: Part, writing: Writing) -> Written:
    """One part as a submit_sm."""
    number = str(part.number)
    if len(number) > ADDRESS_MAX or not 1 <= part.no <= part.total <= 0xFF:
        return Reason.form
    if part.total == 1 and len(part.text) <= _SHORT:
        written = _mould(
            part.sender, part.text, part.alphabet, part.udh, part.flash, part.validity_h, writing
        )
    else:
        written = _shaped(part, writing)
    if isinstance(written, SubmitSm):
        return replace(written, destination_addr=number)
    return written


# The same is said to many, one after the other.
@remembered(256)
def _mould(
    sender: str,
    text: str,
    alphabet: Alphabet,
    udh: str,
    flash: bool,
    validity_h: int,
    writing: Writing,
) -> Written:
    """A message of one part, to nobody yet."""
    return _shaped(Part(0, 1, 1, 0, sender, text, alphabet, udh, flash, validity_h), writing)


def _shaped(part: Part, writing: Writing) -> Written:
    """The same but for its number."""
    source = _source(part.sender, writing.source_ton, writing.source_npi)
    if source is None:
        return Reason.form
    try:
        text, data_coding = encode(part.text, part.alphabet, part.flash, writing.coding)
        header = bytes.fromhex(part.udh) if part.udh else b""
    except ValueError:
        return Reason.form
    tlvs: Tlvs = ()
    if part.total > 1 and writing.long == "sar":
        tlvs = _segment(part)
    elif part.total > 1:
        header = _joined(header, part, writing.long == "udh16")
    fits = _fits(part, text, data_coding, header, writing.coding)
    if not fits and (part.total > 1 or writing.long != "payload"):
        return Reason.too_long
    octets = header + text
    if not fits or len(octets) > FIELD_OCTETS:
        if len(octets) > PAYLOAD_OCTETS:
            return Reason.too_long
        tlvs, octets = (*tlvs, (Tag.message_payload, octets)), b""
    return SubmitSm(
        0,
        0,
        tlvs,
        writing.service_type,
        *source,
        writing.dest_ton,
        writing.dest_npi,
        "",
        UDHI if header else 0,
        0,
        0,
        "",
        relative(_validity(part.validity_h, writing.validity_max_h)),
        writing.registered_delivery,
        0,
        data_coding,
        0,
        octets,
    )


def _segment(part: Part) -> Tlvs:
    return (
        (Tag.sar_msg_ref_num, part.message & 0xFFFF),
        (Tag.sar_total_segments, part.total),
        (Tag.sar_segment_seqnum, part.no),
    )


def _joined(own: bytes, part: Part, wide: bool) -> bytes:
    """The header of a part (3GPP TS 23.040, 9.2.3.24), after what the message has of its own."""
    reference = part.message
    if wide:
        joined = bytes((8, 4, reference >> 8 & 0xFF, reference & 0xFF, part.total, part.no))
    else:
        joined = bytes((0, 3, reference & 0xFF, part.total, part.no))
    elements = own[1:] + joined
    return bytes((len(elements) & 0xFF,)) + elements


def _validity(wanted: int, most: int) -> int:
    return min(wanted or most, most) if most else wanted


def _fits(part: Part, text: bytes, data_coding: int, header: bytes, coding: Coding) -> bool:
    """Whether the air can carry it. What an operator takes in a charset leaves it as GSM 03.38."""
    room = AIR_OCTETS - len(header)
    if part.alphabet is not _GSM or data_coding in (UCS2, UCS2_FLASH):
        return len(text) <= room
    septets = text if coding.charset == "gsm" else gsm7.encode(part.text)
    return len(septets) <= room * 8 // 7


@remembered(1_024)
def _source(sender: str, ton: int | None, npi: int | None) -> tuple[int, int, str] | None:
    """source_addr_ton, source_addr_npi and source_addr (5.2.5, 5.2.6); None for what is none."""
    text = sender.removeprefix("+")
    if not sender.isascii() or len(text) > ADDRESS_MAX or not sender.isprintable():
        return None
    if not text.isdecimal():
        usual = (5, 0)  # alphanumeric
        text = sender
    else:
        usual = (3, 0) if len(text) <= SHORT_CODE_MAX else (1, 1)
    return usual[0] if ton is None else ton, usual[1] if npi is None else npi, text


@lru_cache(256)
def relative(hours: int) -> str:
    """A validity_period of so many hours (7.1.1), a month being 30 days; none for no hours."""
    if hours <= 0:
        return ""
    days, hour = divmod(hours, 24)
    months, day = divmod(days, 30)
    years, month = divmod(months, 12)
    return f"{min(years, 99):02}{month:02}{day:02}{hour:02}0000000R"

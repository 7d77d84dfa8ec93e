"""What a client submits, as parts: the same that a node's own operator is given.

In: submit_sm, data_sm, or a recipient of a submit_multi. Out: `Submit`, or the status it is refused
with. Promise: nothing that comes raises; the parts of a long message have one key, whichever way
they are joined, and so has a message that is tried again.
"""

import re
from collections.abc import Hashable, Iterator
from typing import Final, NamedTuple

from chappe.links.operator.centre.deliver.pdus import GSM_PARTS
from chappe.links.operator.mind.judgement import LONG_MAX
from chappe.links.smpp.pdus.tables import Address, CommandStatus, DataSm, SubmitMulti, SubmitSm
from chappe.links.smpp.texts.long import ADDRESS_MAX, AIR_OCTETS, UDHI
from chappe.links.smpp.texts.pieces import read_piece
from chappe.links.smpp.texts.text import decode
from chappe.words.alphabet import Alphabet

SUBMITS: Final = (SubmitSm, DataSm, SubmitMulti)
"""The commands that submit."""

_DIGITS: Final = re.compile(r"\+?([0-9]{3,20})", re.ASCII)
_INTERNATIONAL, _NATIONAL = 1, 2  # type of number (5.2.5)
_JOINED_GSM, _JOINED_OCTETS = GSM_PARTS[1], AIR_OCTETS - 6


class Submit(NamedTuple):
    """One part of a message. `air` counts the parts that a whole text takes on the air."""

    number: int
    sender: str
    text: str
    alphabet: Alphabet
    flash: bool
    key: Hashable
    no: int = 1
    total: int = 1
    air: int = 1


def read_submit(pdu: SubmitSm | DataSm) -> Submit | CommandStatus:
    """The part in a PDU, or why it is refused."""
    number = number_of(pdu.destination_addr, pdu.dest_addr_ton)
    if number is None:
        return CommandStatus.bad_destination
    if len(pdu.source_addr) > ADDRESS_MAX:
        # A data_sm has room for a longer one than the receipt that would go there.
        return CommandStatus.bad_source
    if isinstance(pdu, SubmitSm) and pdu.schedule_delivery_time:
        return CommandStatus.bad_schedule
    sender = pdu.source_addr
    if isinstance(pdu, SubmitSm) and not pdu.tlvs and not pdu.esm_class & UDHI:
        octets, no, total, place = pdu.short_message, 1, 1, None
    else:
        piece = read_piece(pdu)
        octets, no, total, place = piece.octets, piece.no, piece.total, piece.reference
    reading = decode(octets, pdu.data_coding)
    size = len(octets)
    air = 1 if total > 1 or size <= AIR_OCTETS else _on_air(size, reading.alphabet)
    key = (sender, number, octets) if total == 1 else (sender, number, place, total)
    return Submit(
        number, sender, reading.text, reading.alphabet, reading.flash, key, no, total, air
    )


def read_multi(pdu: SubmitMulti) -> Iterator[tuple[Address, SubmitSm]]:
    """A submit_sm for each recipient."""
    for one in pdu.destinations:
        if isinstance(one, Address):
            yield (
                one,
                SubmitSm(
                    pdu.sequence,
                    tlvs=pdu.tlvs,
                    source_addr=pdu.source_addr,
                    dest_addr_ton=one.ton,
                    dest_addr_npi=one.npi,
                    destination_addr=one.address,
                    esm_class=pdu.esm_class,
                    schedule_delivery_time=pdu.schedule_delivery_time,
                    data_coding=pdu.data_coding,
                    short_message=pdu.short_message,
                ),
            )


def number_of(address: str, ton: int) -> int | None:
    """A number as France writes it abroad, or at home; short codes stay what they are."""
    found = _DIGITS.fullmatch(address)
    if found is None:
        return None
    digits = found[1]
    if digits.startswith("00"):
        digits = digits[2:]
    elif digits.startswith("0") and len(digits) == 10 and ton in (0, _NATIONAL):
        digits = f"33{digits[1:]}"
    return int(digits) or None


def _on_air(size: int, alphabet: Alphabet) -> int:
    if alphabet is Alphabet.gsm:
        return 1 if size <= GSM_PARTS[0] else -(-size // _JOINED_GSM)
    return -(-size // _JOINED_OCTETS)


class LongMessages:
    """Which parts are of one message: that of the first of them that came."""

    def __init__(self) -> None:
        self._open: dict[Hashable, tuple[int, set[int]]] = {}

    def of(self, key: Hashable, no: int, total: int, ref: int) -> int:
        """The message of this part, which came under `ref`."""
        first, came = self._open.setdefault(key, (ref, set()))
        came.add(no)
        if len(came) == total:
            del self._open[key]
        elif len(self._open) > LONG_MAX:
            del self._open[next(iter(self._open))]
        return first

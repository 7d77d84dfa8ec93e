"""Receipts and replies as deliver_sm, in the form that a client is to be tried with.

In: what is owed. Out: the PDU. Promise: each can be written; the number of a handset is
international; what a text or a code holds beyond SMPP is `?` or refused before it is owed.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal

from chappe.links.contract import Verdict
from chappe.links.operator.centre.deliver.owed import (
    PARTS_MAX,
    Asking,
    Owed,
    OwedReceipt,
    OwedReply,
)
from chappe.links.operator.mind.courses import COURSES, Course, Due
from chappe.links.smpp.meaning.codes import worded
from chappe.links.smpp.meaning.receipt import DeliveryReceipt, write_text, write_tlvs
from chappe.links.smpp.pdus.tables import CommandStatus, DeliverSm
from chappe.links.smpp.texts.long import ADDRESS_MAX, UDHI
from chappe.links.smpp.texts.text import UCS2
from chappe.words import gsm7
from chappe.words.lifecycle import Happening, Reason

IdNotation = Literal["decimal", "hexadecimal", "upper", "zeros"]
ReceiptForm = Literal["both", "text", "tlv"]

IDS: Final[Mapping[IdNotation, Callable[[int], str]]] = {
    "decimal": str,
    "hexadecimal": "{:x}".format,
    "upper": "{:X}".format,
    "zeros": "{:020}".format,
}
"""How a message id is written."""

_RADIX: Final[Mapping[IdNotation, int]] = {
    "decimal": 10,
    "hexadecimal": 16,
    "upper": 16,
    "zeros": 10,
}

# registered_delivery (5.2.17) and esm_class (5.2.12)
_ASKED, _IF_FAILED, _ALWAYS, _PASSING_TOO = 0x03, 0x02, 0x01, 0x10
_RECEIPT, _PASSING = 0x04, 0x20

ANSWERS: Final[Mapping[tuple[Verdict, Reason], CommandStatus]] = {
    (Verdict.taken, Reason.none): CommandStatus.ok,
    (Verdict.refused, Reason.rejected): CommandStatus.submit_failed,
    (Verdict.later, Reason.throttled): CommandStatus.throttled,
    (Verdict.unanswered, Reason.none): CommandStatus.ok,
}
"""What a submit is answered with. An unanswered one is not answered, whatever stands here."""

GSM_PARTS: Final = (160, 153)
UCS2_PARTS: Final = (70, 67)
TEXT_KEPT: Final = 20
"""So much of a text a receipt repeats (appendix B)."""


def status_of(course: Course) -> CommandStatus:
    return ANSWERS[course.verdict, course.reason]


def read_id(written: str, form: IdNotation) -> int | None:
    """The reference in a message id of ours."""
    try:
        return int(written, _RADIX[form])
    except ValueError:
        return None


def wants(registered: int, happening: Happening) -> bool:
    """Whether who asked so is told of this."""
    match registered & _ASKED:
        case 0x01:
            return True
        case 0x02:
            return happening in (Happening.was_undelivered, Happening.ran_out)
    return happening is Happening.progressed and bool(registered & _PASSING_TOO)


def wanted(owed: Owed) -> bool:
    """Whether it is to be told at all. A reply always is."""
    if not isinstance(owed, OwedReceipt):
        return True
    return wants(owed.asking.registered, _said(owed).happening)


def receipt_pdu(owed: OwedReceipt, form: ReceiptForm, id_form: IdNotation) -> DeliverSm:
    """What tells it."""
    said = _said(owed)
    state, error = worded(said.happening, said.reason)
    delivered = "001" if said.happening is Happening.was_delivered else "000"
    ident = IDS[id_form](owed.ident)
    text = owed.text[:TEXT_KEPT].encode("ascii", "replace").decode()
    receipt = DeliveryReceipt((ident,), state, error, owed.at, owed.due, text, "001", delivered)
    passing = said.happening is Happening.progressed and owed.asking.registered & _PASSING_TOO
    return DeliverSm(
        tlvs=() if form == "text" else write_tlvs(receipt),
        source_addr_ton=1,
        source_addr_npi=1,
        source_addr=str(owed.number),
        dest_addr_ton=owed.asking.ton,
        dest_addr_npi=owed.asking.npi,
        destination_addr=owed.sender,
        esm_class=_PASSING if passing else _RECEIPT,
        short_message=b"" if form == "tlv" else write_text(receipt).encode("latin-1"),
    )


def address(text: str) -> str:
    """As much of it as an address of a deliver_sm can hold."""
    return text.encode("latin-1", "replace").decode("latin-1").replace("\0", "?")[:ADDRESS_MAX]


def _said(owed: OwedReceipt) -> Due:
    return COURSES[owed.outcome].reports[owed.n]


def reply_pdu(owed: OwedReply) -> DeliverSm:
    """What brings this part of it."""
    return DeliverSm(
        source_addr_ton=1,
        source_addr_npi=1,
        source_addr=str(owed.number),
        dest_addr_ton=owed.asking.ton,
        dest_addr_npi=owed.asking.npi,
        destination_addr=owed.code,
        esm_class=UDHI if owed.joined else 0,
        data_coding=owed.data_coding,
        short_message=owed.octets,
    )


def reply_fault(number: int, code: str, text: str) -> str:
    """Why a handset can't write this; empty if it can."""
    if not 0 < number < 10**ADDRESS_MAX:
        return f"{number} is no number"
    if not (code.isascii() and code.isprintable() and 0 < len(code) <= ADDRESS_MAX):
        return f"a code has 1 to {ADDRESS_MAX} letters or digits"
    if len(split(text)) > PARTS_MAX:
        return f"a text has {PARTS_MAX} parts at most"
    return ""


def reply_parts(
    due: int, ref: int, number: int, code: str, text: str, asking: Asking | None = None
) -> list[OwedReply]:
    """The parts that a handset makes of a text."""
    is_gsm = gsm7.LETTERS.issuperset(text)
    parts = split(text)[:PARTS_MAX]
    total = len(parts)
    made = []
    for n, part in enumerate(parts):
        octets = gsm7.encode(part) if is_gsm else part.encode("utf-16-be", "replace")
        header = bytes((5, 0, 3, ref & 0xFF, total, n + 1)) if total > 1 else b""
        made.append(
            OwedReply(
                due=due,
                ref=ref,
                n=n,
                number=number,
                asking=asking or Asking(),
                code=code,
                text=text,
                octets=header + octets,
                data_coding=0 if is_gsm else UCS2,
                joined=bool(header),
                total=total,
            )
        )
    return made


def split(text: str) -> Sequence[str]:
    """A text in parts, as a handset cuts it: no letter is cut."""
    is_gsm = gsm7.LETTERS.issuperset(text)
    one, many = GSM_PARTS if is_gsm else UCS2_PARTS
    weights = [_weight(letter, is_gsm) for letter in text]
    if sum(weights) <= one:
        return (text,)
    parts, begin, filled = [], 0, 0
    for at, weight in enumerate(weights):
        if filled + weight > many:
            parts.append(text[begin:at])
            begin, filled = at, 0
        filled += weight
    return (*parts, text[begin:])


def _weight(letter: str, is_gsm: bool) -> int:
    return 1 + (letter in gsm7.EXTENSION if is_gsm else letter > "\uffff")

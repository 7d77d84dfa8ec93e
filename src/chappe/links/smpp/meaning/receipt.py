"""Receipts: read however an operator writes them, and written as appendix B has them.

In: a deliver_sm or data_sm. Out: a `DeliveryReceipt`, and from it a Report; or None, where it is a
reply. Promise: nothing that comes raises. A TLV goes before the text; what is missing is empty.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec

from chappe.links.smpp.meaning.codes import NUMBERED, meaning
from chappe.links.smpp.pdus.octets import tlv
from chappe.links.smpp.pdus.tables import DataSm, DeliverSm, Tag, Tlvs
from chappe.words import paris
from chappe.words.lifecycle import Reason
from chappe.words.remembered import remembered
from chappe.words.report import Report

try:
    from chappe.native import codecs
except ImportError:  # no compiler was found, or it is for another Python
    codecs = None  # type: ignore[assignment]  # there is no such module then

TEXT_MAX: Final = 1_000
"""So much of a text is looked at; a receipt has about 150 letters."""

OLD_MS: Final = 30 * paris.DAY_MS

_TYPE: Final = 0x3C  # bits 5 to 2 of esm_class (5.2.12)
_RECEIPT, _PASSING = 0x04, 0x20
_UCS2: Final = 0x08


class DeliveryReceipt(msgspec.Struct, frozen=True, gc=False):
    """What an operator says of one part. Empty is unknown; dates are instants, or 0."""

    ids: tuple[str, ...]  # as written: that of the TLV, then that of the text if it is another
    state: str = ""  # in capitals
    error: str = "0"  # without leading zeros
    submitted: int = 0
    done: int = 0
    text: str = ""
    sub: str = "001"
    dlvrd: str = "001"


def read_receipt(
    pdu: DeliverSm | DataSm, by_shape: bool = True, utc: bool = False
) -> DeliveryReceipt | None:
    """The receipt, or None where it is none.

    It is one by its esm_class, by a receipted_message_id, or (`by_shape`) if its type is not
    set and its whole text has the shape of one. `utc` is the time of the operator's dates; else
    they are in Paris time.
    """
    usual = _read_usual(pdu, utc) if type(pdu) is DeliverSm else None
    return usual or read_slowly(pdu, by_shape, utc)


def words_plainly(octets: bytes) -> tuple[str, ...] | None:
    """id, sub, dlvrd, submit date, done date, stat and err, and what follows."""
    found = _AS_SPECIFIED(octets)
    return None if found is None else tuple(one.decode("latin-1") for one in found.groups())


_AS_SPECIFIED: Final = re.compile(
    rb"id:([0-9A-Za-z_.+/=-]{1,64}) sub:(\d{1,9}) dlvrd:(\d{1,9})"
    rb" submit date:(\d{1,20}) done date:(\d{1,20}) stat:([A-Z]{2,20}) err:(\w{1,20}) text:(.*)",
    re.DOTALL,
).match
words: Final = words_plainly if codecs is None else codecs.receipt


def _read_usual(pdu: DeliverSm, utc: bool) -> DeliveryReceipt | None:
    """The short way for nearly all there are: marked as what it is, worded as in appendix B."""
    octets = pdu.short_message
    if pdu.esm_class != _RECEIPT or len(octets) > TEXT_MAX or (found := words(octets)) is None:
        return None
    ident, sub, dlvrd, *rest, text = found
    state, error, submitted, done = _usual_words((*rest,), utc)
    ids: tuple[str, ...] = (ident,)
    seen = 0
    for tag, value in pdu.tlvs:
        if tag == _NAMED:
            seen += 1
            if value != ident and (named := _written(value)) and named != ident:
                ids = named, ident
        elif tag == _STATE:
            seen += 16
            if type(value) is int:
                state = _BY_NUMBER.get(value) or str(value)
        elif tag == _NETWORK and error == "0":
            return None
    if seen & 0xEE:
        return None  # one is there twice
    return DeliveryReceipt(ids, state, error, submitted, done, text.strip(_PADDING), sub, dlvrd)


# As plain numbers: members of an enum are slow to compare.
_NAMED: Final = int(Tag.receipted_message_id)
_STATE: Final = int(Tag.message_state)
_NETWORK: Final = int(Tag.network_error_code)


# Receipts come in crowds, and their dates have minutes: the same few are read again and again.
@remembered(1_024)
def _usual_words(said: tuple[str, ...], utc: bool) -> tuple[str, str, int, int]:
    submitted, done, state, error = said
    fault = error.upper().lstrip("0") or "0"
    return state, fault, _instant(submitted, utc), _instant(done, utc)


def read_slowly(
    pdu: DeliverSm | DataSm, by_shape: bool = True, utc: bool = False
) -> DeliveryReceipt | None:
    """`read_receipt` without its short way; the two are the same but for their speed."""
    kind = pdu.esm_class & _TYPE
    named = tlv(pdu, Tag.receipted_message_id) if pdu.tlvs else None
    sure = kind in (_RECEIPT, _PASSING) or named is not None
    if not sure and (kind or not by_shape):
        return None
    text = _text(pdu)
    if not sure and not _BEGINS.match(text):
        return None
    found = _found(text)
    if not sure and not ("stat" in found and found.keys() & _SHAPE):
        return None
    return _receipt(pdu, named, found, utc)


_BEGINS: Final = re.compile(r"\s{0,9}id\s{0,9}:", re.IGNORECASE)
_SHAPE: Final = frozenset(("sub", "dlvrd", "done"))


def _text(pdu: DeliverSm | DataSm) -> str:
    octets = pdu.short_message if isinstance(pdu, DeliverSm) else b""
    payload = None if octets else tlv(pdu, Tag.message_payload)
    if isinstance(payload, bytes):
        octets = payload
    # The words are ASCII whatever the data_coding says; only two octets a letter are another thing.
    wide = pdu.data_coding == _UCS2 and octets[:1] == b"\0"
    return octets[: 2 * TEXT_MAX].decode("utf-16-be" if wide else "latin-1", "replace")[:TEXT_MAX]


_KEY: Final = re.compile(
    r"(?:^|[\s,;|])(submit[ _.-]?date|sub[ _.-]?date|done[ _.-]?date|id|sub|dlvrd|stat|err|text)"
    r"\s{0,9}:",
    re.IGNORECASE,
)


def _found(text: str) -> dict[str, str]:
    """What the text says of each key, the first time it says it."""
    found: dict[str, str] = {}
    name, begin = "", 0
    for key in _KEY.finditer(text):
        if name:
            found.setdefault(name, text[begin : key.start()].strip(_BLANKS))
        name, begin = _NAMES.get(key[1].lower(), ""), key.end()
        name = name or ("done" if key[1].lower().startswith("d") else "submit")
        if name == "text":
            break
    if name:
        found.setdefault(name, text[begin:].strip(_PADDING if name == "text" else _BLANKS))
    return found


_BLANKS: Final = " \t\r\n\0,;|"
_PADDING: Final = " \0"  # all that is taken off a message's own words
_NAMES: Final = {name: name for name in ("id", "sub", "dlvrd", "stat", "err", "text")}


def _receipt(
    pdu: DeliverSm | DataSm, named: int | str | bytes | None, found: dict[str, str], utc: bool
) -> DeliveryReceipt:
    ids = [_written(named), found.get("id", "")]
    state = found.get("stat", "").upper().split(None, 1)
    word = _numbered(state[0]) if state else ""
    error = found.get("err", "").upper().lstrip("0")
    if pdu.tlvs:
        number, network = tlv(pdu, Tag.message_state), tlv(pdu, Tag.network_error_code)
        if isinstance(number, int):
            word = _numbered(str(number))
        if not error and isinstance(network, bytes):
            # An octet for the network's kind, then the error (5.3.2.31).
            error = str(int.from_bytes(network[1:3], "big"))
    return DeliveryReceipt(
        tuple(dict.fromkeys(one for one in ids if one)),
        word,
        error or "0",
        _instant(found.get("submit", ""), utc),
        _instant(found.get("done", ""), utc),
        found.get("text", ""),
        found.get("sub", ""),
        found.get("dlvrd", ""),
    )


def _written(named: int | str | bytes | None) -> str:
    """Many centres leave out the zero at the end of this TLV; then it is octets."""
    text = named.decode("latin-1") if isinstance(named, bytes) else named
    return text.strip(_BLANKS) if isinstance(text, str) else ""


_BY_NUMBER: Final = dict(enumerate(NUMBERED))


def _numbered(word: str) -> str:
    return NUMBERED[int(word)] if len(word) == 1 and word in "0123456789" else word


_DATE_MAX: Final = 24
_DATE: Final = re.compile(r"(?:20)?(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?", re.ASCII)


def _instant(written: str, utc: bool) -> int:
    """YYMMDDhhmm, with seconds or without, with the century or without; 0 for anything else."""
    return _instant_of(written, utc) if len(written) < _DATE_MAX else 0


@remembered(4_096)
def _instant_of(written: str, utc: bool) -> int:
    found = _DATE.fullmatch(re.sub(r"[-/:. T]", "", written))
    if found is None:
        return 0
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        wall = datetime(2000 + year, month, day, hour, minute, second)
    except ValueError:
        return 0
    return int((wall - _EPOCH).total_seconds()) * 1000 if utc else paris.instant(wall)


_EPOCH: Final = datetime(1970, 1, 1)


def report(
    receipt: DeliveryReceipt,
    ref: str,
    now: int,
    own: Mapping[str, Reason] | None = None,
    forms: tuple[str, ...] = (),
    numbers: tuple[int, ...] = (),
) -> Report:
    """What a receipt means for the part that answers to `ref`, or to one of `forms`.

    Its date counts if it can be true: not to come, and not older than a message can be.
    """
    happening, reason = meaning(receipt.state, receipt.error, own)
    at = receipt.done if now - OLD_MS <= receipt.done <= now else now
    return Report(ref, happening, reason, at, "", forms, numbers)


# --- written, for the server side ---


def write_text(receipt: DeliveryReceipt) -> str:
    """The text of appendix B."""
    return (
        f"id:{receipt.ids[0]} sub:{receipt.sub} dlvrd:{receipt.dlvrd}"
        f" submit date:{_stamp(receipt.submitted)} done date:{_stamp(receipt.done)}"
        f" stat:{receipt.state} err:{receipt.error.zfill(3)} text:{receipt.text[:20]}"
    )


def write_tlvs(receipt: DeliveryReceipt) -> Tlvs:
    """receipted_message_id and message_state, and where there is an error, network_error_code."""
    tlvs: list[tuple[int, int | str | bytes]] = [
        (Tag.receipted_message_id, receipt.ids[0]),
        (Tag.message_state, NUMBERED.index(receipt.state)),
    ]
    if receipt.error.isdecimal() and 0 < int(receipt.error) <= 0xFFFF:
        tlvs.append((Tag.network_error_code, b"\3" + int(receipt.error).to_bytes(2, "big")))
    return tuple(tlvs)


def _stamp(at: int) -> str:
    return paris.stamp(at, "%y%m%d%H%M")

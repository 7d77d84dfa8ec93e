"""Receipts as operators write them, and as we do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.links.contract import Verdict
from chappe.links.operator.mind.courses import TEXTS
from chappe.links.smpp.meaning import receipt
from chappe.links.smpp.meaning.codes import ANSWERS, NUMBERED, STATES, meaning, verdict, worded
from chappe.links.smpp.meaning.receipt import (
    DeliveryReceipt,
    read_receipt,
    read_slowly,
    report,
    write_text,
    write_tlvs,
)
from chappe.links.smpp.pdus.tables import DataSm, DeliverSm, Tag, Tlvs
from chappe.words.lifecycle import Happening, Reason
from chappe.words.report import Report

H, R = Happening, Reason
NOON = 1_794_481_200_000  # 2026-11-12 12:00 in Paris
MINUTE = 60_000


def deliver(text: bytes | str, esm_class: int = 4, tlvs: Tlvs = (), coding: int = 0) -> DeliverSm:
    octets = text.encode("latin-1") if isinstance(text, str) else text
    return DeliverSm(
        tlvs=tlvs,
        source_addr="33639980001",
        destination_addr="CHAPPE",
        esm_class=esm_class,
        data_coding=coding,
        short_message=octets,
    )


FULL = (
    "id:0A1B2C sub:001 dlvrd:001 submit date:2611121158 done date:2611121200"
    " stat:DELIVRD err:000 text:Bonjour"
)
READ = DeliveryReceipt(
    ("0A1B2C",), "DELIVRD", "0", NOON - 2 * MINUTE, NOON, "Bonjour", "001", "001"
)

SPELLINGS: list[tuple[str, str, DeliveryReceipt]] = [
    ("appendix B", FULL, READ),
    (
        "other case",
        "ID:0A1B2C SUB:001 DLVRD:001 Submit Date:2611121158 Done Date:2611121200"
        " Stat:delivrd Err:000 Text:Bonjour",
        READ,
    ),
    (
        "sub.date and done.date",
        "id:0A1B2C sub:001 dlvrd:001 sub.date:2611121158 done.date:2611121200"
        " stat:DELIVRD err:000 text:Bonjour",
        READ,
    ),
    (
        "underscores, and dates with seconds",
        "id:0A1B2C sub:001 dlvrd:001 submit_date:261112115800 done_date:20261112120000"
        " stat:DELIVRD err:000 text:Bonjour",
        READ,
    ),
    (
        "blanks everywhere, and around the id",
        "  id:  0A1B2C   sub: 001 dlvrd :001  submit date: 2611121158 done date: 2611121200"
        "  stat: DELIVRD  err: 000  text: Bonjour \0",
        READ,
    ),
    (
        "lines and commas",
        "id:0A1B2C,sub:001,dlvrd:001\r\nsubmit date:2611121158, done date:2611121200,"
        " stat:DELIVRD\nerr:000;text:Bonjour",
        READ,
    ),
    (
        "no text",
        "id:0A1B2C sub:001 dlvrd:001 submit date:2611121158 done date:2611121200"
        " stat:DELIVRD err:000",
        DeliveryReceipt(("0A1B2C",), "DELIVRD", "0", NOON - 2 * MINUTE, NOON, "", "001", "001"),
    ),
    (
        "only an id and a state",
        "id:0A1B2C stat:UNDELIV",
        DeliveryReceipt(("0A1B2C",), "UNDELIV", sub="", dlvrd=""),
    ),
    (
        "a text that looks like a receipt",
        "id:7 stat:DELIVRD text:id:8 stat:EXPIRED err:099",
        DeliveryReceipt(("7",), "DELIVRD", text="id:8 stat:EXPIRED err:099", sub="", dlvrd=""),
    ),
    (
        "a number for a state, and a date that is none",
        "id:7 stat:5 err:01B done date:2613450000",
        DeliveryReceipt(("7",), "UNDELIV", "1B", sub="", dlvrd=""),
    ),
    (
        "words before it",
        "Delivery receipt: id:7 stat:EXPIRED",
        DeliveryReceipt(("7",), "EXPIRED", sub="", dlvrd=""),
    ),
    ("nothing at all", "", DeliveryReceipt((), sub="", dlvrd="")),
]


@pytest.mark.parametrize(("what", "text", "receipt"), SPELLINGS, ids=[s[0] for s in SPELLINGS])
def test_a_receipt_is_read_however_it_is_spelt(
    what: str, text: str, receipt: DeliveryReceipt
) -> None:
    """E31: receipts by text."""
    assert read_receipt(deliver(text)) == receipt


def test_a_receipt_may_be_all_tlvs() -> None:
    """E31: receipts by receipted_message_id, message_state and network_error_code."""
    tlvs: Tlvs = (
        (Tag.receipted_message_id, "0A1B2C"),
        (Tag.message_state, 5),
        (Tag.network_error_code, b"\3\0\x1b"),
    )
    seen = DeliveryReceipt(("0A1B2C",), "UNDELIV", "27", sub="", dlvrd="")
    assert read_receipt(deliver(b"", 0, tlvs)) == seen
    assert read_receipt(DataSm(tlvs=tlvs)) == seen
    bare = ((Tag.receipted_message_id, b" 0A1B2C"), *tlvs[1:])
    assert read_receipt(deliver(b"", 0, bare)) == seen


def test_a_tlv_goes_before_the_text_and_both_ids_are_kept() -> None:
    """E31: a text with a decimal id beside a TLV with a hexadecimal one."""
    tlvs: Tlvs = ((Tag.receipted_message_id, "1a2b3c"), (Tag.message_state, 3))
    receipt = read_receipt(deliver("id:1715004 stat:DELIVRD err:013", 4, tlvs))
    assert receipt == DeliveryReceipt(("1a2b3c", "1715004"), "EXPIRED", "13", sub="", dlvrd="")


def test_a_receipt_may_stand_in_the_payload_or_in_two_octets_a_letter() -> None:
    assert read_receipt(deliver(b"", 4, ((Tag.message_payload, FULL.encode()),))) == READ
    assert read_receipt(deliver(FULL.encode("utf-16-be"), 4, coding=8)) == READ
    assert read_receipt(deliver(FULL.encode(), 4, coding=8)) == READ


def test_what_a_handset_wrote_is_no_receipt() -> None:
    """E32: a reply stays a reply."""
    assert read_receipt(deliver("STOP", 0)) is None
    assert read_receipt(deliver("id: 12 rue Chappe", 0)) is None
    assert read_receipt(deliver("Mon id:12 stat:ok sub:1", 0)) is None
    assert read_receipt(deliver(FULL, 0x08)) is None  # an acknowledgement by the handset itself
    assert read_receipt(deliver(FULL, 0), by_shape=False) is None


def test_a_receipt_is_known_by_its_class_its_tlv_or_its_shape() -> None:
    """E31: operators that forget the class of their receipts."""
    assert read_receipt(deliver(FULL, 0)) == READ
    assert read_receipt(deliver(FULL, 0x20)) == READ
    assert read_receipt(deliver(FULL, 0x44)) == READ
    assert read_receipt(deliver("", 0, ((Tag.receipted_message_id, "1"),))) is not None


def test_an_operators_dates_may_be_utc() -> None:
    receipt = read_receipt(deliver(FULL), utc=True)
    assert receipt is not None
    assert receipt.done == NOON + 60 * MINUTE


MEANINGS = [
    ("DELIVRD", "0", H.was_delivered, R.none),
    ("DELIVRD", "27", H.was_delivered, R.none),
    ("EXPIRED", "27", H.ran_out, R.validity),
    ("DELETED", "0", H.was_undelivered, R.deleted),
    ("UNDELIV", "0", H.was_undelivered, R.unrecognised),
    ("UNDELIV", "1", H.was_undelivered, R.npai),
    ("UNDELIV", "27", H.was_undelivered, R.absent),
    ("UNDELIV", "32", H.was_undelivered, R.memory_full),
    ("UNDELIV", "777", H.was_undelivered, R.unrecognised),
    ("REJECTD", "0", H.was_undelivered, R.rejected),
    ("REJECTD", "13", H.was_undelivered, R.barred),
    ("UNKNOWN", "0", H.was_undelivered, R.unrecognised),
    ("ENROUTE", "0", H.progressed, R.buffered),
    ("ENROUTE", "27", H.progressed, R.absent),
    ("ACCEPTD", "0", H.progressed, R.buffered),
    ("BLORT", "0", H.progressed, R.unrecognised),
    ("", "0", H.progressed, R.unrecognised),
]


@pytest.mark.parametrize(("state", "error", "happening", "reason"), MEANINGS)
def test_a_state_and_an_error_have_one_meaning(
    state: str, error: str, happening: Happening, reason: Reason
) -> None:
    """E31: what a receipt says becomes a happening and a reason."""
    assert meaning(state, error) == (happening, reason)


def test_a_link_has_errors_of_its_own() -> None:
    own = {"99": R.blocked, "UNDELIV/1": R.ported, "EXPIRED/6": R.absent}
    assert meaning("UNDELIV", "99", own) == (H.was_undelivered, R.blocked)
    assert meaning("UNDELIV", "1", own) == (H.was_undelivered, R.ported)
    assert meaning("REJECTD", "1", own) == (H.was_undelivered, R.npai)
    assert meaning("EXPIRED", "6", own) == (H.ran_out, R.absent)
    assert meaning("DELIVRD", "99", own) == (H.was_delivered, R.none)


def test_a_report_tells_when_it_was_unless_that_cannot_be() -> None:
    done = DeliveryReceipt(("7",), "DELIVRD", done=NOON)
    day = 24 * 60 * MINUTE
    assert report(done, "7", NOON + MINUTE) == Report("7", H.was_delivered, R.none, NOON, "")
    assert report(done, "7", NOON - MINUTE, forms=("7", "07"), numbers=(33_639_980_001,)) == Report(
        "7", H.was_delivered, R.none, NOON - MINUTE, "", ("7", "07"), (33_639_980_001,)
    )
    assert report(done, "7", NOON + 31 * day).at == NOON + 31 * day
    assert report(DeliveryReceipt(("7",), "UNDELIV", "9"), "7", NOON, {"9": R.content}) == Report(
        "7", H.was_undelivered, R.content, NOON, ""
    )


# Written.

SAID = sorted({(due.happening, due.reason) for course in TEXTS.values() for due in course.reports})


@pytest.mark.parametrize(("happening", "reason"), SAID)
@pytest.mark.parametrize("by_tlv", [True, False])
def test_whatever_our_centre_says_is_heard_as_it_was_meant(
    happening: Happening, reason: Reason, by_tlv: bool
) -> None:
    """E33: each outcome of the simulated operator passes over SMPP."""
    state, error = worded(happening, reason)
    said = DeliveryReceipt(("0a1b",), state, error, NOON, NOON, "Bonjour")
    pdu = deliver(b"", 4, write_tlvs(said)) if by_tlv else deliver(write_text(said))
    heard = read_receipt(pdu)
    assert heard is not None
    assert (heard.ids, meaning(heard.state, heard.error)) == (("0a1b",), (happening, reason))


def test_a_written_receipt_is_that_of_appendix_b() -> None:
    said = DeliveryReceipt(("0A1B2C",), "DELIVRD", "0", NOON - 2 * MINUTE, NOON, "Bonjour")
    assert write_text(said) == FULL
    assert read_receipt(deliver(write_text(said))) == READ
    assert write_tlvs(said) == ((0x001E, "0A1B2C"), (0x0427, 2))


def test_every_numbered_state_has_a_meaning() -> None:
    assert set(NUMBERED) <= set(STATES)


def test_an_answer_to_a_submit_says_whether_to_try_again() -> None:
    """E22 and E24: a passing refusal is tried again, a permanent one ends the message."""
    later = {status for status, row in ANSWERS.items() if row[0] is Verdict.later}
    assert later == {0x04, 0x08, 0x14, 0x58, 0x64}
    assert verdict(0) == (Verdict.taken, R.none)
    assert verdict(0x58) == (Verdict.later, R.throttled)
    assert verdict(0x0B) == (Verdict.refused, R.npai)
    assert verdict(0x400) == (Verdict.refused, R.unrecognised)
    assert verdict(0x400, {0x400: (Verdict.later, R.congested)}) == (Verdict.later, R.congested)


words = st.sampled_from(
    ["id:", "ID :", "stat:", "err:", "text:", "done date:", "sub:", " ", "7", "DELIVRD", "\0", "20"]
)
noise = st.lists(words | st.text(max_size=4), max_size=20).map("".join)


usual = st.tuples(
    st.sampled_from(["7", "0A-b", "12;stat:X", "a b", ""]),
    st.sampled_from(["1", "2611241000", "20261124100000"]),
    st.sampled_from(["DELIVRD", "UNDELIV", "X", "2", "delivrd"]),
    st.sampled_from(["0", "000", "006", "a1", "é"]),
    st.sampled_from(["", "Bonjour", " id:9 stat:X ", "é" * 30, "x" * 2_000]),
).map(
    "id:{0[0]} sub:001 dlvrd:001 submit date:{0[1]} done date:{0[1]}"
    " stat:{0[2]} err:{0[3]} text:{0[4]}".format
)
named = st.lists(
    st.sampled_from(
        [
            (int(Tag.receipted_message_id), "7"),
            (int(Tag.receipted_message_id), b"8"),
            (int(Tag.receipted_message_id), ""),
            (int(Tag.message_state), 2),
            (int(Tag.message_state), b"22"),
            (int(Tag.network_error_code), b"\3\0\6"),
            (0x1501, b"own"),
        ]
    ),
    max_size=4,
).map(tuple)


@given(usual, named, st.sampled_from([4, 4, 0, 0x44, 0x20]), st.sampled_from([0, 8]), st.booleans())
def test_the_short_way_reads_what_the_long_way_reads(
    text: str, tlvs: Tlvs, esm_class: int, coding: int, utc: bool
) -> None:
    pdu = DeliverSm(
        tlvs=tlvs, esm_class=esm_class, data_coding=coding, short_message=text.encode("latin-1")
    )
    assert read_receipt(pdu, utc=utc) == read_slowly(pdu, utc=utc)


@given(st.one_of(usual.map(lambda text: text.encode("latin-1")), st.binary(max_size=200)))
def test_words_in_c_are_the_same(octets: bytes) -> None:
    assert receipt.words(octets) == receipt.words_plainly(octets)


@given(noise, st.integers(0, 255), st.integers(0, 255))
def test_no_text_upsets_the_reading_of_receipts(text: str, esm_class: int, coding: int) -> None:
    """E55: what comes from outside never raises."""
    pdu = deliver(text.encode("utf-8"), esm_class, coding=coding)
    receipt = read_receipt(pdu)
    if receipt is not None:
        assert report(receipt, "7", NOON).at <= NOON

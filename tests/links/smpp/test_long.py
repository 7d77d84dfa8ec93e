"""Parts of messages as submit_sm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chappe.links.contract import Part
from chappe.links.smpp.pdus.octets import pack
from chappe.links.smpp.pdus.tables import SubmitSm, Tag
from chappe.links.smpp.texts.long import Way, Writing, relative, write
from chappe.links.smpp.texts.pieces import Piece, read_piece, text_of
from chappe.links.smpp.texts.text import Coding
from chappe.words import gsm7
from chappe.words.alphabet import Alphabet
from chappe.words.lifecycle import Reason
from chappe.words.text import split

G, U, B = Alphabet.gsm, Alphabet.ucs2, Alphabet.binary
PART = Part(0x12345, 1, 1, 33_639_980_001, "CHAPPE", "Bonjour", G, "", False, 72)
USUAL = Writing()
SUBMIT = SubmitSm(
    *(0, 0, (), "", 5, 0, "CHAPPE", 1, 1, "33639980001", 0, 0, 0, "", "000003000000000R"),
    *(1, 0, 0, 0, b"Bonjour"),
)


def test_a_short_text_is_one_plain_submit() -> None:
    """E30: validity period, TON and NPI."""
    assert write(PART, USUAL) == SUBMIT


SECOND = replace(PART, no=2, total=3)


def test_what_is_said_to_many_differs_in_nothing_but_the_number() -> None:
    """Each of all that a part bears counts, however often the same was written before."""
    others = [
        *(replace(PART, number=PART.number + place) for place in range(3)),
        replace(PART, sender="36105"),
        replace(PART, text="Bonsoir"),
        replace(PART, flash=True),
        replace(PART, validity_h=1),
        replace(PART, alphabet=Alphabet.ucs2),
        replace(PART, udh="0605040b8423f0"),
    ]
    ways = [Writing(), Writing(service_type="WAP"), Writing(dest_ton=2)]
    written = [write(part, way) for _ in range(2) for way in ways for part in others]
    assert written[: len(written) // 2] == written[len(written) // 2 :]
    assert len({str(one) for one in written}) == len(ways) * len(others)
    assert [one.destination_addr for one in written[:3] if isinstance(one, SubmitSm)] == [
        str(PART.number + place) for place in range(3)
    ]


def test_a_long_text_has_a_header_with_a_reference_of_eight_bits() -> None:
    """E30: long messages by UDH."""
    header = b"\5\0\3\x45\3\2"
    assert write(SECOND, USUAL) == replace(
        SUBMIT, esm_class=0x40, short_message=header + b"Bonjour"
    )


def test_a_long_text_has_a_header_with_a_reference_of_sixteen_bits() -> None:
    """E30: long messages by UDH."""
    header = b"\6\x08\4\x23\x45\3\2"
    assert write(SECOND, Writing(long="udh16")) == replace(
        SUBMIT, esm_class=0x40, short_message=header + b"Bonjour"
    )


def test_a_long_text_has_sar_tlvs() -> None:
    """E30: long messages by SAR TLVs."""
    tlvs = ((Tag.sar_msg_ref_num, 0x2345), (Tag.sar_total_segments, 3), (Tag.sar_segment_seqnum, 2))
    assert write(SECOND, Writing(long="sar")) == replace(SUBMIT, tlvs=tlvs)


def test_a_payload_begins_where_one_sms_ends() -> None:
    """E30: a text for several SMS never lies in the field for one."""
    writing = Writing(long="payload")
    for size, tlvs, octets in (
        (160, (), b"x" * 160),
        (161, ((Tag.message_payload, b"x" * 161),), b""),
    ):
        submit = write(replace(PART, text="x" * size), writing)
        assert submit == replace(SUBMIT, tlvs=tlvs, short_message=octets)


def test_a_header_of_the_messages_own_is_joined_with_ours() -> None:
    own = replace(SECOND, udh="06050415811581", text="00ff", alphabet=B)
    assert write(own, USUAL) == replace(
        SUBMIT,
        esm_class=0x40,
        data_coding=4,
        short_message=b"\x0b\5\4\x15\x81\x15\x81\0\3\x45\3\2\0\xff",
    )
    alone = replace(own, no=1, total=1)
    assert write(alone, USUAL) == replace(
        SUBMIT,
        esm_class=0x40,
        data_coding=4,
        short_message=b"\6\5\4\x15\x81\x15\x81\0\xff",
    )


SENDERS = [
    ("CHAPPE", (5, 0, "CHAPPE")),
    ("36105", (3, 0, "36105")),
    ("33639980002", (1, 1, "33639980002")),
    ("+33639980002", (1, 1, "33639980002")),
    ("A B", (5, 0, "A B")),
]


@pytest.mark.parametrize(("sender", "source"), SENDERS)
def test_a_senders_ton_and_npi_follow_what_it_is(sender: str, source: tuple[int, int, str]) -> None:
    """E30: TON and NPI per link."""
    submit = write(replace(PART, sender=sender), USUAL)
    assert isinstance(submit, SubmitSm)
    assert (submit.source_addr_ton, submit.source_addr_npi, submit.source_addr) == source
    own = write(replace(PART, sender=sender), Writing(source_ton=2, source_npi=8, dest_ton=0))
    assert isinstance(own, SubmitSm)
    assert (own.source_addr_ton, own.source_addr_npi, own.dest_addr_ton) == (2, 8, 0)


UNFIT = [
    (replace(PART, sender="Café"), USUAL, Reason.form),
    (replace(PART, sender="x" * 21), USUAL, Reason.form),
    (replace(PART, sender="a\0b"), USUAL, Reason.form),
    (replace(PART, number=10**21), USUAL, Reason.form),
    (replace(PART, text="no hex", alphabet=B), USUAL, Reason.form),
    (replace(PART, udh="0"), USUAL, Reason.form),
    (replace(PART, no=4, total=3), USUAL, Reason.form),
    (replace(PART, no=1, total=256), USUAL, Reason.form),
    (replace(PART, text="x" * 161), USUAL, Reason.too_long),
    (replace(PART, text="x" * 154, total=2), USUAL, Reason.too_long),
    (replace(PART, text="x" * 153, total=2), Writing(long="udh16"), Reason.too_long),
    (replace(PART, text="é" * 71, alphabet=U), USUAL, Reason.too_long),
    (replace(PART, text="é" * 40_000, alphabet=U), Writing(long="payload"), Reason.too_long),
]


@pytest.mark.parametrize(("part", "writing", "reason"), UNFIT)
def test_what_cannot_leave_is_a_reason(part: Part, writing: Writing, reason: Reason) -> None:
    """E30: no part is cut, and none raises."""
    assert write(part, writing) is reason


def test_a_text_in_the_operators_charset_may_outgrow_the_field() -> None:
    submit = write(replace(PART, text="é" * 160), Writing(coding=Coding("utf-8")))
    assert submit == replace(
        SUBMIT, tlvs=((Tag.message_payload, ("é" * 160).encode()),), short_message=b""
    )


@pytest.mark.parametrize(
    ("asked", "most", "written"), [(72, 24, 24), (12, 24, 12), (0, 24, 24), (72, 0, 72)]
)
def test_a_link_may_bound_the_validity(asked: int, most: int, written: int) -> None:
    """E30: validity period."""
    submit = write(replace(PART, validity_h=asked), Writing(validity_max_h=most))
    assert submit == replace(SUBMIT, validity_period=relative(written))


@pytest.mark.parametrize(
    ("hours", "written"),
    [
        (0, ""),
        (1, "000000010000000R"),
        (48, "000002000000000R"),
        (24 * 45, "000115000000000R"),
        (24 * 365, "010005000000000R"),
    ],
)
def test_a_validity_period_is_relative(hours: int, written: str) -> None:
    """E30: validity period."""
    assert relative(hours) == written


ways: list[Way] = ["udh8", "udh16", "sar", "payload"]
texts = st.text(st.sampled_from(sorted(gsm7.LETTERS - {"\f"})), min_size=1, max_size=600)
wide = st.text(st.sampled_from("aé漢🗼"), min_size=1, max_size=300)


@given(texts.map(lambda text: (text, G)) | wide.map(lambda text: (text, U)), st.sampled_from(ways))
def test_whatever_way_a_text_leaves_it_comes_back_whole(
    sent: tuple[str, Alphabet], way: Way
) -> None:
    """E30: what leaves in parts is put together as it was."""
    text, alphabet = sent
    pieces = [text] if way == "payload" else split(text, alphabet, wide=way == "udh16")
    parts = [
        replace(PART, no=no, total=len(pieces), text=piece, alphabet=alphabet)
        for no, piece in enumerate(pieces, 1)
    ]
    got: list[Piece] = []
    for part in parts:
        submit = write(part, Writing(long=way))
        assert isinstance(submit, SubmitSm)
        pack(submit)
        got.append(read_piece(submit))
    assert [piece.no for piece in got] == [part.no for part in parts]
    assert text_of(got, "gsm") == text

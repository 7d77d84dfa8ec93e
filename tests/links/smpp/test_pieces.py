"""Long messages that come in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.links.smpp.pieces import GAP, WAIT_MS, Collector, Piece, Whole, read_piece
from chappe.links.smpp.tables import DataSm, DeliverSm, Tag, Tlvs
from chappe.words.alphabet import Alphabet

G, U = Alphabet.gsm, Alphabet.ucs2
TEXT = ["Un, ", "deux, ", "trois"]


def piece(no: int, text: str = "", total: int = 3, reference: int = 7, coding: int = 0) -> Piece:
    octets = (text or TEXT[no - 1]).encode("utf-16-be" if coding == 8 else "latin-1")
    return Piece("33639980001", "36105", octets, coding, ("udh8", reference), total, no)


def whole(text: str, *tokens: str, missing: int = 0, again: bool = False) -> Whole[str]:
    return Whole("33639980001", "36105", text, G, tokens, missing, again)


def collector(**bounds: int) -> Collector[str]:
    return Collector("gsm", **bounds)


def deliver(esm_class: int, octets: bytes, tlvs: Tlvs = ()) -> DeliverSm:
    return DeliverSm(
        tlvs=tlvs,
        source_addr="33639980001",
        destination_addr="36105",
        esm_class=esm_class,
        short_message=octets,
    )


SAR: Tlvs = (
    (Tag.sar_msg_ref_num, 700),
    (Tag.sar_total_segments, 3),
    (Tag.sar_segment_seqnum, 2),
)
PAYLOAD: Tlvs = ((Tag.message_payload, b"Oui"),)
FROM_TO = ("33639980001", "36105")

CARRIED = [
    ("a plain text", deliver(0, b"Oui"), Piece(*FROM_TO, b"Oui", 0)),
    ("udh8", deliver(0x40, b"\5\0\3\7\3\2Oui"), Piece(*FROM_TO, b"Oui", 0, ("udh8", 7), 3, 2)),
    (
        "udh16",
        deliver(0x40, b"\6\x08\4\1\7\3\2Oui"),
        Piece(*FROM_TO, b"Oui", 0, ("udh16", 263), 3, 2),
    ),
    (
        "ports before it",
        deliver(0x40, b"\x0b\5\4\x15\x81\x15\x81\0\3\7\3\2Oui"),
        Piece(*FROM_TO, b"Oui", 0, ("udh8", 7), 3, 2),
    ),
    ("sar", deliver(0, b"Oui", SAR), Piece(*FROM_TO, b"Oui", 0, ("sar", 700), 3, 2)),
    ("payload", deliver(0, b"", PAYLOAD), Piece(*FROM_TO, b"Oui", 0)),
    ("another header", deliver(0x40, b"\4\5\2\1\1Oui"), Piece(*FROM_TO, b"Oui", 0)),
    ("a header longer than all", deliver(0x40, b"\x09\0\3"), Piece(*FROM_TO, b"\x09\0\3", 0)),
    ("an element beyond the end", deliver(0x40, b"\3\0\3\7Oui"), Piece(*FROM_TO, b"Oui", 0)),
    ("the only part of one", deliver(0x40, b"\5\0\3\7\1\1Oui"), Piece(*FROM_TO, b"Oui", 0)),
    ("a part beyond the last", deliver(0x40, b"\5\0\3\7\3\4Oui"), Piece(*FROM_TO, b"Oui", 0)),
    ("no part at all", deliver(0x40, b"\5\0\3\7\3\0Oui"), Piece(*FROM_TO, b"Oui", 0)),
    (
        "a payload of its own",
        deliver(0, b"", (*SAR, (Tag.message_payload, b"x" * 300))),
        Piece(*FROM_TO, b"x" * 300, 0),
    ),
]


@pytest.mark.parametrize(("what", "pdu", "read"), CARRIED, ids=[row[0] for row in CARRIED])
def test_a_piece_is_known_by_its_header_or_its_tlvs(what: str, pdu: DeliverSm, read: Piece) -> None:
    """E32: concatenated replies."""
    assert read_piece(pdu) == read


def test_a_data_sm_carries_a_payload() -> None:
    pdu = DataSm(0, 0, PAYLOAD, source_addr="33639980001", destination_addr="36105")
    assert read_piece(pdu) == Piece(*FROM_TO, b"Oui", 0)


def test_a_short_text_is_given_at_once() -> None:
    assert collector().add(Piece(*FROM_TO, b"Oui", 0), "a", 0) == [whole("Oui", "a")]


def test_pieces_in_any_order_and_doubled_are_one_text() -> None:
    """E32: concatenated ones put together."""
    inbox = collector()
    assert inbox.add(piece(3), "c", 0) == []
    assert inbox.add(piece(1), "a", 1) == []
    assert inbox.add(piece(3), "c2", 2) == []
    assert inbox.add(piece(2), "b", 3) == [whole("Un, deux, trois", "c", "a", "c2", "b")]


def test_what_comes_again_after_its_text_is_no_second_text() -> None:
    """E31: an acknowledgement that was lost makes the centre send once more."""
    inbox = collector()
    for no in (1, 2, 3):
        inbox.add(piece(no), "", 0)
    assert inbox.add(piece(2), "b2", 9) == [whole("", "b2", again=True)]
    assert inbox.tick(WAIT_MS) == []
    assert inbox.wake_at is None


def test_after_a_while_what_came_is_given_with_its_gaps() -> None:
    """E32: a piece that never comes."""
    inbox = collector()
    inbox.add(piece(2), "b", 1_000)
    assert inbox.wake_at == 1_000 + WAIT_MS
    assert inbox.tick(999 + WAIT_MS) == []
    assert inbox.tick(1_000 + WAIT_MS) == [
        whole(f"{GAP}deux, {GAP}", "b", missing=2),
    ]
    assert inbox.wake_at is None


def test_each_run_of_missing_pieces_is_one_gap() -> None:
    inbox = collector()
    for no in (2, 5, 6):
        inbox.add(piece(no, f"<{no}>", total=9), str(no), 0)
    assert inbox.give_all() == [whole("[...]<2>[...]<5><6>[...]", "2", "5", "6", missing=6)]


def test_texts_of_other_people_references_or_sizes_stay_apart() -> None:
    inbox = collector()
    assert inbox.add(piece(1), "", 0) == []
    assert inbox.add(piece(2, reference=8), "", 0) == []
    assert inbox.add(piece(3)._replace(source="33639980002"), "", 0) == []
    assert inbox.add(piece(2)._replace(reference=("udh16", 7)), "", 0) == []
    assert inbox.add(piece(3, total=4), "", 0) == []
    assert len(inbox.give_all()) == 5


def test_a_reference_that_comes_round_begins_another_text() -> None:
    inbox = collector()
    inbox.add(piece(1), "a", 0)
    assert inbox.add(piece(1, "Sept, "), "x", 1) == [whole(f"Un, {GAP}", "a", missing=2)]
    inbox.add(piece(2, "huit, "), "y", 2)
    assert inbox.add(piece(3, "neuf"), "z", 3) == [whole("Sept, huit, neuf", "x", "y", "z")]
    assert inbox.add(piece(1), "a", 4) == []  # and round again, after a text that was whole


def test_letters_may_lie_across_the_border_of_two_pieces() -> None:
    """E32: replies in GSM7 and UCS-2, put together."""
    inbox = collector()
    inbox.add(Piece(*FROM_TO, b"10 \x1b", 0, ("udh8", 1), 2, 1), "a", 0)
    assert inbox.add(Piece(*FROM_TO, b"\x65", 0, ("udh8", 1), 2, 2), "b", 0) == [
        whole("10 €", "a", "b")
    ]
    inbox.add(Piece(*FROM_TO, b"\0A\xd8\x3d", 8, ("udh8", 2), 2, 1), "a", 0)
    assert inbox.add(Piece(*FROM_TO, b"\xdd\xfc", 8, ("udh8", 2), 2, 2), "b", 0) == [
        Whole(*FROM_TO, "A🗼", U, ("a", "b"))
    ]


def test_pieces_of_several_codings_are_one_text() -> None:
    inbox = collector()
    inbox.add(piece(2), "a", 0)
    inbox.add(piece(3, "漢", coding=8), "b", 0)
    assert inbox.give_all() == [
        Whole(*FROM_TO, f"{GAP}deux, 漢", U, ("a", "b"), missing=1),
    ]


def test_the_oldest_text_makes_room() -> None:
    inbox = collector(open_max=2)
    inbox.add(piece(1, reference=1), "a", 0)
    inbox.add(piece(1, reference=2), "b", 1)
    assert inbox.add(piece(1, reference=3), "c", 2) == [whole(f"Un, {GAP}", "a", missing=2)]
    assert inbox.wake_at == 1 + WAIT_MS


def test_one_piece_for_ever_is_not_kept_for_ever() -> None:
    inbox = collector()
    ended = [one for n in range(2_002) for one in inbox.add(piece(1), str(n), 0)]
    assert [(one.text, len(one.tokens)) for one in ended] == [(f"Un, {GAP}", 1_001)] * 2


pieces = st.builds(
    Piece,
    st.sampled_from("ab"),
    st.just("36105"),
    st.sampled_from([b"x", b"y"]),
    st.sampled_from([0, 3, 8]),
    st.tuples(st.just("udh8"), st.integers(0, 1)),
    st.integers(2, 3),
    st.integers(1, 2),
)


@given(st.lists(st.tuples(pieces, st.integers(0, 400)), max_size=40))
def test_every_token_comes_back_exactly_once(arriving: list[tuple[Piece, int]]) -> None:
    """E31: nothing that came is forgotten, and nothing is acknowledged twice."""
    inbox: Collector[int] = Collector("gsm", wait_ms=1_000, open_max=3)
    now, got = 0, list[int]()
    for token, (one, later) in enumerate(arriving):
        now += later
        got += [t for ended in inbox.add(one, token, now) for t in ended.tokens]
        got += [t for ended in inbox.tick(now) for t in ended.tokens]
    got += [t for ended in inbox.give_all() for t in ended.tokens]
    assert sorted(got) == list(range(len(arriving)))

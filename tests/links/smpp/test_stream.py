"""A stream of octets, cut into frames."""

import tracemalloc
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chappe.links.smpp.pdus.octets import Broken, pack
from chappe.links.smpp.pdus.stream import PDU_MAX, Splitter
from chappe.links.smpp.pdus.tables import CommandStatus, EnquireLink
from tests.links.smpp.making import pdus

HEADER = b"\0\0\0\4" + b"\0\0\0\0" + b"\0\0\0\7"


@settings(max_examples=40)
@given(st.lists(pdus.map(pack), max_size=6), st.sets(st.integers(0, 2**16), max_size=20))
def test_the_frames_are_the_same_however_the_octets_are_cut(
    frames: list[bytes], cuts: set[int]
) -> None:
    raw = b"".join(frames)
    borders = [0, *sorted(cut % (len(raw) + 1) for cut in cuts), len(raw)]
    splitter = Splitter()
    got = [frame for a, b in pairwise(borders) for frame in splitter.feed(raw[a:b])]
    assert (got, splitter.broken) == (frames, None)


def test_octets_may_come_one_by_one() -> None:
    frames = [pack(EnquireLink(1)), pack(EnquireLink(2))]
    splitter = Splitter()
    got = [frame for octet in b"".join(frames) for frame in splitter.feed(bytes((octet,)))]
    assert got == frames


def test_a_pdu_of_four_gigabytes_ends_the_stream_at_its_fourth_octet() -> None:
    splitter = Splitter()
    good = pack(EnquireLink(1))
    assert splitter.feed(good + b"\xff\xff\xff") == [good]
    assert splitter.broken is None
    assert splitter.feed(b"\xff") == []
    assert splitter.broken == Broken(
        CommandStatus.bad_command_length, why="a PDU of 4294967295 octets"
    )
    assert splitter.feed(good) == []


def test_the_number_of_a_pdu_that_is_too_long_is_known_if_its_header_came() -> None:
    splitter = Splitter(limit=100)
    splitter.feed(b"\0\0\0\x65" + HEADER)
    assert splitter.broken == Broken(
        CommandStatus.bad_command_length, sequence=7, why="a PDU of 101 octets"
    )


@pytest.mark.parametrize("size", [0, 1, 15])
def test_a_length_below_that_of_a_header_ends_the_stream(size: int) -> None:
    splitter = Splitter()
    assert splitter.feed(bytes((0, 0, 0, size)) + HEADER) == []
    assert splitter.broken is not None


def test_the_longest_frame_passes_in_small_pieces() -> None:
    frame = PDU_MAX.to_bytes(4, "big") + HEADER + bytes(PDU_MAX - 16)
    splitter = Splitter()
    got = [one for at in range(0, PDU_MAX, 100) for one in splitter.feed(frame[at : at + 100])]
    assert got == [frame]


def test_no_more_is_kept_than_one_frame() -> None:
    splitter = Splitter()
    frame = PDU_MAX.to_bytes(4, "big") + HEADER + bytes(PDU_MAX - 16)
    tracemalloc.start()
    for _ in range(50):
        splitter.feed(frame[:-1])
        assert splitter.feed(frame[-1:]) == [frame]
    splitter.feed(frame[:-1])
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 3 * PDU_MAX

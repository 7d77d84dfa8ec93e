"""A ZIP that is made while it is sent: any reader opens it, and nobody holds the whole."""

import asyncio
import contextlib
import random
import tracemalloc
import zipfile
from io import BytesIO

import pytest

from chappe.dialects.craft import zipped as craft
from chappe.dialects.craft.zipped import zipped
from chappe.words.exchange import Stream

LINES = 200_000
LINE = b'"01/07/2016 12:18";"Chappe";"%09d";"Bonjour \xe9";"SFR: SMS remis";"0,044"\r\n'


class _Source:
    """Pieces, and whether whoever read them closed them."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = pieces
        self.closed = False

    async def stream(self) -> Stream:
        try:
            for piece in self._pieces:
                yield piece
        finally:
            self.closed = True


async def test_any_reader_finds_the_file_in_it() -> None:
    """Whole, as it was given piece by piece, and sound."""
    source = _Source(b"a;b\r\n", b"", b"\xe9;" * 70_000, random.Random(1).randbytes(70_000))
    made = b"".join([piece async for piece in zipped("rapport.csv", source.stream())])
    with zipfile.ZipFile(BytesIO(made)) as whole:
        assert whole.testzip() is None
        (about,) = whole.infolist()
        found = whole.read("rapport.csv")
    assert found == b"a;b\r\n" + b"\xe9;" * 70_000 + random.Random(1).randbytes(70_000)
    assert (about.filename, about.compress_type) == ("rapport.csv", zipfile.ZIP_DEFLATED)
    assert (about.file_size, about.compress_size < len(found)) == (len(found), True)
    assert source.closed


async def test_a_file_without_octets_is_a_zip_as_well() -> None:
    made = b"".join([piece async for piece in zipped("a.csv", _Source().stream())])
    with zipfile.ZipFile(BytesIO(made)) as whole:
        assert (whole.namelist(), whole.read("a.csv")) == (["a.csv"], b"")


async def test_a_long_file_is_never_held() -> None:
    """E55: nor does deflating it keep the loop waiting."""

    async def lines() -> Stream:
        for first in range(0, LINES, 2_000):
            yield b"".join([LINE % n for n in range(first, first + 2_000)])

    octets = 0
    tracemalloc.start()
    try:
        async with contextlib.aclosing(zipped("a.csv", lines())) as pieces:
            async for piece in pieces:
                octets += len(piece)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert octets < LINES * len(LINE) // 5
    assert peak < 4 << 20


async def test_whoever_stops_reading_leaves_nothing_open() -> None:
    source = _Source(*[random.Random(n).randbytes(100_000) for n in range(9)])
    async with contextlib.aclosing(zipped("a.csv", source.stream())) as pieces:
        await anext(pieces)
        assert not source.closed
    assert source.closed


async def test_whoever_is_called_off_leaves_nothing_open() -> None:
    """Whatever was just being deflated."""
    source = _Source(*[random.Random(1).randbytes(1 << 20)] * 9)

    async def read() -> None:
        async for _ in zipped("a.csv", source.stream()):
            pass

    reading = asyncio.create_task(read())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert source.closed


async def test_a_file_beyond_the_bound_breaks_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A ZIP that ends before its directory is opened by nobody."""
    monkeypatch.setattr(craft, "MOST", 9)
    source = _Source(b"12345", b"67890")
    pieces = zipped("a.csv", source.stream())
    with pytest.raises(OverflowError):
        _ = [piece async for piece in pieces]
    assert source.closed

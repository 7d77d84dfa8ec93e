"""Reports of iSendPro, as long as they may be. What stands in them is held by a page; that as many
as 200,000 lines come in little room, and one more is refused, by tests/torture."""

import asyncio
import io
import zipfile

import pytest

from chappe.dialects.isendpro.tables.paths import LIMITS
from tests.journeys.house import House, config
from tests.journeys.isendpro import SENT, customer, flat, reported, said

TOO_MANY = flat(205, "La sélection dépasse 200 000 données! Merci de la réduire!")
_STRETCH = "date_deb=2026-11-24+09:00&date_fin=2026-11-24+12:00"
_MOST = 4


async def test_one_line_more_than_may_be_is_205_in_both_forms(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I9: as many as may be are told whole, and of more nothing is. How many may be is smaller here
    than the 200,000 which tests/torture sends."""
    assert LIMITS["lines"] == 200_000
    monkeypatch.setitem(LIMITS, "lines", _MOST)
    await house.open(config(accounts=(customer("fred"), customer("eve"))))
    number = "0639980001"
    for login in ("fred", "eve", "fred", "fred", "fred"):
        sent = await said(house, f"sms=Salut&num={number}", login)
        assert sent == flat(0, SENT, tel=number)
    await house.let(60)
    for form in ("1", "2"):
        lines = _lines(await reported(house, f"rapportCampagne={form}&{_STRETCH}"))
        assert len(lines) == 1 + _MOST
    assert await said(house, f"sms=Salut&num={number}") == flat(0, SENT, tel=number)
    await house.let(60)
    for form in ("1", "2"):
        assert await said(house, f"rapportCampagne={form}&{_STRETCH}") == TOO_MANY
        whole = _lines(await reported(house, f"rapportCampagne={form}&{_STRETCH}", "eve"))
        assert len(whole) == 2


@pytest.mark.parametrize("form", ["1", "2"])
async def test_a_report_comes_in_chunks_and_says_no_length(house: House, form: str) -> None:
    """I9: over HTTP/1.0 up to the end of the connection, and the same octets."""
    await house.open(config(accounts=(customer("fred"),)))
    assert await said(house, "sms=Salut&num=0639980001") == flat(0, SENT, tel="0639980001")
    await house.let(60)
    asked = f"rapportCampagne={form}&{_STRETCH}"
    kind = {"1": "text/csv; charset=ISO-8859-1", "2": "application/zip"}[form]
    whole = await reported(house, asked)
    for version, framing in (("1.0", {}), ("1.1", {"transfer-encoding": "chunked"})):
        head, body = await _answered(house, f"GET /cgi-bin/?keyid=key-of-fred&{asked}", version)
        assert head.items() >= {"content-type": kind, **framing}.items()
        assert head.keys().isdisjoint({"content-length", "transfer-encoding"} - framing.keys())
        assert (_joined(body) if framing else body) == whole


async def _answered(house: House, line: str, version: str) -> tuple[dict[str, str], bytes]:
    """Its headers, and what stands behind them."""
    reader, writer = await asyncio.open_connection(*house.node.doors.http)
    writer.write(f"{line} HTTP/{version}\r\nHost: h\r\nConnection: close\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode("ascii")
    assert head.startswith("HTTP/1.1 200 ")
    body = await reader.read()
    writer.close()
    pairs = (line.partition(": ") for line in head.splitlines()[1:-1])
    return {name.lower(): value for name, _, value in pairs}, body


def _joined(chunks: bytes) -> bytes:
    """What came in chunks, to the last of them."""
    whole = b""
    while True:
        size, _, chunks = chunks.partition(b"\r\n")
        length = int(size, 16)
        whole += chunks[:length]
        assert chunks[length : length + 2] == b"\r\n"
        chunks = chunks[length + 2 :]
        if not length:
            assert chunks == b""
            return whole


def _lines(report: bytes) -> list[bytes]:
    """Of a CSV, or of the one in a ZIP."""
    if report.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(report)) as packed:
            report = packed.read("rapport.csv")
    return report.splitlines()

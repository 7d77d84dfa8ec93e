"""A report of a large campaign, asked for over the real door.

In: how many messages. Out: what was seen at most. Promise: every line comes, and the server grows
by less than a bound that has nothing to do with the campaign's size, also while its client lets it
wait. `tests/journeys/test_long_answers.py` is a short form, which counts the pages that are held.
"""

import asyncio
import shutil
import tempfile
import time
from pathlib import Path

from tests.torture.broken import demand
from tests.torture.children import Server
from tests.torture.cluster import free_port
from tests.torture.files import LOGIN, PASSWORD, SETTINGS, all_gone, write_xml
from tests.torture.run import until
from tests.torture.sftp import put, session

FULL = 200_000
GROWTH_MAX_MB = 30
_PATIENCE_S = 900.0
_REST_S = 2.0  # a server that worked for less than a hundredth of it rests
_LOOK_S = 0.05
_WAITS_S = 3.0  # for a client that does not read


async def long_report(messages: int) -> str:
    """Drop a campaign of so many messages, let all of it be sent, and ask how it stands."""
    place = Path(tempfile.mkdtemp(prefix="chappe-torture-report-"))
    ports = {"http": free_port(), "sftp": free_port()}
    settings = place / "chappe.toml"
    settings.write_text(SETTINGS.format(login=LOGIN, password=PASSWORD, **ports), "utf-8")
    server = Server(settings, place / "kept")
    try:
        await server.spawn()
        await server.ready()
        await _sent(server, place, messages, ports["sftp"])
        before = server.memory_mb()
        watching = asyncio.ensure_future(most(server))
        begun = time.monotonic()
        lines, size = await _asked(ports["http"], waits_s=_WAITS_S)
        took = time.monotonic() - begun - _WAITS_S
        watching.cancel()
        growth = await watching - before
        demand(lines == messages + 1, "every line comes", lines)
        demand(growth < GROWTH_MAX_MB, f"memory grows by less than {GROWTH_MAX_MB} MB", growth)
        await server.stop()
    finally:
        await server.end()
        shutil.rmtree(place, ignore_errors=True)
    return (
        f"{messages:,} messages, {size / 1_000_000:.1f} MB of CSV: {took:.1f} s, "
        f"{max(growth, 0):.0f} MB more memory"
    )


async def _sent(server: Server, place: Path, messages: int, port: int) -> None:
    whole = place / "Push.xml"
    write_xml(whole, messages)
    async with session(port, LOGIN, PASSWORD) as sftp:
        await sftp.put(str(whole), whole.name)
        await put(sftp, "Push.ack", b"")
    database = place / "kept" / "chappe.db"
    mine = place / "kept" / "files" / LOGIN / "in"
    await until(lambda: any(mine.glob("*.ok")), "the file is taken", _PATIENCE_S)
    await until(lambda: all_gone(database, messages), "all of it is let go", _PATIENCE_S)
    await rests(server)


async def rests(server: Server) -> None:
    """Until all is sent, and all that became of it is known."""
    end = time.monotonic() + _PATIENCE_S
    worked, before = server.worked_s(), 0.0
    while worked - before > _REST_S / 100:
        demand(time.monotonic() < end, "the server comes to rest")
        await asyncio.sleep(_REST_S)
        worked, before = server.worked_s(), worked


async def _asked(port: int, waits_s: float = 0.0) -> tuple[int, int]:
    """How many lines and octets came, to a client that first lets it wait."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    query = f"accountid={LOGIN}&password={PASSWORD}&ret_id=C"
    writer.write(f"GET /highpush_stat.php?{query} HTTP/1.0\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    demand(head.startswith(b"HTTP/1.1 200 "), "it is answered", head)
    # A reader with so little room lets its connection wait while nobody reads from it.
    await asyncio.sleep(waits_s)
    lines = size = 0
    while piece := await reader.read(1 << 16):
        lines += piece.count(b"\n")
        size += len(piece)
    writer.close()
    return lines, size


async def most(server: Server) -> float:
    """What it held at most, until nobody looks any more."""
    most = 0.0
    try:
        while True:
            most = max(most, server.memory_mb())
            await asyncio.sleep(_LOOK_S)
    except asyncio.CancelledError:
        return most

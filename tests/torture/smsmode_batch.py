"""The largest file of sMsmode that somebody honest sends, over the real door.

In: how many lines, each with a text of its own. Out: what it took. Promise: it is taken whole
within five seconds, but for one line in its midst that can't be read; the server grows by less than
a bound, and answers others meanwhile. Its short form stands in `tests/faults/test_smsmode.py`.
"""

import asyncio
import contextlib
import re
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

from tests.torture.broken import demand
from tests.torture.children import Server
from tests.torture.cluster import free_port
from tests.torture.isendpro import KEY, SETTINGS, number_of
from tests.torture.line import Answer, Line
from tests.torture.long_report import most
from tests.torture.run import SQLITE

FULL = 100_000
_TAKEN_S = 5.0
_GROWN_MAX_MB = 150.0
_WAIT_MAX_S = 0.25  # whoever else asks; most wait a hundredth of that
_LOOK_S = 0.005
_CREDITS = 2_500_000  # of an SMS to France each
_BORDER = "------------------------d74496d66958873e"
_TAKEN = re.compile("0 \\| Accepté \\| [A-Za-z0-9]{12}\n")


async def smsmode_batch(url: str = SQLITE, lines: int = FULL) -> str:
    """Send a file, and ask for the credit all the while."""
    async with _server(url) as (server, port):
        body = _form(_file(lines))
        demand(await _credit(port) == _CREDITS, "the account has its credit")
        before = server.memory_mb()
        watching = asyncio.ensure_future(most(server))
        asking = asyncio.ensure_future(_longest_wait(port))
        begun, worked = time.monotonic(), server.worked_s()
        said = await _posted(port, body)
        took, worked = time.monotonic() - begun, server.worked_s() - worked
        for task in (watching, asking):
            task.cancel()
        grown, waited = await watching - before, await asking
        demand(_TAKEN.fullmatch(said) is not None, "it is taken", said)
        left = await _credit(port)
        demand(left == _CREDITS - lines + 1, "all lines but one are sent", left)
        demand(took < _TAKEN_S, f"it takes less than {_TAKEN_S:.0f} s", took)
        demand(grown < _GROWN_MAX_MB, f"it grows by less than {_GROWN_MAX_MB} MB", grown)
        demand(waited < _WAIT_MAX_S, f"nobody waits longer than {_WAIT_MAX_S} s", waited)
    return (
        f"{lines:,} lines, {len(body) / 1_000_000:.1f} MB: {took:.1f} s, {worked:.1f} s of it "
        f"worked; {max(grown, 0):.0f} MB more memory; others wait {waited * 1_000:.0f} ms at most"
    )


def _file(lines: int) -> str:
    """One line in its midst has something behind its quotes."""
    rows = ['"numero","message","emetteur","refClient"']
    for place in range(lines):
        spoilt = " oui" if place == lines // 2 else ""
        text = f"Bonjour {place}, l'été arrive : -10 % chez ACME"
        number = number_of(place, lines)
        rows.append(f'"{number}","{text}"{spoilt},"ACME{place % 3}","ref-{place}"')
    return "\r\n".join(rows)


def _form(said: str) -> bytes:
    """As curl writes it."""
    return (
        f"--{_BORDER}\r\n"
        'Content-Disposition: form-data; name="fichier"; filename="fichier.csv"\r\n'
        f"Content-Type: text/csv\r\n\r\n{said}\r\n--{_BORDER}--\r\n"
    ).encode("iso-8859-15")


async def _posted(port: int, body: bytes) -> str:
    head = (
        f"POST /http/1.6/sendSMSBatch.do?accessToken={KEY} HTTP/1.1\r\nHost: h\r\n"
        f"Content-Type: multipart/form-data; boundary={_BORDER}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    line = await Line.open(port)
    try:
        return _text(await line.ask(head.encode() + body))
    finally:
        line.close()


async def _longest_wait(port: int) -> float:
    """Until it is cancelled."""
    longest = 0.0
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            begun = time.monotonic()
            await _credit(port)
            longest = max(longest, time.monotonic() - begun)
            await asyncio.sleep(_LOOK_S)
    return longest


async def _credit(port: int) -> float:
    line = await Line.open(port)
    try:
        ask = f"GET /http/1.6/credit.do?accessToken={KEY} HTTP/1.1\r\nHost: h\r\n\r\n"
        return float(_text(await line.ask(ask.encode())))
    finally:
        line.close()


def _text(answer: Answer) -> str:
    demand(answer.status == 200, "it is answered", answer)
    return answer.body.decode("iso-8859-15")


@contextlib.asynccontextmanager
async def _server(url: str) -> AsyncIterator[tuple[Server, int]]:
    """While it runs; it must end gracefully."""
    place = Path(tempfile.mkdtemp(prefix="chappe-torture-smsmode-"))
    port = free_port()
    settings = place / "chappe.toml"
    settings.write_text(SETTINGS.format(port=port, url=url, key=KEY), "utf-8")
    server = Server(settings, place / "kept")
    try:
        await server.spawn()
        await server.ready()
        yield server, port
        await server.stop()
    finally:
        await server.end()
        shutil.rmtree(place, ignore_errors=True)

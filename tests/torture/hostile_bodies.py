"""Eight vast hostile bodies at once, of every shape, from strangers and from a customer.

In: how large they are. Out: what was seen at worst. Promises: meanwhile the server answers others
within a quarter of a second more than it needs to take in as many octets that nobody looks into; it
takes no more memory than the bodies and a little; a minute later that is given back.
"""

import asyncio
import contextlib
import random
import socket
import time
from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

from tests.dialects.hostile import HOSTILE, Hostile
from tests.torture.broken import demand
from tests.torture.children import Server
from tests.torture.ground import PASSWORD, ground
from tests.torture.listener import Listener
from tests.torture.run import SQLITE, until

FULL = 32 * 1024 * 1024 - 4_096
_AT_ONCE = 8
_PAUSE_S = 0.25
_MORE_MB = 300
_BACK, _BACK_S = 1.2, 60.0
_LOOK_S = 0.02
_LOGIN = "resend"
_WARMING = "smsfactor xml: recipients abroad"
_SETTLED_S = 3.0
_PROBE = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"


class _Seen(NamedTuple):
    """What one shape did at worst."""

    pause_s: float
    more_mb: float
    took_s: float
    answer: bytes


async def hostile_bodies(size: int, seed: str, only: str = "") -> str:
    """Every shape by itself, so that it is known whose fault it was."""
    worst: list[str] = []
    async with (
        Listener(random.Random(seed)) as listener,
        ground(SQLITE, (_LOGIN,), listener) as here,
    ):
        server = await here.serve()
        for hostile in HOSTILE.values():
            # Tables that are loaded at their first use are no memory that a body took.
            body = hostile.make(2_000, _LOGIN, PASSWORD)
            await asyncio.to_thread(_sent, here.port, hostile, body)
        # Nor are threads, and what each of them has of its own.
        await _at_once(server, here.port, HOSTILE[_WARMING], size, PASSWORD)
        await asyncio.sleep(_SETTLED_S)
        before = server.memory_mb()
        nobody = Hostile("/nowhere", "text/plain", lambda size, *_: b" " * size)
        plain = max([(await _at_once(server, here.port, nobody, size, "")).pause_s for _ in "123"])
        for name, hostile in HOSTILE.items():
            if only not in name:
                continue
            for who, password in (("a stranger", "wrong"), ("a customer", PASSWORD)):
                seen = await _at_once(server, here.port, hostile, size, password)
                words = (
                    f"{name}, from {who}: {seen.pause_s * 1e3:.0f} ms, {seen.more_mb:.0f} MB, "
                    f"{seen.took_s:.1f} s, {seen.answer[:60]!r}, then {server.memory_mb():.0f} MB"
                )
                worst.append(words)
                demand(seen.pause_s <= plain + _PAUSE_S, "others are answered", words)
                demand(seen.more_mb <= _MORE_MB, "memory is bounded", words)
        await until(lambda: server.memory_mb() <= before * _BACK, "memory is given back", _BACK_S)
        after = server.memory_mb()
        words = f"{plain * 1e3:.0f} ms for octets alone; {before:.0f} MB before, {after:.0f} after"
        await server.stop()
    return "\n".join([*worst, words])


async def _at_once(server: Server, port: int, hostile: Hostile, size: int, password: str) -> _Seen:
    body = hostile.make(size, _LOGIN, password)
    before, begun = server.memory_mb(), time.monotonic()
    async with _watched(server, port) as (pauses, sizes):
        # By threads, which leave the loop alone: it is to measure nobody's pauses but the server's.
        answers = await asyncio.gather(
            *[asyncio.to_thread(_sent, port, hostile, body) for _ in range(_AT_ONCE)]
        )
    took = time.monotonic() - begun
    demand(all(answers), "every body is answered", hostile.path)
    return _Seen(max(pauses), max(sizes) - before, took, answers[0])


@contextlib.asynccontextmanager
async def _watched(
    server: Server, port: int
) -> AsyncIterator[tuple[Sequence[float], Sequence[float]]]:
    """How long others wait for an answer, and how much memory the server has."""
    pauses, sizes = [0.0], [0.0]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def watch() -> None:
        while True:
            begun, worked = time.monotonic(), server.worked_s()
            writer.write(_PROBE)
            await reader.readuntil(b"\r\n\r\n")
            # On a busy machine it may have waited for others; what it did itself is what counts.
            pauses.append(min(time.monotonic() - begun, server.worked_s() - worked))
            while await _more(reader):
                pass
            sizes.append(server.memory_mb())
            await asyncio.sleep(_LOOK_S)

    watching = asyncio.ensure_future(watch())
    try:
        yield pauses, sizes
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
        writer.close()


async def _more(reader: asyncio.StreamReader) -> bytes:
    """The rest of an answer that came with its head."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0):
            return await reader.read(1 << 16)
    return b""


def _sent(port: int, hostile: Hostile, body: bytes) -> bytes:
    """What is answered to one body, without its head."""
    head = f"POST {hostile.path} HTTP/1.1\r\nHost: a\r\nContent-Type: {hostile.type}\r\n"
    head += f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    answer = bytearray()
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(head.encode())
        line.sendall(body)
        while piece := line.recv(1 << 16):
            answer += piece
    return bytes(answer.partition(b"\r\n\r\n")[2])

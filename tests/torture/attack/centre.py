"""An operator's SMPP centre that is none: it lets the node bind, and then floods it.

In: orders; `what` is the row. Out: how much was sent. Promise: it begins once the node has bound,
and never sends faster than the node reads.
"""

import asyncio
import itertools
import random
import struct
from collections import Counter
from collections.abc import Iterator
from typing import Final

from tests.torture.attack.hurl import Orders, Pace, Told, begin, counted

_HEADER: Final = struct.Struct(">IIII")
_RESPONSE: Final = 0x80000000
_BINDS: Final = (0x01, 0x02, 0x09)
_ENQUIRE, _DELIVER, _SUBMIT = 0x15, 0x05, 0x04
_RECEIPTED: Final = 0x001E
_BIG: Final = 60_000  # octets of an id
_PATIENCE_S: Final = 30.0  # until the node binds
_FLOOD: Final = 64 * 1024  # octets of one write


def flood(orders: Orders) -> Told:
    """The attack. Its time begins with the first bind."""
    return asyncio.run(_Centre(orders).live())


class _Centre:
    """Listens for as long as the attack goes on."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._counts: Counter[str] = Counter()
        self._bound = asyncio.Event()
        self._talks: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._pace = Pace(orders)

    async def live(self) -> Told:
        server = await asyncio.start_server(self._talk, "127.0.0.1", self._orders.ports["evil"])
        begin()
        try:
            await asyncio.wait_for(self._bound.wait(), _PATIENCE_S)
            await asyncio.sleep(self._orders.seconds)
        except TimeoutError:
            self._counts["never bound"] = 1
        server.close()
        for writer in self._talks.values():
            writer.transport.abort()
        await asyncio.gather(*self._talks)
        return Told(self._counts["frames"], counted(self._counts))

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None
        self._talks[talk] = writer
        self._counts["connections"] += 1
        flooding: asyncio.Task[None] | None = None
        try:
            while True:
                length, command, _, sequence = _HEADER.unpack(await reader.readexactly(16))
                await reader.readexactly(length - 16)
                if command in _BINDS:
                    self._bound.set()
                    if self._orders.what == "silent":
                        continue
                    writer.write(_pdu(command | _RESPONSE, sequence, b"evil\0"))
                    if flooding is None:
                        self._pace = Pace(self._orders)
                        flooding = asyncio.create_task(self._flood(writer))
                elif command == _ENQUIRE:
                    writer.write(_pdu(command | _RESPONSE, sequence))
                elif not command & _RESPONSE:
                    writer.write(_pdu(command | _RESPONSE, sequence, b"1\0"))
                else:
                    self._counts["answers"] += 1
        except (OSError, EOFError):
            self._counts["lost"] += 1
        finally:
            if flooding is not None:
                flooding.cancel()
            writer.close()

    async def _flood(self, writer: asyncio.StreamWriter) -> None:
        frames = _frames(self._orders.what, random.Random(self._orders.seed))
        while not self._pace.over and self._counts["frames"] < self._orders.count:
            piece = bytearray()
            while len(piece) < _FLOOD:
                piece += next(frames)
                self._counts["frames"] += 1
            writer.write(bytes(piece))
            self._counts["octets"] += len(piece)
            try:
                await writer.drain()
            except OSError:
                return
            await asyncio.sleep(self._pace.owed())


def _frames(what: str, chance: random.Random) -> Iterator[bytes]:
    for sequence in itertools.count(1):
        if what == "strays":
            yield _pdu(_SUBMIT | _RESPONSE, sequence + 1_000_000, b"%d\0" % sequence)
        elif what == "enquiries":
            yield _pdu(_ENQUIRE, sequence)
        elif what == "garbage receipts":
            yield _pdu(_DELIVER, sequence, _receipt(b"%x" % chance.getrandbits(64)))
        elif what == "big ids":
            number = b"%016x" % chance.getrandbits(64)
            yield _pdu(_DELIVER, sequence, _receipt(number + b"a" * _BIG))
        else:
            yield _pdu(chance.getrandbits(32), sequence, chance.randbytes(chance.randrange(64)))


def _pdu(command: int, sequence: int, body: bytes = b"") -> bytes:
    return _HEADER.pack(16 + len(body), command, 0, sequence & 0x7FFFFFFF) + body


def _receipt(ident: bytes) -> bytes:
    """deliver_sm: a receipt whose id stands in an optional parameter."""
    text = b"id:%b sub:001 dlvrd:001 stat:DELIVRD err:000 text:" % ident[:16]
    fields = b"\0" + b"\x01\x0133612345678\0" + b"\x00\x0136105\0" + b"\x04\0\0\0\0\0\0\0\0"
    told = struct.pack(">HH", _RECEIPTED, len(ident) + 1) + ident + b"\0"
    return fields + bytes([len(text)]) + text + told

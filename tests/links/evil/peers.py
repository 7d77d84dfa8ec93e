"""Peers that mean harm, in threads of their own so that they are as fast as a machine can be.

In: which way of misbehaving. Out: a port of a centre that does it to whoever binds, or a client
that does it to a centre. Promise: they end with the test, and a peer that hangs up is no fault of
theirs.
"""

import contextlib
import itertools
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Final

from chappe.links.smpp.pdus.octets import pack
from chappe.links.smpp.pdus.tables import (
    BindTransceiver,
    BindTransceiverResp,
    DataSm,
    DeliverSm,
    DeliverSmResp,
    EnquireLink,
    EnquireLinkResp,
    Outbind,
    SubmitSmResp,
    Tag,
    Unbind,
)
from chappe.links.smpp.texts.long import UDHI

_HEADER: Final = struct.Struct(">IIII")
_PIECE: Final = 1 << 20  # octets that are written at once
_TEXT_MAX: Final = b"x" * 254
_PAYLOAD_MAX: Final = b"y" * 60_000
NOBODY: Final = "33612345678"

Octets = Iterator[bytes]


def _for_ever(*frames: bytes) -> Octets:
    """The same frames, as many as fit into a piece."""
    once = b"".join(frames)
    return itertools.repeat(once * max(1, _PIECE // len(once)))


def _receipt(ident: str, n: int, named: str = "") -> bytes:
    text = f"id:{ident} sub:001 dlvrd:001 submit date:2611240900 done date:2611240900 stat:DELIVRD"
    tlvs = ((Tag.receipted_message_id, named.encode()),) if named else ()
    return pack(
        DeliverSm(
            n,
            tlvs=tlvs,
            source_addr=NOBODY,
            destination_addr="36105",
            esm_class=0x04,
            short_message=f"{text} err:000 text:".encode()[:254],
        )
    )


def _counted(make: Callable[[int], bytes]) -> Octets:
    """Some, each with a number of its own: made before, or it would be no flood."""
    each = 1 + (1 << 20) // len(make(1))
    starts = range(1, 6 * each, each)
    return itertools.cycle([b"".join(map(make, range(n, n + each))) for n in starts])


def _longest(n: int) -> bytes:
    """A deliver_sm with everything at its longest, a piece of a text that never ends."""
    header = bytes((5, 0, 3, n & 0xFF, 255, 1 + n % 254))
    return pack(
        DeliverSm(
            n,
            tlvs=((Tag.additional_status_info_text, b"z" * 255), (0x1400, _PAYLOAD_MAX)),
            service_type="CMTXX",
            source_addr_ton=255,
            source_addr="00" + NOBODY,
            destination_addr="4" * 20,
            esm_class=UDHI,
            schedule_delivery_time="9" * 16,
            validity_period="9" * 16,
            data_coding=0xFF,
            short_message=header + _TEXT_MAX[6:],
        )
    )


WAYS: Final[Mapping[str, Callable[[], Octets]]] = {
    "strays": lambda: _for_ever(pack(SubmitSmResp(7, message_id="1"))),
    "other strays": lambda: _for_ever(pack(DeliverSmResp(7)), pack(EnquireLinkResp(7))),
    "enquiries": lambda: _for_ever(pack(EnquireLink(7))),
    "misplaced": lambda: _for_ever(pack(BindTransceiverResp(9)), pack(Outbind())),
    "unknown": lambda: _for_ever(_HEADER.pack(16, 0x7777, 0, 1)),
    "big ids": lambda: _counted(lambda n: _receipt(f"{n}", n, f"{n}" + "7" * 60_000)),
    "big numbers": lambda: _counted(lambda n: _receipt("9" * 150, n, "0x" + "9" * 5_000)),
    "garbage": lambda: _counted(lambda n: _receipt(f"nobody-{n}", n)),
    "idless": lambda: _for_ever(_receipt("", 1)),
    "longest": lambda: _counted(_longest),
    "payloads": lambda: _for_ever(
        pack(DataSm(1, tlvs=((Tag.message_payload, _PAYLOAD_MAX),), source_addr=NOBODY))
    ),
    "too long": lambda: iter([_HEADER.pack(0x7FFFFFFF, 0x05, 0, 1) + b"x" * _PIECE]),
    "too short": lambda: iter([_HEADER.pack(3, 0x05, 0, 1)]),
    "unbinds": lambda: iter([pack(Unbind(1))]),
}
"""What is sent once the two are bound. Where that ends, so does the connection."""

DRIPS: Final[Mapping[str, bytes]] = {
    "half a PDU": _HEADER.pack(60_000, 0x05, 0, 1),
    "silence": b"",
}
"""What is sent once, and then an octet now and then, which never makes a PDU."""


class _Peer:
    """A thread with sockets."""

    def __init__(self) -> None:
        self.sent = 0  # octets
        self.bound = 0  # how often
        self._ends = threading.Event()
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []

    def _begin(self, work: Callable[..., None], *args: socket.socket) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()
        for thread in self._threads:
            thread.join(5)

    def end(self) -> None:
        """Hang up."""
        self._ends.set()
        for one in self._sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _harm(self, line: socket.socket, way: str, unheard: bool) -> None:
        """Misbehave until the other side has had enough. What it answers is read, and dropped."""
        if not unheard:
            self._begin(self._swallow, line)
        if way in DRIPS:
            line.sendall(DRIPS[way])
            while not self._ends.wait(0.2):
                line.sendall(DRIPS[way] and b"x")
                if not DRIPS[way] and _is_closed(line):
                    return
            return
        for piece in WAYS[way]():
            line.sendall(piece)
            self.sent += len(piece)
            if self._ends.is_set():
                return

    def _swallow(self, line: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while line.recv(1 << 16):
                pass


def _is_closed(line: socket.socket) -> bool:
    with contextlib.suppress(BlockingIOError):
        return not line.recv(1, socket.MSG_DONTWAIT | socket.MSG_PEEK)
    return False


class EvilCentre(_Peer):
    """Lets everybody in, and does this to them."""

    def __init__(self, way: str, unheard: bool = False) -> None:
        super().__init__()
        self._way = way
        self._unheard = unheard  # it reads nothing once it is bound to
        self._server = socket.create_server(("127.0.0.1", 0))
        self._sockets.append(self._server)
        self.port: int = self._server.getsockname()[1]

    def __enter__(self) -> "EvilCentre":
        self._begin(self._serve)
        return self

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = self._server.accept()
                self._sockets.append(line)
                self._begin(self._meet, line)

    def _meet(self, line: socket.socket) -> None:
        with contextlib.suppress(OSError):
            asked = line.recv(1 << 10)
            line.sendall(pack(BindTransceiverResp(int.from_bytes(asked[12:16], "big"))))
            self.bound += 1
            self._harm(line, self._way, self._unheard)
        with contextlib.suppress(OSError):
            line.close()


class EvilClient(_Peer):
    """Binds to a centre, again and again, and does this to it."""

    def __init__(self, way: str, port: int) -> None:
        super().__init__()
        self._way = way
        self._port = port

    def __enter__(self) -> "EvilClient":
        self._begin(self._work)
        return self

    def _work(self) -> None:
        while not self._ends.wait(0.01):
            with contextlib.suppress(OSError):
                line = socket.create_connection(("127.0.0.1", self._port))
                self._sockets.append(line)
                line.sendall(pack(BindTransceiver(1, system_id="evil")))
                line.recv(1 << 10)
                self.bound += 1
                self._harm(line, self._way, False)
                line.close()

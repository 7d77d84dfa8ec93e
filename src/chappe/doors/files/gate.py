"""The gate of the file door: who may come in, and how much of the loop their octets may take.

In: sockets. Out: octets to and from the library that speaks SSH, a slice at a time. Promise:
whoever has proved nothing holds a bounded number of places, an address its own share of them
first; the octets of all connections together leave the loop free half of the time; whoever does
not take what is said to them is not listened to.
"""

import asyncio
import ipaddress
import logging
import random
from collections import Counter, deque
from collections.abc import Callable
from typing import Any, cast

log = logging.getLogger("chappe.doors.files.sftp")

# Of connections that have proved nothing: from START on some are dropped, from FULL on all are.
START, FULL = 20, 100
_RATE = 0.3  # the part that is dropped at START
UNPROVED_EACH = 8  # of one address
ADDRESS_MOST = 32  # connections of one address
ACCOUNT_MOST = 16  # connections of one account
CONNECTIONS_MOST = 200
_UNPROVED_OCTETS = 128 << 10  # that a connection may send before it has proved anything
_BESIDE_OCTETS = 32 << 20  # that it may send in its life for nothing, ...
_BESIDE_PART = 16  # ... and such a part of what was asked and written ...
_BESIDE_EACH = 256  # ... and so many octets for each request
_SLICE = 16 << 10  # octets that are worked off in one turn of the loop
_HELD_MOST = 256 << 10  # octets that wait for their turn
_SHORT_S = 0.0005  # a slice that took longer lets the others go first for as long
_TELL_S = 60.0
_NETWORK_BITS = 64  # of IPv6: whoever has one such address has all of them

# What the library makes of a connection: host and port of the caller -> who speaks SSH with them.
Speaker = Callable[[str, int], asyncio.Protocol]


class Gate:
    """Counts who is there."""

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        self.wires: set[SshConnection] = set()
        self.feeder = Feeder()
        self._chance = chance
        self._unproved: Counter[str] = Counter()  # by address
        self._addresses: Counter[str] = Counter()
        self._accounts: Counter[int] = Counter()
        self._dropped = 0
        self._told = float("-inf")

    def admits(self, address: str) -> bool:
        """Whether one more of this address may come in; most of those dropped come from where the
        crowd comes from, since each address has its own bound first."""
        unproved = self._unproved.total()
        room = (
            len(self.wires) < CONNECTIONS_MOST
            and self._addresses[address] < ADDRESS_MOST
            and self._unproved[address] < UNPROVED_EACH
            and unproved < FULL
        )
        if room and unproved >= START:
            risk = _RATE + (1 - _RATE) * (unproved - START) / (FULL - START)
            room = self._chance() >= risk
        if not room:
            self._tell(address)
        return room

    def _tell(self, address: str) -> None:
        """Once a minute, however many there were."""
        self._dropped += 1
        now = asyncio.get_running_loop().time()
        if now >= self._told + _TELL_S:
            self._told = now
            log.warning("too many connections: %d dropped, %s last", self._dropped, address)
            self._dropped = 0

    def came(self, wire: "SshConnection") -> None:
        self.wires.add(wire)
        self._addresses[wire.address] += 1
        self._unproved[wire.address] += 1

    def proved(self, wire: "SshConnection", account: int) -> bool:
        """Whose connection it is; whether they may have one more."""
        self._unproved[wire.address] -= 1
        self._unproved += Counter()  # only who is there is counted
        wire.account = account
        self._accounts[account] += 1
        return self._accounts[account] <= ACCOUNT_MOST

    def left(self, wire: "SshConnection") -> None:
        if wire not in self.wires:
            return
        self.wires.discard(wire)
        self._addresses[wire.address] -= 1
        if wire.account is None:
            self._unproved[wire.address] -= 1
        else:
            self._accounts[wire.account] -= 1
        for counted in (self._addresses, self._unproved):
            if counted[wire.address] <= 0:
                del counted[wire.address]
        self._accounts += Counter()


class Feeder:
    """One slice of one connection in a turn of the loop, each connection in its turn."""

    def __init__(self) -> None:
        self._hungry: deque[SshConnection] = deque()
        self._is_planned = False

    def add(self, wire: "SshConnection") -> None:
        if wire not in self._hungry:
            self._hungry.append(wire)
        self._plan(0.0)

    def _plan(self, wait_s: float) -> None:
        if not self._is_planned and self._hungry:
            self._is_planned = True
            asyncio.get_running_loop().call_later(wait_s, self._step)

    def _step(self) -> None:
        self._is_planned = False
        loop = asyncio.get_running_loop()
        begun = loop.time()
        wire = self._hungry.popleft()
        try:
            if wire.take():
                self._hungry.append(wire)
        except Exception:  # what one connection makes of the code ends that connection alone
            log.exception("a connection is cut")
            wire.cut()
        took = loop.time() - begun
        self._plan(took if took > _SHORT_S else 0.0)


class SshConnection(asyncio.Protocol):
    """One connection, between its socket and who speaks SSH on it."""

    def __init__(self, gate: Gate, speaker: Speaker) -> None:
        self.address = ""
        self.account: int | None = None  # once it is proved whose it is
        self.flowing = asyncio.Event()  # whether they take what is said
        self.flowing.set()
        self.is_lost = False
        self.written = 0  # octets
        self._used = self._received = 0
        self._gate = gate
        self._speaker = speaker
        self._speaks: asyncio.Protocol | None = None
        self._transport: asyncio.Transport | None = None
        self._held = bytearray()
        self._is_ended = False  # they say nothing more

    def used(self, octets: int) -> None:
        """A request was read: so much of what they sent was worth sending."""
        self._used += octets + octets // _BESIDE_PART + _BESIDE_EACH

    def cut(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    # from the socket

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's own is no subclass of asyncio's.
        self._transport = through = cast(asyncio.Transport, transport)
        peer = through.get_extra_info("peername")
        self.address = network_of(peer[0]) if peer else ""
        if not peer or not self._gate.admits(self.address):
            through.abort()
            return
        self._gate.came(self)
        self._speaks = self._speaker(*peer[:2])
        self._speaks.connection_made(_Out(through, self))

    def data_received(self, data: bytes) -> None:
        if self._speaks is None or self._transport is None:
            return
        self._received += len(data)
        if self._is_noise():
            log.warning("a connection from %s sends too much for nothing", self.address)
            self.cut()
            return
        self._held += data
        if len(self._held) >= _HELD_MOST:
            self._transport.pause_reading()
        self._feed()

    def _is_noise(self) -> bool:
        if self.account is None:
            return self._received > _UNPROVED_OCTETS
        return self._received > _BESIDE_OCTETS + self._used

    def eof_received(self) -> bool:
        """What they said before is heard first."""
        self._is_ended = True
        self._feed()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_lost = True
        self.flowing.set()
        self._gate.left(self)
        if self._speaks is not None:
            self._speaks.connection_lost(exc)

    def pause_writing(self) -> None:
        self.flowing.clear()

    def resume_writing(self) -> None:
        self.flowing.set()
        self._feed()

    def _feed(self) -> None:
        if self._held or self._is_ended:
            self._gate.feeder.add(self)

    # to who speaks

    def take(self) -> bool:
        """Hand on a slice; whether there is more to hand on now."""
        if self._speaks is None or self._transport is None or self.is_lost:
            return False
        if not self.flowing.is_set():
            return False
        piece = bytes(self._held[:_SLICE])
        del self._held[:_SLICE]
        if len(self._held) < _HELD_MOST and not self._transport.is_closing():
            self._transport.resume_reading()
        if piece:
            self._speaks.data_received(piece)
        if not self._held and self._is_ended:
            self._speaks.eof_received()
            return False
        return bool(self._held)


class _Out(asyncio.Transport):
    """The way out of who speaks SSH: the socket's own, and what was written is counted."""

    def __init__(self, transport: asyncio.Transport, wire: SshConnection) -> None:
        super().__init__()
        self._transport = transport
        self._wire = wire

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._wire if name == "wire" else self._transport.get_extra_info(name, default)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self._wire.written += len(data)
        self._transport.write(data)

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def close(self) -> None:
        self._transport.close()

    def abort(self) -> None:
        self._transport.abort()


class Hinge:
    """Where the library would listen by itself, it listens through the gate."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def create_server(self, speaker: Speaker, host: str, port: int) -> asyncio.Server:
        loop = asyncio.get_running_loop()
        return await loop.create_server(
            lambda: SshConnection(self._gate, speaker), host, port, backlog=128
        )


def network_of(host: str) -> str:
    """What counts as one address."""
    address = ipaddress.ip_address(host.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, _NETWORK_BITS), strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)

"""A client of ours over a plain socket: an `SmppSession` and an asyncio stream, nothing more.

In: a port, requests. Out: answers, and everything that the centre delivers. Promise: whatever is
waited for comes, or the test fails with a sentence; receipts and replies are taken at once, unless
the test says otherwise.
"""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress

from chappe.links.smpp.conversation.client import CLIENT, bind
from chappe.links.smpp.conversation.events import (
    Bound,
    Ended,
    Event,
    Mode,
    Requested,
    Responded,
    SessionLimits,
    Unanswered,
)
from chappe.links.smpp.conversation.session import SmppSession
from chappe.links.smpp.meaning.receipt import DeliveryReceipt, read_receipt
from chappe.links.smpp.pdus.octets import answer_to, pack, unpack
from chappe.links.smpp.pdus.stream import Splitter
from chappe.links.smpp.pdus.tables import (
    Bind,
    CommandStatus,
    DataSm,
    DeliverSm,
    EnquireLink,
    EnquireLinkResp,
    Pdu,
    SubmitSm,
)
from chappe.links.smpp.texts.collector import Collector, Whole
from chappe.links.smpp.texts.pieces import read_piece

DEADLINE_S = 20.0
CODE = "36105"
FICTION = 33_639_980_000
_ASIDE = 0x7000_0001  # sequence numbers that no session comes to


class Esme:
    """One connection of a client."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.session = SmppSession(CLIENT, SessionLimits(window=1_000), now_ms())
        self.answers: dict[int, Pdu] = {}
        self.delivered: list[DeliverSm] = []
        self.order: list[Pdu] = []  # answers and deliveries, as they came
        self.unanswered: list[int] = []
        self.ended: Ended | None = None
        self.bound: Bound | None = None
        self.says: Callable[[DeliverSm], int | None] = lambda _: CommandStatus.ok
        self._alive: set[int] = set()
        self._splitter = Splitter()
        self._reader, self._writer = reader, writer
        self._keys = iter(range(1_000_000_000))
        self._task = asyncio.create_task(self._read())

    # --- what we do ---

    async def bind(self, mode: Mode, system_id: str = "chappe", password: str = "") -> None:
        bind(self.session, mode, Bind(system_id=system_id, password=password), now_ms())
        self._send()
        await self.until(lambda: self.bound is not None or self.ended is not None, "a bind")

    async def submit(self, *pdus: Pdu) -> list[Pdu]:
        """Make requests and wait for all their answers, in the order of the requests."""
        keys = self.post(*pdus)
        await self.until(lambda: all(key in self.answers for key in keys), "answers")
        return [self.answers[key] for key in keys]

    def post(self, *pdus: Pdu) -> list[int]:
        """Make requests and wait for nothing."""
        keys = [next(self._keys) for _ in pdus]
        made = self.session.request(zip(keys, pdus, strict=True), now_ms())
        assert made == len(pdus)
        self._send()
        return keys

    def write(self, octets: bytes) -> None:
        """Send what no session of ours would."""
        self._writer.write(octets)

    async def enquire(self) -> None:
        """Ask whether the centre lives, beside the session, which asks when it sees fit."""
        number = _ASIDE + len(self._alive)
        self.write(pack(EnquireLink(number)))
        await self.until(lambda: number in self._alive, "a sign of life")

    async def unbind(self) -> None:
        self.session.unbind(now_ms())
        self._send()
        await self.until(lambda: self.ended is not None, "the end")

    async def close(self) -> None:
        self._writer.close()
        self._task.cancel()
        with suppress(asyncio.CancelledError, OSError):
            await self._task
        with suppress(OSError):
            await self._writer.wait_closed()

    # --- what we were told ---

    @property
    def receipts(self) -> list[DeliveryReceipt]:
        """The receipts that came, read."""
        return [receipt for pdu in self.delivered if (receipt := read_receipt(pdu)) is not None]

    @property
    def replies(self) -> list[DeliverSm]:
        return [pdu for pdu in self.delivered if read_receipt(pdu) is None]

    async def until(self, seen: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + DEADLINE_S
        while not seen():
            assert time.monotonic() < end, f"waited in vain for {what}"
            await asyncio.sleep(0.002)

    async def told(self, count: int) -> list[DeliveryReceipt]:
        """So many receipts."""
        await self.until(lambda: len(self.receipts) >= count, f"{count} receipts")
        return self.receipts

    # --- inside ---

    async def _read(self) -> None:
        with suppress(OSError):
            while octets := await self._reader.read(65_536):
                self._heed(self.session.feed(octets, now_ms()))
                self._alive |= {
                    pdu.sequence
                    for pdu in map(unpack, self._splitter.feed(octets))
                    if isinstance(pdu, EnquireLinkResp)
                }
                self._send()
        self._heed(self.session.lost())

    def _heed(self, events: Sequence[Event]) -> None:
        for event in events:
            match event:
                case Responded(key=key, pdu=pdu):
                    self.answers[key] = pdu
                    self.order.append(pdu)
                case Unanswered(key=key):
                    self.unanswered.append(key)
                case Requested(pdu=DeliverSm() | DataSm() as pdu):
                    assert isinstance(pdu, DeliverSm)
                    self.delivered.append(pdu)
                    self.order.append(pdu)
                    status = self.says(pdu)
                    answer = None if status is None else answer_to(pdu, status)
                    if answer is not None:
                        self.session.answer([answer])
                case Bound():
                    self.bound = event
                case Ended():
                    self.ended = event

    def _send(self) -> None:
        if octets := self.session.take():
            self._writer.write(octets)


def texts(esme: Esme) -> list[str]:
    """The replies that came, put together."""
    collector: Collector[int] = Collector()
    done = [
        one for pdu in esme.replies for one in collector.add(read_piece(pdu), pdu.sequence, 0, 0)
    ]
    return [one.text for one in done if isinstance(one, Whole)]


@asynccontextmanager
async def connected(port: int, tls: ssl.SSLContext | None = None) -> AsyncIterator[Esme]:
    """Connected, and not bound."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=tls)
    esme = Esme(reader, writer)
    try:
        yield esme
    finally:
        await esme.close()


@asynccontextmanager
async def bound(
    port: int,
    mode: Mode = Mode.transceiver,
    system_id: str = "chappe",
    password: str = "",
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[Esme]:
    """Connected and bound."""
    async with connected(port, tls) as esme:
        await esme.bind(mode, system_id, password)
        assert esme.bound is not None, esme.ended
        yield esme


def sms(row: int = 0, text: str = "Bonjour", sender: str = CODE, registered: int = 1) -> SubmitSm:
    """A submit to the number whose last two digits are `row`."""
    return SubmitSm(
        source_addr_ton=3,
        source_addr=sender,
        dest_addr_ton=1,
        dest_addr_npi=1,
        destination_addr=str(FICTION + row),
        registered_delivery=registered,
        short_message=text.encode("latin-1"),
    )


def now_ms() -> int:
    return time.monotonic_ns() // 1_000_000

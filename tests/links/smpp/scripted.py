"""A centre that does what a test tells it, right or wrong, over real sockets.

In: connections of a link. Out: answers, receipts and replies as the simulated operator's mind has
them, on the test's clock; and a record of what came. It is here to misbehave as well: each way of
that is an attribute.
"""

import asyncio
import itertools
import ssl
from collections.abc import Callable

from chappe.links.contract import Verdict
from chappe.links.operator.mind.courses import COURSES
from chappe.links.operator.mind.judgement import Mind
from chappe.links.smpp.conversation.centre import CENTRE, admit
from chappe.links.smpp.conversation.events import (
    Ended,
    Event,
    Mode,
    Requested,
    Responded,
    SessionLimits,
    SessionState,
    Unanswered,
)
from chappe.links.smpp.conversation.session import SmppSession
from chappe.links.smpp.meaning.codes import worded
from chappe.links.smpp.meaning.receipt import DeliveryReceipt, write_text, write_tlvs
from chappe.links.smpp.pdus.octets import answer_to, pack
from chappe.links.smpp.pdus.tables import (
    Bind,
    CommandStatus,
    DeliverSm,
    Pdu,
    SubmitSm,
    SubmitSmResp,
    Tag,
)
from chappe.links.smpp.texts.long import UDHI
from chappe.links.smpp.texts.pieces import read_piece, text_of
from chappe.words import gsm7
from chappe.words.clock import HandClock
from tests.links.watched import Watched
from tests.links.wires import End, Wires

RECEIPT_MS = 50
AGAIN_MS = 1_000
REPLY_MS = 1_000
NAME = ("127.0.0.1", 0)


class Door(asyncio.Protocol):
    """One connection of a link to the centre."""

    def __init__(self, smsc: "ScriptedCentre") -> None:
        self.smsc = smsc
        self.session = SmppSession(CENTRE, smsc.limits, smsc.clock.steady())
        self.transport: asyncio.Transport | None = None
        self.end = End(smsc.wires, "centre")

    @property
    def delivers(self) -> bool:
        return (
            self.session.state is SessionState.bound and self.session.mode is not Mode.transmitter
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]
        self.smsc.doors.append(self)
        self.smsc.connects.append(self.smsc.clock.now())
        if self.smsc.hangs_up:
            self.close()

    def data_received(self, octets: bytes) -> None:
        self._hear(self.session.feed(octets, self.smsc.clock.steady()))
        self.send()

    def connection_lost(self, fault: Exception | None) -> None:
        self._hear(self.session.lost())
        self.smsc.doors.remove(self)

    def _hear(self, events: list[Event]) -> None:
        for event in events:
            match event:
                case Requested(pdu):
                    self.smsc.asked(self, pdu)
                case Responded(key, pdu):
                    self.smsc.heard(key, pdu)
                case Unanswered(key):
                    self.smsc.owed.append(key)
                case Ended():
                    self.send()
                    self.close()

    def send(self) -> None:
        self.write(self.session.take())

    def write(self, octets: bytes) -> None:
        """Anything at all."""
        if octets and self.transport is not None and not self.transport.is_closing():
            self.transport.write(octets)

    def close(self) -> None:
        if self.transport is not None:
            self.transport.close()

    def freeze(self) -> None:
        """Nothing is read or written any more, and nobody is told: a half-open connection."""
        assert self.transport is not None
        self.end.freeze()
        self.transport.pause_reading()


class ScriptedCentre:
    """The operator's side."""

    def __init__(self, clock: HandClock) -> None:
        self.clock = clock
        self.wires = Wires()
        self.limits = SessionLimits(
            window=10_000, unheard_max=10_000, enquire_ms=10**9, bind_ms=10**9
        )
        self.mind = Mind()
        # what it does, and may do wrongly
        self.passwords: dict[str, str] | None = None  # None: whoever comes is let in
        self.bind_status: int = CommandStatus.ok
        self.submit_status: int = CommandStatus.ok
        self.hangs_up = False  # as soon as somebody connects
        self.mute = False  # no submit is answered
        self.silent_binds = False
        self.no_receipts = False
        self.with_tlvs = True
        self.with_text = True
        self.answer_id: Callable[[int], str] = str
        self.receipt_id: Callable[[int], str] = str
        self.receipt_from: Callable[[str], str] = str  # how a receipt writes the recipient
        # what came
        self.doors: list[Door] = []
        self.connects: list[int] = []
        self.binds: list[Bind] = []
        self.submits: list[SubmitSm] = []
        self.acks: list[Pdu] = []
        self.owed: list[Pdu] = []  # deliveries that were not acknowledged
        self._ids = itertools.count(1_000_000)
        self._stopped = False
        self._server: asyncio.Server | None = None

    async def open(self, context: ssl.SSLContext | None = None, port: int = 0) -> int:
        """Its port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._door, "127.0.0.1", port, ssl=context)
        found: int = self._server.sockets[0].getsockname()[1]
        return found

    def _door(self) -> asyncio.Protocol:
        door = Door(self)
        return Watched(door, door.end)

    async def shut(self) -> None:
        """Nobody can connect any more."""
        if self._server is not None:
            self._server.close()
            self._server = None
            await asyncio.sleep(0)

    async def close(self) -> None:
        self._stopped = True
        await self.shut()
        for door in list(self.doors):
            if door.transport is not None:
                door.transport.abort()
        await asyncio.sleep(0)

    @property
    def door(self) -> Door:
        """The connection that submits."""
        return next(door for door in self.doors if door.session.mode is not Mode.receiver)

    # --- what it is asked ---

    def asked(self, door: Door, pdu: Pdu) -> None:
        if isinstance(pdu, Bind):
            self._admit(door, pdu)
        elif isinstance(pdu, SubmitSm):
            self.submits.append(pdu)
            if not self.mute:
                self._take(door, pdu)
        elif (answer := answer_to(pdu)) is not None:
            door.session.answer([answer])

    def _admit(self, door: Door, bind: Bind) -> None:
        self.binds.append(bind)
        if self.silent_binds:
            return
        status = self.bind_status
        if self.passwords is not None and self.passwords.get(bind.system_id) != bind.password:
            status = CommandStatus.bad_password
        admit(door.session, bind, "scripted", status)
        owed, self.owed = self.owed, []
        for pdu in owed:
            self.deliver(pdu)

    def _take(self, door: Door, submit: SubmitSm) -> None:
        if self.submit_status:
            door.session.answer([SubmitSmResp(submit.sequence, self.submit_status)])
            return
        piece = read_piece(submit)
        key = piece.source, piece.destination, piece.reference
        number, now = int(submit.destination_addr), self.clock.now()
        outcome = self.mind.judge(self.mind.weather(now), key, number, piece.no, piece.total)
        course = COURSES[outcome]
        if course.verdict is Verdict.unanswered:
            return
        if course.verdict is not Verdict.taken:
            throttled = course.verdict is Verdict.later
            status = CommandStatus.throttled if throttled else CommandStatus.rejected
            door.session.answer([SubmitSmResp(submit.sequence, status)])
            return
        ident = next(self._ids)
        answer = SubmitSmResp(submit.sequence, message_id=self.answer_id(ident))
        if not course.early:
            door.session.answer([answer])
        for due in () if self.no_receipts else course.reports:
            state, error = worded(due.happening, due.reason)
            receipt = DeliveryReceipt((self.receipt_id(ident),), state, error, now, now, "Bonjour")
            pdu = self.receipt(submit, receipt)
            if course.early:
                self.deliver(pdu)
            else:
                self._later(max(RECEIPT_MS, due.after_ms), pdu)
        if course.early:
            # On another connection it would else come at the same time.
            self.clock.later(1, lambda: self._answer_late(door, answer))
        text = text_of([piece._replace(total=1, no=1)], "gsm")
        said = self.mind.reply(outcome, key, piece.no, piece.total, piece.source, text)
        if said is not None:
            self._later(REPLY_MS, self.reply(number, *said))

    def _answer_late(self, door: Door, answer: Pdu) -> None:
        door.session.answer([answer])
        door.send()

    # --- what it delivers ---

    def receipt(self, submit: SubmitSm, receipt: DeliveryReceipt) -> DeliverSm:
        return DeliverSm(
            tlvs=write_tlvs(receipt) if self.with_tlvs else (),
            source_addr_ton=1,
            source_addr_npi=1,
            source_addr=self.receipt_from(submit.destination_addr),
            destination_addr=submit.source_addr,
            esm_class=0x04,
            short_message=write_text(receipt).encode() if self.with_text else b"",
        )

    def reply(self, number: int, code: str, text: str) -> DeliverSm:
        fits = gsm7.LETTERS.issuperset(text)
        return DeliverSm(
            source_addr_ton=1,
            source_addr_npi=1,
            source_addr=str(number),
            destination_addr=code,
            data_coding=0 if fits else 8,
            short_message=gsm7.encode(text) if fits else text.encode("utf-16-be"),
        )

    def piece(self, number: int, code: str, no: int, total: int, text: str, ref: int) -> DeliverSm:
        """A piece of a long reply, with a header."""
        whole = self.reply(number, code, text)
        header = bytes((5, 0, 3, ref, total, no))
        return DeliverSm(
            source_addr=whole.source_addr,
            destination_addr=code,
            esm_class=UDHI,
            data_coding=whole.data_coding,
            short_message=header + whole.short_message,
        )

    def deliver(self, pdu: Pdu) -> None:
        """To whoever is bound to get it, or once somebody is."""
        for door in self.doors:
            if door.delivers:
                door.session.request([(pdu, pdu)], self.clock.steady())
                asyncio.get_running_loop().call_soon(door.send)
                return
        self.owed.append(pdu)

    def _later(self, wait_ms: int, pdu: Pdu) -> None:
        self.clock.later(wait_ms, lambda: None if self._stopped else self.deliver(pdu))

    def heard(self, pdu: Pdu, answer: Pdu) -> None:
        self.acks.append(answer)
        if answer.status:
            self._later(AGAIN_MS, pdu)

    def say(self, *pdus: Pdu) -> None:
        """These octets, as they are, to the link."""
        self.door.write(b"".join(pack(pdu) for pdu in pdus))


__all__ = ["Door", "ScriptedCentre", "Tag"]

"""What a centre delivers: receipts become reports, replies become arrivals, and both are answered.

In: deliver_sm and data_sm, as many as came in one read. Out: to the sink, in batches. Promise: none
is answered well before what it brought is on disk; what could not be kept is answered 'later', so
that the centre sends it again, and so are replies beyond `REPLIES_A_SECOND` octets of text; what
nothing can be made of is counted and answered.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from msgspec.structs import replace

from chappe.links.contract import Sink
from chappe.links.smpp.bind.connection import SmscConnection
from chappe.links.smpp.conversation.client import acknowledgements
from chappe.links.smpp.meaning.codes import STATES
from chappe.links.smpp.meaning.ids import ID_MAX, Ids, plain
from chappe.links.smpp.meaning.receipt import DeliveryReceipt, read_receipt, report
from chappe.links.smpp.pdus.tables import DataSm, DeliverSm, Pdu
from chappe.links.smpp.sheet import Sheet
from chappe.links.smpp.strange import Strange
from chappe.links.smpp.texts.collector import Again, Bit, Collector, Done, Whole
from chappe.links.smpp.texts.pieces import read_piece
from chappe.words.clock import SECOND, Clock, Timer
from chappe.words.number import Spelling, read, read_all
from chappe.words.report import Arrival, Report

FORMS: Final = (
    Spelling.PLUS
    | Spelling.ZEROS
    | Spelling.BARE
    | Spelling.HOME
    | Spelling.NATIONAL
    | Spelling.LOCAL_OVERSEAS
)
NUMBER_LEAST: Final = 8
"""Digits of the shortest thing that is read as a number of a receipt, and not as a short code."""

REPLIES_A_SECOND: Final = 1 << 20
"""Octets of replies that are kept in a second: six thousand full ones. A link that has been quiet
may have as many as of sixteen seconds at once."""

_REPLY_LEAST: Final = 128  # what the shortest one takes on disk

Token = tuple[SmscConnection, Pdu]


class Deliveries:
    """The way in of one link."""

    def __init__(self, name: str, sheet: Sheet, clock: Clock, ids: Ids, strange: Strange) -> None:
        self._name = name
        self._sheet = sheet
        self._clock = clock
        self._ids = ids
        self._strange = strange
        self._sink: Sink | None = None
        self._collector: Collector[Token] = Collector(sheet.writing.coding.charset)
        self._timer: Timer | None = None
        self._rings_at = 0
        self._spare = self._spare_most = 16 * REPLIES_A_SECOND
        self._spare_at = clock.steady()

    async def start(self, sink: Sink) -> None:
        """Take up the pieces that were kept."""
        self._sink = sink
        fragments, clock = await sink.fragments(self._name), self._clock
        self._collector.take_up(fragments, clock.steady(), clock.now())
        self._set_timer()

    def stop(self) -> None:
        """Pieces stay on disk; nothing more is given."""
        self._sink = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def take(self, connection: SmscConnection, pdus: Sequence[Pdu]) -> None:
        """What came in one read."""
        receipts: list[tuple[DeliverSm | DataSm, DeliveryReceipt]] = []
        done: list[Done[Token]] = []
        lost: list[Pdu] = []
        later: list[Pdu] = []
        utc = self._sheet.receipts_utc
        for pdu in pdus:
            if not isinstance(pdu, DeliverSm | DataSm):
                lost.append(pdu)
                continue
            try:
                if (receipt := read_receipt(pdu, utc=utc)) is None:
                    kept = self._gather(connection, pdu, done, later)
                elif kept := bool((known := self._with_id(receipt)).ids):
                    receipts.append((pdu, known))
            except Exception as fault:  # what else came with it is not to suffer for a slip of ours
                self._strange.note("unreadable", fault=fault)
                kept = False
            if not kept:
                lost.append(pdu)
        if lost:
            connection.answer(acknowledgements(lost, kept=True))
        if later:
            connection.answer(acknowledgements(later, kept=False))
        if receipts:
            self._report(connection, receipts)
        if done:
            self._do(done)

    def _gather(
        self,
        connection: SmscConnection,
        pdu: DeliverSm | DataSm,
        done: list[Done[Token]],
        later: list[Pdu],
    ) -> bool:
        """Whether it is a reply, or a piece of one."""
        if not read(pdu.source_addr, FORMS):
            self._strange.note("strangers")
            return False
        piece, now = read_piece(pdu), self._clock.steady()
        earned = max(0, now - self._spare_at) * REPLIES_A_SECOND // SECOND
        self._spare, self._spare_at = min(self._spare_most, self._spare + earned), now
        if self._spare > 0:
            self._spare -= max(_REPLY_LEAST, len(piece.octets))
            done += self._collector.add(piece, (connection, pdu), now, self._clock.now())
        else:
            self._strange.note("replies")
            later.append(pdu)
        return True

    def _with_id(self, receipt: DeliveryReceipt) -> DeliveryReceipt:
        """The same, with such ids as can be any."""
        ids = receipt.ids
        if len(ids) == 1 and len(ids[0]) <= ID_MAX:
            return receipt
        if not ids:
            self._strange.note("idless")
        possible = tuple(one for one in ids if len(one) <= ID_MAX)
        if len(possible) < len(ids):
            self._strange.note("overlong")
        return replace(receipt, ids=possible)

    # --- receipts ---

    def _report(
        self, connection: SmscConnection, receipts: list[tuple[DeliverSm | DataSm, DeliveryReceipt]]
    ) -> None:
        if self._sink is None:
            return
        now, errors = self._clock.now(), self._sheet.errors
        refs = [self._refs(receipt) for _, receipt in receipts]
        numbers = _numbers(
            [pdu for (pdu, _), (_, forms) in zip(receipts, refs, strict=True) if forms]
        )
        reports: list[Report] = []
        for (_, receipt), (ref, forms) in zip(receipts, refs, strict=True):
            if receipt.state not in STATES:
                self._strange.note("unheard_of")
            theirs = next(numbers) if forms else ()
            reports.append(report(receipt, ref, now, errors, forms, theirs))
        pdus = [pdu for pdu, _ in receipts]
        self._sink.reported(self._name, reports, partial(_acknowledge, connection, pdus))

    def _refs(self, receipt: DeliveryReceipt) -> tuple[str, tuple[str, ...]]:
        """The plain id, and all that may be meant where that is not this one alone."""
        ref, *others = map(plain, receipt.ids)
        forms = self._ids.meant(ref)
        for other in others:
            if other != ref:
                forms = tuple(dict.fromkeys((*forms, *self._ids.meant(other))))
        return ref, () if forms == (ref,) else forms

    # --- replies ---

    def _do(self, done: Sequence[Done[Token]]) -> None:
        """Keep what is to be kept, and answer what is kept."""
        sink = self._sink
        if sink is None:
            return
        bits = [one for one in done if isinstance(one, Bit)]
        wholes = [one for one in done if isinstance(one, Whole)]
        for one in done:
            if isinstance(one, Again):
                _acknowledge_all([one.token], True)
        if bits:
            tokens = [bit.token for bit in bits]
            fragments = [bit.fragment for bit in bits]
            sink.pieced(self._name, fragments, partial(_acknowledge_all, tokens))
        if wholes:
            if gaps := sum(whole.missing > 0 for whole in wholes):
                self._strange.note("gaps", gaps)
            now = self._clock.now()
            arrivals = [_arrival(whole, now) for whole in wholes]
            sink.arrived(self._name, arrivals, partial(self._arrived, wholes))
        self._set_timer()

    def _arrived(self, wholes: Sequence[Whole[Token]], kept: bool) -> None:
        now = self._clock.steady()
        for whole in wholes:
            late = self._collector.settled(whole.key, kept, now) if whole.key else ()
            _acknowledge_all([*whole.tokens, *late], kept)
        self._set_timer()

    def _set_timer(self) -> None:
        at = self._collector.wake_at
        if self._sink is None or at is None or (self._timer is not None and at >= self._rings_at):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._rings_at = at
        self._timer = self._clock.later(at - self._clock.steady(), self._ring)

    def _ring(self) -> None:
        self._timer = None
        self._do(self._collector.tick(self._clock.steady()))
        self._set_timer()


def _numbers(pdus: Sequence[DeliverSm | DataSm]) -> Iterator[tuple[int, ...]]:
    """The phone numbers that stand in each receipt; short codes and names are none."""
    addresses = [one for pdu in pdus for one in (pdu.source_addr, pdu.destination_addr)]
    read = read_all([one if len(one) >= NUMBER_LEAST else "" for one in addresses], FORMS)
    for source, destination in zip(read[::2], read[1::2], strict=True):
        yield tuple(number for number in (source, destination) if number)


def _arrival(whole: Whole[Token], now: int) -> Arrival:
    code = "".join(filter(str.isdecimal, whole.destination)) or whole.destination
    return Arrival(read(whole.source, FORMS), code, whole.text, now, "", whole.key)


def _acknowledge(connection: SmscConnection, pdus: Sequence[Pdu], kept: bool) -> None:
    connection.answer(acknowledgements(pdus, kept))


def _acknowledge_all(tokens: Sequence[Token], kept: bool) -> None:
    for connection, pdu in tokens:
        connection.answer(acknowledgements((pdu,), kept))

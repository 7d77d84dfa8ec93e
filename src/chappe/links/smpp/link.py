"""The SMPP link: links.contract.Link over real connections to an operator.

In: parts. Out: to the sink, in batches, answers, reports and arrivals. Promise: that of the
contract. It binds again by itself, whatever happened; a part is told unanswered only where it left
us; a centre that lets itself be bound to and answers no submit is left alone for a while; no
message has a timer, a task or a line of the log of its own.
"""

import asyncio
import random
from collections import deque
from collections.abc import Sequence
from typing import Final

from chappe.links.contract import Answer, Condition, Part, Sink, Standing, Verdict
from chappe.links.smpp.bind.binding import Binding, Dial
from chappe.links.smpp.bind.connection import SmscConnection
from chappe.links.smpp.conversation.events import Event, Requested, Responded, Unanswered
from chappe.links.smpp.deliveries import Deliveries
from chappe.links.smpp.meaning.codes import UNEXPLAINED, verdict
from chappe.links.smpp.meaning.ids import Ids
from chappe.links.smpp.pdus.tables import Pdu, SubmitSm, SubmitSmResp
from chappe.links.smpp.sheet import Sheet
from chappe.links.smpp.strange import Strange
from chappe.links.smpp.texts.long import write
from chappe.words.clock import Clock
from chappe.words.lifecycle import Reason

# A member of an enum that is looked up costs as much as the rest of a loop.
_TAKEN, _REFUSED, _LATER = Verdict.taken, Verdict.refused, Verdict.later
_UNANSWERED = Verdict.unanswered
_UP: Final = Condition.up
_NO_REASON = Reason.none


class SmppLink:
    """The way out to one operator."""

    kind = "smpp"

    def __init__(
        self,
        name: str,
        sheet: Sheet,
        clock: Clock,
        *,
        dial: Dial | None = None,
        chance: random.Random | None = None,
    ) -> None:
        self.name = name
        self.window = sheet.window
        self.rate = sheet.rate
        self.hours = sheet.hours
        self.carriage = sheet.carriage
        self._sheet = sheet
        self._clock = clock
        self._strange = Strange(name, clock)
        self._ids = Ids(sheet.id_form)
        self._deliveries = Deliveries(name, sheet, clock, self._ids, self._strange)
        self._bindings = [
            Binding(name, mode, sheet, clock, self._hand_on, self._strange, dial, chance)
            for mode in sheet.modes
        ]
        self._sender = self._bindings[0]
        self._sink: Sink | None = None
        self._running = self._paused = False
        self._told = Condition.down
        self._since = clock.now()
        # What the window has no room for yet: parts of a message that is longer than it.
        self._line_up: deque[tuple[Part, SubmitSm]] = deque()
        self._soon: list[Answer] = []  # to be given on the loop's next turn
        self._turn: asyncio.Handle | None = None

    @property
    def condition(self) -> Condition:
        if not self._running or not self._sender.up:
            return Condition.down
        return Condition.paused if self._paused else _UP

    @property
    def standing(self) -> Standing:
        for binding in self._bindings:
            binding.look()
        down = [one for one in self._bindings if not one.up]
        named = len(self._bindings) > 1
        says = [f"{one.mode.name}: {one.says}" if named else one.says for one in down]
        return Standing(
            self._since,
            sum(max(0, one.connects - 1) for one in self._bindings),
            "; ".join(says),
            self._strange.counts(),
        )

    async def start(self, sink: Sink) -> None:
        """Take up what was kept, and begin to connect; it does not wait for the operator."""
        self._sink = sink
        await self._deliveries.start(sink)
        self._running = True
        for binding in self._bindings:
            binding.start()

    def submit(self, parts: Sequence[Part]) -> None:
        connection = self._sender.connection
        if connection is None or self.condition is not _UP:
            self._give_soon([_later(part) for part in parts])
            return
        writing = self._sheet.writing
        wanted: list[tuple[Part, SubmitSm]] = []
        unfit: list[Answer] = []
        for part in parts:
            written = write(part, writing)
            if isinstance(written, Reason):
                unfit.append(Answer(part.message, part.no, _REFUSED, "", written))
            else:
                wanted.append((part, written))
        if unfit:
            self._strange.note("unfit", len(unfit))
            self._give_soon(unfit)
        if self._line_up:
            self._line_up.extend(wanted)
        else:
            self._line_up.extend(wanted[connection.request(wanted) :])

    async def stop(self) -> None:
        """Leave in order. What is then unanswered will not be answered any more."""
        if not self._running:
            return
        self._running, self._told = False, Condition.down
        self._turn_away()
        await asyncio.gather(*[binding.stop() for binding in self._bindings])
        self._deliveries.stop()
        if self._turn is not None:
            self._turn.cancel()
            self._give()

    def pause(self) -> None:
        """Send nothing until resumed. Receipts and replies still come."""
        self._paused = True
        self._turn_away()
        self._heed()

    def resume(self) -> None:
        self._paused = False
        self._heed()

    # --- what conversations tell ---

    def _hand_on(self, binding: Binding, connection: SmscConnection, events: list[Event]) -> None:
        """All answers of one read in one call, all receipts in another, in the order they began."""
        answers: list[Answer] = []
        asked: list[Pdu] = []
        answered = unanswered = 0
        asked_first = False
        for event in events:
            if isinstance(event, Responded):
                answers.append(self._answer(event))
                answered += 1
            elif isinstance(event, Requested):
                asked_first = asked_first or not answers
                asked.append(event.pdu)
            elif isinstance(event, Unanswered):
                part = event.key
                answers.append(Answer(part.message, part.no, _UNANSWERED))
                unanswered += 1
        if answered:
            connection.answered_at = self._clock.steady()
        elif unanswered and not connection.session.over and self._is_deaf(connection):
            binding.give_up()
        if asked_first:
            self._deliveries.take(connection, asked)
        if binding is self._sender:
            self._heed()
            if self._line_up:
                self._pump(connection)
        if answers and self._sink is not None:
            self._sink.answered(self.name, answers)
        if asked and not asked_first:
            self._deliveries.take(connection, asked)

    def _is_deaf(self, connection: SmscConnection) -> bool:
        """Whether nothing was answered since what is now given up was sent."""
        return connection.answered_at < self._clock.steady() - self._sheet.limits.answer_ms

    def _answer(self, event: Responded) -> Answer:
        part, pdu = event.key, event.pdu
        if pdu.status == 0 and type(pdu) is SubmitSmResp:
            ref = self._ids.answered(pdu.message_id)
            if not ref:
                self._strange.note("unnamed")
            return Answer(part.message, part.no, _TAKEN, ref, _NO_REASON, self._ids.parked(ref))
        made, reason = verdict(pdu.status, self._sheet.statuses) if pdu.status else UNEXPLAINED
        if (made, reason) == UNEXPLAINED:
            self._strange.note("unexplained", detail=f"0x{pdu.status:08X}")
        return Answer(part.message, part.no, made, "", reason)

    def _pump(self, connection: SmscConnection) -> None:
        """Send what waited for room; where the line is gone, nothing of it left."""
        if self._sender.connection is None:
            self._turn_away()
            return
        room = connection.room
        wanted = [self._line_up.popleft() for _ in range(min(room, len(self._line_up)))]
        connection.request(wanted)

    def _turn_away(self) -> None:
        self._give_soon([_later(part) for part, _ in self._line_up])
        self._line_up.clear()

    def _heed(self) -> None:
        """Say so if the condition has changed."""
        if self._running and self.condition is not self._told:
            self._told, self._since = self.condition, self._clock.now()
            if self._sink is not None:
                self._sink.changed(self.name)

    def _give_soon(self, answers: list[Answer]) -> None:
        self._soon += answers
        if answers and self._turn is None:
            self._turn = asyncio.get_running_loop().call_soon(self._give)

    def _give(self) -> None:
        answers, self._soon, self._turn = self._soon, [], None
        if answers and self._sink is not None:
            self._sink.answered(self.name, answers)


def _later(part: Part) -> Answer:
    return Answer(part.message, part.no, _LATER)

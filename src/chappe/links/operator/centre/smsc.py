"""The simulated operator behind a port: an SMPP 3.4 centre that other software can be tried with.

In: connections; for tests and by hand, what a handset writes, and the weather. Out: what a real
centre would send, as the number, the weather or a handset wills. Promise: what is in the log and
was not taken is told again by the next Smsc on that log; connections, PDUs, what is unanswered and
what is owed are bounded; nothing that comes over a connection raises.
"""

import asyncio
import contextlib
import hmac
import itertools
import logging
import ssl
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from chappe.links.operator.centre.connection import EsmeConnection
from chappe.links.operator.centre.deliver import owed_records
from chappe.links.operator.centre.deliver.backlog import read_backlog
from chappe.links.operator.centre.deliver.outgoing import Outgoing
from chappe.links.operator.centre.deliver.owed import Owed, OwedReceipt, OwedReply
from chappe.links.operator.centre.deliver.pdus import reply_fault, reply_parts
from chappe.links.operator.centre.enquiries import Enquiries
from chappe.links.operator.centre.settings import SmscSettings
from chappe.links.operator.centre.submit.parts import SUBMITS
from chappe.links.operator.centre.submit.reception import Ask, Reception
from chappe.links.operator.mind import records
from chappe.links.operator.mind.journal import REFS_PER_MS, Journal
from chappe.links.operator.mind.judgement import Mind, Weather
from chappe.links.operator.timed import Alarm
from chappe.links.smpp.conversation.centre import admit
from chappe.links.smpp.conversation.events import (
    Bound,
    Ended,
    Event,
    Oddities,
    Requested,
    Responded,
    SessionLimits,
    Unanswered,
    Why,
)
from chappe.links.smpp.pdus.octets import answer_to
from chappe.links.smpp.pdus.tables import Bind, CommandStatus, GenericNack, Pdu
from chappe.words.clock import MINUTE, SECOND, Clock, SetOnce

log = logging.getLogger("chappe.links")

TICK_MS: Final = SECOND
"""How often conversations look at the time."""

STOP_S: Final = 2.0
"""How long clients have to agree to the end."""


class Smsc:
    """One centre. It listens from `start` to `stop`."""

    def __init__(
        self, clock: Clock, journal_path: Path, settings: SmscSettings | None = None
    ) -> None:
        # It lives by instants of its own log: a machine whose date is set makes it neither deaf
        # nor early.
        clock = SetOnce(clock)
        chosen = settings or SmscSettings()
        self.settings = chosen
        self.submits = 0  # since the start, and so are these
        self.told = 0
        self.oddities = Oddities()  # of connections that are over
        self._clock = clock
        self._mind = Mind(chosen.seed, chosen.weather)
        self._journal = Journal(journal_path, chosen.log_max)
        self._outgoing = Outgoing(clock, chosen, self._note)
        self._enquiries = Enquiries(clock, chosen, self._outgoing, self._note)
        self._reception = Reception(
            clock, chosen, self._mind, self._outgoing, self._enquiries, self._journal.append
        )
        self._limits = SessionLimits(
            window=chosen.deliver_window,
            answer_ms=chosen.deliver_ms,
            bind_ms=chosen.bind_ms,
            enquire_ms=chosen.enquire_ms,
            unheard_max=chosen.window,
            pdu_max=chosen.pdu_max,
        )
        self._numbers = itertools.count(1)
        self._connections: dict[int, EsmeConnection] = {}
        self._server: asyncio.Server | None = None
        self._emptied: asyncio.Event | None = None
        self._dead = False
        self._silent_until = 0
        self._ticking = Alarm(clock, self._tick)
        self._clearing = Alarm(clock, self._heed_weather)

    @property
    def now(self) -> int:
        return self._clock.now()

    @property
    def connections(self) -> int:
        return len(self._connections)

    @property
    def owed(self) -> int:
        """Receipts and replies that nobody has taken yet."""
        return len(self._outgoing)

    async def start(
        self, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
    ) -> tuple[str, int]:
        """Take up what the log says is outstanding, and listen. Raises OSError."""
        read = partial(read_backlog, receipt_ms=max(1, self.settings.receipt_ms))
        backlog = await asyncio.to_thread(self._journal.open, read)
        now = self._clock.now()
        first = max(now * REFS_PER_MS, backlog.next_ref)
        self._reception.refs = itertools.count(first)
        try:
            self._journal.append([records.begun(now, first)])
            loop = asyncio.get_running_loop()
            self._server = await loop.create_server(self._connection, host, port, ssl=tls)
        except OSError:
            self._journal.close()
            raise
        self._outgoing.add_each(backlog.owed)
        self._heed_weather()
        host, port = self._server.sockets[0].getsockname()[:2]
        return host, port

    async def stop(self) -> None:
        """Unbind whoever is bound. What is owed stays in the log."""
        if self._server is None:
            return
        self._server.close()
        self._server = None
        for alarm in (self._ticking, self._clearing):
            alarm.set(None)
        self._outgoing.close()
        self._reception.close()
        self._emptied = asyncio.Event()
        for connection in list(self._connections.values()):
            connection.unbind()
        if self._connections:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._emptied.wait(), STOP_S)
        self.drop_all()
        self._journal.close()

    def set_weather(self, weather: Weather) -> None:
        """Let this weather rule from now on, until it is over or other weather is set."""
        self._mind.set_weather(weather)
        if self._server is not None:
            self._heed_weather()

    def hand_in(self, number: int, code: str, text: str) -> None:
        """A handset writes to a code: whoever sent from it last is told, else whoever is bound.

        Raises ValueError where no handset could, and OSError if it could not be logged.
        """
        if fault := reply_fault(number, code, text):
            raise ValueError(fault)
        now, ref = self._clock.now(), next(self._reception.refs)
        parts = reply_parts(now, ref, number, code, text, self._reception.asking_of(code))
        self._journal.append(owed_records.reply_owed(parts[0]))
        self._outgoing.add(now, parts)

    def drop_all(self) -> None:
        """Cut every connection, as an operator's network does now and then."""
        for connection in list(self._connections.values()):
            connection.abort()

    # --- connections ---

    def _connection(self) -> asyncio.Protocol:
        told = self._heed, self._opened, self._closed
        return EsmeConnection(next(self._numbers), self._clock, self._limits, *told)

    def _opened(self, connection: EsmeConnection) -> None:
        if self._dead or len(self._connections) >= self.settings.connections_max:
            connection.abort()
            return
        self._connections[connection.number] = connection
        if len(self._connections) == 1:
            self._ticking.set(self._clock.now() + TICK_MS)

    def _closed(self, connection: EsmeConnection) -> None:
        self._outgoing.leave(connection)
        if self._connections.pop(connection.number, None) is None:
            return
        for name in Oddities.__struct_fields__:
            before = getattr(self.oddities, name)
            setattr(self.oddities, name, before + getattr(connection.session.oddities, name))
        if not self._connections:
            self._ticking.set(None)
            if self._emptied is not None:
                self._emptied.set()

    def _tick(self) -> None:
        for connection in list(self._connections.values()):
            connection.tick()
        if self._connections and self._server is not None:
            self._ticking.set(self._clock.now() + TICK_MS)

    # --- what clients say ---

    def _heed(self, connection: EsmeConnection, events: Sequence[Event]) -> None:
        submits: list[Ask] = []
        answers: list[tuple[Owed, int]] = []
        lost = bool(events) and isinstance(events[-1], Ended)
        for event in events:
            if isinstance(event, Responded):
                answers.append((event.key, event.pdu.status))
            elif isinstance(event, Requested) and isinstance(event.pdu, SUBMITS):
                submits.append(event.pdu)
            else:
                # What was submitted before must be known to whoever asks after it.
                self._take(connection, submits)
                submits = []
                self._heed_rare(connection, event, lost)
        self._take(connection, submits)
        if answers:
            self.told += len(answers)
            self._outgoing.answered(answers)
        if connection.receives:
            self._outgoing.tell(connection)

    def _take(self, connection: EsmeConnection, submits: list[Ask]) -> None:
        if submits:
            self.submits += len(submits)
            self._reception.take(connection, submits)
            if self._journal.full:
                self._turn_over()

    def _heed_rare(self, connection: EsmeConnection, event: Event, lost: bool) -> None:
        match event:
            case Requested(pdu=Bind() as bind):
                self._admit(connection, bind)
            case Requested(pdu=pdu):
                connection.answer([self._answer(connection, pdu)])
            case Unanswered(key=owed):
                self._outgoing.unanswered(owed, lost)
            case Ended(why=why):
                self._outgoing.leave(connection)
                if why is Why.noisy:
                    self._complain(connection)
            case _:
                return

    def _complain(self, connection: EsmeConnection) -> None:
        """Who is cut off may come again at once; it is told once a minute."""
        now = self._clock.steady()
        if now >= self._silent_until:
            self._silent_until = now + MINUTE
            name = connection.system_id or "somebody unknown"
            log.warning("%s was cut off: it floods the session with what nobody asked for", name)

    def _admit(self, connection: EsmeConnection, bind: Bind) -> None:
        status = self._judge(bind)
        events = admit(connection.session, bind, self.settings.name, status)
        if any(isinstance(event, Bound) for event in events):
            connection.system_id = bind.system_id
            if connection.receives:
                self._outgoing.join(connection)

    def _judge(self, bind: Bind) -> CommandStatus:
        name, password = self.settings.system_id, self.settings.password
        if name is not None and bind.system_id != name:
            return CommandStatus.bad_system_id
        if password is not None and not hmac.compare_digest(
            bind.password.encode("latin-1"), password.encode("latin-1", "replace")
        ):
            return CommandStatus.bad_password
        return CommandStatus.ok

    def _answer(self, connection: EsmeConnection, pdu: Pdu) -> Pdu:
        found = self._enquiries.answer(pdu, connection.system_id) or answer_to(
            pdu, CommandStatus.bad_command
        )
        return found or GenericNack(pdu.sequence, CommandStatus.bad_command)

    # --- weather ---

    def _heed_weather(self) -> None:
        weather = self._mind.weather(self._clock.now())
        self._dead = weather.dead
        self._clearing.set(weather.until if weather.dead else None)
        if self._dead:
            self.drop_all()

    # --- the log ---

    def _note(self, lines: list[str]) -> None:
        # If this is lost, the next start tells them once more, as operators do.
        with contextlib.suppress(OSError):
            self._journal.append(lines)
        if self._journal.full:
            self._turn_over()

    def _turn_over(self) -> None:
        with contextlib.suppress(OSError):
            self._journal.turn_over(self._carried())

    def _carried(self) -> Iterator[str]:
        yield records.begun(self._clock.now(), next(self._reception.refs))
        replies: set[int] = set()
        for one in self._outgoing:
            if isinstance(one, OwedReceipt):
                yield owed_records.receipt_owed(one)
            elif isinstance(one, OwedReply) and one.ref not in replies:
                replies.add(one.ref)
                yield from owed_records.reply_owed(one)

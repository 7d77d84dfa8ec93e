"""What the centre tells its clients: receipts and replies, until they are taken.

In: what is owed; who may be told. Out: deliver_sm; lines for the log once one is taken. Promise: a
thing is told to the connection that submitted, else to any other of the same system_id that
receives; it waits while there is none; it is told again, less and less often, until it is taken or
refused for good. There is one timer.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Final

from chappe.links.operator.centre.connection import EsmeConnection
from chappe.links.operator.centre.deliver import owed_records
from chappe.links.operator.centre.deliver.owed import Owed, OwedReceipt, OwedReply
from chappe.links.operator.centre.deliver.pdus import receipt_pdu, reply_pdu
from chappe.links.operator.centre.settings import SmscSettings
from chappe.links.operator.mind import records
from chappe.links.operator.timed import TimedQueue
from chappe.links.smpp.pdus.tables import CommandStatus, DeliverSm, Pdu
from chappe.words.clock import MINUTE, Clock

RETRY_MAX_MS: Final = MINUTE
_SETTLES: Final = frozenset((CommandStatus.ok, CommandStatus.never, CommandStatus.rejected))
"""An answer that ends it: it was taken, or never will be. All others mean: later."""

ANYBODY: Final = ""


class Outgoing:
    """All that is owed and not yet settled."""

    def __init__(
        self, clock: Clock, settings: SmscSettings, note: Callable[[list[str]], None]
    ) -> None:
        self._clock = clock
        self._settings = settings
        self._id_form = settings.receipt_id_form or settings.id_form
        self._note = note
        self._open: dict[int, Owed] = {}
        self._waiting: dict[str, deque[Owed]] = {}
        self._connections: dict[int, EsmeConnection] = {}
        self._early: dict[int, tuple[EsmeConnection, Pdu]] = {}
        self._due: TimedQueue[Owed] = TimedQueue(clock, self._place_due)
        self._listening = True

    def __len__(self) -> int:
        return len(self._open)

    def __iter__(self) -> Iterator[Owed]:
        return iter(self._open.values())

    def add(self, at: int, owed: Sequence[Owed]) -> None:
        """Owe these, all of them due at `at`."""
        for one in owed:
            self._open[one.key] = one
        self._due.add(at, owed)

    def add_each(self, owed: Iterable[Owed]) -> None:
        """Owe these, each due at an instant of its own."""
        for due, several in groupby(owed, attrgetter("due")):
            self.add(due, [*several])

    def call_off(self, keys: Iterable[int]) -> list[Owed]:
        """Owe these no longer; those that were owed."""
        return [found for key in keys if (found := self._open.pop(key, None)) is not None]

    def join(self, connection: EsmeConnection) -> None:
        """This one may be told from now on."""
        self._connections[connection.number] = connection
        self._tell((connection,))

    def leave(self, connection: EsmeConnection) -> None:
        """This one is gone: others are told what it has not been told yet."""
        if self._connections.pop(connection.number, None) is None:
            return
        left = list(connection.ready)
        connection.ready.clear()
        self._place(left)
        for key in [key for key, (asker, _) in self._early.items() if asker is connection]:
            del self._early[key]

    def close(self) -> None:
        """Tell nobody anything any more. What is owed stays in the log."""
        self._listening = False
        self._due.close()

    # --- receipts that come before the answer ---

    def reaches(self, system_id: str) -> bool:
        """Whether anybody of that name may be told."""
        return any(connection.system_id == system_id for connection in self._connections.values())

    def answer_after(self, key: int, connection: EsmeConnection, answer: Pdu) -> None:
        """Give this answer once that receipt was told."""
        self._early[key] = connection, answer

    def give_early(self, key: int) -> None:
        """Give it now, if it has not been given."""
        if (found := self._early.pop(key, None)) is not None:
            connection, answer = found
            connection.answer([answer])
            connection.flush()

    # --- telling ---

    def _place_due(self, due: Sequence[Owed]) -> None:
        self._place(one for one in due if self._open.get(one.key) is one)

    def _place(self, owed: Iterable[Owed]) -> None:
        """Put each before those who may be told, and tell it if there is room."""
        touched: dict[int, EsmeConnection] = {}
        names: set[str] = set()
        for one in owed:
            connection = self._connections.get(one.connection)
            if connection is not None:
                connection.ready.append(one)
                touched[connection.number] = connection
            else:
                name = one.asking.system_id
                self._waiting.setdefault(name, deque()).append(one)
                names.add(name)
        if names:
            anybody = ANYBODY in names
            for connection in self._connections.values():
                if anybody or connection.system_id in names:
                    touched[connection.number] = connection
        self._tell(touched.values())

    def _tell(self, connections: Iterable[EsmeConnection]) -> None:
        for connection in connections:
            self.tell(connection)
            connection.flush()

    def tell(self, connection: EsmeConnection) -> None:
        """Tell this one as much as it has room for; whoever calls flushes it."""
        if not self._listening or connection.room <= 0:
            return
        if not (connection.ready or self._waiting):
            return
        sent: list[Owed] = []
        connection.request(self._next_for(connection, sent))
        if self._early:
            for one in sent:
                found = self._early.get(one.key)
                # On another connection nobody can say which is heard first: then the answer waits
                # until the receipt was answered.
                if found is not None and found[0] is connection:
                    connection.answer([self._early.pop(one.key)[1]])

    def _next_for(
        self, connection: EsmeConnection, sent: list[Owed]
    ) -> Iterator[tuple[Owed, DeliverSm]]:
        for name in (None, connection.system_id, ANYBODY):
            queue = connection.ready if name is None else self._waiting.get(name)
            while queue:
                one = queue.popleft()
                if self._open.get(one.key) is one:
                    sent.append(one)
                    yield one, self._pdu(one)
            if name is not None and queue is not None:
                self._waiting.pop(name, None)

    def _pdu(self, owed: Owed) -> DeliverSm:
        if isinstance(owed, OwedReceipt):
            return receipt_pdu(owed, self._settings.receipt_form, self._id_form)
        assert isinstance(owed, OwedReply)
        return reply_pdu(owed)

    # --- what came of it ---

    def answered(self, answers: Iterable[tuple[Owed, int]]) -> None:
        """These were answered, with these statuses."""
        settled = [one for one, status in answers if self._heed(one, status)]
        now = self._clock.now()
        receipts = [one for one in settled if isinstance(one, OwedReceipt)]
        lines = owed_records.receipts_settled(now, receipts)
        for one in settled:
            if isinstance(one, OwedReply) and self._was_last(one):
                lines.append(records.arrival_settled(now, one.ref))
        if lines:
            self._note(lines)

    def _heed(self, owed: Owed, status: int) -> bool:
        """Whether this answer settles it; else it is told again later."""
        if self._early:
            self.give_early(owed.key)
        if self._open.get(owed.key) is not owed:
            return False
        if status in _SETTLES:
            del self._open[owed.key]
            return True
        wait = min(RETRY_MAX_MS, self._settings.retry_ms << min(owed.tries, 16))
        owed.tries += 1
        self._due.add(self._clock.now() + wait, [owed])
        return False

    def unanswered(self, owed: Owed, lost: bool) -> None:
        """No answer came. If the connection was lost, others are told at once."""
        if not lost:
            self._heed(owed, CommandStatus.later)
            return
        if self._early:
            self.give_early(owed.key)
        if self._open.get(owed.key) is owed:
            self._due.add(self._clock.now(), [owed])

    def _was_last(self, reply: OwedReply) -> bool:
        first = reply.ref << 8
        return not any(first | n in self._open for n in range(reply.total))

"""How a message stands: asked after, called off, replaced.

In: query_sm, cancel_sm and replace_sm. Out: their answers. Promise: only who submitted a message
learns of it; the last RECENT_MAX messages at least are known, twice as many at most.
"""

from collections.abc import Callable
from typing import Final

from chappe.links.operator.centre.deliver import owed_records
from chappe.links.operator.centre.deliver.outgoing import Outgoing
from chappe.links.operator.centre.deliver.owed import OwedReceipt
from chappe.links.operator.centre.deliver.pdus import IdNotation, read_id, wanted
from chappe.links.operator.centre.settings import SmscSettings
from chappe.links.operator.mind.courses import COURSES, Due
from chappe.links.smpp.meaning.codes import NUMBERED, worded
from chappe.links.smpp.pdus.tables import (
    CancelSm,
    CancelSmResp,
    CommandStatus,
    Pdu,
    QuerySm,
    QuerySmResp,
    ReplaceSm,
    ReplaceSmResp,
)
from chappe.links.smpp.texts.text import decode
from chappe.words import paris
from chappe.words.clock import Clock
from chappe.words.lifecycle import Happening

RECENT_MAX: Final = 50_000
_DELETED: Final = 19
_ENROUTE: Final = NUMBERED.index("ENROUTE")


class Enquiries:
    """What is known of recent messages."""

    def __init__(
        self,
        clock: Clock,
        settings: SmscSettings,
        outgoing: Outgoing,
        note: Callable[[list[str]], None],
    ) -> None:
        self._clock = clock
        self._id_form: IdNotation = settings.id_form
        self._receipt_ms = max(1, settings.receipt_ms)
        self._outgoing = outgoing
        self._note = note
        # Two halves, of which the older one is dropped as a whole: it costs nothing per message.
        self._new: dict[int, OwedReceipt] = {}
        self._old: dict[int, OwedReceipt] = {}

    def keep(self, first: OwedReceipt) -> None:
        """Know a message by the first receipt of it."""
        self._new[first.ref] = first
        if len(self._new) >= RECENT_MAX:
            self._old, self._new = self._new, {}

    def answer(self, pdu: Pdu, system_id: str) -> Pdu | None:
        """The answer to what was asked; None if it is none of these questions."""
        match pdu:
            case QuerySm():
                return self._query(pdu, self._find(pdu.message_id, pdu.source_addr, system_id))
            case CancelSm():
                found = self._find(pdu.message_id, pdu.source_addr, system_id)
                return CancelSmResp(pdu.sequence, self._cancel(found))
            case ReplaceSm():
                found = self._find(pdu.message_id, pdu.source_addr, system_id)
                return ReplaceSmResp(pdu.sequence, self._replace(found, pdu))
        return None

    def _find(self, ident: str, source: str, system_id: str) -> OwedReceipt | None:
        ref = read_id(ident, self._id_form)
        found = None if ref is None else self._new.get(ref) or self._old.get(ref)
        if found is None or found.asking.system_id != system_id:
            return None
        return found if source in ("", found.sender) else None

    def _query(self, pdu: QuerySm, found: OwedReceipt | None) -> QuerySmResp:
        if found is None:
            return QuerySmResp(pdu.sequence, CommandStatus.query_failed)
        at, said = self._told(found)
        if said is None:
            return QuerySmResp(pdu.sequence, 0, (), pdu.message_id, "", _ENROUTE)
        state, error = worded(said.happening, said.reason)
        over = said.happening is not Happening.progressed
        # Its octet has no room for the errors that are ours.
        code = int(error) if int(error) < 0x100 else 0
        date = _date(at) if over else ""
        return QuerySmResp(pdu.sequence, 0, (), pdu.message_id, date, NUMBERED.index(state), code)

    def _cancel(self, found: OwedReceipt | None) -> CommandStatus:
        if found is None or self._is_over(found):
            return CommandStatus.cancel_failed
        now = self._clock.now()
        keys = [found.ref << 8 | n for n in range(len(COURSES[found.outcome].reports))]
        gone = self._outgoing.call_off(keys)
        deleted = OwedReceipt(
            due=now,
            ref=found.ref,
            n=0,
            number=found.number,
            asking=found.asking,
            connection=found.connection,
            ident=found.ident,
            outcome=_DELETED,
            sender=found.sender,
            at=found.at,
            text=found.text,
        )
        lines = owed_records.receipts_settled(now, gone)
        if wanted(deleted):
            lines.append(owed_records.receipt_owed(deleted))
            self._outgoing.add(now, [deleted])
        if lines:
            self._note(lines)
        self.keep(deleted)
        return CommandStatus.ok

    def _replace(self, found: OwedReceipt | None, pdu: ReplaceSm) -> CommandStatus:
        if found is None or self._is_over(found):
            return CommandStatus.replace_failed
        found.text = decode(pdu.short_message, 0).text
        return CommandStatus.ok

    def _is_over(self, found: OwedReceipt) -> bool:
        said = self._told(found)[1]
        return said is not None and said.happening is not Happening.progressed

    def _told(self, found: OwedReceipt) -> tuple[int, Due | None]:
        """The last that there is to say by now, and since when."""
        now = self._clock.now()
        last: tuple[int, Due | None] = found.due, None
        for n, due in enumerate(COURSES[found.outcome].reports):
            at = found.due if n == 0 else found.due - self._receipt_ms + due.after_ms
            if at <= now:
                last = at, due
        return last


def _date(at: int) -> str:
    """An instant as SMPP writes it (7.1.1), in UTC."""
    return paris.utc_stamp(at, "%y%m%d%H%M%S") + "000+"

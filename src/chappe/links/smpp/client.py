"""The client's side of a conversation: it binds, submits, and takes receipts and replies.

In and out: see session.py. `request` submits; a deliver_sm or data_sm is `Asked`, and `answer`
is called once it is on disk: `taken` makes the answers.
"""

from collections.abc import Iterable
from typing import Final

from chappe.links.smpp.events import Bound, Event, Mode, Stage, Told, Why
from chappe.links.smpp.pdu import answer_to
from chappe.links.smpp.session import Session
from chappe.links.smpp.tables import (
    AlertNotification,
    Bind,
    BindReceiver,
    BindResp,
    BindTransceiver,
    BindTransmitter,
    DataSm,
    DeliverSm,
    GenericNack,
    Outbind,
    Pdu,
    Status,
)

BINDS: Final[dict[Mode, type[Bind]]] = {
    Mode.transmitter: BindTransmitter,
    Mode.receiver: BindReceiver,
    Mode.transceiver: BindTransceiver,
}

_FROM_CENTRE: Final = frozenset(kind.command for kind in (DeliverSm, DataSm, AlertNotification))


_MAY_ASK: Final = {
    Mode.transmitter: frozenset[int](),
    Mode.receiver: _FROM_CENTRE,
    Mode.transceiver: _FROM_CENTRE,
}


class Client(Session):
    """An ESME's conversation with a centre."""

    MAY_ASK = _MAY_ASK

    def bind(self, mode: Mode, wanted: Bind, now: int) -> None:
        """Ask to begin; `wanted` says who we are, its own kind does not matter."""
        if self.stage is not Stage.open:
            return
        self.mode, self.stage = mode, Stage.binding
        self._step_by = now + self._pace.bind_ms
        fields = {name: getattr(wanted, name) for name in Bind.__struct_fields__}
        self._bind = self._send(BINDS[mode](**fields))

    def _may_request(self) -> bool:
        return self.mode is not Mode.receiver

    def _take_bind(self, pdu: Pdu, now: int, events: list[Event]) -> bool:
        if isinstance(pdu, Outbind) and self.stage is Stage.open:
            self._noise += 1
            events.append(Told(pdu))
            return True
        if self.stage is not Stage.binding or not isinstance(pdu, BindResp | GenericNack):
            return False
        if pdu.sequence != self._bind and isinstance(pdu, BindResp):
            return False
        if isinstance(pdu, BindResp) and not pdu.status and self.mode is not None:
            self.stage, self._step_by = Stage.bound, None
            events.append(Bound(self.mode, pdu.system_id))
        else:
            self._end(Why.refused, events, pdu.status)
        return True


def taken(asked: Iterable[Pdu], kept: bool) -> list[Pdu]:
    """The answers to receipts and replies: on disk, or to be sent again."""
    status = Status.ok if kept else Status.later
    return [told for pdu in asked if (told := answer_to(pdu, status)) is not None]

"""The centre's side of a conversation: it is bound to, takes submits, and delivers.

In and out: see session.py. A bind is `Asked` like all that wants an answer, and `admit` gives it
one; every other request is `Asked` and goes through `answer`; `request` delivers.
"""

from typing import Final

from chappe.links.smpp.events import Asked, Bound, Event, Mode, Stage
from chappe.links.smpp.session import Session
from chappe.links.smpp.tables import (
    AlertNotification,
    Bind,
    BindReceiver,
    BindReceiverResp,
    BindResp,
    BindTransceiver,
    BindTransceiverResp,
    BindTransmitter,
    BindTransmitterResp,
    CancelSm,
    DataSm,
    Outbind,
    Pdu,
    QuerySm,
    ReplaceSm,
    Status,
    SubmitMulti,
    SubmitSm,
    Tag,
    Tlvs,
)

VERSION: Final = 0x34

_BINDS: Final[dict[int, tuple[Mode, type[BindResp]]]] = {
    BindTransmitter.command: (Mode.transmitter, BindTransmitterResp),
    BindReceiver.command: (Mode.receiver, BindReceiverResp),
    BindTransceiver.command: (Mode.transceiver, BindTransceiverResp),
}
_FROM_CLIENT: Final = frozenset(
    kind.command for kind in (SubmitSm, SubmitMulti, DataSm, QuerySm, CancelSm, ReplaceSm)
)
_MAY_ASK: Final = {
    Mode.transmitter: _FROM_CLIENT,
    Mode.receiver: frozenset[int](),
    Mode.transceiver: _FROM_CLIENT,
}


class Centre(Session):
    """A centre's conversation with an ESME."""

    MAY_ASK = _MAY_ASK

    def admit(self, bind: Bind, system_id: str, status: int = Status.ok) -> list[Event]:
        """Answer a bind that was `Asked`: with a status it is refused, and may be tried again."""
        events: list[Event] = []
        if self.stage is not Stage.binding:
            return events
        tlvs: Tlvs = ((Tag.sc_interface_version, VERSION),)
        kind = _BINDS[bind.command][1]
        if status:
            self.stage, self.mode = Stage.open, None
            self._send_answer(kind(bind.sequence, status))
            return events
        self.stage, self._step_by = Stage.bound, None
        self._send_answer(kind(bind.sequence, Status.ok, tlvs, system_id))
        if self.mode is not None:
            events.append(Bound(self.mode, bind.system_id))
        return events

    def outbind(self, system_id: str, password: str) -> None:
        """Ask the other side to bind."""
        if self.stage is Stage.open:
            self._send(Outbind(system_id=system_id, password=password))

    def alert(self, alert: AlertNotification) -> None:
        """Tell that a handset can be reached again; it gets no answer."""
        if self.stage is Stage.bound and self._may_request():
            self._send(alert)

    def _may_request(self) -> bool:
        return self.mode is not Mode.transmitter

    def _take_bind(self, pdu: Pdu, now: int, events: list[Event]) -> bool:
        if not isinstance(pdu, Bind):
            return False
        if self.stage is not Stage.open:
            self._noise += 1
            self.oddities.misplaced += 1
            self._say_no(pdu, Status.already_bound)
            return True
        self.stage, self.mode = Stage.binding, _BINDS[pdu.command][0]
        events.append(Asked(pdu))
        return True

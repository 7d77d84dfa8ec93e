"""The client's side of a conversation: it binds, submits, and takes receipts and replies.

In and out: see session.py, with `CLIENT` as its side. `bind` begins; `request` submits; a
deliver_sm or data_sm is `Requested`, and `answer` is called once it is on disk: `acknowledgements`
makes the answers.
"""

from collections.abc import Iterable
from typing import Final

from chappe.links.smpp.conversation.events import Announced, Event, Mode, SessionState, Why
from chappe.links.smpp.conversation.session import Side, SmppSession
from chappe.links.smpp.pdus.octets import answer_to
from chappe.links.smpp.pdus.tables import (
    AlertNotification,
    Bind,
    BindReceiver,
    BindResp,
    BindTransceiver,
    BindTransmitter,
    CommandStatus,
    DataSm,
    DeliverSm,
    GenericNack,
    Outbind,
    Pdu,
)

BINDS: Final[dict[Mode, type[Bind]]] = {
    Mode.transmitter: BindTransmitter,
    Mode.receiver: BindReceiver,
    Mode.transceiver: BindTransceiver,
}

_FROM_CENTRE: Final = frozenset(kind.command for kind in (DeliverSm, DataSm, AlertNotification))


def bind(session: SmppSession, mode: Mode, wanted: Bind, now: int) -> None:
    """Ask to begin; `wanted` says who we are, its own kind does not matter."""
    if session.state is not SessionState.open:
        return
    fields = {name: getattr(wanted, name) for name in Bind.__struct_fields__}
    session.begin(mode, now)
    session.bind_sequence = session.send(BINDS[mode](**fields))


def _take_bind(session: SmppSession, pdu: Pdu, events: list[Event]) -> bool:
    if isinstance(pdu, Outbind) and session.state is SessionState.open:
        session.noise += 1
        events.append(Announced(pdu))
        return True
    if session.state is not SessionState.binding or not isinstance(pdu, BindResp | GenericNack):
        return False
    if pdu.sequence != session.bind_sequence and isinstance(pdu, BindResp):
        return False
    if isinstance(pdu, BindResp) and not pdu.status:
        events += session.agree(pdu.system_id)
    else:
        session.end(Why.refused, events, pdu.status)
    return True


CLIENT: Final = Side(
    requests_in=frozenset((Mode.transmitter, Mode.transceiver)),
    hears={
        Mode.transmitter: frozenset(),
        Mode.receiver: _FROM_CENTRE,
        Mode.transceiver: _FROM_CENTRE,
    },
    take_bind=_take_bind,
)
"""An ESME's side of its conversation with a centre."""


def acknowledgements(asked: Iterable[Pdu], kept: bool) -> list[Pdu]:
    """The answers to receipts and replies: on disk, or to be sent again."""
    status = CommandStatus.ok if kept else CommandStatus.later
    return [told for pdu in asked if (told := answer_to(pdu, status)) is not None]

"""The centre's side of a conversation: it is bound to, takes submits, and delivers.

In and out: see session.py, with `CENTRE` as its side. A bind is `Requested` like all that wants an
answer, and `admit` gives it one; every other request is `Requested` and goes through `answer`;
`request` delivers.
"""

from typing import Final

from chappe.links.smpp.conversation.events import Event, Mode, Requested, SessionState
from chappe.links.smpp.conversation.session import Side, SmppSession
from chappe.links.smpp.pdus.tables import (
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
    CommandStatus,
    DataSm,
    Outbind,
    Pdu,
    QuerySm,
    ReplaceSm,
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


def admit(
    session: SmppSession, bind: Bind, system_id: str, status: int = CommandStatus.ok
) -> list[Event]:
    """Answer a bind that was `Requested`: with a status it is refused, and may be tried again."""
    if session.state is not SessionState.binding:
        return []
    kind = _BINDS[bind.command][1]
    if status:
        session.begin_anew()
        session.send_answer(kind(bind.sequence, status))
        return []
    tlvs: Tlvs = ((Tag.sc_interface_version, VERSION),)
    session.send_answer(kind(bind.sequence, CommandStatus.ok, tlvs, system_id))
    return session.agree(bind.system_id)


def outbind(session: SmppSession, system_id: str, password: str) -> None:
    """Ask the other side to bind."""
    if session.state is SessionState.open:
        session.send(Outbind(system_id=system_id, password=password))


def alert(session: SmppSession, notification: AlertNotification) -> None:
    """Tell that a handset can be reached again; it gets no answer."""
    if session.state is SessionState.bound and session.may_request:
        session.send(notification)


def _take_bind(session: SmppSession, pdu: Pdu, events: list[Event]) -> bool:
    if not isinstance(pdu, Bind):
        return False
    if session.state is not SessionState.open:
        session.noise += 1
        session.oddities.misplaced += 1
        session.say_no(pdu, CommandStatus.already_bound)
        return True
    session.begin(_BINDS[pdu.command][0])
    events.append(Requested(pdu))
    return True


CENTRE: Final = Side(
    requests_in=frozenset((Mode.receiver, Mode.transceiver)),
    hears={
        Mode.transmitter: _FROM_CLIENT,
        Mode.receiver: frozenset(),
        Mode.transceiver: _FROM_CLIENT,
    },
    take_bind=_take_bind,
)
"""A centre's side of its conversation with an ESME."""

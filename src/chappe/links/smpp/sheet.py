"""What an operator's sheet says of its SMPP door, as the link needs it.

In: nothing. Out: `Sheet`. Promise: printing it shows no password.
"""

import ssl
from collections.abc import Mapping

import msgspec

from chappe.links.contract import Carriage, Verdict
from chappe.links.smpp.conversation.events import Mode, SessionLimits
from chappe.links.smpp.meaning.ids import IdForm
from chappe.links.smpp.pdus.tables import Bind
from chappe.links.smpp.texts.long import Writing
from chappe.words.lifecycle import Reason

TRX = (Mode.transceiver,)
TX_RX = (Mode.transmitter, Mode.receiver)


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One link. The first of `modes` is the one that submits."""

    host: str
    port: int
    bind: Bind = Bind()
    modes: tuple[Mode, ...] = TRX
    tls: ssl.SSLContext | None = None
    tls_name: str = ""  # the name on the certificate; '' is the host's
    window: int = 50
    rate: float = 0.0
    hours: tuple[int, int] | None = None
    limits: SessionLimits = SessionLimits()
    writing: Writing = Writing()
    id_form: IdForm = "auto"
    receipts_utc: bool = False
    errors: Mapping[str, Reason] = {}
    statuses: Mapping[int, tuple[Verdict, Reason]] = {}

    @property
    def carriage(self) -> Carriage:
        return _CARRIAGES.get(self.writing.long, Carriage.usual)


_CARRIAGES = {"udh16": Carriage.wide, "payload": Carriage.whole}

"""One bind to a centre, kept up for as long as it is wanted.

In: a sheet, and which of the binds it is. Out: what its conversations tell, and whether it stands.
Promise: whatever ends a connection, another one is tried, after pauses that grow (`pauses`) until
one has lived; `says` tells in words why it is down. It never logs a password.
"""

import asyncio
import logging
import os
import random
import ssl
from collections.abc import Awaitable, Callable
from typing import Final

from chappe.links.smpp.bind.connection import SmscConnection
from chappe.links.smpp.bind.dialling import Dialler
from chappe.links.smpp.bind.pauses import Pauses
from chappe.links.smpp.conversation.events import Bound, Ended, Event, Mode, Why
from chappe.links.smpp.pdus.tables import CommandStatus
from chappe.links.smpp.sheet import Sheet
from chappe.links.smpp.strange import Strange
from chappe.words.clock import SECOND, Clock, Timer

log = logging.getLogger("chappe.links")

LIVED_MS: Final = 30 * SECOND
"""Who was bound for so long, and was not deaf, is met again without a long pause."""

_CONNECT_MS: Final = 10 * SECOND

WHYS: Final = {
    Why.closed: "the connection was closed",
    Why.unbound: "we left",
    Why.left: "the operator ended the session",
    Why.silent: "the operator gave no sign of life",
    Why.broken: "what came is not SMPP",
    Why.noisy: "the operator floods the session with what nobody asked for",
}
BINDS: Final = {
    CommandStatus.bad_password: "wrong password",
    CommandStatus.bad_system_id: "unknown system_id",
    CommandStatus.already_bound: "already bound",
    CommandStatus.bind_failed: "bind failed",
    CommandStatus.bad_system_type: "wrong system_type",
    CommandStatus.throttled: "too many binds",
    CommandStatus.system_error: "system error",
}
DEAF: Final = "the operator answers no submit"

Dial = Callable[[Callable[[], asyncio.Protocol]], Awaitable[object]]
PassOn = Callable[["Binding", SmscConnection, list[Event]], None]


class Binding:
    """The bind, and the connection that bears it."""

    def __init__(
        self,
        name: str,
        mode: Mode,
        sheet: Sheet,
        clock: Clock,
        pass_on: PassOn,
        strange: Strange,
        dial: Dial | None = None,
        chance: random.Random | None = None,
    ) -> None:
        self.mode = mode
        self.up = False
        self.says = "not started"
        self.connects = 0
        self._name = f"{name} ({mode.name})" if len(sheet.modes) > 1 else name
        self._sheet = sheet
        self._clock = clock
        self._pass_on = pass_on
        self._strange = strange
        self._dial = dial or Dialler(sheet)
        self._pauses = Pauses(chance or random.Random())
        self._wanted = False
        self._connection: SmscConnection | None = None
        self._dialling: asyncio.Task[None] | None = None
        self._again: Timer | None = None
        self._bound_at = 0
        self._deaf = False
        self._logged = ""

    @property
    def connection(self) -> SmscConnection | None:
        """The connection, once it is bound."""
        return self._connection if self.up else None

    def start(self) -> None:
        self._wanted = True
        self._begin()

    async def stop(self) -> None:
        """Leave in order, within seconds."""
        self._wanted = False
        if self._again is not None:
            self._again.cancel()
            self._again = None
        if self._dialling is not None:
            self._dialling.cancel()
            await asyncio.wait([self._dialling])
        if self._connection is not None:
            await self._connection.leave()

    def give_up(self) -> None:
        """The centre is there and does not do its work: leave it, and come back later."""
        if self._connection is not None and not self._deaf:
            self._deaf, self.up, self.says = True, False, DEAF
            self._connection.unbind()

    def look(self) -> None:
        """Count what the conversation passed over."""
        if self._connection is not None:
            self._strange.take(self._connection.session.oddities)

    # --- connecting ---

    def _begin(self) -> None:
        self._again = None
        self.connects += 1
        self._dialling = asyncio.get_running_loop().create_task(self._connect())

    async def _connect(self) -> None:
        sheet, clock = self._sheet, self._clock
        connection = SmscConnection(self.mode, sheet.bind, sheet.limits, clock, self._follow)
        self._connection, self._deaf = connection, False
        task = asyncio.current_task()
        assert task is not None
        timer = clock.later(_CONNECT_MS, task.cancel)
        says = ""
        try:
            await self._dial(lambda: connection)
        except asyncio.CancelledError:
            says = "no connection within 10 s"
        except OSError as fault:
            says = _plain(fault)
        except Exception as fault:  # whatever it is, a link that no longer tried would be lost
            says = f"connecting failed ({type(fault).__name__})"
            log.exception("link %s could not connect", self._name)
        finally:
            timer.cancel()
            self._dialling = None
        if says:
            self._connection = None
            connection.cut()
            self._down(says)

    def _down(self, says: str) -> None:
        self.says = says
        if not self._wanted:
            return
        wait = self._pauses.next_ms()
        self._again = self._clock.later(wait, self._begin)
        if says != self._logged:
            # The same again and again is told once.
            self._logged = says
            log.warning("link %s is down: %s; next try in %.0f s", self._name, says, wait / SECOND)

    # --- what the conversation comes to ---

    def _follow(self, connection: SmscConnection, events: list[Event]) -> None:
        if connection is not self._connection:
            return
        last = events[-1] if events else None
        if isinstance(last, Ended):
            was_up, self.up = self.up, False
            self.look()
            self._pass_on(self, connection, events)
            self._connection = None
            self._ended(last, was_up)
            return
        if Bound in map(type, events):
            self.up, self.says, self._logged = True, "", ""
            self._bound_at = self._clock.steady()
            log.info("link %s is up", self._name)
        self._pass_on(self, connection, events)

    def _ended(self, ended: Ended, was_up: bool) -> None:
        lived = was_up and not self._deaf
        if lived and self._clock.steady() - self._bound_at >= LIVED_MS:
            self._pauses.reset()
        if self._deaf:
            self._down(DEAF)
        elif ended.why is Why.refused:
            words = BINDS.get(CommandStatus(ended.status)) if ended.status in _STATUSES else None
            self._down(f"bind refused: {words or 'status'} (0x{ended.status:02X})")
        elif ended.why is Why.silent and not was_up:
            self._down("no answer to the bind")
        elif ended.why is Why.closed and not was_up:
            self._down("the connection was closed before the bind was answered")
        else:
            self._down(WHYS[ended.why])


_STATUSES: Final = frozenset(CommandStatus)


def _plain(fault: OSError) -> str:
    if isinstance(fault, ssl.SSLCertVerificationError):
        return f"the certificate is not accepted: {fault.verify_message}"
    if isinstance(fault, ssl.SSLError):
        return f"TLS failed: {fault.reason or type(fault).__name__}"
    if isinstance(fault, OSError) and fault.errno and fault.errno > 0:
        return os.strerror(fault.errno)
    return fault.strerror or str(fault) or type(fault).__name__

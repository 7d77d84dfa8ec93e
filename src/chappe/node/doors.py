"""The doors of a node: HTTP, mail, and files.

In: settings, and the verbs that answer. Out: open addresses. Promise: a door that can't be opened
is told in one sentence; what was opened is closed by the stack that it was put on.
"""

from collections.abc import Awaitable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING

from chappe.config import Config, Listen, SftpConfig, TlsConfig
from chappe.dialects.shape import Dialect, mailboxes_of
from chappe.doors.figures.door import Figures
from chappe.doors.files.drop import Drop
from chappe.doors.http.door import HttpDoor
from chappe.doors.http.limits import MIB, Limits
from chappe.doors.lobby.show import Show
from chappe.doors.lobby.sockets import Sockets
from chappe.doors.mail.door import MailDoor, MailLimits
from chappe.doors.pipeline import Pipeline
from chappe.doors.short import Short
from chappe.doors.status import HEALTHZ, READYZ, StatusDoor
from chappe.doors.vast import Room
from chappe.engine.desk import Desk
from chappe.engine.follow import Follow
from chappe.engine.haul import Haul
from chappe.engine.prove import Prove
from chappe.node.certificate import Certificate, Loaded, NoCertificate, load
from chappe.node.descriptors import DescriptorShares
from chappe.node.directory import CannotStart, plain
from chappe.node.memory import Tidying
from chappe.words.exchange import Request, Response

if TYPE_CHECKING:
    from chappe.doors.files.sftp import SftpDoor

_DRAIN_S = 4.0


class Doors:
    """Where a node can be reached; each address is known once its door is open."""

    drop: Drop  # there where files are taken, or some are still to be brought to their end
    sftp: "SftpDoor"  # there where files are taken

    def __init__(
        self,
        config: Config,
        data: Path,
        dialects: Sequence[Dialect],
        descriptors: DescriptorShares,
        tidying: Tidying,
    ) -> None:
        self.http: tuple[str, int] = ("", 0)
        self.mail: tuple[str, int] = ("", 0)
        self.files: tuple[str, int] = ("", 0)
        self.figures: tuple[str, int] = ("", 0)
        self.https: tuple[str, int] | None = None
        self._config = config
        self._data = data
        self._dialects = dialects
        self._connections = descriptors.http
        self._room = Room(tidying.crowded)
        self._certificate: Certificate | None = None  # there where a door shows one

    async def open_http(
        self,
        desk: Desk,
        prove: Prove,
        status: StatusDoor,
        sockets: Sockets,
        opened: AsyncExitStack,
    ) -> HttpDoor:
        """All dialects' paths, and those of the house."""
        http = self._config.http
        short = Short(Follow(desk), desk.clock)
        paths = dict(status.paths())
        if self._config.console is not None:
            paths["GET", "/"] = self._root
        self._pipeline = Pipeline(desk, prove, self._dialects, paths, short.answer, self._room)
        door = HttpDoor(
            self._pipeline,
            limits=Limits(connections=self._connections),
            trusted_proxies=[ip_network(one) for one in http.trusted_proxies],
            vital=(HEALTHZ, READYZ),
            owners=self._pipeline.owners,
            sockets=sockets,
        )
        opened.push_async_callback(door.drain, _DRAIN_S)
        place, secured = http.listen, http.listen_tls
        self.http = await _listen(door.listen(*place), "http", place)
        if secured is not None and (show := self._certified()) is not None:
            self.https = await _listen(door.listen(*secured, show), "http", secured)
        return door

    async def _root(self, request: Request) -> Response:
        """For whoever tries the address in a browser."""
        console = self._config.console
        assert console is not None
        where = console.url or f"http://{console.listen}"
        return Response(f"Chappe speaks to programs here; its console is at {where}\n".encode())

    def _certified(self) -> Show | None:
        """None where there is no certificate."""
        if self._certificate is None and (loaded := _loaded(self._config.tls)) is not None:
            self._certificate = Certificate(loaded)
        return None if self._certificate is None else self._certificate.context

    def fresh(self, tls: TlsConfig | None) -> Loaded | None:
        """The certificate that these settings name, where it is another than the doors show."""
        shown = self._certificate
        loaded = None if shown is None else _loaded(tls)
        return None if loaded is None or shown is None or loaded.mark == shown.mark else loaded

    def renew(self, loaded: Loaded | None) -> list[str]:
        """Show it from now on. What was done, in a line."""
        if self._certificate is None or loaded is None:
            return []
        self._certificate.renew(loaded)
        day = loaded.ends.date()
        if loaded.ends < datetime.now(UTC):
            return [f"certificate renewed, but this one is no longer valid since {day}"]
        return [f"certificate renewed: it is valid until {day}"]

    async def open_mail(self, desk: Desk, opened: AsyncExitStack) -> None:
        """Mails go the way of all requests."""
        smtp = self._config.smtp
        if smtp is None:
            return
        known = mailboxes_of(self._dialects)
        if lost := [name for name in smtp.names if name not in known]:
            raise CannotStart(
                f"[smtp] names {', '.join(lost)}, for which no dialect takes mail: remove it."
            )
        door = MailDoor(
            self._pipeline,
            smtp.names,
            desk.counts,
            limits=MailLimits(body=smtp.max_mib * MIB),
            show=self._certified(),
        )
        opened.push_async_callback(door.drain, _DRAIN_S)
        self.mail = await _listen(door.listen(*smtp.listen), "smtp", smtp.listen)

    async def open_figures(self, shown: Figures, opened: AsyncExitStack) -> None:
        """Customers never see them."""
        if (metrics := self._config.metrics) is not None:
            opened.push_async_callback(shown.close)
            place = metrics.listen
            self.figures = await _listen(shown.door.listen(*place), "metrics", place)

    async def open_files(
        self, desk: Desk, prove: Prove, pieces: Haul, opened: AsyncExitStack
    ) -> Drop | None:
        """What was dropped is brought to its end, also where the door for more is closed."""
        sftp = self._config.sftp
        if sftp is None and not await pieces.files():
            return None
        drop = self.drop = Drop(
            self._data / "files",
            desk,
            prove,
            pieces,
            self._dialects,
            self._config.retention.texts_days,
            (sftp or SftpConfig()).quota_mb,
        )
        opened.callback(drop.stop)
        if sftp is not None:
            await self._open_sftp(sftp, drop, desk, prove, opened)
        return drop

    async def _open_sftp(
        self, sftp: SftpConfig, drop: Drop, desk: Desk, prove: Prove, opened: AsyncExitStack
    ) -> None:
        from chappe.doors.files.sftp import SftpDoor  # asyncssh takes 18 MiB: only where it is used

        door = SftpDoor(self._data / "chappe.ssh.key", drop, prove, desk.accounts)
        host, port = sftp.listen.host, sftp.listen.port
        try:
            self.files = await door.listen(host, port)
        except (OSError, ValueError) as fault:
            why = plain(fault) if isinstance(fault, OSError) else str(fault)
            raise CannotStart(
                f"The file door can't be opened at {host}:{port}: {why}. Stop what holds it, or "
                "set another [sftp] listen."
            ) from fault
        self.sftp = door
        opened.push_async_callback(door.close)


def _loaded(tls: TlsConfig | None) -> Loaded | None:
    if tls is None:
        return None
    try:
        return load(Path(tls.cert), Path(tls.key))
    except NoCertificate as why:
        raise CannotStart(f"[tls]: {why}") from why


async def _listen(
    opening: Awaitable[tuple[str, int]], section: str, listen: Listen
) -> tuple[str, int]:
    try:
        return await opening
    except OSError as fault:
        raise CannotStart(
            f"The {section.upper()} door can't be opened at {listen}: {plain(fault)}. Stop "
            f"what holds it, or set another [{section}] listen."
        ) from fault

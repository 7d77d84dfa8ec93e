"""The file door: SFTP, with one private folder for each account.

In: sockets. Out: files in the account's folder, and a word to whoever takes them when one is whole.
Promise: a password or a public key of the account opens its own folder, nothing above or beside it;
sizes, files, handles, sessions and connections are bounded; a handle that was closed is on disk; no
secret is ever in the log; whatever one connection makes of the code, the door goes on.
"""

import asyncio
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import asyncssh

from chappe.doors.files.drop import Drop
from chappe.doors.files.gate import ACCOUNT_MOST, Gate, Hinge, SshConnection
from chappe.doors.files.hall import SftpHall
from chappe.doors.files.line import Line, Served
from chappe.doors.files.session import Session
from chappe.engine.accounts import Accounts
from chappe.engine.prove import Prove
from chappe.words.account import Account, Claim
from chappe.words.remembered import remembered

log = logging.getLogger("chappe.doors.files.sftp")

_LOGIN_S = 10
_TRIES = 6  # of one connection to prove who it is
_LOGINS = 3  # that one connection may try
_KEEPALIVE_S = 60
_KIND = "sftp"
_WINDOW = 1 << 20  # octets of a session that wait to be read
_KEY_MODE = 0o600
# What a stranger may ask for costs the loop a few milliseconds at most: no keys are made for them,
# and no groups of more than 4,096 bits.
_KEY_EXCHANGES: Sequence[str] = (
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
    "diffie-hellman-group14-sha256",
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group14-sha1",
)
# An octet may stand for a thousand in what was compressed.
_COMPRESSIONS: Sequence[str] = ("none",)


class SftpDoor:
    """Begins with `listen`, ends with `close`."""

    def __init__(self, key: Path, drop: Drop, prove: Prove, accounts: Accounts) -> None:
        self.prove = prove
        self.accounts = accounts
        self.gate = Gate()
        self.hall = SftpHall(drop)
        self._key = key
        self._listening: asyncssh.SSHAcceptor | None = None

    async def listen(self, host: str, port: int) -> tuple[str, int]:
        """Open it; port 0 takes a free one. The address it became."""
        asyncssh.set_log_level(logging.WARNING)  # it would tell of every packet otherwise
        self._listening = await asyncssh.create_server(
            lambda: _Visitor(self),
            host,
            port,
            tunnel=cast(asyncssh.SSHClientConnection, Hinge(self.gate)),
            server_host_keys=[await asyncio.to_thread(_host_key, self._key)],
            kex_algs=_KEY_EXCHANGES,
            compression_algs=_COMPRESSIONS,
            agent_forwarding=False,
            x11_forwarding=False,
            kbdint_auth=False,
            host_based_auth=False,
            gss_host=None,
            allow_pty=False,
            line_editor=False,
            encoding=None,
            window=_WINDOW,
            login_timeout=_LOGIN_S,
            keepalive_interval=_KEEPALIVE_S,
        )
        bound = self._listening.sockets[0].getsockname()
        return bound[0], bound[1]

    async def close(self) -> None:
        """Hang up on everybody: what was not closed is not whole."""
        if self._listening is not None:
            self._listening.close()
            for wire in tuple(self.gate.wires):
                wire.cut()
            await self._listening.wait_closed()
        self.hall.threads.shutdown(wait=False)


def _host_key(path: Path) -> asyncssh.SSHKey:
    """The key that customers know the door by, made at first need."""
    try:
        return asyncssh.read_private_key(path)
    except FileNotFoundError:
        key = asyncssh.generate_private_key("ssh-ed25519")
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _KEY_MODE), "wb") as out:
            out.write(key.export_private_key())
            out.flush()
            os.fsync(out.fileno())
        return key


class _Visitor(asyncssh.SSHServer):
    """One connection: whose it is, once that is proved, and its sessions."""

    def __init__(self, door: SftpDoor) -> None:
        self._door = door
        self._peer = ""
        self._tries = self._logins = 0
        self._account: Account | None = None
        self._lines: set[Line] = set()

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        wire = conn.get_extra_info("wire")
        assert isinstance(wire, SshConnection)
        self._wire = wire
        self._peer = conn.get_extra_info("peername")[0]

    def connection_lost(self, exc: Exception | None) -> None:
        for line in tuple(self._lines):
            self._line_over(line)

    # who it is

    def begin_auth(self, username: str) -> bool:
        self._logins += 1
        if self._logins > _LOGINS:
            self._hang_up()
        return True

    def password_auth_supported(self) -> bool:
        return True

    async def validate_password(self, username: str, password: str) -> bool:
        if not self._may_try():
            return False
        claim = Claim(login=username, secret=password)
        return self._said(await self._door.prove.prove(claim, self._peer, "sftp"), "a password")

    def public_key_auth_supported(self) -> bool:
        return True

    async def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Whether it is one of the account's; that the visitor has it is proved by the library."""
        account = self._door.accounts.by_login(username)
        if account is not None and any(key.public_data == _key(one) for one in account.sftp_keys):
            return self._said(self._door.prove.admit(account, self._peer), "a key")
        if self._may_try() and self._tries == 1:
            # An agent offers all its keys: the first that is wrong counts for all of them.
            claim = Claim(login=username, key=f"{_KIND} {key.get_fingerprint()}", key_kind=_KIND)
            await self._door.prove.prove(claim, self._peer, "sftp")
        return False

    def _may_try(self) -> bool:
        """Count a try; after too many they have to come again."""
        self._tries += 1
        if self._tries > _TRIES:
            self._hang_up()
        return self._tries <= _TRIES

    def _hang_up(self) -> None:
        self._connection.disconnect(asyncssh.DISC_NO_MORE_AUTH_METHODS_AVAILABLE, "too many tries")

    def _said(self, proved: object, by: str) -> bool:
        if isinstance(proved, Account):
            return True
        log.info("%s from %s was refused", by, self._peer)
        return False

    # what they may do

    def auth_completed(self) -> None:
        username = self._connection.get_extra_info("username")
        account = self._account = self._door.accounts.by_login(username)
        if account is None or not self._door.gate.proved(self._wire, account.id):
            self._connection.disconnect(
                asyncssh.DISC_TOO_MANY_CONNECTIONS,
                f"an account may have {ACCOUNT_MOST} connections",
            )

    def session_requested(self) -> Line:
        account, hall = self._account, self._door.hall
        if account is None or not hall.admit(account.id, len(self._lines)):
            raise asyncssh.ChannelOpenError(asyncssh.OPEN_RESOURCE_SHORTAGE, "too many sessions")
        known = account

        async def served(channel: "asyncssh.SSHServerChannel[bytes]") -> Served:
            session = Session(channel, known, await hall.drop.cabinet(known), hall)
            return Served(session, session.over)

        line = Line(self._wire, hall.pace(account.id), served, self._line_over)
        self._lines.add(line)
        return line

    def _line_over(self, line: Line) -> None:
        if line in self._lines and self._account is not None:
            self._lines.discard(line)
            self._door.hall.dismiss(self._account.id)


@remembered(1_024)
def _key(known: str) -> bytes:
    """The key of a line as in `authorized_keys`; nothing where it is none."""
    try:
        return asyncssh.import_public_key(known).public_data
    except asyncssh.KeyImportError:
        return b""

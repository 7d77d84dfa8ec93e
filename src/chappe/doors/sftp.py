"""The file door: SFTP, with one private folder for each account.

In: sockets. Out: files in the account's folder, and a word to whoever takes them when one is whole.
Promise: a password or a public key of the account opens its own folder, nothing above or beside it;
sizes, files, handles and connections are bounded; a handle that was closed is on disk; no secret is
ever in the log.
"""

import asyncio
import logging
import os
from pathlib import Path

import asyncssh

from chappe.doors.drop import Drop
from chappe.doors.sftp_session import Hall, Session
from chappe.engine.accounts import Accounts
from chappe.engine.prove import Prove
from chappe.words.account import Account, Claim

log = logging.getLogger("chappe.doors.sftp")

_CONNECTIONS = 100
_LOGIN_S = 30
_KEEPALIVE_S = 60
_KEY_MODE = 0o600


class SftpDoor:
    """Begins with `listen`, ends with `close`."""

    def __init__(self, key: Path, drop: Drop, prove: Prove, accounts: Accounts) -> None:
        self.prove = prove
        self.accounts = accounts
        self.connections: set[asyncssh.SSHServerConnection] = set()
        self._key = key
        self._hall = Hall(drop)
        self._listening: asyncssh.SSHAcceptor | None = None

    async def listen(self, host: str, port: int) -> tuple[str, int]:
        """Open it; port 0 takes a free one. The address it became."""
        asyncssh.set_log_level(logging.WARNING)  # it would tell of every packet otherwise
        self._listening = await asyncssh.create_server(
            lambda: _Visitor(self),
            host,
            port,
            server_host_keys=[await asyncio.to_thread(_host_key, self._key)],
            sftp_factory=self._session,
            allow_scp=False,
            agent_forwarding=False,
            x11_forwarding=False,
            kbdint_auth=False,
            host_based_auth=False,
            gss_host=None,
            login_timeout=_LOGIN_S,
            keepalive_interval=_KEEPALIVE_S,
        )
        bound = self._listening.sockets[0].getsockname()
        return bound[0], bound[1]

    def _session(self, channel: "asyncssh.SSHServerChannel[bytes]") -> Session:
        """For whoever was proved: the login can't change any more."""
        account = self.accounts.by_login(channel.get_connection().get_extra_info("username"))
        assert account is not None
        return Session(channel, account, self._hall)

    async def close(self) -> None:
        """Hang up on everybody: what was not closed is not whole."""
        if self._listening is not None:
            self._listening.close()
            for connection in tuple(self.connections):
                connection.abort()
            await self._listening.wait_closed()


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
    """One connection, until it is proved whose it is."""

    def __init__(self, door: SftpDoor) -> None:
        self._door = door
        self._peer = ""

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._door.connections.add(conn)
        self._peer = conn.get_extra_info("peername")[0]
        if len(self._door.connections) > _CONNECTIONS:
            log.warning("too many connections: %s is turned away", self._peer)
            conn.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._door.connections.discard(self._connection)

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    async def validate_password(self, username: str, password: str) -> bool:
        claim = Claim(login=username, secret=password)
        return self._said(await self._door.prove.prove(claim, self._peer, "sftp"), "a password")

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Whether it is one of the account's; that the visitor has it is proved by the library."""
        account = self._door.accounts.by_login(username)
        if account is None or not any(_is(key, known) for known in account.sftp_keys):
            return False
        return self._said(self._door.prove.admit(account, self._peer), "a key")

    def _said(self, proved: object, by: str) -> bool:
        if isinstance(proved, Account):
            return True
        log.info("%s from %s was refused", by, self._peer)
        return False


def _is(key: asyncssh.SSHKey, known: str) -> bool:
    try:
        return asyncssh.import_public_key(known).public_data == key.public_data
    except asyncssh.KeyImportError:
        return False

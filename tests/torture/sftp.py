"""A client of the file door.

In: a port, a login, and the address that it comes from. Out: its connection, or a session of it.
Promise: nothing of this machine's own SSH settings or keys is read.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncssh


@asynccontextmanager
async def connected(
    port: int, login: str, password: str, address: str = "127.0.0.1"
) -> AsyncIterator[asyncssh.SSHClientConnection]:
    async with asyncssh.connect(
        "127.0.0.1",
        port,
        local_addr=(address, 0),
        username=login,
        password=password,
        known_hosts=None,
        client_keys=None,
        config=None,
    ) as connection:
        yield connection


@asynccontextmanager
async def session(
    port: int, login: str, password: str, address: str = "127.0.0.1"
) -> AsyncIterator[asyncssh.SFTPClient]:
    async with (
        connected(port, login, password, address) as connection,
        connection.start_sftp_client() as sftp,
    ):
        yield sftp


async def put(sftp: asyncssh.SFTPClient, name: str, octets: bytes) -> None:
    """A whole file at once; an empty one is only opened and closed."""
    async with sftp.open(name, "wb") as file:
        if octets:
            await file.write(octets)

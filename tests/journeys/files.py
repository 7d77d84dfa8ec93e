"""A customer of the file door: their SFTP client, and the files that they make.

In: a node with the door open. Out: what they see in their folder. Promise: it is asyncssh's own
client over a socket; nothing reaches into the server.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import asyncssh

from chappe.config import Config, Listen, Secret, SftpConfig
from chappe.words import paris
from tests.journeys.house import House, account, config

PASSWORD = "xpasswordx"
# Spring 2023, as in the provider's own example: 15:30:00 in Paris.
TAKEN_UP = "2023-04-27 15:30:00"
STAMP = "230427153000"


def with_files(**facts: Any) -> Config:
    """fred and jean may drop files."""
    people = tuple(account(name, password=Secret(PASSWORD)) for name in ("fred", "jean"))
    door = SftpConfig(listen=Listen("127.0.0.1", 0))
    return config(**{"sftp": door, "accounts": people, **facts})


@asynccontextmanager
async def client(
    house: House, login: str = "fred", **facts: Any
) -> AsyncIterator[asyncssh.SFTPClient]:
    """Their client, logged in."""
    host, port = house.nodes[0].doors.files  # where the folder is
    known = {"password": PASSWORD, "client_keys": None, **facts}
    async with (
        asyncssh.connect(host, port, username=login, known_hosts=None, config=None, **known) as to,
        to.start_sftp_client() as sftp,
    ):
        yield sftp


async def put(sftp: asyncssh.SFTPClient, name: str, said: bytes | str) -> None:
    async with sftp.open(name, "wb") as file:
        await file.write(said.encode() if isinstance(said, str) else said)


async def drop(house: House, name: str, said: bytes | str, login: str = "fred") -> None:
    """A file and its `.ack`; when this returns, all is quiet."""
    async with client(house, login) as sftp:
        await put(sftp, name, said)
        await put(sftp, f"{name.rpartition('.')[0]}.ack", b"")
    await house.settle()


async def seen(house: House, login: str = "fred") -> dict[str, bytes]:
    """All that is in their folder."""
    async with client(house, login) as sftp:
        found: dict[str, bytes] = {}
        for name in sorted(map(str, await sftp.listdir())):
            if name not in (".", ".."):
                async with sftp.open(name, "rb") as file:
                    said = await file.read()
                    assert isinstance(said, bytes)
                    found[name] = said
        return found


def xml(
    numbers: Sequence[str], text: str = "Bonjour", login: str = "fred", attributes: str = ""
) -> str:
    """One message to these numbers."""
    to = "".join(f'<to value="{number}" ret_id="r{at}"/>' for at, number in enumerate(numbers))
    return (
        f'<?xml version="1.0" encoding="utf-8"?><push accountid="{login}" password="{PASSWORD}" '
        f'ret_id="C" {attributes}><message><text>{text}</text>{to}</message></push>'
    )


def instant(wall: str) -> int:
    return paris.instant(datetime.fromisoformat(wall))

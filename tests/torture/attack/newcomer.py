"""A customer who was never here: whatever goes on, they are let in by the door that is attacked.

In: a field, a login, a door. Out: after how many seconds they were served. Promise: they come from
an address of their own, with the right password, and try again where they are told 'not now'.
"""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Literal

import asyncssh

from tests.torture.attack.cast import NEW_ADDRESS, PASSWORD
from tests.torture.attack.field import Field
from tests.torture.attack.good import opened, push
from tests.torture.line import Answer, Line
from tests.torture.sftp import session

Door = Literal["http", "tls", "sftp"]
_NUMBER: Final = 33_611_111_111
_TRY_S: Final = 10.0
_AGAIN_S: Final = 0.2


async def arrive(field: Field, door: Door, login: str, patience_s: float) -> float | str:
    """How long it took, or what they were told at last."""
    begun, told = time.monotonic(), "nothing"
    while time.monotonic() < begun + patience_s:
        try:
            async with asyncio.timeout(_TRY_S):
                told = await _WAYS[door](field, login)
        except (OSError, EOFError, TimeoutError, asyncssh.Error) as fault:
            told = type(fault).__name__
        if not told:
            return time.monotonic() - begun
        if "PASSWORD" in told or "Denied" in told:
            break  # nobody tries a password again that was called wrong
        await asyncio.sleep(_AGAIN_S)
    return told


async def _by_http(field: Field, login: str) -> str:
    line = await opened(field.ports["http"], NEW_ADDRESS)
    return await _asked(line, login)


async def _by_tls(field: Field, login: str) -> str:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    ends = await asyncio.open_connection(
        "127.0.0.1", field.ports["tls"], local_addr=(NEW_ADDRESS, 0), ssl=context
    )
    return await _asked(Line(*ends), login)


async def _asked(line: Line, login: str) -> str:
    try:
        answer: Answer = await line.ask(push(login, _NUMBER))
    finally:
        line.close()
    return "" if answer.body.isdigit() else f"{answer.status} {answer.body[:40].decode('latin-1')}"


async def _by_sftp(field: Field, login: str) -> str:
    async with session(field.ports["sftp"], login, PASSWORD, NEW_ADDRESS) as sftp:
        await sftp.listdir(".")
    return ""


_WAYS: Final[Mapping[Door, Callable[[Field, str], Awaitable[str]]]] = {
    "http": _by_http,
    "tls": _by_tls,
    "sftp": _by_sftp,
}

"""Connections by TCP, encrypted where the sheet says so.

In: a sheet. Out: a connection, or the OSError that all addresses of the host come to. Promise: an
operator may have several addresses; one that does not answer is not tried first the next time.
"""

import asyncio
import socket
from collections.abc import Callable
from typing import Any, Final

from chappe.links.smpp.sheet import Sheet

_HANDSHAKE_S: Final = 10.0
_SHUTDOWN_S: Final = 1.0


class Dialler:
    """Dials one centre."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._first = 0  # which of the addresses is tried first
        self._options: dict[str, Any] = {}
        if sheet.tls is not None:
            self._options = {
                "ssl": sheet.tls,
                "server_hostname": sheet.tls_name or sheet.host,
                "ssl_handshake_timeout": _HANDSHAKE_S,
                "ssl_shutdown_timeout": _SHUTDOWN_S,
            }

    async def __call__(self, make: Callable[[], asyncio.Protocol]) -> None:
        """Connect; `make` is called once there is a connection."""
        loop, host, port = asyncio.get_running_loop(), self._sheet.host, self._sheet.port
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        first = self._first % len(found)
        fault = OSError("the host has no address")
        for *_, address in found[first:] + found[:first]:
            self._first += 1  # who waits for this one until patience ends comes to the next
            try:
                await loop.create_connection(make, *address[:2], **self._options)
            except OSError as refused:
                fault = refused
            else:
                self._first -= 1
                return
        raise fault

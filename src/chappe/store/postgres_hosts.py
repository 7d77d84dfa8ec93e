"""The hosts of a PostgreSQL URL, of which one that answers is wanted.

In: a URL, and how connections are made. Out: a connection. Promise: a host that keeps silent keeps
nobody from the ones behind it; whatever is not wanted any more is closed.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]
else:  # asyncpg's classes take no parameters when they run
    Connection = asyncpg.Connection

_Try = asyncio.Task[Connection]
_Connecting = Coroutine[Any, Any, Connection]
_HEAD_START_S = 0.25  # of each host, before the next one is asked as well
_SHARE = 2  # of several hosts each has that part of the time for one


class Host(NamedTuple):
    """A name, an address, or the directory of a socket."""

    name: str
    port: int | None  # the usual one


def hosts_of(url: str) -> Sequence[Host]:
    """In the order of the URL, and read as asyncpg reads them: what stands in the query counts only
    where no host stands before the path."""
    parts = urlsplit(url)
    before, at, after = parts.netloc.partition("@")
    if listed := after if at else before:
        hosts = [_host(one) for one in listed.split(",")]
        return [Host(unquote(host.name), host.port) for host in hosts]
    query = parse_qs(parts.query)
    hosts = [_host(one) for one in query.get("host", [""])[-1].split(",")]
    if not (said := query.get("port", [""])[-1]):
        return hosts
    ports = [int(one) for one in said.split(",")]
    if len(ports) == 1:
        ports *= len(hosts)
    if len(ports) != len(hosts):
        raise asyncpg.ClientConfigurationError(f"{len(ports)} ports for {len(hosts)} hosts")
    return [Host(host.name, port) for host, port in zip(hosts, ports, strict=True)]


def _host(given: str) -> Host:
    if given.startswith("/"):
        return Host(given, None)
    if given.startswith("["):
        name, _, port = given[1:].partition("]")
        return Host(name, _port(port.removeprefix(":")))
    name, _, port = given.partition(":")
    return Host(name, _port(port))


def _port(given: str) -> int | None:
    return int(given) if given else None


async def reach(dsn: str | None = None, **known: Any) -> Connection:
    """A connection to the first host that is of the wanted sort, made as asyncpg makes it."""
    hosts = hosts_of(dsn or "")
    if len(hosts) < 2:
        alone: Connection = await asyncpg.connect(dsn, **known)
        return alone
    known["timeout"] /= _SHARE
    loop = asyncio.get_running_loop()
    tries: list[_Try] = []
    try:
        for host in hosts:
            connecting: _Connecting = asyncpg.connect(dsn, host=host.name, port=host.port, **known)
            tries.append(loop.create_task(connecting))
            is_last = len(tries) == len(hosts)
            if found := await _first(tries, None if is_last else loop.time() + _HEAD_START_S):
                return found
        raise _worst([fault for one in tries if (fault := one.exception())])
    finally:
        for one in tries:
            one.cancel()
            one.add_done_callback(_close)


async def _first(tries: list[_Try], until: float | None) -> Connection | None:
    """The first that succeeds in time, taken out of them; none as soon as all have failed."""
    loop = asyncio.get_running_loop()
    while True:
        for one in tries:
            if one.done() and one.exception() is None:
                tries.remove(one)
                return one.result()
        pending = [one for one in tries if not one.done()]
        left_s = None if until is None else until - loop.time()
        if not pending or (left_s is not None and left_s <= 0):
            return None
        await asyncio.wait(pending, timeout=left_s, return_when=asyncio.FIRST_COMPLETED)


def _close(late: _Try) -> None:
    """It came to something just when another one was taken."""
    if not late.cancelled() and late.exception() is None:
        late.result().terminate()


def _worst(faults: Sequence[BaseException]) -> BaseException:
    """What does not pass by itself is told; else what does not answer, sooner than what answers
    and is none of the wanted sort."""
    return min(faults, key=_rank)


def _rank(fault: BaseException) -> int:
    if isinstance(fault, asyncpg.InternalClientError):
        return 2
    return int(isinstance(fault, OSError))

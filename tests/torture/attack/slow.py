"""Clients that take their time, and clients that want too much at once.

In: orders. Out: how many lines were held, and how often one was lost. Promise: a line that the
server closes is opened again, so that what is measured is what bounds them all.
"""

import contextlib
import itertools
import socket
import ssl
import time
from collections import Counter
from collections.abc import Callable
from typing import Final

from tests.torture.attack.hurl import Orders, Pace, Told, begin, connected, counted

_HEAD: Final = b"GET / HTTP/1.1\r\nX: "
_BODY: Final = b"POST /api HTTP/1.1\r\nHost: h\r\nContent-Length: 33000000\r\n\r\na"
_PAGES: Final = b"GET /smsfactor.xsd HTTP/1.1\r\nHost: h\r\n\r\n" * 64
_HEALTH: Final = b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n" * 400
_METRICS: Final = b"GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n" * 4
_PIECE: Final = 1 << 20
_ROUND_S: Final = 1.0

Say = Callable[[socket.socket], object]


def drip_heads(orders: Orders) -> Told:
    """An octet of a head each second."""
    return _hold(orders, _HEAD, lambda line: line.send(b"a"))


def drip_bodies(orders: Orders) -> Told:
    """An octet of a body each second."""
    return _hold(orders, _BODY, lambda line: line.send(b"a"))


def read_nothing(orders: Orders) -> Told:
    """Ask for pages, and more pages, and take none of them."""
    return _hold(orders, _PAGES, lambda line: line.send(_PAGES), buffer=4_096)


def say_nothing(orders: Orders) -> Told:
    """A line that stands, and nothing else."""
    return _hold(orders, b"", _still_there, door=orders.what)


def pipeline(orders: Orders) -> Told:
    """Questions without end; some of the dear ones among them."""
    pace, answers = Pace(orders), Counter[str]()
    lines: list[socket.socket] = []
    begin()
    for number in itertools.count():
        if pace.over:
            break
        with contextlib.suppress(OSError):
            if len(lines) < orders.count:
                lines.append(connected(orders, number, orders.what or "http"))
                lines[-1].setblocking(False)
        for line in list(lines):
            try:
                answers["octets asked"] += line.send(_METRICS + _HEALTH)
                answers["octets told"] += len(line.recv(_PIECE))
            except BlockingIOError:
                pass
            except OSError:
                answers["lost"] += 1
                lines.remove(line)
                line.close()
            pace.breathe()
    return Told(answers["octets asked"], counted(answers))


def knock(orders: Orders) -> Told:
    """Shake hands over TLS, and go away; or go away in the middle of it."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    pace, done = Pace(orders), Counter[str]()
    begin()
    while done.total() < orders.count and not pace.over:
        try:
            with connected(orders, done.total(), "tls") as line:
                if done.total() % 2:
                    line.sendall(b"\x16\x03\x01\x02\x00\x01")
                    done["halves"] += 1
                else:
                    context.wrap_socket(line).close()
                    done["wholes"] += 1
        except OSError as fault:
            done[type(fault).__name__] += 1
        pace.breathe()
    return Told(done.total(), counted(done))


def _hold(orders: Orders, opening: bytes, say: Say, *, door: str = "http", buffer: int = 0) -> Told:
    """Keep `count` lines, say a little over each of them once a second."""
    pace, counts = Pace(orders), Counter[str]()
    lines: list[socket.socket] = []
    begin()
    while not pace.over:
        due = time.monotonic() + _ROUND_S
        for number in range(orders.count - len(lines)):
            try:
                line = connected(orders, number, door, buffer=buffer)
                line.setblocking(False)
                lines.append(line)
                if opening:
                    line.send(opening)
            except OSError as fault:
                counts[type(fault).__name__] += 1
                break  # nobody lets us in at this moment
            pace.breathe()
        counts["most"] = max(counts["most"], len(lines))
        for line in list(lines):
            try:
                say(line)
            except BlockingIOError:
                pass
            except OSError:
                counts["lost"] += 1
                lines.remove(line)
                line.close()
            pace.breathe()
        time.sleep(min(max(0.0, due - time.monotonic()), pace.left))
    return Told(counts["most"], counted(counts))


def _still_there(line: socket.socket) -> None:
    while line.recv(4_096):
        pass
    raise ConnectionResetError

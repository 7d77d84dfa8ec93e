"""Guesses of a password, many at once, of a customer who is about to log in for the first time.

In: orders; `addresses` says from how many. Out: how they were answered. Promise: no guess is right.
"""

import contextlib
import re
import socket
from collections import Counter

from tests.torture.attack.hurl import Orders, Pace, Told, begin, connected, counted

_ANSWER = re.compile(rb"HTTP/1\.1 (\d\d\d)[^\r]*\r\n(?:[^\r]+\r\n)*\r\n(.{0,16})", re.DOTALL)
_PATIENCE_S = 20.0
_AT_ONCE = 1_000


def guess(orders: Orders) -> Told:
    """The attack: as many lines as there may be, one guess over each of them, again and again."""
    pace, answers, done = Pace(orders), Counter[str](), 0
    begin()
    while done < orders.count and not pace.over:
        lines = []
        for _ in range(min(_AT_ONCE, orders.count - done)):
            with contextlib.suppress(OSError):
                lines.append(_guessed(orders, done))
            done += 1
            pace.breathe()
        for line in lines:
            answers[_heard(line, min(_PATIENCE_S, pace.left))] += 1
    return Told(done, counted(answers))


def _guessed(orders: Orders, number: int) -> socket.socket:
    line = connected(orders, number, "http")
    asked = f"accountid={orders.login}&password=guess{number}&text=a&to=%2B33612345678"
    try:
        line.sendall(f"GET /api?{asked} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
    except OSError:
        line.close()
        raise
    return line


def _heard(line: socket.socket, wait_s: float) -> str:
    with line:
        try:
            line.settimeout(wait_s or 0.001)
            found = _ANSWER.search(line.recv(4_096))
        except OSError as fault:
            return type(fault).__name__
    return f"{found[1].decode()} {found[2].decode('latin-1')}".strip() if found else "no word"

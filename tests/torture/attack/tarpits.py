"""A customer without credit, whose bad numbers are told to thousands of deaf endpoints.

In: orders. Out: how many pushes were answered, how many calls came. Promise: every endpoint is an
address of the loopback network, and this process listens there.
"""

import json
import selectors
import socket
from collections import Counter
from typing import Final

from tests.torture.attack.cast import PASSWORD, POOR
from tests.torture.attack.documents import posted
from tests.torture.attack.hurl import Orders, Pace, Told, begin, connected, counted

_MESSAGES: Final = 10_000  # of a push, which is as many as there may be
_HELD_MOST: Final = 15_000
_LOOK_S: Final = 0.05


def push_to_tarpits(orders: Orders) -> Told:
    """`count` pushes, of as many bad numbers as there may be in one."""
    pace, counts = Pace(orders), Counter[str]()
    held: list[socket.socket] = []
    with socket.socket() as pit, selectors.DefaultSelector() as ears:
        pit.bind(("", 0))  # which is all of 127.0.0.0/8
        pit.listen(4_096)
        pit.setblocking(False)
        ears.register(pit, selectors.EVENT_READ)
        pushes = [_push(number, pit.getsockname()[1]) for number in range(min(orders.count, 4))]
        begin()
        for number in range(orders.count):
            if pace.over:
                break
            _send(orders, number, pushes[number % len(pushes)], counts)
            _let_in(pit, ears, held)
            pace.breathe()
        while not pace.over:
            _let_in(pit, ears, held)
    counts["most calls held"] = len(held)
    return Told(counts["pushes"], counted(counts))


def _push(number: int, port: int) -> bytes:
    def origin(place: int) -> str:
        return f"http://127.{2 + number % 200}.{place // 250}.{1 + place % 250}:{port}/"

    messages = [
        {"text": "a", "to": [{"value": "9"}], "webhook_url": origin(place)}
        for place in range(_MESSAGES)
    ]
    push = {"accountid": POOR, "password": PASSWORD, "message": messages}
    return posted(b"/campaign", b"application/json", json.dumps({"push": push}).encode())


def _send(orders: Orders, number: int, push: bytes, counts: Counter[str]) -> None:
    try:
        with connected(orders, number, "http", wait_s=20) as line:
            line.sendall(push)
            counts[f"answers {line.recv(4_096)[9:12].decode() or 'none'}"] += 1
            counts["pushes"] += 1
    except OSError as fault:
        counts[type(fault).__name__] += 1


def _let_in(pit: socket.socket, ears: selectors.BaseSelector, held: list[socket.socket]) -> None:
    """Take whoever calls, and say nothing."""
    if not ears.select(_LOOK_S):
        return
    try:
        while len(held) < _HELD_MOST:
            line, peer = pit.accept()
            if peer[0].startswith("127."):
                held.append(line)
            else:
                line.close()
    except OSError:
        return  # there is nobody else at the moment

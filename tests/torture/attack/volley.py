"""Many requests in one go, as they stand, and how they were answered.

In: a batch's requests. Out: how many answers of each status. Promise: whatever an answer does to
its connection, each request of the batch is sent until something was said to it or it was left
without a word; the same batch is always sent in the same way, so that it can be sent again.
"""

import re
import time
from collections import Counter
from collections.abc import Callable, Sequence

from tests.torture.attack.hurl import Orders, Pace, Told, begin, connected, counted, reach

SILENCE_S = 20.0
FAULT = "500"
_PROGRESS_S = 0.25
_ANSWER = re.compile(rb"HTTP/1\.1 ([2-5]\d\d) ")
_PIECE = 65_536

Bend = Callable[[str, int], Sequence[bytes]]
"""The requests of a batch, from seed and number."""


class Silence(Exception):
    """Nothing was said in time, or nobody let us in."""


def pelt(orders: Orders, bend: Bend) -> Told:
    """One batch after the other; those whose numbers are this attacker's.

    The first that meets a fault of the server, or silence, is the last.
    """
    pace, statuses, done = Pace(orders), Counter[str](), 0
    number, told = orders.turn, 0.0
    begin()
    while done < orders.count and not pace.over:
        if time.monotonic() > told + _PROGRESS_S:
            told = time.monotonic()
            reach(number)
        batch = bend(orders.seed, number)
        try:
            statuses += volley(orders, number, batch)
        except Silence:
            return Told(done, counted(statuses), number)
        done += len(batch)
        if FAULT in statuses:
            return Told(done, counted(statuses), number)
        number += orders.crowd
        pace.breathe()
    return Told(done, counted(statuses))


def volley(
    orders: Orders, number: int, batch: Sequence[bytes], silence_s: float = SILENCE_S
) -> Counter[str]:
    """Send all of it. What a refusal left unread goes again, over another connection."""
    statuses: Counter[str] = Counter()
    left = list(batch)
    while left:
        heard = _exchange(orders, number, b"".join(left), silence_s)
        answers = _ANSWER.findall(heard)
        statuses.update(status.decode() for status in answers)
        if not answers:
            statuses["no word"] += 1
        left = left[max(1, len(answers)) :]
    return statuses


def _exchange(orders: Orders, number: int, octets: bytes, silence_s: float) -> bytes:
    heard = bytearray()
    try:
        with connected(orders, number, "http", wait_s=silence_s) as line:
            try:
                line.sendall(octets)
                line.shutdown(1)  # so that what is not whole is not waited for
                while piece := line.recv(_PIECE):
                    heard += piece
            except TimeoutError:
                raise Silence from None
            except OSError:
                pass  # it is the server's right to hang up, once it has said why
    except OSError:
        raise Silence from None
    return bytes(heard)

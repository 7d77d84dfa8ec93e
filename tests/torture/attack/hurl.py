"""An attacker: a process that does one thing to the server, and then says what it did.

In: its orders, as JSON on the command line. Out: a line once it begins, and what it did, as JSON.
Promise: it takes no more than its share of a core, and is over after its time.
"""

import importlib
import os
import resource
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Final

import msgspec

BEGUN, REACHED = "begun", "reached"
MOST_SHARE: Final = 0.5  # of one core, for all attackers together
_NICE = 19


class Orders(msgspec.Struct, frozen=True):
    """What one attacker is told to do."""

    hands: str  # the module and function that do it
    seed: str
    turn: int  # which one of the crowd it is
    crowd: int
    seconds: float  # it ends after so many
    count: int  # or after so many of whatever it does
    share: float  # of one core
    addresses: int  # of the loopback network that it comes from
    ports: dict[str, int]
    login: str  # of the customer who is new today
    what: str  # which of several, where one function can do several things

    def address(self, number: int) -> str:
        """One of those that it comes from."""
        return f"127.1.{self.turn}.{1 + number % self.addresses}"


class Told(msgspec.Struct, frozen=True):
    """What one attacker did. `stuck` is the batch that met silence, or a fault."""

    done: int
    said: str
    stuck: int | None = None


class Pace:
    """Keeps this process to its share of a core, looked at second by second, and to its time."""

    def __init__(self, orders: Orders) -> None:
        self._share = orders.share
        self._end = time.monotonic() + orders.seconds
        self._begin_second()

    def owed(self) -> float:
        """How long to do nothing now."""
        now = time.monotonic()
        owed = (time.process_time() - self._spent) / self._share - (now - self._since)
        if now - self._since > 1:
            self._begin_second()
        return max(0.0, owed)

    def breathe(self) -> None:
        """Do nothing for that long."""
        if owed := self.owed():
            time.sleep(owed)

    @property
    def over(self) -> bool:
        return time.monotonic() >= self._end

    @property
    def left(self) -> float:
        return max(0.0, self._end - time.monotonic())

    def _begin_second(self) -> None:
        self._since, self._spent = time.monotonic(), time.process_time()


def begin() -> None:
    """Say that all is prepared."""
    print(BEGUN, flush=True)


def reach(batch: int) -> None:
    """Say which batch is next."""
    print(REACHED, batch, flush=True)


def connected(
    orders: Orders, number: int, door: str, *, wait_s: float = 5.0, buffer: int = 0
) -> socket.socket:
    """A connection from one of its addresses. Raises OSError."""
    line = socket.socket()
    try:
        # The port is chosen at the connect, so that those of dead connections serve again.
        line.setsockopt(socket.IPPROTO_IP, getattr(socket, "IP_BIND_ADDRESS_NO_PORT", 24), 1)
        if buffer:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        line.settimeout(wait_s)
        line.bind((orders.address(number), 0))
        line.connect(("127.0.0.1", orders.ports[door]))
    except OSError:
        line.close()
        raise
    return line


def counted(counts: Counter[str]) -> str:
    """Counts in a line."""
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))


def main() -> None:
    """One attacker's life."""
    orders = msgspec.json.decode(sys.argv[1], type=Orders)
    os.nice(_NICE)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    room, _, name = orders.hands.partition(".")
    hands: Callable[[Orders], Told] = getattr(
        importlib.import_module(f"tests.torture.attack.{room}"), name
    )
    print(msgspec.json.encode(hands(orders)).decode(), flush=True)
    # Thousands of sockets are closed faster by the kernel than one by one.
    os._exit(0)


if __name__ == "__main__":
    # The hands import this module by its name, and must meet the same classes.
    importlib.import_module("tests.torture.attack.hurl").main()

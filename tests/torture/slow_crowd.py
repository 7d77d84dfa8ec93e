"""A crowd that takes its time, as a process: `... slow_crowd HTTP TLS DRIPS SILENT DEAF`.

In: two ports, and how many there are of each kind. Out: "there" once all have tried to come, then
nothing. Promise: whoever is closed comes again, some hundreds a second; it ends with its parent.
"""

import contextlib
import itertools
import random
import resource
import socket
import sys
import time
from collections.abc import Iterator
from typing import NamedTuple

from tests.torture.children import die_with_parent

_STEP_S = 0.02
_STEPS = 50  # until each of them has had a turn
_AT_ONCE = 20  # that come (again) in a step
_BODY = b"POST /api HTTP/1.1\r\nHost: h\r\nContent-Length: 33000000\r\n\r\na"
_PAGE = b"GET /smsfactor.xsd HTTP/1.1\r\nHost: h\r\n\r\n"
_PAGES = 512  # more than any buffer between us holds


class Kind(NamedTuple):
    """What a client of this crowd says at first and then each round, and from where."""

    port: int
    many: int
    addresses: int
    first: bytes = b""
    then: bytes = b""


class Guest:
    """One of them."""

    def __init__(self, kind: Kind, address: str) -> None:
        self.kind = kind
        self.address = address
        self.line: socket.socket | None = None

    def come(self) -> None:
        self.line = line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        line.bind((self.address, 0))
        line.settimeout(1)
        try:
            line.connect(("127.0.0.1", self.kind.port))
            line.setblocking(False)
            line.send(self.kind.first)
        except OSError:
            self.leave()

    def say(self) -> None:
        """One more octet; whoever never reads finds out by this alone that it was closed."""
        if self.line is None:
            return
        with contextlib.suppress(BlockingIOError):
            try:
                if self.kind.then:
                    self.line.send(self.kind.then)
                elif not self.line.recv(4_096):
                    self.leave()
            except BlockingIOError:
                raise
            except OSError:
                self.leave()

    def leave(self) -> None:
        if self.line is not None:
            self.line.close()
        self.line = None


def crowd(http: int, tls: int, drips: int, silent: int, deaf: int) -> None:
    """Until it is killed."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    kinds = (
        Kind(http, drips, 1, _BODY, b"a"),
        Kind(tls, silent, 3),
        Kind(http, deaf, 2, _PAGE * _PAGES, _PAGE),
    )
    guests = list(_mixed(kinds))
    random.Random(0).shuffle(guests)
    slices = [guests[start::_STEPS] for start in range(_STEPS)]
    for rounds in itertools.count():
        due = time.monotonic()
        for turn in slices:
            for guest in turn:
                guest.say()
            absent = [guest for guest in turn if guest.line is None]
            for guest in absent[:_AT_ONCE]:
                guest.come()
            due += _STEP_S
            time.sleep(max(0.0, due - time.monotonic()))
        if rounds * _STEPS * _AT_ONCE <= len(guests) < (rounds + 1) * _STEPS * _AT_ONCE:
            print("there", flush=True)


def _mixed(kinds: tuple[Kind, ...]) -> Iterator[Guest]:
    for number, kind in enumerate(kinds):
        for one in range(kind.many):
            yield Guest(kind, f"127.{number + 1}.0.{one % kind.addresses + 1}")


if __name__ == "__main__":
    die_with_parent()
    crowd(*(int(word) for word in sys.argv[1:]))

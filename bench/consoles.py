"""`python -m bench consoles`: what open consoles cost, and how soon a message is seen in one.

In: how many consoles, rounds and seconds. Out: orders a second and CPU with and without them, and
the milliseconds from the answer to a message until its row has come to a console, while as many go
through as `--rate` says. Promise: each console is a stream that is read as a browser's would be,
with nothing filtered.
"""

import argparse
import http.client
import re
import selectors
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote, urlencode

from bench.build import build
from bench.children import Children
from bench.pair import Figures, drawn, in_turn
from bench.place import free_ports
from bench.requests import single
from bench.settings import LOGIN, PASSWORD, Wanted
from bench.site import Bed, Site, get, site
from bench.usage import cpu_of_all_s

ALONE: Final = "no console"
WATCHED: Final = "with consoles"
_KIND: Final = "crowd"
_PROBES: Final = 200
_PROBE_EVERY_S: Final = 0.05
_FIRST_PROBE: Final = 70_000_000  # counters of recipients that no load reaches
_ROW: Final = re.compile(rb"<td>\+336(7\d{7})</td>")
_PATIENCE_S: Final = 10


class Plan(NamedTuple):
    """What was asked for."""

    consoles: int
    rounds: int
    seconds: float
    rate: float


def plan_of(words: Sequence[str]) -> Plan:
    parser = argparse.ArgumentParser(
        "python -m bench consoles", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--consoles", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=4, help="of load, each time")
    parser.add_argument("--rate", type=float, default=1_000, help="a second, while it is seen")
    return Plan(**vars(parser.parse_args(words)))


def asked_for_consoles(words: Sequence[str]) -> Callable[[Path], str]:
    """What these words ask for."""
    return partial(consoles, plan_of(words))


def consoles(plan: Plan, folder: Path) -> str:
    """The tables."""
    with Children() as children:
        bed = Bed(children, build(), folder, plan.seconds, False, True)
        (port,) = free_ports(1)
        with site(bed, Wanted(console=port)) as server:

            def loaded(name: str, _: str, first: int) -> tuple[Figures, int]:
                with watching(port, plan.consoles if name == WATCHED else 0):
                    return _loaded(server, first, plan.seconds)

            names = [ALONE, WATCHED]
            table = drawn(names, [_KIND], [*in_turn(names, [_KIND], plan.rounds, loaded)])
            seen = _seen(server, port, plan.rate)
    p50, p95 = statistics.median(seen), statistics.quantiles(seen, n=20)[-1]
    lines = ["| what | |", "| --- | --- |"]
    lines.append(f"| messages looked for, at {plan.rate:,.0f}/s | {len(seen):,} |")
    lines.append(f"| from its answer to its row, p50, p95, ms | {p50:,.0f}, {p95:,.0f} |")
    return "\n".join([table, "", *lines])


def _loaded(server: Site, first: int, seconds: float) -> tuple[Figures, int]:
    told, used, of_all = server.told(), server.cpu_s(), cpu_of_all_s()
    load = server.load(single(server.port)._replace(seconds=seconds, first=first))
    server.await_told(told + load.ok)
    node = server.cpu_s() - used
    return {
        "messages/s, accepted": load.recipients_per_s,
        "CPU us a message, node": node / load.ok * 1e6,
        "... load, operator, target, readers": (cpu_of_all_s() - of_all - node) / load.ok * 1e6,
        "answer p50, ms": load.p50_ms,
        "answer p99, ms": load.p99_ms,
    }, load.next


class _Watching(threading.Thread):
    """Reads streams until it is told to stop; notes when the row of a number came."""

    def __init__(self, port: int, count: int) -> None:
        super().__init__(daemon=True)
        self._streams = [_stream(port) for _ in range(count)]
        self._over = threading.Event()
        self.came: dict[int, float] = {}  # counter -> when its row came

    def run(self) -> None:
        with selectors.DefaultSelector() as waiting:
            for one in self._streams:
                waiting.register(one, selectors.EVENT_READ)
            while not self._over.is_set():
                for key, _ in waiting.select(0.1):
                    octets = key.fileobj.recv(1 << 20)  # type: ignore[union-attr]
                    now = time.monotonic()
                    for found in _ROW.findall(octets):
                        self.came.setdefault(int(found), now)

    def stop(self) -> None:
        self._over.set()
        self.join()
        for one in self._streams:
            one.close()


def _stream(port: int) -> socket.socket:
    """A console of the customer's that is open."""
    door = http.client.HTTPConnection("127.0.0.1", port)
    form = urlencode({"login": LOGIN, "password": PASSWORD})
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    door.request("POST", "/login", form, kind)
    answer = door.getresponse()
    answer.read()
    cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
    door.close()
    made = socket.create_connection(("127.0.0.1", port))
    made.sendall(f"GET /traffic/stream HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n".encode())
    made.recv(1 << 16)
    return made


@contextmanager
def watching(port: int, count: int) -> Iterator[_Watching]:
    watchers = _Watching(port, count)
    watchers.start()
    try:
        yield watchers
    finally:
        watchers.stop()


def _seen(server: Site, port: int, rate: float) -> list[float]:
    """Milliseconds until the row of each probe came, with the load beside it."""
    answered: dict[int, float] = {}
    ask = single(server.port)._replace(rate=rate, connections=16)
    seconds = _PROBES * _PROBE_EVERY_S + 1
    with watching(port, 1) as watchers:
        load = threading.Thread(target=server.load, args=(ask._replace(seconds=seconds),))
        load.start()
        for number in range(_FIRST_PROBE, _FIRST_PROBE + _PROBES):
            target = single(server.port).target.replace("{to}", quote(f"+336{number}"))
            get(server.port, target)
            answered[number] = time.monotonic()
            time.sleep(_PROBE_EVERY_S)
        load.join()
        until = time.monotonic() + _PATIENCE_S
        while len(watchers.came.keys() & answered.keys()) < _PROBES and time.monotonic() < until:
            time.sleep(0.05)
        came = watchers.came
    missed = answered.keys() - came.keys()
    # A row that never came took for ever.
    return [
        _PATIENCE_S * 1e3 if number in missed else (came[number] - answered[number]) * 1e3
        for number in answered
    ]

"""Nodes of one store that are loaded together: what one load of them comes to.

In: a size and a database. Out: figures of each load, until its last callback. Promise: what several
nodes are asked is split between them, and so are the links.
"""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from bench.database import Database
from bench.load import Load
from bench.pair import Figures
from bench.requests import single
from bench.settings import LOGIN, RIVAL, Wanted, settings
from bench.site import Bed, Site, ground
from bench.trees import Tree
from bench.usage import cpu_of_all_s
from chappe.node.directory import KEY

_CONNECTIONS: Final = 64  # of each customer
_KEY: Final = b"k" * 32


class _Beside(Site):
    """A node more of a store: its operator and its callback target are those of the first."""

    def __init__(self, first: Site, bed: Bed, folder: Path, wanted: Wanted) -> None:
        super().__init__(bed, folder, wanted, False, Tree())
        self._wanted_more = wanted
        self._first = first

    def open(self) -> None:
        first = self._first
        text = settings(self._wanted_more, self.port, first.sink_port, first.smsc_port)
        (self.folder / "chappe.toml").write_text(text, encoding="utf-8")
        self.start()

    def close_tools(self) -> None:
        """It has none."""


class Town:
    """Nodes of one store."""

    def __init__(self, sites: Sequence[Site], base: Database | None, url: str) -> None:
        self.url = url
        self._sites = sites
        self._base = base

    def loaded(self, first: int, seconds: float) -> tuple[Figures, int]:
        """Each customer asks at the same time; each node has its share of their connections."""
        sites = self._sites
        told, used = sites[0].told(), self._used()
        began = time.monotonic()

        def load(login: str, site: Site) -> Load:
            ask = single(site.port, login)._replace(seconds=seconds, first=first)
            return site.load(ask._replace(connections=_CONNECTIONS), name=login)

        with ThreadPoolExecutor() as threads:
            loads = [*threads.map(load, (LOGIN, RIVAL), (sites[0], sites[-1]))]
        count = sum(load.ok for load in loads)
        sites[0].await_told(told + count)
        took = time.monotonic() - began
        nodes, base, tools = (
            (now - then) / count * 1e6 for now, then in zip(self._used(), used, strict=True)
        )
        return {
            "messages/s, accepted": sum(load.recipients_per_s for load in loads),
            "messages/s, to the last callback": count / took,
            "CPU us a message, nodes": nodes,
            "... PostgreSQL": base,
            "... load, operator, target": tools,
            "answer p50, ms": max(load.p50_ms for load in loads),
            "answer p99, ms": max(load.p99_ms for load in loads),
        }, max(load.next for load in loads)

    def _used(self) -> tuple[float, float, float]:
        nodes = sum(site.cpu_s() for site in self._sites)
        base = 0.0 if self._base is None else self._base.cpu_s()
        return nodes, base, cpu_of_all_s() - nodes - base


@contextmanager
def town(bed: Bed, base: Database | None, size: int) -> Iterator[Town]:
    """So many nodes, over a fresh database of this server, or over SQLite."""
    store = "" if base is None else base.fresh()
    wanted = Wanted(store=store, apart=True)
    with ExitStack() as opened:
        first = Site(bed, opened.enter_context(ground(bed)), wanted, False, Tree())
        sites = [first]
        for _ in range(size - 1):
            sites.append(_Beside(first, bed, opened.enter_context(ground(bed)), wanted))
        for site in sites:
            opened.callback(site.close)
            _key_in(site.store)
            site.open()
        yield Town(sites, base, store)


def _key_in(store: Path) -> None:
    """All nodes of a store have one."""
    store.mkdir(parents=True, exist_ok=True)
    (store / KEY).write_bytes(_KEY)

"""`python -m bench pages`: how long pages of the console take with ten million messages stored.

In: how many messages, how many calls of each page. Out: a line a page, the slowest first: its p50
and p95. Promise: the pages are those that links lead to, one of each route, as the operator and as
the customer see them.
"""

import argparse
import http.client
import re
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from html import unescape
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlencode

from bench.build import build
from bench.children import Children
from bench.generate import multiply
from bench.place import free_ports
from bench.settings import LOGIN, PASSWORD, Wanted
from bench.site import Bed, site
from bench.trouble import Broken
from bench.works.stored import with_a_campaign

OPERATOR: Final = "operator"
_LINK: Final = re.compile(r'href="(/[^"#]*)')
_NO_PAGE: Final = re.compile(r"^/(static|sandbox/)|/(stream|export)\b|\.(csv|wav)\b|/open$")
_NUMBER: Final = re.compile(r"(?<=/)\d+(?=/|$)")
# Its figures are remembered by the server as messages grow old, which those that are made here are
# not.
_COUNTED: Final = frozenset({"/usage"})
_MOST: Final = 120  # pages that are looked at


class Plan(NamedTuple):
    """What was asked for."""

    stored: int
    calls: int


class _Took(NamedTuple):
    who: str
    address: str
    p50_ms: float
    p95_ms: float


def plan_of(words: Sequence[str]) -> Plan:
    said = __doc__.splitlines()[0]
    parser = argparse.ArgumentParser("python -m bench pages", description=said)
    parser.add_argument("--stored", type=int, default=10_000_000, help="messages")
    parser.add_argument("--calls", type=int, default=40, help="of each page")
    return Plan(**vars(parser.parse_args(words)))


def asked_for_pages(words: Sequence[str]) -> Callable[[Path], str]:
    """What these words ask for."""
    return partial(pages, plan_of(words))


def pages(plan: Plan, folder: Path) -> str:
    """The table."""
    (port,) = free_ports(1)
    with Children() as children:
        bed = Bed(children, build(), folder, 0, False, True)
        with site(bed, Wanted(console=port)) as server:
            with_a_campaign(server)
            stored = multiply(server.store / "chappe.db", plan.stored)
            server.staff(OPERATOR, PASSWORD)
            server.start()
            took = [one for who in (OPERATOR, LOGIN) for one in _looked(port, who, plan.calls)]
    took.sort(key=lambda one: -one.p95_ms)
    lines = [f"{stored:,} messages stored, {len(took)} pages.", ""]
    lines += ["| page | by | p50, ms | p95, ms |", "| --- | --- | --- | --- |"]
    for one in took:
        lines.append(f"| `{one.address}` | {one.who} | {one.p50_ms:.0f} | {one.p95_ms:.0f} |")
    return "\n".join(lines)


def _looked(port: int, who: str, calls: int) -> Iterator[_Took]:
    """One page of each kind: two addresses are of one kind where only numbers differ."""
    door = http.client.HTTPConnection("127.0.0.1", port)
    cookie = _way_in(door, who)
    todo, kinds = ["/"], set[str]()
    while todo and len(kinds) < _MOST:
        address = todo.pop(0)
        kind = _NUMBER.sub("{}", address.partition("?")[0])
        if kind in kinds or kind in _COUNTED:
            continue
        kinds.add(kind)
        times, text = [], ""
        for _ in range(calls):
            began = time.perf_counter()
            text = _page(door, address, cookie)
            times.append((time.perf_counter() - began) * 1e3)
        found = [unescape(link) for link in _LINK.findall(text)]
        todo += [link for link in found if not _NO_PAGE.search(link)]
        yield _Took(who, address, statistics.median(times), statistics.quantiles(times, n=20)[-1])


def _way_in(door: http.client.HTTPConnection, who: str) -> str:
    form = urlencode({"login": who, "password": PASSWORD})
    door.request("POST", "/login", form, {"Content-Type": "application/x-www-form-urlencoded"})
    answer = door.getresponse()
    answer.read()
    if answer.status != 303:
        raise Broken(f"{who} could not come into the console: {answer.status}.")
    return (answer.getheader("Set-Cookie") or "").partition(";")[0]


def _page(door: http.client.HTTPConnection, address: str, cookie: str) -> str:
    door.request("GET", address, headers={"Cookie": cookie})
    answer = door.getresponse()
    text = answer.read().decode("utf-8", "replace")
    if answer.status != 200:
        raise Broken(f"{address} answered {answer.status}.")
    return text

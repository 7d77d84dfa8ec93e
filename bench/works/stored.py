"""A look-up and a start with ten million messages in the store.

In: a bed. Out: milliseconds of the status of one campaign, seconds of the start, and memory, with
few messages stored and with many. Promise: the campaign is the same, and it is the oldest.
"""

import json
import statistics
import time
from typing import Final, NamedTuple
from urllib.parse import urlencode

from bench.figures import Measured
from bench.generate import multiply
from bench.requests import bulk
from bench.settings import LOGIN, PASSWORD
from bench.site import Bed, Site, get, site
from bench.trouble import Broken

_FULL = 10_000_000
_QUICK = 500_000
CAMPAIGN: Final = 10_000
_AT_MOST_S = 60
_RET_ID = "bench-oldest"
_CALLS = 20


class Look(NamedTuple):
    """How a server does with what it has stored."""

    start_s: float
    status_ms: float
    memory: float


def run(bed: Bed) -> Measured:
    with site(bed) as server:
        with_a_campaign(server)
        few = look(server)
        stored = multiply(server.store / "chappe.db", _QUICK if bed.quick else _FULL)
        many = look(server)
    return {
        "stored": stored,
        "stored_status": many.status_ms,
        "stored_status_few": few.status_ms,
        "stored_start": many.start_s,
        "stored_rss": many.memory,
        "stored_growth": many.memory - few.memory,
    }


def with_a_campaign(server: Site) -> None:
    """It has one, sent and told of, and is stopped."""
    ask = bulk(server.port, CAMPAIGN, ret_id=_RET_ID)
    server.load(ask._replace(connections=1, requests=1, seconds=_AT_MOST_S))
    server.await_told(CAMPAIGN)
    server.stop()


def look(server: Site) -> Look:
    """Start it, ask, and stop it."""
    start_s = server.start()
    took = [_status(server.port) for _ in range(_CALLS)]
    memory = server.memory().now
    server.stop()
    return Look(start_s, statistics.median(took) * 1e3, memory)


def _status(port: int) -> float:
    asked = urlencode({"accountid": LOGIN, "password": PASSWORD, "ret_id": _RET_ID})
    began = time.perf_counter()
    answer = get(port, f"/campaign/status?{asked}")
    took = time.perf_counter() - began
    counted = json.loads(answer)["data"]["summary"]["total_message"]
    if counted != CAMPAIGN:
        raise Broken(f"The status of the campaign speaks of {counted} messages.")
    return took

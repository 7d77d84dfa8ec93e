"""Notifications behind a million marketing messages.

In: a bed. Out: milliseconds from the request to the submit. Promise: marketing was waiting from the
first notification to the last, or the run is void.
"""

from bench.delays import delays_ms, sent_times
from bench.figures import Measured, percentile
from bench.load import number_of
from bench.requests import single
from bench.settings import Wanted
from bench.site import Bed, site
from bench.trouble import Broken
from bench.works.queue import FIRST, fill, queued

_LINK_RATE = 2_000
_RATE = 20
_SECONDS = 20
_QUICK_SECONDS = 10
_CONNECTIONS = 4


def run(bed: Bed) -> Measured:
    with site(bed, Wanted(rate=_LINK_RATE)) as server:
        fill(server, bed)
        log = server.folder / "asked.log"
        seconds = _QUICK_SECONDS if bed.quick else _SECONDS
        ask = single(server.port)._replace(seconds=seconds, rate=_RATE, connections=_CONNECTIONS)
        server.load(ask, log)
        server.close()
        submitted = server.submits()
        sent = sent_times(log)
    took = delays_ms(sent, submitted, "at the operator")
    waiting = queued(bed) - sum(number >= number_of(FIRST) for number in submitted)
    if waiting <= 0:
        raise Broken("All marketing messages had left before the last notification.")
    return {
        "overtaking_p50": percentile(took, 0.50),
        "overtaking_p99": percentile(took, 0.99),
        "overtaken": waiting,
    }

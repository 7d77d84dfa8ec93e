"""A thousand recipients a request: how fast they are accepted, and how soon they are out.

In: a bed. Out: recipients per second, and seconds until the last was submitted and told. Promise:
every accepted message was called back once, or the run is void.
"""

import time

from bench.figures import Measured
from bench.requests import bulk
from bench.settings import Wanted
from bench.site import Bed, site

_MOST = 400_000
"""Recipients of a run: beyond, the time to send them all would only grow."""

_WIDE = 500


def run(bed: Bed) -> Measured:
    wide = _bulk(bed, Wanted(window=_WIDE))
    return {
        **_bulk(bed, Wanted()),
        "bulk_500": wide["bulk"],
        "bulk_rate_500": wide["bulk_rate"],
    }


def _bulk(bed: Bed, wanted: Wanted) -> dict[str, float]:
    with site(bed, wanted) as server:
        ask = bulk(server.port)
        requests = (_MOST // 4 if bed.quick else _MOST) // ask.recipients
        began = time.monotonic()
        load = server.load(ask._replace(seconds=bed.seconds, requests=requests))
        accepted = load.ok * ask.recipients
        server.await_told(accepted)
        took = time.monotonic() - began
        return {
            "bulk": load.recipients_per_s,
            "bulk_out": took,
            "bulk_rate": accepted / took,
        }

"""Resident memory of the server: idle, and after 100,000 messages went all the way through.

In: a bed. Out: MiB. Promise: all messages were called back before it is read.
"""

from bench.figures import Measured
from bench.requests import single
from bench.site import Bed, site
from bench.trouble import Broken

_MESSAGES = 100_000
_WITHIN_S = 120


def run(bed: Bed) -> Measured:
    with site(bed) as server:
        idle = server.memory().now
        ask = single(server.port)._replace(seconds=_WITHIN_S, requests=_MESSAGES)
        accepted = server.load(ask).ok
        server.await_told(accepted)
        after = server.memory()
        if accepted < _MESSAGES:
            raise Broken(f"In {_WITHIN_S} s only {accepted:,} messages were accepted.")
        return {"idle": idle, "after": after.now, "peak": after.peak}

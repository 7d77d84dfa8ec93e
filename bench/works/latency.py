"""How long one message takes while little is going on.

In: a bed. Out: from the request's first byte to the answer, to the submit, to the callback.
Promise: all clocks are the machine's monotonic one; what is less exact than that is rounded up.
"""

from bench.delays import delays_ms, sent_times
from bench.figures import Measured, percentile
from bench.requests import single
from bench.site import Bed, site

_RATE = 50
_CONNECTIONS = 4


def run(bed: Bed) -> Measured:
    with site(bed, trace=True) as server:
        log = server.folder / "asked.log"
        ask = single(server.port)._replace(
            seconds=bed.seconds, rate=_RATE, connections=_CONNECTIONS
        )
        load = server.load(ask, log)
        server.await_told(load.ok)
        told = server.tellings()
        server.close()
        submitted = server.submits()
        sent = sent_times(log)
    to_submit = delays_ms(sent, submitted, "at the operator")
    to_callback = delays_ms(sent, told, "at the callback target")
    return {
        "answer_p50": load.p50_ms,
        "answer_p99": load.p99_ms,
        "submit_p50": percentile(to_submit, 0.50),
        "submit_p99": percentile(to_submit, 0.99),
        "told_p50": percentile(to_callback, 0.50),
        "told_p99": percentile(to_callback, 0.99),
    }

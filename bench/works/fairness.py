"""One hundred messages of B behind a million of A (contract row E23).

In: a bed. Out: seconds until the last of B left, the same for B alone at half the link's rate, and
the ratio of both. Promise: A's and B's messages are of the same channel.
"""

from bench.figures import Measured
from bench.load import number_of, read_asked
from bench.place import until
from bench.requests import bulk
from bench.settings import RIVAL, Wanted
from bench.site import Bed, Site, site
from bench.works.queue import fill

_LINK_RATE = 100
_MESSAGES = 100
_WITHIN_S = 60
_NS_PER_S = 1e9


def run(bed: Bed) -> Measured:
    with site(bed, Wanted(rate=_LINK_RATE // 2)) as server:
        alone = _send(server)
    with site(bed, Wanted(rate=_LINK_RATE)) as server:
        fill(server, bed)
        behind = _send(server)
    return {"fair_behind": behind, "fair_alone": alone, "fair_ratio": behind / alone}


def _send(server: Site) -> float:
    """Seconds from B's request until the last of its messages was submitted."""
    log = server.folder / "asked.log"
    ask = bulk(server.port, _MESSAGES, login=RIVAL, route="B")
    server.load(ask._replace(connections=1, requests=1), log)
    with log.open() as file:
        sent = next(read_asked(file))
    mine = {number_of(sent.first + index) for index in range(_MESSAGES)}
    until(lambda: mine <= server.submits().keys(), _WITHIN_S, "all messages of B have left")
    submitted = server.submits()
    return (max(submitted[number] for number in mine) - sent.sent_ns) / _NS_PER_S

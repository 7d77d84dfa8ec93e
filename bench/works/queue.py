"""A long queue of marketing messages, made quickly.

In: a server, how many. Out: nothing; afterwards they are stored, and wait for the link. Promise:
they are of one account, and their numbers are those of no other load here.
"""

from bench.requests import bulk
from bench.site import Bed, Site
from bench.trouble import Broken

_FULL = 1_000_000
_QUICK = 100_000
_A_CALL = 10_000  # what the provider allows
FIRST = 10_000_000
"""The first counter of the queue, beyond those of any other load."""

_WITHIN_S = 120


def queued(bed: Bed) -> int:
    return _QUICK if bed.quick else _FULL


def fill(server: Site, bed: Bed) -> None:
    ask = bulk(server.port, _A_CALL, route="B")
    wanted = queued(bed) // _A_CALL
    load = server.load(ask._replace(first=FIRST, requests=wanted, seconds=_WITHIN_S))
    if load.ok < wanted:
        raise Broken(f"In {_WITHIN_S} s only {load.ok * _A_CALL:,} messages could be queued.")

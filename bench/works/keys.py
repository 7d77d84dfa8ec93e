"""A thousand keys that one customer makes, and what another notices of it (contract row S1).

In: a bed. Out: keys made per second; the CPU of another's request afterwards against before; how
long their answers take while keys are made, and while none are. Promise: the other customer asks at
the same rate, by the same password, all the time.
"""

from bench.figures import Measured
from bench.load import Ask, Load, arguments, read_load
from bench.requests import credit, key
from bench.site import Bed, Site, site
from bench.trouble import Broken

_KEYS = 1_000
_RATE = 500  # of the other's requests a second
_CONNECTIONS = 8
_WITHIN_S = 60


def run(bed: Bed) -> Measured:
    with site(bed) as server:
        _others(server)  # their password is proved, and all is warm
        before, alone = _others(server)
        made = server.load(_making(server)._replace(seconds=_WITHIN_S))
        after, _ = _others(server)
        beside = _others_beside(server)
        if made.ok < _KEYS:
            raise Broken(f"In {_WITHIN_S} s only {made.ok:,} keys were made.")
        return {
            "keys": made.requests_per_s,
            "keys_ratio": after / before,
            "keys_alone": alone.p99_ms,
            "keys_beside": beside.p99_ms,
        }


def _others(server: Site) -> tuple[float, Load]:
    """CPU s a request, and the answers."""
    used = server.cpu_s()
    ask = credit(server.port)._replace(seconds=server.bed.seconds, rate=_RATE)
    load = server.load(ask._replace(connections=_CONNECTIONS))
    return (server.cpu_s() - used) / load.ok, load


def _others_beside(server: Site) -> Load:
    """The answers while as many keys again are made, evenly over that time."""
    bed, printed = server.bed, server.folder / "keys.out"
    ask = _making(server)._replace(seconds=bed.seconds, rate=_KEYS / bed.seconds)
    making = bed.children.start([str(bed.programs / "hload"), *arguments(ask)], printed)
    try:
        _, load = _others(server)
        making.wait(_WITHIN_S)
    finally:
        bed.children.kill(making)
    read_load(printed.read_text("utf-8"))
    return load


def _making(server: Site) -> Ask:
    return key(server.port)._replace(requests=_KEYS, connections=_CONNECTIONS)

"""The works that are measured: each a module with `run`, which measures once.

In: a bed. Out: figures of one run. Promise: each run has a fresh server on a fresh store.
"""

from collections.abc import Callable
from typing import NamedTuple

from bench.figures import Measured
from bench.site import Bed
from bench.works import (
    accept,
    bulk,
    fairness,
    keys,
    large,
    latency,
    listed,
    memory,
    overtaking,
    stored,
    sustained,
)


class Work(NamedTuple):
    """`once`: it takes minutes and hardly varies, so that it is run a single time."""

    run: Callable[[Bed], Measured]
    once: bool = False


WORKS: dict[str, Work] = {
    "accept": Work(accept.run),
    "bulk": Work(bulk.run),
    "large": Work(large.run),
    "sustained": Work(sustained.run),
    "latency": Work(latency.run),
    "memory": Work(memory.run),
    "overtaking": Work(overtaking.run),
    "fairness": Work(fairness.run, once=True),
    "keys": Work(keys.run),
    "stored": Work(stored.run, once=True),
    "listed": Work(listed.run, once=True),
}

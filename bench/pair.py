"""`python -m bench pair REV [REV ...]`: revisions side by side, by the ratio to the first.

In: revisions; `.` is the tree as it stands. Out: for each load and figure the median, and the
median of the ratios of each round, with their quartiles. Promise: all servers are up all the time
and loaded in turn, each round in another order, so that a machine whose pace changes by the minute
changes it for all of them alike.
"""

import argparse
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from bench.build import build
from bench.children import Children
from bench.load import Ask
from bench.requests import ACCOUNTS, bulk, isendpro, many, octopush, single, smsfactor, smsmode
from bench.settings import Wanted
from bench.site import Bed, Site, site
from bench.trees import trees

Asks = Callable[[int], Ask]

_KINDS: Final[Mapping[str, Asks]] = {
    "crowd": single,
    "few": lambda port: single(port)._replace(connections=3),
    "lone": lambda port: single(port)._replace(connections=1),
    "paced": lambda port: single(port)._replace(rate=3_000),
    "slow": lambda port: single(port)._replace(rate=50, connections=4),
    "steady": lambda port: single(port)._replace(rate=5_000),
    "bulk": bulk,
    "octopush": octopush,
    "isendpro": isendpro,
    "smsmode": smsmode,
    "smsfactor": smsfactor,
    "many": many,
}
"""What is asked for: by 64 connections, by 3, by one; 3,000, 50 or 5,000 times a second; 1,000 at
once; and by 64 connections: what the other dialects are asked for most, and the same of a thousand
accounts in turn, each with a sender of its own."""

_SMALL: Final = 10

_UNTOLD: Final = frozenset({"smsfactor"})
"""Where nobody is called back: it is over when the operator's receipts are taken."""

Figures = dict[str, float]
Seen = Mapping[tuple[str, str], Figures]
"""Name and load -> what was seen of them in a round."""


class Plan(NamedTuple):
    """What was asked for."""

    revisions: list[str]
    kinds: list[str]
    rounds: int
    seconds: float
    simulated: bool


def plan_of(words: Sequence[str]) -> Plan:
    parser = argparse.ArgumentParser("python -m bench pair", description=__doc__.splitlines()[0])
    parser.add_argument(
        "revisions",
        nargs="+",
        metavar="REV",
        help="of git, `.`: as it stands; `REV=PYTHON`: run by that interpreter",
    )
    parser.add_argument(
        "--load", nargs="+", choices=list(_KINDS), default=["crowd", "paced"], dest="kinds"
    )
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=4, help="of load, each time")
    parser.add_argument("--simulated", action="store_true", help="the operator is in the process")
    return Plan(**vars(parser.parse_args(words)))


def asked_for_pairs(words: Sequence[str]) -> Callable[[Path], str]:
    """What these words ask for."""
    return partial(pair, plan_of(words))


def pair(plan: Plan, folder: Path) -> str:
    """The table."""
    wanted = Wanted(accounts=ACCOUNTS if "many" in plan.kinds else 0)
    with Children() as children, trees(plan.revisions, folder) as found, ExitStack() as opened:
        bed = Bed(children, build(), folder, plan.seconds, False, not plan.simulated)
        sites = {
            name: opened.enter_context(site(bed, wanted, tree=tree)) for name, tree in found.items()
        }

        def loaded(name: str, kind: str, first: int) -> tuple[Figures, int]:
            asked = _KINDS[kind](sites[name].port)._replace(seconds=plan.seconds, first=first)
            return _loaded(sites[name], asked, kind in _UNTOLD)

        names = [*sites]
        return drawn(names, plan.kinds, [*in_turn(names, plan.kinds, plan.rounds, loaded)])


def in_turn(
    names: Sequence[str],
    kinds: Sequence[str],
    rounds: int,
    loaded: Callable[[str, str, int], tuple[Figures, int]],
) -> Iterator[Seen]:
    """Load each by each kind, once a round, in another order than in the last. `loaded` takes the
    first number that this name has not used yet, and returns the next."""
    counters = dict.fromkeys(names, 0)
    for number in range(rounds + 1):
        turn = number % len(names)
        seen: dict[tuple[str, str], Figures] = {}
        for kind in kinds:
            for name in (*names[turn:], *names[:turn]):
                seen[name, kind], counters[name] = loaded(name, kind, counters[name])
        print(f"round {number} of {rounds}", file=sys.stderr, flush=True)
        if number:  # the first is for warming up
            yield seen


def _loaded(server: Site, asked: Ask, untold: bool) -> tuple[Figures, int]:
    """What one load came to, until the last of it was over; and the next free number."""
    told, used, main = server.told(), server.cpu_s(), server.cpu_of_main_s()
    began = time.monotonic()
    load = server.load(asked)
    count = load.ok * asked.recipients
    if untold:
        server.await_reported(load.next)
    else:
        server.await_told(told + count)
    took = time.monotonic() - began
    used, main = server.cpu_s() - used, server.cpu_of_main_s() - main
    return {
        "messages/s, accepted": load.recipients_per_s,
        "messages/s, to the last callback": count / took,
        "CPU us a message": used / count * 1e6,
        "... of it in the main thread": main / count * 1e6,
        "answer p50, ms": load.p50_ms,
        "answer p99, ms": load.p99_ms,
    }, load.next


def drawn(names: Sequence[str], kinds: Sequence[str], rounds: Sequence[Seen]) -> str:
    """A row for each load and figure; a pair of cells for each name but the first."""
    first, *others = names
    heads = ["load", "figure", first]
    for name in others:
        heads += [name, "ratio [quartiles]"]
    lines = [" | ".join(heads), " | ".join(["---"] * len(heads))]
    for kind in kinds:
        values: dict[str, dict[str, list[float]]] = defaultdict(dict)
        for name in names:
            for figure in rounds[0][name, kind]:
                values[figure][name] = [seen[name, kind][figure] for seen in rounds]
        for figure, by_name in values.items():
            cells = [_shown(by_name[first])]
            for name in others:
                ratios = [b / a for a, b in zip(by_name[first], by_name[name], strict=True)]
                cells += [_shown(by_name[name]), spread(ratios)]
            lines.append(" | ".join([kind, figure, *cells]))
    return "\n".join(f"| {line} |" for line in lines)


def _shown(values: Sequence[float]) -> str:
    """The median. CPU seconds and milliseconds are small, and differ behind the point."""
    median = statistics.median(values)
    return f"{median:,.3f}" if median < _SMALL else f"{median:,.1f}"


def spread(ratios: Sequence[float]) -> str:
    """The median, and between which values half of them lie."""
    if len(ratios) < 2:
        return f"{ratios[0]:.3f}"
    low, middle, high = statistics.quantiles(ratios, n=4, method="inclusive")
    return f"{middle:.3f} [{low:.3f} to {high:.3f}]"

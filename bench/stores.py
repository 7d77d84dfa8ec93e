"""`python -m bench stores`: SQLite, one node on PostgreSQL, and two, side by side.

In: rounds and seconds. Out: for each the median of each figure, and the median of its ratios to one
node on PostgreSQL, with their quartiles. Promise: all are up all the time and asked in turn by as
many connections; what two nodes are asked is split between them, and so are the links.
"""

import argparse
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from bench.build import build
from bench.children import Children
from bench.database import database
from bench.pair import Figures, drawn, in_turn
from bench.site import Bed
from bench.town import town

ONE: Final = "one node"
TWO: Final = "two nodes"
SQLITE: Final = "SQLite"
_KIND: Final = "crowd"


class Plan(NamedTuple):
    """What was asked for."""

    rounds: int
    seconds: float


def plan_of(words: Sequence[str]) -> Plan:
    parser = argparse.ArgumentParser("python -m bench stores", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4, help="of load, each time")
    return Plan(**vars(parser.parse_args(words)))


def asked_for_stores(words: Sequence[str]) -> Callable[[Path], str]:
    """What these words ask for."""
    return partial(stores, plan_of(words))


def stores(plan: Plan, folder: Path) -> str:
    """The table."""
    with Children() as children, ExitStack() as opened:
        bed = Bed(children, build(), folder, plan.seconds, False, True)
        base = opened.enter_context(database(children))
        towns = {
            ONE: opened.enter_context(town(bed, base, 1)),
            TWO: opened.enter_context(town(bed, base, 2)),
            SQLITE: opened.enter_context(town(bed, None, 1)),
        }

        def loaded(name: str, _: str, first: int) -> tuple[Figures, int]:
            return towns[name].loaded(first, plan.seconds)

        names = [*towns]
        return drawn(names, [_KIND], [*in_turn(names, [_KIND], plan.rounds, loaded)])

"""`python -m bench.cells`: what many databases do with more load than one of them takes.

In: how much load, from how many accounts. Out: tables on the standard output; exit code 1 where
something went wrong that must not. Promise: the same seed prints the same figures.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence

from bench.cells.capacity import (
    FILLED,
    LINK_RATES,
    MESSAGES_MOST_S,
    MESSAGES_S,
    STEP_S,
    STEPS_S,
)
from bench.cells.load import Sender, senders, split, with_one_giant
from bench.cells.moving import Moving
from bench.cells.placing import by_map, needed, plans
from bench.cells.tables import audit_sentence, cells_table, plans_table
from bench.cells.town import NOTHING_WRONG, Death, Town

_CELLS_MOST = 16
_GIANT = 0.3
_HAPPENS_AT = 5 * STEPS_S
_PARTS = 3
_AFTERWARDS_S = 10  # more, where something is to be got over


def main(words: Sequence[str] | None = None) -> int:
    asked = _read(words)
    known = senders(asked.accounts, asked.rate, len(LINK_RATES))
    count = asked.cells or needed(known, FILLED, _CELLS_MOST)
    fewest = needed(known, FILLED * MESSAGES_MOST_S / MESSAGES_S, _CELLS_MOST)
    print(
        f"{asked.rate:,.0f} messages a second of {asked.accounts} accounts, the first with "
        f"{known[0].rate / asked.rate:.0%}; a cell takes {MESSAGES_S:,.0f}. {asked.seconds:g} "
        f"simulated seconds each, seed {asked.seed}.",
        plans_table(plans(known, max(count, 6) + 1)),
        f"Cells needed so that none is above {FILLED:.0%}: {count}; by the upper end of what one "
        f"cell is estimated to take ({MESSAGES_MOST_S:,.0f}): {fewest}.",
        sep="\n\n",
    )
    if not count:
        print("One account alone fills more of a cell than that.")
        return 1
    is_right = True
    for title, town in _towns(asked, known, count):
        audit = town.drain().audit()
        is_right &= audit == NOTHING_WRONG
        print(f"\n{title}\n\n{cells_table(town)}\n\n{audit_sentence(audit)}")
    return 0 if is_right else 1


def _read(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.cells", description=__doc__)
    parser.add_argument("--rate", type=float, default=100_000, help="messages a second")
    parser.add_argument("--accounts", type=int, default=500)
    parser.add_argument("--cells", type=int, default=0, help="0: as many as are needed")
    parser.add_argument("--seconds", type=float, default=15, help="of load, simulated")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(words)


def _towns(
    asked: argparse.Namespace, known: Sequence[Sender], count: int
) -> Iterator[tuple[str, Town]]:
    """What is tried, each with its title, once its load is over."""
    placed = by_map(known, count)
    seconds, seed = asked.seconds, asked.seed
    yield "Nothing happens.", Town(known, placed, seed=seed).run(seconds)

    heaviest = known[0]
    town = Town(known, placed, seed=seed, spare=1)
    source, target = town.cells[placed[heaviest.account]], town.cells[-1]
    moving = Moving(heaviest, source, target, _HAPPENS_AT)
    town.move(moving)
    yield (
        f"The heaviest account ({heaviest.rate:,.0f}/s) moves from cell {source.number} to "
        f"{target.number}, which is new: {heaviest.rows:,} rows are copied in "
        f"{moving.copied_in * STEP_S:.1f} s, then it waits at the doors for "
        f"{moving.held_for * STEP_S:.1f} s.",
        town.run(seconds + _AFTERWARDS_S),
    )

    death = Death(count - 1, _HAPPENS_AT)
    yield (
        f"The database of cell {death.cell} dies; its standby goes on 10 s later.",
        Town(known, placed, seed=seed, deaths=[death]).run(seconds + _AFTERWARDS_S),
    )
    yield from _giants(asked, count)


def _giants(asked: argparse.Namespace, count: int) -> Iterator[tuple[str, Town]]:
    known = with_one_giant(asked.accounts, asked.rate, len(LINK_RATES), _GIANT)
    yield (
        f"One account has {_GIANT:.0%} of everything ({known[0].rate:,.0f}/s).",
        Town(known, by_map(known, count), seed=asked.seed).run(asked.seconds),
    )
    parts = [*known[1:], *split(known[0], _PARTS, asked.accounts)]
    yield (
        f"The same, made {_PARTS} accounts, each with a part of the credit.",
        Town(parts, by_map(parts, count), seed=asked.seed).run(asked.seconds),
    )


if __name__ == "__main__":
    sys.exit(main())

"""`python -m tests.torture.attack [NAME ...] [--seed N] [--short] [--report]`: single attacks.

In: names of the table, or nothing for all. Out: a row for each. Promise: 1 where a promise does
not hold; without `--report` the first such attack is the last.
"""

import argparse
import asyncio
import secrets
import sys

from tests.torture.attack.run import attack
from tests.torture.attack.siege import BRIEF, WHOLE
from tests.torture.attack.table import ATTACKS
from tests.torture.broken import Broken


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser("python -m tests.torture.attack", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(ATTACKS)}")
    parser.add_argument("--seed", default=secrets.token_hex(4), help="what chance begins with")
    parser.add_argument("--short", action="store_true", help="as the check has it")
    parser.add_argument("--report", action="store_true", help="do not stop at the first")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(ATTACKS):
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    print(f"seed {asked.seed}", flush=True)
    form = BRIEF if asked.short else WHOLE
    try:
        asyncio.run(attack(asked.names or list(ATTACKS), asked.seed, form, report=asked.report))
    except Broken as fault:
        print(f"BROKEN: {fault}", flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

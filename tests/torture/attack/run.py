"""A run of attacks, as the torture knows runs.

In: names of attacks, a seed, which sizes. Out: a table for docs/figures.md. Promise: a promise that
does not hold is raised as Broken: the first at once, or all of them at the end.
"""

from collections.abc import Sequence

from tests.torture.attack.promises import HEAD, Seen, row, some
from tests.torture.attack.siege import Form, besiege
from tests.torture.broken import Broken
from tests.torture.figures import Table


async def attack(names: Sequence[str], seed: str, form: Form, *, report: bool) -> Table:
    """All of them; each is printed as soon as it is over."""
    rows, faulty = [HEAD], list[str]()
    print(HEAD, flush=True)

    def tell(seen: Seen, faults: Sequence[str]) -> None:
        rows.append(row(seen, faults))
        print(f"{rows[-1]}\n    attackers: {some(seen.told) or 'said nothing'}", flush=True)
        if faults and not report:
            raise Broken(f"{seen.attack}: {'; '.join(faults)}\n{seen.words[-3_000:]}")
        if faults:
            faulty.append(seen.attack)

    await besiege(names, seed, form, tell)
    if faulty:
        raise Broken(f"{len(faulty)} of {len(names)} attacks: {', '.join(faulty)}")
    return Table("\n".join(rows))

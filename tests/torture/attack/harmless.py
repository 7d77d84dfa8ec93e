"""A process that is as busy as attackers are, and does nothing to anybody.

In: orders. Out: how often it went round. Promise: idle values that are taken beside it hold
whatever the machine takes for having another busy process.
"""

from tests.torture.attack.hurl import Orders, Pace, Told, begin

_ROUND = 10_000


def spin(orders: Orders) -> Told:
    """Count."""
    begin()
    pace, rounds = Pace(orders), 0
    while not pace.over:
        sum(range(_ROUND))
        rounds += 1
        pace.breathe()
    return Told(rounds, "rounds")

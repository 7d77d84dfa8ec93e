"""What waits: `chappe queue`, `chappe callbacks endpoints`.

In: what was typed. Out: what the hand shows.
"""

import click

from chappe.cli.typed import Where, do, hand
from chappe.hands.shown import NothingMore


@click.command()
@hand
def queue(where: Where) -> None:
    """What waits for a link or for its time, by route, channel and account."""
    do(where, "queue", NothingMore())


@click.command("endpoints")
@hand
def list_endpoints(where: Where) -> None:
    """What customers' endpoints are owed, and how they are; the worst first."""
    do(where, "callbacks endpoints", NothingMore())

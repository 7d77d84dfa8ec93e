"""Campaigns: composing one with its figures, bringing its recipients from a file, sending it, and
watching or calling off what was sent by whatever API.

In: visits. Out: pages. Promise: figures are the engine's own; nothing is sent but from the page
that shows them all, and from one such page once.
"""

from typing import Final

from chappe.console.rooms.campaigns import bring, compose, running
from chappe.console.rooms.campaigns.french import FRENCH
from chappe.console.shape import Outcome, Page, Place, Room, Visit
from chappe.words.visitor import Right


async def check(visit: Visit) -> Outcome:
    """A file that was chosen and not yet read is read first: nobody sends without its recipients
    for having overlooked a button."""
    return await (bring.bring(visit) if bring.has_file(visit) else compose.check(visit))


ROOM: Final = Room(
    "campaigns",
    pages=(
        Page("GET", "/campaigns", running.listing),
        Page("GET", "/campaigns/choose", compose.choose, Right.act),
        Page("GET", "/campaigns/new", compose.new, Right.act),
        Page("POST", "/campaigns/new", check, Right.act),
        Page("POST", "/campaigns/new/count", compose.count, Right.act),
        Page("POST", "/campaigns/new/file", bring.bring, Right.act),
        Page("POST", "/campaigns/new/send", compose.send, Right.act),
        Page("GET", "/campaigns/file/{}", bring.show, Right.act),
        Page("POST", "/campaigns/file/{}", bring.read_anew, Right.act),
        Page("GET", "/campaigns/{}", running.one),
        Page("GET", "/campaigns/{}/figures", running.figures),
        Page("POST", "/campaigns/{}/cancel", running.cancel, Right.act),
        Page("GET", "/campaigns/{}/outcome.csv", running.outcome),
    ),
    places=(Place("Campaigns", "/campaigns"),),
    french=FRENCH,
)

"""Campaigns: composing one with its figures, bringing its recipients from a file, sending it, and
watching or calling off what was sent by whatever API.

In: visits. Out: pages. Promise: figures are the engine's own; nothing is sent but from the page
that shows them all, and from one such page once.
"""

from typing import Final

from chappe.console.rooms.campaigns import bring, compose, running
from chappe.console.rooms.campaigns.french import FRENCH
from chappe.console.shape import ConsoleRoom, MenuPlace, Outcome, Visit, WebPage
from chappe.words.visitor import Right


async def check(visit: Visit) -> Outcome:
    """A file that was chosen and not yet read is read first: nobody sends without its recipients
    for having overlooked a button."""
    return await (bring.bring(visit) if bring.has_file(visit) else compose.check(visit))


ROOM: Final = ConsoleRoom(
    "campaigns",
    pages=(
        WebPage("GET", "/campaigns", running.listing),
        WebPage("GET", "/campaigns/choose", compose.choose, Right.act),
        WebPage("GET", "/campaigns/new", compose.new, Right.act),
        WebPage("POST", "/campaigns/new", check, Right.act),
        WebPage("POST", "/campaigns/new/count", compose.count, Right.act),
        WebPage("POST", "/campaigns/new/file", bring.bring, Right.act),
        WebPage("POST", "/campaigns/new/send", compose.send, Right.act),
        WebPage("GET", "/campaigns/file/{}", bring.show, Right.act),
        WebPage("POST", "/campaigns/file/{}", bring.read_anew, Right.act),
        WebPage("GET", "/campaigns/{}", running.one),
        WebPage("GET", "/campaigns/{}/figures", running.figures),
        WebPage("POST", "/campaigns/{}/cancel", running.cancel, Right.act),
        WebPage("GET", "/campaigns/{}/outcome.csv", running.outcome),
    ),
    places=(MenuPlace("Campaigns", "/campaigns"),),
    french=FRENCH,
)

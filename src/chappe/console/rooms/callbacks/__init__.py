"""Callbacks: how endpoints are, what an account was told, and telling it again.

In: a visit. Out: pages; replays of one, or of all that befell in some time.
"""

from typing import Final

from chappe.console.rooms.callbacks import again, told
from chappe.console.rooms.callbacks.french import FRENCH
from chappe.console.shape import ConsoleRoom, MenuPlace, WebPage
from chappe.words.visitor import Right

ROOM: Final = ConsoleRoom(
    "callbacks",
    pages=(
        WebPage("GET", "/callbacks", told.page),
        WebPage("POST", "/callbacks/replies/{}/replay", told.replay_of_reply, Right.tend),
        WebPage("GET", "/callbacks/replay", again.page, Right.tend),
        WebPage("GET", "/callbacks/replay/part", again.part, Right.tend),
        WebPage("POST", "/callbacks/replay/count", again.count, Right.tend),
        WebPage("POST", "/callbacks/replay/begin", again.begin, Right.tend),
        WebPage("POST", "/callbacks/replay/stop", again.stop, Right.tend),
    ),
    places=(MenuPlace("Callbacks", "/callbacks"),),
    french=FRENCH,
)

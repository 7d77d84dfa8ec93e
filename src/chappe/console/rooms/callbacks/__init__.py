"""Callbacks: how endpoints are, what an account was told, and telling it again.

In: a visit. Out: pages; replays of one, or of all that befell in some time.
"""

from typing import Final

from chappe.console.rooms.callbacks import again, told
from chappe.console.rooms.callbacks.french import FRENCH
from chappe.console.shape import Page, Place, Room
from chappe.words.visitor import Right

ROOM: Final = Room(
    "callbacks",
    pages=(
        Page("GET", "/callbacks", told.page),
        Page("POST", "/callbacks/replies/{}/replay", told.replay_of_reply, Right.tend),
        Page("GET", "/callbacks/replay", again.page, Right.tend),
        Page("GET", "/callbacks/replay/progress", again.progress, Right.tend),
        Page("POST", "/callbacks/replay/count", again.count, Right.tend),
        Page("POST", "/callbacks/replay/begin", again.begin, Right.tend),
        Page("POST", "/callbacks/replay/stop", again.stop, Right.tend),
    ),
    places=(Place("Callbacks", "/callbacks"),),
    french=FRENCH,
)

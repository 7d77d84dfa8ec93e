"""Opt-outs: the numbers that an account, or everybody, may not write to.

In: a visit. Out: lists, a page at a time or as a file; numbers put on them and taken off. Promise:
a customer sees and changes the lists of their own family alone; what is exported can be imported.
"""

from typing import Final

from chappe.console.rooms.optouts.changing import add, remove
from chappe.console.rooms.optouts.french import FRENCH
from chappe.console.rooms.optouts.importing import look_through, upload
from chappe.console.rooms.optouts.listing import export, page
from chappe.console.shape import ConsoleRoom, MenuPlace, WebPage
from chappe.words.visitor import Right

ROOM: Final = ConsoleRoom(
    "optouts",
    pages=(
        WebPage("GET", "/optouts", page),
        WebPage("POST", "/optouts", add, needs=Right.act),
        WebPage("POST", "/optouts/remove", remove, needs=Right.act),
        WebPage("GET", "/optouts/export", export),
        WebPage("GET", "/optouts/import", upload, needs=Right.act),
        WebPage("POST", "/optouts/import", look_through, needs=Right.act),
    ),
    places=(MenuPlace("Opt-outs", "/optouts", "People"),),
    french=FRENCH,
)

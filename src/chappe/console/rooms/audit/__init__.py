"""The audit log: what was done by hand, by whom and to which account; and who may come in.

In: visits. Out: pages. Promise: a customer sees what was done to its own account and its children,
and of the installation's people no name.
"""

from typing import Final

from chappe.console.rooms.audit import deeds, people
from chappe.console.rooms.audit.french import FRENCH
from chappe.console.shape import ConsoleRoom, MenuPlace, WebPage
from chappe.words.visitor import Right

ROOM: Final = ConsoleRoom(
    "audit",
    pages=(
        WebPage("GET", "/audit", deeds.page),
        WebPage("GET", "/staff", people.page, Right.run, for_all=True),
        WebPage("POST", "/staff", people.add, Right.run, for_all=True),
        WebPage("POST", "/staff/remove", people.remove, Right.run, for_all=True),
        WebPage("GET", "/staff/{}/password", people.password, Right.run, for_all=True),
        WebPage("POST", "/staff/{}/password", people.password, Right.run, for_all=True),
    ),
    places=(
        MenuPlace("Audit log", "/audit", "Installation"),
        MenuPlace("Staff", "/staff", "Installation", Right.run, for_all=True),
    ),
    french=FRENCH,
)

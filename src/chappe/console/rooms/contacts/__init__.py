"""The address book: an account's contacts, its groups, and who is in which.

In: a visit. Out: pages of contacts and groups; what is changed in them. Promise: the book is the
one that the account's own software sees, by whichever API; a contact is known by their number.
"""

from typing import Final

from chappe.console.rooms.contacts import changing, grouping, importing, listing
from chappe.console.rooms.contacts.french import FRENCH
from chappe.console.shape import ConsoleRoom, MenuPlace, WebPage
from chappe.words.visitor import Right

_ONE: Final = "/contacts/one/{}/{}"
_GROUP: Final = "/contacts/group/{}/{}"

ROOM: Final = ConsoleRoom(
    "contacts",
    pages=(
        WebPage("GET", "/contacts", listing.page),
        WebPage("POST", "/contacts", changing.add, needs=Right.act),
        WebPage("GET", _ONE, listing.one),
        WebPage("POST", _ONE, changing.change, needs=Right.act),
        WebPage("POST", f"{_ONE}/remove", changing.remove, needs=Right.act),
        WebPage("POST", f"{_ONE}/join", changing.join, needs=Right.act),
        WebPage("POST", f"{_ONE}/leave", changing.leave, needs=Right.act),
        WebPage("GET", "/contacts/groups", grouping.page),
        WebPage("POST", "/contacts/groups", grouping.make, needs=Right.act),
        WebPage("GET", _GROUP, grouping.one),
        WebPage("POST", _GROUP, grouping.fill, needs=Right.act),
        WebPage("POST", f"{_GROUP}/leave", grouping.leave, needs=Right.act),
        WebPage("POST", f"{_GROUP}/remove", grouping.remove, needs=Right.act),
        WebPage("GET", "/contacts/import", importing.upload, needs=Right.act),
        WebPage("POST", "/contacts/import", importing.look_through, needs=Right.act),
    ),
    places=(MenuPlace("Contacts", "/contacts", "People"),),
    french=FRENCH,
)

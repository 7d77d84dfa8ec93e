"""Messages: a list with a language of filters, one message's whole story, one order.

In: a visit, with a filter or a number in its address. Out: pages, a file, deeds.
"""

from typing import Final

from chappe.console.rooms.messages import listing, one
from chappe.console.rooms.messages.french import FRENCH
from chappe.console.shape import Page, Place, Room
from chappe.words.visitor import Right

ROOM: Final = Room(
    "messages",
    pages=(
        Page("GET", "/messages", listing.page),
        Page("GET", "/messages/fields", listing.by_fields),
        Page("GET", "/messages.csv", listing.as_csv),
        Page("GET", "/messages/{}", one.message_page),
        Page("POST", "/messages/{}/replay", one.replay, Right.tend),
        Page("POST", "/messages/{}/resend", one.resend, Right.run, for_all=True),
        Page("POST", "/messages/{}/drop", one.drop, Right.run, for_all=True),
        Page("GET", "/orders/{}", one.order_page),
        Page("GET", "/orders/{}/tally", one.order_tally),
    ),
    places=(Place("Messages", "/messages"),),
    french=FRENCH,
)

"""Messages: a list with a language of filters, one message's whole story, one order.

In: a visit, with a filter or a number in its address. Out: pages, a file, deeds.
"""

from typing import Final

from chappe.console.rooms.messages import listing, one
from chappe.console.rooms.messages.french import FRENCH
from chappe.console.shape import ConsoleRoom, MenuPlace, WebPage
from chappe.words.visitor import Right

ROOM: Final = ConsoleRoom(
    "messages",
    pages=(
        WebPage("GET", "/messages", listing.page),
        WebPage("GET", "/messages.csv", listing.as_csv),
        WebPage("GET", "/messages/{}", one.message_page),
        WebPage("POST", "/messages/{}/replay", one.replay, Right.tend),
        WebPage("POST", "/messages/{}/resend", one.resend, Right.run, for_all=True),
        WebPage("POST", "/messages/{}/drop", one.drop, Right.run, for_all=True),
        WebPage("GET", "/orders/{}", one.order_page),
        WebPage("GET", "/orders/{}/count", one.order_tally),
    ),
    places=(MenuPlace("Messages", "/messages"),),
    french=FRENCH,
)

"""Replies: what handsets wrote, each number's talk with an account by itself, and answers to it.

In: a visit. Out: talks, the newest first; one talk as its two sides wrote it; an answer that is
sent. Promise: who may not read texts finds none here; an answer goes once, however often its form
is sent, and none goes to a number that opted out.
"""

from typing import Final

from chappe.console.rooms.replies.answering import answer, count
from chappe.console.rooms.replies.french import FRENCH
from chappe.console.rooms.replies.talking import bubbles, page, talk
from chappe.console.shape import ConsoleRoom, MenuPlace, WebPage
from chappe.words.visitor import Right

ROOM: Final = ConsoleRoom(
    "replies",
    pages=(
        WebPage("GET", "/replies", page),
        WebPage("GET", "/replies/{}/{}", talk),
        WebPage("GET", "/replies/{}/{}/bubbles", bubbles),
        WebPage("POST", "/replies/{}/{}", answer, needs=Right.act),
        WebPage("POST", "/replies/{}/{}/count", count, needs=Right.act),
    ),
    places=(MenuPlace("Replies", "/replies"),),
    french=FRENCH,
)

"""What stands on a phone's screen, entry by entry.

In: what came to its number and what it wrote, as far as a visitor may see it. Out: entries, the
oldest first. Promise: a short URL leads through ours, so that a tap is a click; every other link in
a text leads where it says; nothing of a text is anything but text.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from markupsafe import Markup, escape

from chappe.console.rooms.handsets.push import push_of
from chappe.console.shape import Visit
from chappe.engine.look.handset import OnScreen, PhoneSeen
from chappe.words.calls import OnCall
from chappe.words.lifecycle import Reason
from chappe.words.news import Message
from chappe.words.visitor import Right

TEXT, FLASH, PUSH, CALL, MINE = "text", "flash", "push", "call", "mine"
RINGS, HEARD, OVER = "rings", "heard", "over"

# How a call ended, as its phone shows it.
CALL_ENDS: Final[Mapping[Reason, str]] = {
    Reason.heard: "Call, heard to its end",
    Reason.hung_up: "Call, hung up before its end",
    Reason.machine: "Call, taken by the answering machine",
    Reason.busy: "Call, declined",
    Reason.no_answer: "Missed call",
}

# A URL as people write it: up to a blank, without the marks that close a sentence behind it.
_LINK: Final = re.compile(
    r"(?:https?://[^\s<>\"]+|(?<![\w.@/-])[a-z0-9-]+(?:\.[a-z0-9-]+)+/[A-Za-z0-9]{6,15})"
    r"(?<![.,;:!?)\]'’»])",
    re.IGNORECASE,
)
_SHORT: Final = re.compile(r"(?:https?://)?[^/\s]+/([A-Za-z0-9]{6,15})", re.IGNORECASE)
_A: Final = Markup(
    '<a href="{href}" target="_blank" rel="noopener noreferrer">{text}'
    '<span class="unseen"> ({new})</span></a>'
)


class ScreenEntry(NamedTuple):
    """One thing on a screen."""

    ident: str  # of its element: the same as long as it stands there
    kind: str
    at: int
    sender: str
    body: Markup
    message: int = 0  # 0: it is the phone's own
    how: str = ""  # a call: how it stands
    says: str = ""  # ... in words
    by_hand: bool = False
    can_listen: bool = False


Ringing = Sequence[tuple[OnCall, OnScreen]]


def entries(visit: Visit, seen: PhoneSeen, ringing: Ringing) -> list[ScreenEntry]:
    """All of a phone."""
    under_way = {call.message for call, _ in ringing}
    made = [_came(visit, one) for one in seen.came if one.message.id not in under_way]
    for reply in seen.wrote:
        body = escape(reply.text) if visit.reads(reply.account) else _hidden(visit)
        made.append(ScreenEntry(f"reply-{reply.id}", MINE, reply.at, reply.code, body))
    made += [_ringing(visit, call, one) for call, one in ringing]
    return sorted(made, key=lambda one: one.at)


def sender_of(message: Message) -> str:
    return message.sender or message.code


def answers_to(message: Message) -> str:
    """The code that an answer to it goes to; '' where it has none."""
    sender = message.sender.removeprefix("+")
    return sender if sender.isascii() and sender.isdigit() else message.code


def short_code_in(visit: Visit, message: Message, link: str) -> str:
    """The code of this message's short URL, where a link is that one; '' where it is another."""
    found = _SHORT.fullmatch(link)
    is_ours = found is not None and message.id in visit.node.desk.tinies.numbers(found[1])
    return found[1] if found is not None and is_ours else ""


def links_in(text: str) -> Sequence[str]:
    return _LINK.findall(text)


def linked(visit: Visit, message: Message, text: str) -> Markup:
    """A text in which links can be tapped."""
    pieces: list[Markup] = []
    at = 0
    for found in _LINK.finditer(text):
        pieces += [escape(text[at : found.start()]), _link(visit, message, found[0])]
        at = found.end()
    return Markup("").join([*pieces, escape(text[at:])])


def _link(visit: Visit, message: Message, link: str) -> Markup:
    new = visit.say("new tab")
    if short_code_in(visit, message, link):
        # Who changes nothing can't click either.
        path = f"/handsets/{message.id}/open"
        return _A.format(href=path, text=link, new=new) if visit.may(Right.act) else escape(link)
    is_whole = link.lower().startswith(("http://", "https://"))
    return _A.format(href=link, text=link, new=new) if is_whole else escape(link)


def _came(visit: Visit, one: OnScreen) -> ScreenEntry:
    message, say = one.message, visit.say
    ident, sender = f"message-{message.id}", sender_of(message)
    body = _body(visit, one)
    if one.speech is not None:
        says = say(CALL_ENDS.get(message.reason, "Call"))
        heard = message.reason in (Reason.heard, Reason.hung_up) and bool(message.text)
        can = heard and visit.reads(message.account)
        return ScreenEntry(
            ident, CALL, message.at, sender, body, message.id, OVER, says, can_listen=can
        )
    push = push_of(one.udh, message.text)
    if push is not None:
        if visit.reads(message.account):
            title = escape(push.title or say("Without a title"))
            link = _link(visit, message, push.link)
            body = Markup("<b>{}</b> {}").format(title, link)
        return ScreenEntry(ident, PUSH, message.at, sender, body, message.id)
    return ScreenEntry(ident, FLASH if one.flash else TEXT, message.at, sender, body, message.id)


def _ringing(visit: Visit, call: OnCall, one: OnScreen) -> ScreenEntry:
    message, say = one.message, visit.say
    is_taken = visit.node.clock.now() >= call.taken_at
    how, says = (HEARD, say("Call, taken")) if is_taken else (RINGS, say("It rings"))
    can = is_taken and bool(message.text) and visit.reads(message.account)
    body = _body(visit, one) if is_taken else Markup("")
    whose = f"message-{message.id}", CALL, call.placed_at, sender_of(message)
    return ScreenEntry(*whose, body, message.id, how, says, call.by_hand, can)


def _body(visit: Visit, one: OnScreen) -> Markup:
    message = one.message
    if not visit.reads(message.account):
        return _hidden(visit)
    if not message.text:
        return escape(visit.say("Its text is no longer kept."))
    said = linked(visit, message, message.text)
    title = one.speech.title if one.speech is not None else ""
    return Markup("<b>{}</b> {}").format(title, said) if title else said


def _hidden(visit: Visit) -> Markup:
    return escape(visit.say("hidden"))

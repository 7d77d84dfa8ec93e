"""Triggers: what the simulated network does of a message's own when somebody says so.

In: a message. Out: what is shown. Promise: it happens as if the network had done it by itself: the
receipt, the STOP, the reply and the click go the way of all others, and are told as they are.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, Protocol, runtime_checkable

import msgspec

from chappe.engine.follow import Follow
from chappe.hands import ways
from chappe.hands.messages import message_of
from chappe.hands.shown import CannotDo, Shown, phone
from chappe.links.operator.mind.courses import TEXTS
from chappe.node import Node
from chappe.words.answer import Refusal
from chappe.words.news import Message

STOP: Final = "STOP"
_REPORTING: Final = {outcome: course.reports for outcome, course in TEXTS.items() if course.reports}
_CODE_MOST = 20
_TRIGGERED: Final = "this reaches the simulated network alone"


class TriggeredReceipt(msgspec.Struct, kw_only=True):
    message: int
    row: int = 0  # of the simulated network's table


class TriggeredReply(msgspec.Struct, kw_only=True):
    message: int
    text: str


class TriggeredMessage(msgspec.Struct, kw_only=True):
    message: int


@runtime_checkable
class Reporting(Protocol):
    """A link whose receipts are pretended."""

    def report(self, refs: list[str], number: int, outcome: int) -> None: ...


async def receipt(node: Node, asked: TriggeredReceipt) -> Shown:
    """Receipts come for every part of a message."""
    message = await message_of(node, asked.message)
    if asked.row not in _REPORTING:
        rows = ", ".join(f"{row:02}" for row in _REPORTING)
        raise CannotDo(f"No receipt comes by row {asked.row} of the table; choose from {rows}.")
    parts = (await node.store.trail(message.id)).parts
    if not parts:
        raise CannotDo(f"Message {message.id} has not left, so no receipt of it can come.")
    for name in dict.fromkeys(link for link, _, _ in parts):
        link = node.links.get(name)
        if not isinstance(link, Reporting) or link.kind != "operator":
            raise CannotDo(f"Message {message.id} left by {name}: {_TRIGGERED}.")
        link.report([ref for of, ref, _ in parts if of == name], message.number, asked.row)
    row = f"{asked.row:02}"
    shown = {"message": message.id, "row": row, "receipts": len(parts)}
    return Shown(shown, f"The network reports message {message.id} as row {row} of its table says.")


async def reply(node: Node, asked: TriggeredReply) -> Shown:
    """The handset that got a message answers it."""
    message = await message_of(node, asked.message)
    return await replied(node, message, code_of(message), asked.text)


async def stop(node: Node, asked: TriggeredMessage) -> Shown:
    """The handset that got a message writes STOP."""
    message = await message_of(node, asked.message)
    return await replied(node, message, code_of(message), STOP)


async def click(node: Node, asked: TriggeredMessage) -> Shown:
    """Whoever got a message opens its short URL."""
    message = await message_of(node, asked.message)
    target = await clicked(node, Follow(node.desk), message)
    return Shown({"message": message.id, "url": target}, f"Followed to {target}")


# what the sandbox does as well


def code_of(message: Message) -> str:
    """To which code a reply to this message goes; '' where it takes none."""
    digits = message.sender.removeprefix("+")
    return digits if digits.isascii() and digits.isdigit() else message.code


async def replied(node: Node, message: Message, code: str, text: str) -> Shown:
    """The handset of a message's number writes to a code."""
    if not message.number:
        raise CannotDo(f"Message {message.id} was to no number, or that is erased.")
    if not code:
        raise CannotDo(f"Message {message.id} came from {message.sender}, which takes no reply.")
    asked = ways.PretendedReply(number=phone(message.number), code=code, text=text)
    shown = await ways.reply(node, asked)
    facts: Mapping[str, Any] = shown.value
    return Shown({"message": message.id, **facts, "text": text}, shown.said)


async def clicked(node: Node, follow: Follow, message: Message) -> str:
    """Where the short URL in a message led."""
    domain = re.escape(node.desk.tinies.domain)
    found = (
        re.search(rf"{domain}/([0-9A-Za-z]{{1,{_CODE_MOST}}})", message.text) if domain else None
    )
    if found is None or not follow.known(found[1]):
        raise CannotDo(f"There is no short URL in message {message.id}.")
    target = await follow.follow(found[1])
    if isinstance(target, Refusal):
        raise CannotDo("The click can't be kept now: try again in a moment.")
    if not target:
        raise CannotDo(f"The short URL in message {message.id} leads nowhere any more.")
    return target

"""Doubt by hand: what left us and was never answered. Send it again, or leave it.

In: messages, or all that are held. Out: what is shown. Promise: only what is in doubt at this
moment is touched; a message whose receipt came meanwhile is left alone.
"""

from collections.abc import Sequence

import msgspec

from chappe.engine import look
from chappe.engine.doubt import HELD
from chappe.hands.shown import CannotDo, NothingMore, Shown, moment, phone
from chappe.node import Node
from chappe.words.lifecycle import Reason, State

_LISTED_MOST = 10_000


class Decision(msgspec.Struct, kw_only=True):
    messages: list[int] = []
    all: bool = False


async def listing(node: Node, asked: NothingMore) -> Shown:
    rows = [
        {
            "message": message,
            "number": phone(number or 0),
            "since": moment(at),
            "choice": choice,
            "times": times,
            "state": State(state).name if state is not None else "forgotten",
        }
        for message, at, choice, times, number, state in await node.store.doubts(_LISTED_MOST)
    ]
    return Shown(rows, "" if rows else "Nothing was ever in doubt.")


async def resend(node: Node, asked: Decision) -> Shown:
    messages = await _in_doubt(node, asked)
    await node.doubt.resend(messages)
    node.dispatch.wake_all()
    return Shown({"resent": messages}, f"{len(messages)} messages are sent again.")


async def drop(node: Node, asked: Decision) -> Shown:
    messages = await _in_doubt(node, asked)
    await node.doubt.drop(messages)
    return Shown({"dropped": messages}, f"{len(messages)} messages are left as they are.")


async def _in_doubt(node: Node, asked: Decision) -> list[int]:
    wanted: Sequence[int] = asked.messages
    if asked.all:
        doubts = await node.store.doubts(_LISTED_MOST)
        wanted = [row[0] for row in doubts if row[2] == HELD and row[5] == State.unknown]
    messages = [ident for ident in wanted if await _is_in_doubt(node, ident)]
    if not asked.all and len(messages) < len(wanted):
        odd = next(ident for ident in wanted if ident not in messages)
        raise CannotDo(f"Message {odd} is not in doubt; `chappe doubt list` shows what is.")
    if not messages:
        raise CannotDo("Nothing is in doubt.")
    return messages


async def _is_in_doubt(node: Node, ident: int) -> bool:
    found = await look.message(node.desk, ident)
    return found is not None and found.state is State.unknown and found.reason is Reason.in_doubt

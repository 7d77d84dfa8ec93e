"""Callbacks by hand: what an account was or is to be told, every failed try, and telling it again.

In: an account or a message. Out: what is shown. Promise: a replay is told at once where a server
runs, else when it starts; the news of one message keeps its order.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from chappe.hands.accounts import account_of
from chappe.hands.messages import message_of
from chappe.hands.shown import CannotDo, Shown, moment
from chappe.node import Node
from chappe.store.told import GIVEN_UP, HEARD, OWED, UNWANTED
from chappe.words.lifecycle import Event

_ENDS: Mapping[int, str] = {
    OWED: "owed",
    HEARD: "heard",
    GIVEN_UP: "given-up",
    UNWANTED: "unwanted",
}
_SEARCHED = 10_000  # the newest callbacks of an account, as far back as a list looks
_REPLAYED_MOST = 100


class CallbackList(msgspec.Struct, kw_only=True):
    login: str
    message: int = 0  # 0: of all messages
    only: Literal["", "owed", "heard", "given-up", "unwanted"] = ""
    limit: int = 50


class Replay(msgspec.Struct, kw_only=True):
    message: int
    seq: int = 0  # 0: all that was ever told of it


async def listing(node: Node, asked: CallbackList) -> Shown:
    account = account_of(node, asked.login)
    rows = [
        row
        for row in await node.store.calls(account.id, _SEARCHED)
        if asked.message in (0, row[0]) and asked.only in ("", _ENDS[row[6]])
    ]
    shown = [await _call(node, row) for row in rows[: max(0, asked.limit)]]
    more = len(rows) - len(shown)
    return Shown(shown, f"{more} older ones are not shown; see --limit." if more else "")


async def replay(node: Node, asked: Replay) -> Shown:
    if asked.message > 0:
        await message_of(node, asked.message)
    wanted = [asked.seq] if asked.seq else range(1, _REPLAYED_MOST + 1)
    count = 0
    for seq in wanted:
        if not await node.store.replay(asked.message, seq, node.clock.now()):
            break
        count += 1
    if not count and asked.seq:
        raise CannotDo(
            f"Message {asked.message} has no callback {asked.seq}; `chappe callbacks list LOGIN "
            f"--message {asked.message}` shows those that it has."
        )
    if not count:
        raise CannotDo(f"Nothing of message {asked.message} was ever owed to a callback.")
    shown = {"message": asked.message, "replayed": count}
    return Shown(shown, f"{count} callbacks of message {asked.message} are owed again.")


async def _call(node: Node, row: Sequence[Any]) -> Mapping[str, Any]:
    subject, seq, event, at, due, tries, done, answer = row
    missed = await node.store.attempts(subject, seq)
    return {
        "message": subject,
        "seq": seq,
        "event": Event(event).name,
        "at": moment(at),
        "end": _ENDS[done],
        "tries": tries,
        "due": moment(due) if done == OWED else "",
        "answer": answer,
        "missed": [
            {"at": moment(when), "answer": words, "ms": took} for when, words, took in missed
        ],
    }

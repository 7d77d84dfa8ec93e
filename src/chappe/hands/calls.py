"""Calls by hand: which are under way, and what somebody does with a handset of the simulated
network.

In: a call, by the number of its message; a telephone. Out: what is shown. Promise: a login that is
given sees its own calls and no others; to play one changes nothing of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from chappe.hands.accounts import account_of
from chappe.hands.shown import CannotDo, Shown, moment, number_of, phone
from chappe.links.contract import HasHandsets
from chappe.node import Node
from chappe.words.calls import CannotSpeak, Gesture, OnCall, read_speech
from chappe.words.news import Message
from chappe.words.order import Speech

_SHOWN_MOST = 1_000


class CallList(msgspec.Struct, kw_only=True):
    login: str = ""


class OneCall(msgspec.Struct, kw_only=True):
    call: int
    login: str = ""


class CallAnswer(OneCall, kw_only=True):
    gesture: Gesture


class HandsetSetting(msgspec.Struct, kw_only=True):
    number: str
    by_hand: bool


async def listing(node: Node, asked: CallList) -> Shown:
    """What rings or is being heard, the oldest call first; and which handsets wait for a hand."""
    found = sorted((call for _, call in _under_way(node)), key=lambda call: call.placed_at)
    rows = []
    for call in found:
        message, speech = await _spoken(node, call.message)
        if message is not None and speech is not None and _is_of(node, message, asked.login):
            rows.append(_row(node, call, message, speech))
        if len(rows) == _SHOWN_MOST:
            break
    numbers = [phone(number) for link in _handsets(node) for number in link.by_hand()]
    return Shown({"by_hand": numbers, "calls": rows}, more=True)


async def answer(node: Node, asked: CallAnswer) -> Shown:
    """Take a call, decline it, or close it once it was taken."""
    await _own(node, asked)
    what = asked.gesture
    try:
        done = any(link.answer(asked.call, what) for link in _handsets(node))
    except OSError as fault:
        raise CannotDo(f"It can't be kept now: {fault.strerror}.") from fault
    if not done:
        raise CannotDo(_WHY_NOT[what].format(asked.call))
    return Shown({"call": asked.call, "done": what.value}, _DONE[what].format(asked.call))


async def play(node: Node, asked: OneCall) -> Shown:
    """Where the recording stands of what is said in a call; it is spoken once more where it went
    meanwhile."""
    message, speech = await _own(node, asked)
    if not message.text:
        raise CannotDo(f"The text of {asked.call} is erased.")
    try:
        recording = await node.recordings.spoken(speech.title, message.text, speech.language)
    except (CannotSpeak, OSError) as fault:
        raise CannotDo(f"It can't be spoken now: {fault}.") from fault
    path = str(recording.path.resolve())
    return Shown({"call": asked.call, "path": path, "ms": recording.ms})


async def set_handset(node: Node, asked: HandsetSetting) -> Shown:
    """Let a handset be answered by hand from its next call on, or by itself again."""
    number = number_of(asked.number)
    links = list(_handsets(node))
    if not links:
        raise CannotDo('No simulated handset can be called: no link has kind = "calls".')
    try:
        set_ = [link.set_by_hand(number, asked.by_hand) for link in links]
    except OSError as fault:
        raise CannotDo(f"It can't be kept now: {fault.strerror}.") from fault
    if not all(set_):
        raise CannotDo("Too many handsets are answered by hand already: set some back.")
    how = "by hand: it rings until somebody takes the call" if asked.by_hand else "by itself"
    shown = {"number": phone(number), "by_hand": asked.by_hand}
    return Shown(shown, f"{phone(number)} is answered {how}.")


_DONE: Mapping[Gesture, str] = {
    Gesture.take: "{} is taken: it is heard to its end unless it is closed before.",
    Gesture.decline: "{} is declined.",
    Gesture.close: "{} is closed before its end.",
}
_WHY_NOT: Mapping[Gesture, str] = {
    Gesture.take: "{} does not ring at a handset that is answered by hand; `chappe call list` "
    "shows what does.",
    Gesture.decline: "{} does not ring at a handset that is answered by hand; `chappe call list` "
    "shows what does.",
    Gesture.close: "{} was not taken by hand, or is over; `chappe call list` shows how it is.",
}


async def _own(node: Node, asked: OneCall) -> tuple[Message, Speech]:
    message, speech = await _spoken(node, asked.call)
    if message is None or speech is None or not _is_of(node, message, asked.login):
        raise CannotDo(f"There is no call {asked.call}.")
    return message, speech


async def _spoken(node: Node, ident: int) -> tuple[Message | None, Speech | None]:
    """A message, and how it is spoken where it is."""
    found = await node.store.messages(ident, ident, 1)
    return next(iter(found), None), read_speech((await node.store.trail(ident)).speech)


def _is_of(node: Node, message: Message, login: str) -> bool:
    return not login or message.account == account_of(node, login).id


def _handsets(node: Node) -> Iterator[HasHandsets]:
    for link in node.links.values():
        if isinstance(link, HasHandsets):
            yield link


def _under_way(node: Node) -> Sequence[tuple[HasHandsets, OnCall]]:
    return [(link, call) for link in _handsets(node) for call in link.on_call()]


def _row(node: Node, call: OnCall, message: Message, speech: Speech) -> Mapping[str, Any]:
    now = node.clock.now()
    return {
        "call": call.message,
        "account": node.accounts.login_of(message.account),
        "from": message.sender or message.code,
        "to": phone(call.number),
        "placed": moment(call.placed_at),
        "state": "is heard" if now >= call.taken_at else "rings",
        "ends": moment(call.ends_at),
        "by_hand": call.by_hand,
        "language": speech.language,
        "title": speech.title,
        "text": message.text,
    }

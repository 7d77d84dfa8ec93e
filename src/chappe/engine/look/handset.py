"""Looking at a phone of the simulated network: what came to its number, and what it wrote.

In: a number, the accounts whose messages may be seen, and the links whose phones these are. Out:
what it shows. Promise: nothing is shown before it came: a text once it was delivered, a call that
is over once it was taken or missed; nothing that left by another link. Raises StoreAway.
"""

from collections.abc import Collection, Sequence, Set
from typing import Final, NamedTuple

from chappe.engine.desk import Desk
from chappe.engine.look.search import search
from chappe.engine.look.seen import Seen
from chappe.store.contract.handsets import Carrying
from chappe.store.contract.search import Sought
from chappe.words.calls import read_speech
from chappe.words.lifecycle import Reason, State
from chappe.words.news import Message, Reply
from chappe.words.order import Channel, Speech

_CAME: Final = sum(1 << state for state in (State.sent, State.delivered, State.undelivered))
_LOOKED_AT: Final = 3  # times as many are looked at, since some never came
# How a call ended that somebody could see on the phone; after all others it shows nothing.
ENDS: Final[Set[Reason]] = frozenset(
    (Reason.heard, Reason.hung_up, Reason.machine, Reason.busy, Reason.no_answer)
)


class OnScreen(NamedTuple):
    """A message as it came: a text, or a call that is spoken."""

    message: Message
    flash: bool
    udh: str
    speech: Speech | None


class PhoneSeen(NamedTuple):
    """What came, and what was written; both the oldest first."""

    came: Sequence[OnScreen]
    wrote: Sequence[Reply]


async def handset(
    desk: Desk, seen: Seen, number: int, links: Collection[str], most: int
) -> PhoneSeen:
    """The last of both, as many as are wanted of each."""
    found = await search(desk, seen, Sought(_LOOKED_AT * most, number=number, states=_CAME))
    came = [
        one.message
        for one in (found.found if found is not None else ())
        if one.links
        and links
        and set(one.links).issubset(links)
        and _has_come(one.message, one.channel == Channel.voice)
    ]
    came = sorted(came, key=lambda one: (one.at, one.id))[-most:]
    wrote = await desk.store.last_written(number, None if seen is None else sorted(seen), most)
    return PhoneSeen(await spoken(desk, came), list(reversed(wrote)))


async def spoken(desk: Desk, messages: Sequence[Message]) -> Sequence[OnScreen]:
    """These messages with how they travel."""
    known = {one.message: one for one in await desk.store.carrying([one.id for one in messages])}
    return [_shown(one, known.get(one.id)) for one in messages]


def _has_come(message: Message, is_call: bool) -> bool:
    """Of a call that nobody took another may follow; it was missed all the same."""
    return message.reason in ENDS if is_call else message.state is State.delivered


def _shown(message: Message, how: Carrying | None) -> OnScreen:
    if how is None:
        return OnScreen(message, False, "", None)
    return OnScreen(message, bool(how.flash), how.udh, read_speech(how.speech))

"""Doubting: what left us and was never answered is settled by each account's choice.

In: messages whose answer never came, and those that a dead node left on their way. Out: moves, and
a note of each that can be listed. Promise: under `hold` none arrives twice, under `resend` none is
lost; every one is counted and shown.
"""

from chappe.engine.desk import Desk
from chappe.store.contract import Doubted, Move
from chappe.words.lifecycle import Happening, Reason, State
from chappe.words.order import Channel

_AT_ONCE = 1_000
_AGAIN_MOST = 3  # an operator that never answers would otherwise be asked for days
_REMEMBERED = 10_000
HELD, SENT_AGAIN, DROPPED = "held", "sent again", "dropped"


class Doubt:
    """Decides what becomes of messages in doubt."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._times: dict[int, int] = {}  # how often a message was sent again in this life
        desk.in_doubt = self.arose

    async def inherit(self) -> int:
        """Bring into doubt, at the start, what a node that died left on its way; how many these
        were."""
        desk, count = self._desk, 0
        while heirs := await desk.store.heirs(_AT_ONCE):
            for heir in heirs:
                self.arose(heir.id, heir.account, heir.channel)
            await desk.store.kept()
            count += len(heirs)
        return count

    def arose(self, message: int, account: int, channel: int) -> None:
        """Bring a message into doubt: its link never heard what became of it."""
        again = self._again(account, channel) and self._count(message) <= _AGAIN_MOST
        self._note(message, SENT_AGAIN if again else HELD)
        if again:
            self._move(message, Happening.sent_again, Reason.none)
        else:
            self._move(message, Happening.went_unanswered, Reason.in_doubt)

    def _count(self, message: int) -> int:
        if len(self._times) >= _REMEMBERED:
            self._times.clear()
        times = self._times[message] = self._times.get(message, 0) + 1
        return times

    def _again(self, account: int, channel: int) -> bool:
        """Whether an account wants such a message sent again. By itself a notification is: a
        password that comes twice harms nobody, while an advertisement annoys and a call costs."""
        found = self._desk.accounts.by_id(account)
        choice = found.in_doubt if found else "hold"
        if choice == "by-channel":
            return channel == Channel.notification
        return choice == "resend"

    async def resend(self, messages: list[int]) -> None:
        """Send these messages again, however old they are by now: somebody decided so."""
        await self._desk.store.renew(messages, self._desk.clock.now())
        await self._decide(messages, Happening.sent_again, SENT_AGAIN)

    async def drop(self, messages: list[int]) -> None:
        """Leave these messages as they are: somebody decided so."""
        await self._decide(messages, Happening.dropped, DROPPED)

    async def _decide(self, messages: list[int], happening: Happening, choice: str) -> None:
        """Move those that are still in doubt; what arrived meanwhile needs no decision."""
        store = self._desk.store
        found = [one for ident in messages for one in await store.messages(ident, ident, 1)]
        open_still = [one.id for one in found if one.state is State.unknown]
        reason = Reason.in_doubt if choice == DROPPED else Reason.none
        for ident in open_still:
            self._note(ident, choice)
            self._move(ident, happening, reason)
        await store.settled()

    def _note(self, message: int, choice: str) -> None:
        """Note the choice, in the transaction of the move that it speaks of."""
        desk = self._desk
        desk.counts[f"doubt {choice}"] += 1
        desk.store.batch.doubts.append(Doubted(message, desk.clock.now(), choice))

    def _move(self, message: int, happening: Happening, reason: Reason) -> None:
        store = self._desk.store
        store.batch.moves.append(Move(message, happening, reason, self._desk.clock.now()))
        store.flush(0)

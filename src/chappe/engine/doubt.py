"""Doubting: what left us and was never answered is settled by each account's choice.

In: messages whose answer never came, and those that a dead node left on their way. Out: moves, and
a note of each that can be listed. Promise: under `hold` none arrives twice, under `resend` none is
lost; every one is counted and shown.
"""

from collections.abc import Iterable

from chappe.engine.office import Office
from chappe.store.contract import Doubted, Move
from chappe.words.lifecycle import Happening, Reason, State
from chappe.words.order import Channel

_AT_ONCE = 1_000
_AGAIN_MOST = 3  # an operator that never answers would otherwise be asked for days
_REMEMBERED = 10_000
HELD, SENT_AGAIN, DROPPED = "held", "sent again", "dropped"


class Doubt:
    """Decides what becomes of messages in doubt."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._times: dict[int, int] = {}  # how often a message was sent again in this life

    async def inherit(self) -> int:
        """At start: whatever is on its way was left by a node that died. How many there were."""
        office, count = self._office, 0
        while heirs := await office.store.heirs(_AT_ONCE):
            for heir in heirs:
                self.arose(heir.id, heir.account, heir.channel)
            await office.store.kept()
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

    def distrust(self, messages: Iterable[int], *steps: Happening) -> None:
        """Hold messages of an old state, whatever their accounts would choose: they may have left
        since, all of them and not only a window's worth. `steps` lead to where they are on their
        way."""
        store, now = self._office.store, self._office.clock.now()
        for message in messages:
            self._note(message, HELD)
            for happening in steps:
                store.batch.moves.append(Move(message, happening, Reason.none, now))
            self._move(message, Happening.went_unanswered, Reason.in_doubt)

    def _count(self, message: int) -> int:
        if len(self._times) >= _REMEMBERED:
            self._times.clear()
        times = self._times[message] = self._times.get(message, 0) + 1
        return times

    def _again(self, account: int, channel: int) -> bool:
        """A password that comes twice harms nobody; an advertisement annoys, a call costs."""
        found = self._office.accounts.by_id(account)
        choice = found.in_doubt if found else "hold"
        if choice == "by-channel":
            return channel == Channel.notification
        return choice == "resend"

    async def resend(self, messages: list[int]) -> None:
        """Somebody decided: send them again, however old they are by now."""
        await self._office.store.renew(messages, self._office.clock.now())
        await self._decide(messages, Happening.sent_again, SENT_AGAIN)

    async def drop(self, messages: list[int]) -> None:
        """Leave these messages as they are: somebody decided so."""
        await self._decide(messages, Happening.dropped, DROPPED)

    async def _decide(self, messages: list[int], happening: Happening, choice: str) -> None:
        """Of those that are still in doubt: what arrived meanwhile needs no decision."""
        store = self._office.store
        found = [one for ident in messages for one in await store.messages(ident, ident, 1)]
        open_still = [one.id for one in found if one.state is State.unknown]
        reason = Reason.in_doubt if choice == DROPPED else Reason.none
        for ident in open_still:
            self._note(ident, choice)
            self._move(ident, happening, reason)
        await store.settled()

    def _note(self, message: int, choice: str) -> None:
        """Kept with the move that it speaks of, in one transaction."""
        office = self._office
        office.counts[f"doubt {choice}"] += 1
        office.store.batch.doubts.append(Doubted(message, office.clock.now(), choice))

    def _move(self, message: int, happening: Happening, reason: Reason) -> None:
        store = self._office.store
        store.batch.moves.append(Move(message, happening, reason, self._office.clock.now()))
        store.flush(0)

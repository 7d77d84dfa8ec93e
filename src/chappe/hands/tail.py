"""Tail: what a running server accepts, sends, tells and refuses, line by line as it happens.

In: whose, to whom, in which states. Out: rows, without end. Promise: where nobody looks on it costs
nothing; whoever reads too slowly, and under a load everybody, misses some and is told how many.
"""

import asyncio
import re
from collections import deque
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Final

import msgspec

from chappe.engine import look
from chappe.hands.accounts import account_of
from chappe.hands.shown import CannotDo, moment, number_of, phone
from chappe.logs import overhear
from chappe.node import Node
from chappe.store.contract import Batch, Settled, Told
from chappe.store.contract.search import WAITING, Sought
from chappe.words.answer import Receipt
from chappe.words.lifecycle import FINAL, Reason, State
from chappe.words.news import Message
from chappe.words.stretches import stretches

HAND: Final = "tail"
_FOLLOWED_MOST = 1_000  # messages whose states are looked at
_AT_START = 200
_OF_ORDER_MOST = 200
_TOLD_MOST = 200  # calls and refusals between two looks
_PAUSE_S = 0.1  # what comes together is looked at together
_LOOK_S = 1.0  # time alone changes something too
_GAP = 16  # numbers that a stretch may pass over
_TEXT_MOST = 160
_UNDER_WAY: Final = sum(1 << state for state in (*WAITING, State.sent))
_REFUSED = re.compile(r"refused (\S+) (\S+) by (.+) from (\S+): (.*)")
_ROOMS: Final = ("chappe.doors",)
_Standing = tuple[State, Reason]
_Row = Mapping[str, Any]


class TailAsked(msgspec.Struct, kw_only=True):
    """'' and [] are any."""

    account: str = ""
    to: str = ""
    states: list[str] = []


class Tail:
    """Those who look on at one node."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._looking: set[_Looking] = set()
        node.commits.listen(self)

    def settled(self, batch: Batch, settled: Settled) -> None:
        for one in self._looking:
            one.settled(batch, settled)

    async def follow(self, asked: TailAsked) -> AsyncGenerator[_Row, None]:
        """What happens from now on."""
        looking = _Looking(self._node, asked)
        deaf = overhear(_ROOMS, looking.overheard)
        self._looking.add(looking)
        try:
            await looking.begin()
            while True:
                for row in await looking.rows():
                    yield row
        finally:
            self._looking.discard(looking)
            deaf()


class _Looking:
    """Somebody who looks on."""

    def __init__(self, node: Node, asked: TailAsked) -> None:
        self._node = node
        self._account = account_of(node, asked.account) if asked.account else None
        self._number = number_of(asked.to) if asked.to else 0
        self._states = frozenset(_state(name) for name in asked.states)
        self._known: dict[int, _Standing | None] = {}
        self._told: deque[Told] = deque(maxlen=_TOLD_MOST)
        self._refused: deque[_Row] = deque(maxlen=_TOLD_MOST)
        self._missed = 0
        self._changed = asyncio.Event()

    async def begin(self) -> None:
        """Know how those stand that are under way; only what changes is told of them."""
        accounts = None if self._account is None else [self._account.id]
        sought = Sought(_AT_START, accounts=accounts, states=_UNDER_WAY, number=self._number)
        found = await look.search(self._node.desk, None, sought)
        for one in reversed(found.found if found else ()):
            self._known[one.message.id] = one.message.state, one.message.reason

    def settled(self, batch: Batch, settled: Settled) -> None:
        """What a commit brought."""
        for draft, answer in zip(batch.drafts, settled.answers, strict=False):
            if type(answer) is Receipt and self._is_of(draft.account):
                shown = min(answer.total, _OF_ORDER_MOST)
                self._missed += answer.total - shown
                self._known |= dict.fromkeys(range(answer.first, answer.first + shown))
        while len(self._known) > _FOLLOWED_MOST:
            first = next(iter(self._known))
            self._missed += self._known.pop(first) is None
        room = _TOLD_MOST - len(self._told)
        self._missed += max(0, len(batch.told) - room)
        self._told.extend(batch.told[:room])
        self._changed.set()

    def overheard(self, line: str) -> None:
        """A door says what it did not do."""
        found = _REFUSED.fullmatch(line)
        if found is None or self._states or self._number:
            return
        api, action, who, peer, why = found.groups()
        if self._account is not None and who != self._account.login:
            return
        self._refused.append(
            {
                "at": moment(self._node.clock.now()),
                "what": "refusal",
                "account": who,
                "api": api,
                "action": action,
                "peer": peer,
                "why": why,
            }
        )
        self._changed.set()

    async def rows(self) -> Sequence[_Row]:
        """What happened since the last look, which may be nothing."""
        try:
            async with asyncio.timeout(_LOOK_S):
                await self._changed.wait()
            await asyncio.sleep(_PAUSE_S)
        except TimeoutError:
            pass
        self._changed.clear()
        rows = [self._refused.popleft() for _ in range(len(self._refused))]
        rows += [row async for row in self._changes()]
        rows += [row async for row in self._calls()]
        if self._missed:
            rows.append(
                {"at": moment(self._node.clock.now()), "what": "missed", "count": self._missed}
            )
            self._missed = 0
        return rows

    async def _changes(self) -> AsyncGenerator[_Row, None]:
        for first, last in stretches(sorted(self._known), _GAP):
            for message in await self._node.store.messages(first, last, last - first + 1):
                if message.id not in self._known:
                    continue
                standing = message.state, message.reason
                known = self._known[message.id]
                if message.state in FINAL:
                    del self._known[message.id]
                else:
                    self._known[message.id] = standing
                if standing != known and self._fits(message):
                    yield self._row(message)

    async def _calls(self) -> AsyncGenerator[_Row, None]:
        for _ in range(len(self._told)):
            told = self._told.popleft()
            if self._states or not told.wanted:
                continue
            found = await self._node.store.messages(told.subject, told.subject, 1)
            message = next(iter(found), None)
            if message is None or not (self._is_of(message.account) and self._fits(message)):
                continue
            end = "heard" if told.heard else "missed" if told.due else "given up"
            yield {
                "at": moment(told.at),
                "what": "callback",
                "message": message.id,
                "account": self._node.accounts.login_of(message.account),
                "to": phone(message.number),
                "end": end,
                "answer": told.answer,
                "ms": told.took,
            }

    def _row(self, message: Message) -> _Row:
        return {
            "at": moment(self._node.clock.now()),
            "what": "message",
            "message": message.id,
            "account": self._node.accounts.login_of(message.account),
            "api": message.dialect,
            "to": phone(message.number) or message.given,
            "from": message.sender or message.code,
            "state": message.state.name,
            "reason": message.reason.name if message.reason else "",
            "text": message.text[:_TEXT_MOST],
        }

    def _is_of(self, account: int) -> bool:
        return self._account is None or self._account.id == account

    def _fits(self, message: Message) -> bool:
        is_to = not self._number or self._number == message.number
        return is_to and (not self._states or message.state in self._states)


def _state(name: str) -> State:
    if name not in State.__members__ or not State[name]:
        names = ", ".join(state.name for state in State if state)
        raise CannotDo(f"There is no state {name[:40]!r}, but {names}.")
    return State[name]

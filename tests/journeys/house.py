"""A whole node in a folder, on a clock that is moved by hand, with its customers' endpoints; or two
on one database, that are asked in turn.

In: what a customer sends, and how much time goes by. Out: what became of it, as the node, the
operator's log and the customers' endpoints have it. Promise: when a verb returns, all is quiet:
nothing more happens until the clock moves or somebody acts.
"""

import asyncio
import itertools
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chappe.config import AccountConfig, CallbacksConfig, Config, HttpConfig, LinkConfig, Listen
from chappe.dialects import DIALECTS
from chappe.doors.calls.connection import PostLimits
from chappe.engine.accept import accept
from chappe.hands.restore import restore
from chappe.links.operator import OperatorLink
from chappe.links.operator.mind.records import Submitted, fields_of, read_submitted
from chappe.node import Node
from chappe.words import paris
from chappe.words.answer import Receipt, Refusal
from chappe.words.clock import MINUTE, SECOND, HandClock
from chappe.words.lifecycle import Event, Reason, State
from chappe.words.news import Message
from chappe.words.order import EVERY, Letter, Order, Tell, Urls
from chappe.words.report import Report
from tests.journeys import plain
from tests.journeys.ears import Ears
from tests.journeys.lots import Lot

EVERYTHING = ~Event.nothing
CREDIT = 10_000_000  # what accounts here have: 1,000 euros
TUESDAY = "2026-11-24 10:00:00"

_CALM_TURNS = 3
_POLL_S = 0.0005
_PATIENCE_S = 60  # only a fault takes so long


def at(wall: str) -> int:
    """The instant of a Paris wall time, '2026-11-24 10:00:00'."""
    return paris.instant(datetime.fromisoformat(wall))


def to(row: int, operator: int = 0) -> int:
    """The number 06 39 98 nn xx of the simulated network: `row` is xx, `operator` is nn."""
    return 33_639_980_000 + operator * 100 + row


def many(count: int, first: int = 33_612_000_000) -> range:
    """Ordinary numbers: all are delivered."""
    return range(first, first + count)


def account(login: str, **facts: Any) -> AccountConfig:
    facts = {"balance": CREDIT, **facts}
    return AccountConfig(login=login, declared=frozenset(facts), **facts)


def link(name: str, **facts: Any) -> LinkConfig:
    return LinkConfig(**{"name": name, "kind": "operator", **facts})


def config(**facts: Any) -> Config:
    """What the file says; `fred` is there where no account is named."""
    return Config(
        http=HttpConfig(listen=Listen("127.0.0.1", 0)),
        callbacks=CallbacksConfig(allow_private=True),
        **{"accounts": (account("fred"),), **facts},
    )


class House:
    """One installation: a node, which may be stopped and started, and what outlives it; or two, of
    which `node` is each time the next."""

    clock: HandClock

    def __init__(self, folder: Path, lot: Lot | None = None) -> None:
        self.nodes: Sequence[Node] = ()
        self.ears = Ears()
        self.other_ears = Ears()  # another origin
        self.more_ears: list[Ears] = []  # that a journey brings itself
        self.restless: Callable[[], bool] = lambda: False  # what else must be quiet
        self.clock_follows = False  # another's date, as clocks of nodes do that share a database
        self._folder = folder / "0"
        self._lot = lot or Lot()
        self._turn = itertools.count()
        self._running: list[Node] = []

    # the node

    async def open(self, said: Config | None = None, now: str = TUESDAY) -> None:
        self.clock = HandClock(at(now))
        self.clock.follows = self.clock_follows
        await self.ears.open()
        await self.other_ears.open()
        await self.start(said or config())

    async def start(self, said: Config) -> None:
        places, said = self._lot.begin(self._folder), self._lot.said(said)
        self.nodes = [self.made(said, place) for place in places]
        for node in self.nodes:
            await node.start()
            self._running.append(node)
        await self._lot.meet(self.nodes)
        await self.settle()

    def made(self, said: Config, place: Path) -> Node:
        """A node that has not begun."""
        return Node(said, place, self.clock, (*DIALECTS, plain))

    async def stop(self) -> None:
        """One after the other; who was there first has what there is one of, until the end."""
        while self._running:
            await self._running.pop().stop()

    async def restart(self, away_ms: int = 0) -> None:
        """Stop as one should, and start again after a while."""
        await self.stop()
        self.clock.advance(self.clock.now() + away_ms)
        await self.start(self.node.config)

    async def crash(self, away_ms: int = 0) -> None:
        """What is on disk at this instant is all that is left; another process takes it up."""
        self._lot.end()
        before = self._lot.places(self._folder)
        self._folder = self._folder.with_name(str(int(self._folder.name) + 1))
        for old, new in zip(before, self._lot.places(self._folder), strict=True):
            shutil.copytree(old, new, ignore=shutil.ignore_patterns("*-shm", "*.lock", "*.sock"))
        # The old ones are only tidied away: what they still do, they do to their own folders.
        for node in self.nodes:
            node.notify.stop()
            for link in node.links.values():
                await link.stop()
        self._hang_up()
        await self.stop()
        self.clock.advance(self.clock.now() + away_ms)
        await self.start(self.node.config)

    async def put_back(self, archive: Path, away_ms: int = 0) -> None:
        """The state of a backup goes on on another machine; of this one nobody hears again."""
        self._hang_up()
        await self.stop()
        self._folder = self._folder.with_name(str(int(self._folder.name) + 1))
        await asyncio.to_thread(restore, archive, self._folder, self.node.config)
        self.clock.advance(self.clock.now() + away_ms)
        await self.start(self.node.config)

    async def close(self) -> None:
        self._hang_up()
        await self.stop()
        await self.ears.close()
        await self.other_ears.close()

    async def reload(self, said: Config) -> Sequence[str]:
        """A new file; what the first node did by it."""
        said = self._lot.said(said)
        first, *others = self.nodes
        done = await first.reload(said)
        for node in others:
            await node.reload(said)
        if others:
            await self._lot.meet(self.nodes)
            await self.settle()
        return done

    def limit_calls(self, limits: PostLimits) -> None:
        """For customers' endpoints, from here on."""
        for node in self.nodes:
            node.poster.limits = limits

    def step_in(
        self, patch: pytest.MonkeyPatch, step: str, of: Callable[[Callable[..., Any]], Any]
    ) -> None:
        """What each store does at a step becomes what is made of it."""
        for node in self.nodes:
            patch.setattr(node.store, step, of(getattr(node.store, step)))

    @property
    def node(self) -> Node:
        """The next in turn."""
        return self.nodes[next(self._turn) % len(self.nodes)]

    @property
    def folder(self) -> Path:
        """The first one's directory."""
        return self._folder

    @property
    def counts(self) -> Counter[str]:
        """What was counted since the start."""
        return sum((node.desk.counts for node in self.nodes), Counter())

    def having(self, link: str) -> Node:
        """Whoever has a link."""
        return next((node for node in self.nodes if link in node.links), self.nodes[0])

    def _hang_up(self) -> None:
        """A stop waits for calls; nobody wants to wait for those that will never be answered."""
        for ears in (self.ears, self.other_ears, *self.more_ears):
            ears.release()

    def link(self, name: str = "sim") -> OperatorLink:
        found = self.having(name).links[name]
        assert isinstance(found, OperatorLink)
        return found

    # time

    async def settle(self) -> None:
        """Until nothing goes on any more at this instant of the clock."""
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await self._calm()
        except TimeoutError:
            raise AssertionError("the house does not come to rest") from None

    async def _calm(self) -> None:
        calm = 0
        before: list[int] = []
        while calm < _CALM_TURNS:
            # Since then nothing came to be written; of several, while others were waited for.
            for node in self.nodes if not calm or len(self.nodes) > 1 else ():
                await node.store.settled()
            self._lot.ring(self.clock)
            under_way, *now = self._lot.standing(self.nodes)
            if self._is_restless() or under_way or now != before:
                calm, before = 0, now
                await asyncio.sleep(_POLL_S)
            else:
                calm += 1
                await asyncio.sleep(0)

    def _is_restless(self) -> bool:
        """No batch open, no work in the background, no call but those that nobody answers."""
        ears = (self.ears, self.other_ears, *self.more_ears)
        calls = sum(node.notify.flying for node in self.nodes) > sum(one.hanging for one in ears)
        at_work = [not node.is_quiet(unanswered=node.notify.flying) for node in self.nodes]
        return calls or any(at_work) or self.restless()

    async def until(self, instant: int) -> None:
        """Every timer rings at its own instant, with all that it brings about."""
        await self.settle()
        while self.clock.now() < instant:
            self._lot.hurry(instant - self.clock.now())
            due = self.clock.next_due()
            self.clock.advance(instant if due is None else min(due, instant))
            await self.settle()

    async def let(self, seconds: float) -> None:
        await self.until(self.clock.now() + int(seconds * SECOND))

    async def leap(self, instant: int, stride_ms: int = 10 * MINUTE) -> None:
        """A long time in strides: what is due within one happens at its end."""
        await self.settle()
        while self.clock.now() < instant:
            self.clock.advance(min(instant, self.clock.now() + stride_ms))
            await self.settle()

    # what customers do

    async def send(
        self,
        numbers: Sequence[int],
        text: str = "Bonjour",
        *,
        account: str = "fred",
        apart: frozenset[Reason] = frozenset(),
        fatal: frozenset[Reason] = EVERY,
        reference: str = "",
        **wishes: Any,
    ) -> Receipt | Refusal:
        """One letter, as a dialect would order it."""
        letter = Letter(**{"text": text, "numbers": numbers, "code": "36105", **wishes})
        order = Order(
            dialect="plain", letters=[letter], apart=apart, fatal=fatal, reference=reference
        )
        return await self.order(order, account)

    async def order(self, order: Order, account: str = "fred") -> Receipt | Refusal:
        node = self.node
        known = node.accounts.by_login(account)
        assert known is not None
        answer = await accept(node.desk, known, order)
        await self.settle()
        return answer

    async def take(self, numbers: Sequence[int], text: str = "Bonjour", **wishes: Any) -> Receipt:
        """Send what is sure to be taken."""
        answer = await self.send(numbers, text, **wishes)
        assert isinstance(answer, Receipt), answer
        return answer

    async def post(self, numbers: Sequence[int], key: str, text: str = "Bonjour") -> Any:
        """The same over the door's socket: `Taken`, the names of the troubles, or None where the
        door was shut before it answered."""
        body = msgspec.json.encode(plain.Asked(key, text, list(numbers)))
        answer = await self.ask(f"POST /plain HTTP/1.1\r\nContent-Length: {len(body)}", body)
        if answer is None:
            return None
        taken = answer[0] == 200
        return msgspec.json.decode(answer[1], type=plain.Taken if taken else list[str])

    async def ask(
        self, head: str, body: bytes = b"", at: tuple[str, int] | None = None
    ) -> tuple[int, bytes] | None:
        """A request over the door's socket: status and body, or None where the door was shut."""
        try:
            reader, writer = await asyncio.open_connection(*(at or self.node.doors.http))
        except ConnectionError:
            return None
        try:
            writer.write(f"{head}\r\nHost: h\r\nConnection: close\r\n\r\n".encode() + body)
            answer = await reader.read()
        except ConnectionError:
            return None
        finally:
            writer.close()
        if not answer:
            return None
        first, _, said = answer.partition(b"\r\n\r\n")
        return int(first.split()[1]), said

    def tell(self, events: Event = EVERYTHING, path: str = "/fred") -> Tell:
        return Tell(urls=Urls(self.ears.url(path)), events=events)

    async def report(self, reports: Sequence[Report], name: str = "sim") -> None:
        """What an operator says of its own accord."""
        taken: list[bool] = []
        self.having(name).sinks.reported(name, reports, taken.append)
        await self.settle()
        assert taken == [True]

    async def write(self, number: int, text: str, code: str = "36105", name: str = "sim") -> None:
        """A handset writes to a code."""
        self.link(name).hand_in(number, code, text)
        await self.let(1)

    # what became of it

    async def messages(self, receipt: Receipt) -> Sequence[Message]:
        last = receipt.first + receipt.total - 1
        return await self.node.store.messages(receipt.first, last, receipt.total)

    async def fates(self, receipt: Receipt) -> list[tuple[State, Reason]]:
        return [(one.state, one.reason) for one in await self.messages(receipt)]

    async def tally(self, receipt: Receipt) -> dict[str, int]:
        """State -> how many."""
        counted: dict[str, int] = {}
        rows = await self.node.store.tally(receipt.first, receipt.first + receipt.total - 1)
        for state, _, count, _ in rows:
            counted[State(state).name] = counted.get(State(state).name, 0) + count
        return counted

    def held(self) -> int:
        """How much news waits in the memory of whoever holds most."""
        return max(node.notify.turns.held for node in self.nodes)

    async def balance(self, login: str = "fred", purse: str = "") -> int:
        node = self.node
        known = node.accounts.by_login(login)
        assert known is not None
        return (await node.store.purses(known.id))[purse][1]

    async def booked(self, login: str = "fred") -> list[tuple[str, int, int]]:
        """Kind, amount and order of an account's bookings, the oldest first; they add up."""
        node = self.node
        known = node.accounts.by_login(login)
        assert known is not None
        assert await node.store.audit() == []
        rows = await node.store.ledger(known.id, 100)
        return [(row[3], row[2], row[4]) for row in reversed(rows)]

    def submits(self, name: str = "sim") -> list[Submitted]:
        """What the operator behind a link got, by its own log."""
        file = "operator.log" if name == "sim" else f"operator-{name}.log"
        logs = [place / file for place in self._lot.places(self._folder)]
        lines = b"".join([log.read_bytes() for log in logs if log.exists()]).splitlines(True)
        return [read_submitted(fields_of(line)) for line in lines if line.startswith(b"S\t")]

"""The rare operations of a store, each said once for every database.

In: intent-named calls from the engine. Out: words. They run scripts through `read` (a connection
that only looks) or `do` (a transaction of its own between two batches).
"""

import asyncio
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from chappe.store.backlog import BacklogIntents
from chappe.store.book import BookIntents
from chappe.store.callbacks import CallbackIntents
from chappe.store.calling_off import CallOffIntents
from chappe.store.contract import LANES_AT_ONCE, Batch, Draft, Heir, Owing
from chappe.store.contract.nodes import KnownChanges
from chappe.store.contract.running import NOTHING
from chappe.store.family import FamilyIntents, inherited, kept_facts
from chappe.store.forget import Sweep
from chappe.store.gauging import GaugeIntents
from chappe.store.handsets import HandsetIntents
from chappe.store.ledger import LedgerIntents
from chappe.store.listing import ListIntents
from chappe.store.lookup import LookIntents, one
from chappe.store.nodes import NodeIntents
from chappe.store.optouts import OptOutIntents
from chappe.store.owed import read
from chappe.store.pieces import PieceIntents
from chappe.store.recent import Recent
from chappe.store.recover import RecoverIntents
from chappe.store.replays import ReplayIntents
from chappe.store.reports import ReportIntents
from chappe.store.rows import LEDGER, WritingNode
from chappe.store.script import Add, Ask, Run, Script
from chappe.store.search import SearchIntents
from chappe.store.settings import Settings
from chappe.store.settle import settle
from chappe.store.staff import StaffIntents
from chappe.store.talks import TalkIntents
from chappe.store.tiny import TinyIntents
from chappe.store.usage import UsageIntents
from chappe.store.writer import Work, Writer
from chappe.words.account import Account
from chappe.words.answer import Receipt, Refusal
from chappe.words.lane import first_lane
from chappe.words.news import News

_AWAY_S = 0.5
_ACCOUNTS_AT_ONCE = 500


class Intents(
    LookIntents,
    NodeIntents,
    ListIntents,
    ReportIntents,
    SearchIntents,
    BacklogIntents,
    BookIntents,
    CallOffIntents,
    TinyIntents,
    PieceIntents,
    FamilyIntents,
    UsageIntents,
    LedgerIntents,
    OptOutIntents,
    CallbackIntents,
    ReplayIntents,
    RecoverIntents,
    GaugeIntents,
    StaffIntents,
    TalkIntents,
    HandsetIntents,
):
    """What both databases have alike."""

    def __init__(self, writer: Writer, recent: Recent, engine: Settings) -> None:
        self._writer = writer
        self.node = 0  # until it is open
        self._recent = recent
        self._engine = engine
        self._sweep = Sweep(recent)
        self.lanes_full: set[int] = set()
        self.accounts_full: set[int] = set()

    @abstractmethod
    async def open(self) -> None: ...

    @abstractmethod
    async def look(self) -> bool:
        """Open it to read alone: nothing is made, brought up to date or locked. Whether there is
        anything in it."""

    @abstractmethod
    async def damage(self) -> Sequence[str] | None:
        """What the database itself finds wrong with how it lies on its disk; None where that is too
        much to be looked through."""

    @abstractmethod
    def copy(self, place: str, breathe: Callable[[int], None]) -> bool:
        """Write a copy of the database as it is now into a new file, in a thread of the caller's,
        step by step: `breathe` is called between two of them. False where a database has no file
        to be copied."""

    def unload(self) -> None:
        """Give back the memory of what can be read again."""

    @abstractmethod
    async def close(self) -> None: ...

    @abstractmethod
    async def read(self, script: Callable[[], Script]) -> Any:
        """Run a script that only asks; each database has its own way."""

    def _script(self, work: Work, stamp: int = 0) -> Script:
        """The script of a piece of work, new each time that it is tried."""
        self._recent.begin(stamp)
        if not isinstance(work, Batch):
            return work()
        node = WritingNode(self.node, self.lanes_full, self.accounts_full)
        return settle(work, node, self._recent, self._engine)

    # the open batch

    @property
    def batch(self) -> Batch:
        return self._writer.batch

    @property
    def is_idle(self) -> bool:
        return self._writer.is_idle

    @property
    def commits(self) -> int:
        return self._writer.commits

    @property
    def away(self) -> str:
        """Why nothing can be kept at present, in a few plain words; '' while it can."""
        return self._writer.away

    def keep(self, draft: Draft, waiter: Callable[[Receipt | Refusal], None]) -> None:
        self._writer.keep(draft, waiter)

    def flush(self, within_ms: float) -> None:
        self._writer.flush(within_ms)

    async def settled(self) -> bool:
        return await self._writer.settled()

    async def kept(self) -> None:
        # What happened is tried again by itself; to append it once more would help nobody.
        while True:
            if await self._writer.settled():
                return
            await asyncio.sleep(_AWAY_S)

    async def _do(self, script: Callable[[], Script], *, is_past_us: bool = True) -> Any:
        """Run in its own transaction. `is_past_us` forgets the recent rows, as they may change."""

        def begin() -> Script:
            if is_past_us:
                self._recent.clear()
            return script()

        return await self._writer.run(begin)

    # ids and names

    async def draw(self, name: str, count: int) -> int:
        """The first of `count` numbers that were never drawn before."""
        drawn = await self._do(lambda: one(Ask("draw", (name, count))), is_past_us=False)
        return int(drawn)

    async def route_id(self, links: Sequence[str]) -> int:
        return int(await self._do(lambda: one(Ask("route", (list(links),)))))

    async def routes(self) -> Mapping[int, Sequence[str]]:
        found = await self._ask("routes")
        return {ident: msgspec.json.decode(links) for ident, links in found}

    # accounts

    async def accounts(self) -> Sequence[tuple[Account, Mapping[str, Any]]]:
        return _accounts_of(await self._ask("accounts"))

    async def some_accounts(
        self, accounts: Sequence[int]
    ) -> Sequence[tuple[Account, Mapping[str, Any]]]:
        return _accounts_of(await self._ask("some_accounts", list(accounts)))

    async def put_account(
        self,
        account: Account,
        secrets: Mapping[str, Any],
        at: int,
        opening: Mapping[str, int] = NOTHING,
        heard: KnownChanges | None = None,
    ) -> int:
        facts = kept_facts(account)
        hidden = msgspec.json.encode(secrets).decode()

        def script() -> Script:
            if heard is not None and (yield from self._has_unheard(heard)):
                return 0
            is_new = not (yield Ask("has_account", (account.login,)))
            ident = yield Ask("put_account", (account.login, at, facts, hidden))
            own = yield Ask("put_purse", (ident, "", int(account.post_paid)))
            for name, amount in opening.items():
                if is_new and amount:
                    purse = (yield Ask("put_purse", (ident, name, None))) if name else own
                    yield Add(LEDGER, [(purse, at, amount, "credit", 0, "opening credit")])
                    yield Run("add_to_balances", ([(purse, amount)],))
            yield from self._changed(ident)
            return ident

        return int(await self._do(script, is_past_us=False))

    async def book(
        self, account: int, purse: str, amount: int, at: int, note: str, *, free: bool = False
    ) -> int | None:
        """Credit, or take; the new balance. None: more can't be taken, and nothing was."""

        def script() -> Script:
            ident = yield Ask("put_purse", (account, purse, None))
            found = yield Ask("purses", ([(ident,)],))
            _, balance, has_no_floor = found[0]
            if amount < 0 and not (free or has_no_floor) and balance + amount < 0:
                return None
            yield Add(LEDGER, [(ident, at, amount, "credit", 0, note)])
            yield Run("add_to_balances", ([(ident, amount)],))
            yield from inherited([ident], at)
            if not amount:  # it may have been made
                yield from self._changed(account)
            return balance + amount

        balance: int | None = await self._do(script, is_past_us=False)
        return balance

    async def purses(self, account: int) -> Mapping[str, tuple[int, int, int]]:
        """Name -> (number, balance, post-paid)."""
        found = await self._ask("purses_of", account)
        return {name: (ident, balance, free) for name, ident, balance, free in found}

    async def ledger(self, account: int, limit: int) -> Sequence[Sequence[Any]]:
        found: list[list[Any]] = await self._ask("ledger_of", account, limit)
        return found

    async def audit(self) -> Sequence[Sequence[Any]]:
        """Purses whose balance is not the sum of their ledger: there must be none."""
        found: list[list[Any]] = await self._ask("audit")
        return found

    # what waits for its time

    async def heirs(self, limit: int) -> Sequence[Heir]:
        found = await self._ask("heirs", limit)
        return [Heir(*row) for row in found]

    async def doubts(self, limit: int) -> Sequence[Sequence[Any]]:
        found: list[list[Any]] = await self._ask("doubts", limit)
        return found

    async def renew(self, messages: Sequence[int], now: int) -> None:
        if messages:
            await self._run("renew", now, list(messages))

    async def lanes(self, after: int, begins: Mapping[int, int]) -> Mapping[int, Owing]:
        def script() -> Script:
            found: dict[int, list[tuple[int, int]]] = {}
            low = first_lane(after + 1)
            for account in (yield Ask("owing", (low, _ACCOUNTS_AT_ONCE))):
                begin = begins.get(account, first_lane(account))
                args = (begin, first_lane(account + 1), LANES_AT_ONCE)
                found[account] = yield Ask("lanes", args, list[tuple[int, int]])
            return found

        seen: Mapping[int, Owing] = await self.read(script)
        return seen

    async def claim_news(self, lanes: Sequence[int], now: int, each: int) -> Sequence[News]:
        def script() -> Script:
            keys = []
            for lane in lanes:
                keys += yield Ask("owed", (lane, now, each))
            if not keys:
                return []
            yield Run("hold_news", (self.node, keys))
            return (yield from read(keys))

        found: Sequence[News] = await self._do(script, is_past_us=False)
        return found

    async def due_scheduled(self, now: int, limit: int) -> Sequence[int]:
        found: list[int] = await self._ask("due_scheduled", now, limit)
        return found

    async def next_scheduled(self) -> int:
        """When the next scheduled message is due; 0: there is none."""
        return int(await self._ask("next_scheduled"))

    # what ran out

    async def due_again(self, now: int, limit: int) -> Sequence[tuple[int, int]]:
        return [tuple(row) for row in await self._ask("due_again", now, limit)]

    async def next_again(self) -> int:
        return int(await self._ask("next_again"))

    async def fallen_silent(self, now: int, limit: int) -> Sequence[int]:
        found: list[int] = await self._ask("fallen_silent", now, limit)
        return found

    async def lapsed(self, now: int, limit: int) -> Sequence[int]:
        found: list[int] = await self._ask("lapsed", now, limit)
        return found

    async def hasten(self, now: int, limit: int) -> int:
        return int(await self._run("hasten", now, limit))

    async def waiting(self) -> Sequence[tuple[int, int]]:
        """(route, channel) of every queue that is not empty."""
        found = await self._ask("waiting")
        return [(route, channel) for route, channel in found]

    async def backlog(self, account: int, limit: int) -> int:
        return int(await self._ask("backlog", account, limit))

    # what is old

    async def forget(
        self, texts_before: int, records_before: int, strangers_before: int, limit: int
    ) -> int:
        """Erase old texts, then old records, a bounded number at a time; 0: all is done."""
        before = texts_before, records_before, strangers_before
        return int(await self._do(lambda: self._sweep.some(*before, limit)))


def _accounts_of(rows: Sequence[Any]) -> list[tuple[Account, Mapping[str, Any]]]:
    """(id, facts, secrets) each."""
    return [
        (
            msgspec.structs.replace(msgspec.json.decode(facts, type=Account), id=ident),
            msgspec.json.decode(secrets),
        )
        for ident, facts, secrets in rows
    ]

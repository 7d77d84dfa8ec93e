"""An opened store, and what a test needs to work with it in few words.

In: a way to make a store. Out: drafts, answers, and what each commit brought about. It knows no SQL
and no database: whatever it does, the engine could do as well.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from chappe.store.contract import (
    Batch,
    ClaimWish,
    Draft,
    DraftLetter,
    Move,
    Parked,
    PartRef,
    ReplyTell,
    Settled,
    Store,
    Told,
)
from chappe.store.settings import ALONE, ConfirmStop, LeaveAt, ReplyTells, Settings
from chappe.words.account import Account
from chappe.words.answer import Receipt, Refusal
from chappe.words.lifecycle import Event, Happening, Reason
from chappe.words.news import Message
from chappe.words.order import Channel, Letter, Tell, Urls
from chappe.words.report import Arrival, Fragment, Report

NOW = 1_700_000_000_000
EURO = 10_000
PRICE = 400
LINK = "sim"
CODE = "36105"
NUMBER = 33639980000
TOLD = int(Event.created | Event.sent | Event.passing | Event.final | Event.silent | Event.late)

# What a letter is where a test does not say otherwise: as it was asked for, and made ready.
_ASKED: dict[str, Any] = {
    "text": "Bonjour",
    "sender": "",
    "code": CODE,
    "validity_h": 48,
    "silent_h": 72,
    "silence": Reason.silent,
}
_TELL: dict[str, Any] = {
    "url": "http://customer/receipts",
    "reply_url": "http://customer/replies",
    "stop_url": "",
    "click_url": "",
    "form": "",
    "events": 0,
}
_URLS = {"status": "url", "reply": "reply_url", "stop": "stop_url", "click": "click_url"}
_LETTER: dict[str, Any] = {
    "text": "Bonjour",
    "hours": 0,
    "bars": 0,
    "lane": 7,
    "facts": "{}",
    "due": NOW,
    "given": (),
    "refs": (),
    "texts": (),
    "bad": {},
}


_READY_NAMES = frozenset(DraftLetter.__struct_fields__)
_ASKED_NAMES = frozenset(Letter.__struct_fields__) - _READY_NAMES
_ORDER = ("account", "dialect", "at", "reference", "request_id", "origin", "trace")


class Customer(NamedTuple):
    """An account, and the number of its purse."""

    account: int
    purse: int


class Office:
    """One store at a time: `reopen` closes it and opens the same database anew."""

    def __init__(self, make: Callable[[Settings], Store]) -> None:
        self._make = make
        self.settled: list[Settled] = []
        # What the engine would say, as a test wishes.
        self.leave_at: LeaveAt = ALONE.leave_at
        self.stop_everywhere = False
        self.reply_tells: ReplyTells = ALONE.reply_tells
        self.confirm_stop: ConfirmStop = ALONE.confirm_stop
        self.store = self._made()
        self.customer = Customer(0, 0)
        self.route = 0
        self.orders = 0
        self._message = 0

    async def open(self) -> None:
        await self.store.open()

    async def reopen(self) -> None:
        await self.store.close()
        self.store = self._made()
        await self.open()

    async def succeed(self) -> int:
        """Whoever holds news is over, and another node begins here; how much is owed again."""
        store: Any = self.store
        await store.enrol(store.place)
        return await self.store.release_news()

    def _made(self) -> Store:
        def everywhere() -> bool:
            return self.stop_everywhere

        return self._make(
            Settings(
                lambda batch: None,
                self._settled,
                self._leave_at,
                everywhere,
                self._reply_tells,
                self._confirm_stop,
            )
        )

    def _leave_at(self, now: int, hours: int, opens: int, closes: int) -> int:
        return self.leave_at(now, hours, opens, closes)

    def _reply_tells(self, account: int) -> Sequence[ReplyTell]:
        return self.reply_tells(account)

    def _confirm_stop(self, account: int, dialect: str) -> str:
        return self.confirm_stop(account, dialect)

    def _settled(self, _: Batch, settled: Settled) -> None:
        self.settled.append(settled)

    async def enrol(self, login: str, balance: int = 100 * EURO, **wishes: Any) -> Customer:
        """An account with some money."""
        account = await self.store.put_account(Account(id=0, login=login, **wishes), {}, NOW)
        if balance:
            await self.store.book(account, "", balance, NOW, "opening")
        return Customer(account, (await self.store.purses(account))[""][0])

    async def furnish(self) -> None:
        """The account and the route that are meant where a test names none."""
        self.customer = await self.enrol("fred")
        self.route = await self.store.route_id([LINK])

    # making

    def letter(self, numbers: Sequence[int] | int = 1, **wishes: Any) -> DraftLetter:
        """A letter to these numbers, or to so many; message numbers follow on."""
        to = range(NUMBER, NUMBER + numbers) if isinstance(numbers, int) else numbers
        count, price = len(to), wishes.pop("price", PRICE)
        sending = wishes.pop("sending", 1)
        bad = wishes.get("bad", {})
        first = self._message + 1
        self._message += count
        tell = {name: wishes.pop(name, value) for name, value in _TELL.items()}
        tell["events"] = Event(tell["events"])
        tell["urls"] = Urls(**{kind: tell.pop(name) for kind, name in _URLS.items()})
        asked = {name: wishes.pop(name) for name in _ASKED_NAMES if name in wishes}
        asked = {**_ASKED, **asked, "numbers": to, "tell": Tell(**tell)}
        asked["channel"] = Channel(asked.get("channel", 0))
        asked["text"] = wishes.get("text", asked["text"])
        return DraftLetter(
            **{
                **_LETTER,
                "asked": Letter(**asked),
                "first": first,
                "purse": self.customer.purse,
                "route": self.route,
                "happening": Happening.launched,
                "numbers": to,
                "parts": [sending] * count,
                "sending": [sending] * count,
                "prices": [0 if index in bad else price for index in range(count)],
                **wishes,
            }
        )

    def draft(self, *letters: DraftLetter, **wishes: Any) -> Draft:
        """An order of these letters, or of one letter made by `wishes`."""
        order: dict[str, Any] = {name: wishes.pop(name) for name in _ORDER if name in wishes}
        letters = letters or (self.letter(**wishes),)
        self.orders += 1
        cost: dict[int, int] = {}
        for letter in letters:
            cost[letter.purse] = cost.get(letter.purse, 0) + sum(letter.prices)
        return Draft(
            **{
                "id": self.orders,
                "account": self.customer.account,
                "dialect": "highsms",
                "at": NOW,
                "reference": "",
                "request_id": "",
                "facts": "{}",
                "origin": "",
                "trace": "",
                "first": letters[0].first,
                "total": sum(len(letter.numbers) for letter in letters),
                "cost": cost,
                "letters": letters,
                **order,
            }
        )

    def leap(self, numbers: int) -> None:
        """The next message has a number that is so much greater."""
        self._message += numbers

    # doing

    async def keep(self, *drafts: Draft) -> list[Receipt | Refusal]:
        """The answers to drafts that are in flight together."""
        loop = asyncio.get_running_loop()
        answers: list[asyncio.Future[Receipt | Refusal]] = [loop.create_future() for _ in drafts]
        for draft, answer in zip(drafts, answers, strict=True):
            self.store.keep(draft, answer.set_result)
        return await asyncio.gather(*answers)

    async def send(self, **wishes: Any) -> int:
        """The first message of an order that was taken."""
        (answer,) = await self.keep(self.draft(**wishes))
        assert isinstance(answer, Receipt), answer
        return answer.first

    async def happen(
        self,
        *moves: Move,
        refs: Iterable[PartRef] = (),
        reports: Iterable[Report] = (),
        parked: Iterable[Parked] = (),
        arrivals: Iterable[Arrival] = (),
        fragments: Iterable[Fragment] = (),
        told: Iterable[Told] = (),
        claims: Iterable[ClaimWish] = (),
    ) -> Settled:
        """What came of all this in one commit."""
        batch = self.store.batch
        batch.moves += moves
        batch.refs += refs
        batch.reports += [(LINK, report) for report in reports]
        batch.parked += parked
        batch.arrivals += [(LINK, arrival) for arrival in arrivals]
        batch.fragments += [(LINK, fragment) for fragment in fragments]
        batch.told += told
        batch.claims += claims
        self.settled.clear()
        await self.store.settled()
        (settled,) = self.settled
        return settled

    async def claim(
        self,
        room: int,
        routes: Sequence[tuple[int, int]] | None = None,
        now: int = NOW,
        after: int = 0,
    ) -> Settled:
        wish = ClaimWish(LINK, routes or [(self.route, 0)], room, after, now)
        return await self.happen(claims=[wish])

    # seeing

    async def message(self, ident: int) -> Message:
        (found,) = await self.store.messages(ident, ident, 1)
        return found

    async def balance(self, customer: Customer | None = None) -> int:
        purses = await self.store.purses((customer or self.customer).account)
        return purses[""][1]

    async def states(self, first: int, count: int) -> list[tuple[int, int]]:
        """(state, reason) of a stretch of messages."""
        found = await self.store.messages(first, first + count - 1, count)
        return [(message.state, message.reason) for message in found]


def claimed(settled: Settled) -> list[int]:
    return [leaving.id for claim in settled.claimed for leaving in claim.leaving]


def news(settled: Settled) -> list[tuple[int, int, Event]]:
    return [(one.subject, one.seq, one.event) for one in settled.news]

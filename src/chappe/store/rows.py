"""Rows that several scripts write or read, and who writes them.

In: values. Out: tuples in the order of the columns named here.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from chappe.store.contract import DraftLetter
from chappe.store.contract.usage import Used
from chappe.store.script import Into
from chappe.words.clock import MINUTE
from chappe.words.lane import FREE, account_of, free_of
from chappe.words.lifecycle import State

Key = tuple[int, int]  # (subject, seq) of a piece of news

_AWAITED = f"{int(State.sending)}, {int(State.sent)}"

LEDGER = Into("ledger", ("purse", "at", "amount", "kind", "ordr", "note"))
PART = Into("part", ("link", "ref", "message", "no"))
PARKED = Into("parked", ("link", "ref", "at", "report"))
ATTEMPT = Into("attempt", ("subject", "seq", "at", "answer", "took"))
USAGE = Into("usage", Used.__struct_fields__)
FRAGMENT = Into("fragment", ("link", "pieces", "no", "at", "body"))
# What is there already. An operator that gives an id twice means its first, as long as a receipt
# for that may come; but ids come round one day, and then mean the message of the day. A piece may
# come twice.
CONFLICTS: Mapping[Into, str] = {
    PART: (
        "ON CONFLICT (link, ref) DO UPDATE SET message = excluded.message, no = excluded.no "
        "WHERE part.message <> excluded.message AND NOT EXISTS ("
        f"SELECT 1 FROM message m WHERE m.id = part.message AND m.state IN ({_AWAITED}))"
    ),
    FRAGMENT: "ON CONFLICT DO NOTHING",
    USAGE: (
        "ON CONFLICT (day, account, dialect, channel, country, link, state) DO UPDATE SET "
        "messages = usage.messages + excluded.messages, parts = usage.parts + excluded.parts, "
        "price = usage.price + excluded.price"
    ),
}
REPLY = Into(
    "reply",
    (
        "id",
        "at",
        "number",
        "code",
        "text",
        "operator",
        "account",
        "message",
        "stop",
        "link",
    ),
)
# What letters have in common: a column of `terms`, and where a letter made ready says it. Whatever
# else names these columns is made from this table, but for the schema.
TERMS_FROM: Mapping[str, str] = {
    "purse": "purse",
    "alphabet": "asked.alphabet",
    "sender": "asked.sender",
    "code": "asked.code",
    "flash": "asked.flash",
    "udh": "asked.udh",
    "opens": "asked.opens",
    "closes": "asked.closes",
    "hours": "hours",
    "bars": "bars",
    "validity_h": "asked.validity_h",
    "silent_h": "asked.silent_h",
    "silence": "asked.silence",
    "events": "asked.tell.events",
    "url": "asked.tell.urls.status",
    "reply_url": "asked.tell.urls.reply",
    "stop_url": "asked.tell.urls.stop",
    "click_url": "asked.tell.urls.click",
    "form": "asked.tell.form",
    "lane": "lane",
    "hold_m": "asked.tell.hold_m",
}
TERMS = Into("terms", ("id", *TERMS_FROM))


def _reader(places: Iterable[str]) -> Callable[[DraftLetter], tuple[Any, ...]]:
    """What stands at these places of a letter. It is written out, since that takes 0.18 us where
    `attrgetter` takes 0.5."""
    written = ", ".join([f"letter.{place}" for place in places])
    reader: Callable[[DraftLetter], tuple[Any, ...]] = eval(f"lambda letter: ({written},)")
    return reader


terms_of = _reader(TERMS_FROM.values())


class NewsRow(NamedTuple):
    """A piece of news as it is written first."""

    subject: int
    seq: int
    event: int
    state: int
    reason: int
    at: int
    operator: str
    lane: int
    due: int
    since: int
    holder: int
    account: int


NEWS = Into("news", NewsRow._fields)
# Where they are told is decided when they are written; '' is where the letter's statuses are told.
NEWS_OF_CLICK = Into("news", (*NEWS.columns, "url"))
NEWS_OF_REPLY = Into("news", (*NEWS.columns, "url", "reply"))
NEWS_OF_NOBODY = Into("news", (*NEWS_OF_REPLY.columns, "dialect", "form"))

HELD_AT_ONCE = 1_000  # news of one lane that one commit brings into memory; the rest is claimed
FREE_AT_ONCE = 100  # ... of all lanes of an account whose news costs nothing, and leaves slowly


def told_at(at: int, hold_m: int) -> int:
    """When news of this moment are due: at once, or with the others at the next full stretch."""
    if not hold_m:
        return at
    stretch = hold_m * MINUTE
    return (at // stretch + 1) * stretch


class WritingNode:
    """Who is writing: its number, and whose news it can't hold in memory now: of which lanes, and
    of which accounts."""

    __slots__ = ("_held", "changed", "full", "full_accounts", "held_back", "holder")

    def __init__(self, holder: int, full: set[int], full_accounts: set[int]) -> None:
        self.holder = holder
        self.full = full
        self.full_accounts = full_accounts
        self.held_back: set[int] = set()  # lanes that got news which nobody holds
        self.changed: set[int] = set()  # stretches of messages that are born or moved
        self._held: dict[int, int] = {}

    def hold(self, lane: int) -> int:
        """The holder of a new piece of news in this lane; 0 leaves it for a later claim."""
        if lane & FREE:
            crowd, most = free_of(lane), FREE_AT_ONCE
        else:
            crowd, most = lane, HELD_AT_ONCE
        held = self._held.get(crowd, 0)
        accounts = self.full_accounts
        is_full = crowd in self.full or (accounts and account_of(lane) in accounts)
        if is_full or held >= most:
            if crowd == lane:
                self.held_back.add(lane)  # what is free is told in any order
            return 0
        self._held[crowd] = held + 1
        return self.holder

"""Keeping new orders: money reserved, rows and the first news, in one transaction.

In: drafts. Out: a receipt or a refusal for each, in their order. Promise: an order is kept whole
with its price reserved, or leaves no trace.
"""

from collections.abc import Generator, Sequence, Set
from typing import Any

from chappe.store.born import born
from chappe.store.contract import UNWILLING, Draft, is_short, receipt_of
from chappe.store.recent import Balance, Recent
from chappe.store.rows import LEDGER, NewsRow, WritingNode
from chappe.store.script import Add, Ask, Run
from chappe.store.tiny import tinies
from chappe.words.answer import Receipt, Refusal, Trouble

_DUPLICATE = Refusal((Trouble.duplicate,))
_NO_CREDIT = Refusal((Trouble.no_credit,))


def keep(
    drafts: Sequence[Draft], node: WritingNode, recent: Recent
) -> Generator[Any, Any, tuple[list[Receipt | Refusal], list[NewsRow]]]:
    """The answers, and the news that is owed already."""
    used = yield from used_requests(drafts)
    unwilling = yield from _to_the_unwilling(drafts)
    answers, kept = yield from paid(
        drafts, used, unwilling, {} if recent.is_shared else recent.balances
    )
    if not kept:
        return answers, []
    yield from tinies(kept)
    return answers, (yield from born(kept, node, recent))


def used_requests(drafts: Sequence[Draft]) -> Generator[Any, Any, set[tuple[int, str]]]:
    """Which of these drafts' request ids were used before, with their accounts."""
    wanted = [(draft.account, draft.request_id) for draft in drafts if draft.request_id]
    if not wanted:
        return set()
    found = yield Ask("used_requests", (wanted,))
    return {(account, request) for account, request in found}


def _to_the_unwilling(drafts: Sequence[Draft]) -> Generator[Any, Any, Set[int]]:
    """Those of which nobody asked who opted out, and somebody did, by their places."""
    asked = [
        (place, draft.account, letter.bars, number)
        for place, draft in enumerate(drafts)
        if draft.unasked
        for letter in draft.letters
        if letter.bars
        for number in letter.numbers
    ]
    if not asked:
        return frozenset()
    return {*(yield Ask("unwilling", (asked,)))}


def paid(
    drafts: Sequence[Draft],
    used: set[tuple[int, str]],
    unwilling: Set[int] = frozenset(),
    known: dict[int, Balance] | None = None,
) -> Generator[Any, Any, tuple[list[Receipt | Refusal], list[Draft]]]:
    """Reserve each order's price, in order; read and written once for all of them. `known` are
    balances that need not be read; what comes of them is put there."""
    purses = sorted({purse for draft in drafts for purse in draft.cost})
    known = {} if known is None else known
    if missing := [(purse,) for purse in purses if purse not in known]:
        found = yield Ask("purses", (missing,))
        known.update({purse: (balance, is_free) for purse, balance, is_free in found})
    balances = {purse: known[purse][0] for purse in purses if purse in known}
    free = {purse for purse in purses if purse in known and known[purse][1]}
    held: dict[int, list[Draft]] = {}
    answers: list[Receipt | Refusal] = []
    kept: list[Draft] = []
    for place, draft in enumerate(drafts):
        if unwilling and place in unwilling:
            answers.append(UNWILLING)
            continue
        if used and (draft.account, draft.request_id) in used:
            answers.append(_DUPLICATE)
            continue
        cost = draft.cost
        if is_short(cost, balances, free):
            answers.append(_NO_CREDIT)
            continue
        if draft.request_id:
            used.add((draft.account, draft.request_id))
        for purse, price in cost.items():
            if price:
                balances[purse] = balances.get(purse, 0) - price
                held.setdefault(purse, []).append(draft)
        kept.append(draft)
        answers.append(receipt_of(draft, balances.get(next(iter(cost), 0), 0)))
    if held:
        yield Add(LEDGER, [_booking(purse, paid) for purse, paid in held.items()])
        yield Run("set_balances", ([(purse, balances[purse]) for purse in held],))
        known.update({purse: (balances[purse], purse in free) for purse in held})
    return answers, kept


def _booking(purse: int, paid: Sequence[Draft]) -> tuple[Any, ...]:
    """One entry for all that one commit holds of a purse; each order knows its own price."""
    amount = sum([draft.cost[purse] for draft in paid])
    note = "" if len(paid) == 1 else f"{len(paid)} orders up to {paid[-1].id}"
    return (purse, paid[-1].at, -amount, "held", paid[0].id, note)

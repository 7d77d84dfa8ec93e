"""Keeping new orders: money, rows and the first news, in one transaction.

In: drafts. Out: a receipt or a refusal for each, in their order. Promise: an order is kept whole
with its price reserved, or leaves no trace.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import chain, repeat
from typing import Any

from chappe.store.contract import Draft, DraftLetter
from chappe.store.rows import HOLDER, Key, Node, news_row
from chappe.store.script import Add, Ask, Run
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.lifecycle import TABLE, Happening, Reason, State

_TROUBLE = {
    Reason.bad_number: Trouble.bad_number,
    Reason.not_served: Trouble.not_served,
    Reason.no_route: Trouble.no_route,
    Reason.too_long: Trouble.too_long,
    Reason.opted_out: Trouble.opted_out,
}
_TURNED_AWAY = TABLE[State.new, Happening.turned_away]
# A birth by its number: state, money, and the event that is told. An enum's own hash is slow.
_BORN = {
    int(happening): (int(step.to), int(step.money), int(step.told))
    for (state, happening), step in TABLE.items()
    if state is State.new
}


def keep(
    drafts: Sequence[Draft], node: Node
) -> Generator[Any, Any, tuple[list[Receipt | Refusal], list[Key]]]:
    """The answers, and the keys of the news that this node is to tell."""
    used = yield from _used_requests(drafts)
    answers, kept = yield from _paid(drafts, used)
    if not kept:
        return answers, []
    yield Add("ordr", [_order_row(draft) for draft in kept])
    letters = [(draft, letter) for draft in kept for letter in draft.letters]
    yield Add("letter", [_letter_row(draft, letter) for draft, letter in letters])
    yield Add(
        "message", chain.from_iterable(_message_rows(d, part, node.holder) for d, part in letters)
    )
    news = list(chain.from_iterable(_news_rows(d, part, node) for d, part in letters))
    if news:
        yield Add("news", news)
    return answers, [(row[0], row[1]) for row in news if row[HOLDER]]


def _used_requests(drafts: Sequence[Draft]) -> Generator[Any, Any, set[tuple[int, str]]]:
    wanted = [(draft.account, draft.request_id) for draft in drafts if draft.request_id]
    if not wanted:
        return set()
    found = yield Ask("used_requests", (wanted,))
    return {(account, request) for account, request in found}


def _paid(
    drafts: Sequence[Draft], used: set[tuple[int, str]]
) -> Generator[Any, Any, tuple[list[Receipt | Refusal], list[Draft]]]:
    """Reserve each draft's price, in order; who can't pay is refused and the next is tried."""
    found = yield Ask("purses", (list({purse for draft in drafts for purse in draft.cost}),))
    balances = {ident: balance for ident, balance, _ in found}
    free = {ident for ident, _, is_free in found if is_free}
    answers: list[Receipt | Refusal] = []
    kept: list[Draft] = []
    held: dict[int, list[Draft]] = {}
    for draft in drafts:
        if draft.request_id and (draft.account, draft.request_id) in used:
            answers.append(Refusal((Trouble.duplicate,)))
            continue
        if not _covered(draft, balances, free):
            answers.append(Refusal((Trouble.no_credit,)))
            continue
        if draft.request_id:
            used.add((draft.account, draft.request_id))
        for purse, price in draft.cost.items():
            if price:
                balances[purse] = balances.get(purse, 0) - price
                held.setdefault(purse, []).append(draft)
        kept.append(draft)
        answers.append(_receipt(draft, balances))
    if held:
        yield Add("ledger", [_booking(purse, paid) for purse, paid in held.items()])
        yield Run("set_balances", ([(purse, balances[purse]) for purse in held],))
    return answers, kept


def _covered(draft: Draft, balances: dict[int, int], free: set[int]) -> bool:
    for purse, price in draft.cost.items():
        if price > 0 and purse not in free and balances.get(purse, 0) < price:
            return False
    return True


def _booking(purse: int, paid: Sequence[Draft]) -> tuple[Any, ...]:
    """One entry for all that one commit holds of a purse; each order knows its own price."""
    amount = sum(draft.cost[purse] for draft in paid)
    note = "" if len(paid) == 1 else f"{len(paid)} orders up to {paid[-1].id}"
    return (None, purse, paid[-1].at, -amount, "held", paid[0].id, note)


def _receipt(draft: Draft, balances: dict[int, int]) -> Receipt:
    letters = draft.letters
    purse = next(iter(draft.cost), 0)
    if len(letters) == 1:
        parts, prices = letters[0].parts, letters[0].prices
    else:
        parts = [n for letter in letters for n in letter.parts]
        prices = [n for letter in letters for n in letter.prices]
    return Receipt(
        draft.id,
        draft.at,
        draft.first,
        draft.total,
        sum(draft.cost.values()),
        balances.get(purse, 0),
        parts,
        prices,
        {
            letter.first - draft.first + index: _TROUBLE[reason]
            for letter in letters
            if letter.bad
            for index, reason in letter.bad.items()
        },
    )


def _order_row(draft: Draft) -> tuple[Any, ...]:
    return (
        draft.id,
        draft.account,
        draft.dialect,
        draft.at,
        draft.reference or None,
        draft.request_id or None,
        draft.first,
        draft.total,
        sum(draft.cost.values()),
        draft.facts,
    )


def _letter_row(draft: Draft, letter: DraftLetter) -> tuple[Any, ...]:
    asked = letter.asked
    tell = asked.tell
    return (
        letter.first,
        draft.id,
        letter.text,
        int(asked.alphabet),
        asked.sender,
        asked.code,
        letter.purse,
        int(asked.flash),
        asked.udh,
        letter.due,
        asked.opens,
        asked.closes,
        letter.hours,
        letter.bars,
        asked.validity_h,
        asked.silent_h,
        int(asked.silence),
        int(tell.events),
        tell.url,
        tell.reply_url,
        tell.form,
        letter.lane,
        letter.facts,
    )


def _message_rows(draft: Draft, letter: DraftLetter, holder: int) -> Iterable[tuple[Any, ...]]:
    """Columns zipped to rows: no Python per recipient where none is in error."""
    count = len(letter.numbers)
    state, money, told = _BORN[int(letter.happening)]
    news = 1 if int(letter.asked.tell.events) & told else 0
    held_by = holder if state == State.sending else 0
    if count == 1 and not (letter.bad or letter.routes):
        return (_message_row(draft, letter, state, money, news, held_by),)
    rows = zip(
        range(letter.first, letter.first + count),
        repeat(letter.first),
        letter.numbers,
        repeat(state),
        repeat(0),
        repeat(draft.at),
        repeat(letter.due),
        repeat(0),
        repeat(int(letter.asked.channel)),
        repeat(draft.account),
        letter.routes or repeat(letter.route),
        letter.prices,
        repeat(money),
        letter.parts,
        letter.sending,
        repeat(news),
        repeat(held_by),
        repeat(None),
        letter.given if letter.bad and letter.given else repeat(None),
        (ref or None for ref in letter.refs) if letter.refs else repeat(None),
        letter.texts or repeat(None),
        repeat(None),
        strict=False,
    )
    return rows if not letter.bad else _with_bad(rows, letter)


def _message_row(
    draft: Draft, letter: DraftLetter, state: int, money: int, news: int, held_by: int
) -> tuple[Any, ...]:
    """The same for one recipient, which is most of the traffic: setting up the columns costs ten
    times the row."""
    return (
        letter.first,
        letter.first,
        letter.numbers[0],
        state,
        0,
        draft.at,
        letter.due,
        0,
        int(letter.asked.channel),
        draft.account,
        letter.route,
        letter.prices[0],
        money,
        letter.parts[0],
        letter.sending[0],
        news,
        held_by,
        None,
        None,
        (letter.refs[0] or None) if letter.refs else None,
        letter.texts[0] if letter.texts else None,
        None,
    )


def _with_bad(rows: Iterator[tuple[Any, ...]], letter: DraftLetter) -> Iterator[tuple[Any, ...]]:
    told = 1 if int(letter.asked.tell.events) & int(_TURNED_AWAY.told) else 0
    for index, row in enumerate(rows):
        reason = letter.bad.get(index)
        if reason is None:
            yield (*row[:18], None, *row[19:])
        else:
            yield (
                *row[:3],
                int(_TURNED_AWAY.to),
                int(reason),
                *row[5:11],
                0,
                int(_TURNED_AWAY.money),
                *row[13:15],
                told,
                0,
                *row[17:],
            )


def _news_rows(draft: Draft, letter: DraftLetter, node: Node) -> Iterator[tuple[Any, ...]]:
    state, _, told = _BORN[int(letter.happening)]
    events = int(letter.asked.tell.events)
    if events & told and not letter.bad:
        for index in range(len(letter.numbers)):
            yield _news(draft, letter, node, index, told, state, 0)
    for index in range(len(letter.numbers)) if letter.bad else ():
        reason = letter.bad.get(index)
        if reason is None:
            event, now = told, state
        else:
            event, now = int(_TURNED_AWAY.told), int(_TURNED_AWAY.to)
        if events & event:
            yield _news(draft, letter, node, index, event, now, int(reason or 0))


def _news(
    draft: Draft, letter: DraftLetter, node: Node, index: int, event: int, state: int, reason: int
) -> tuple[Any, ...]:
    lane, at = letter.lane, draft.at
    first, holder = letter.first + index, node.hold(lane)
    return news_row(first, 1, event, state, reason, at, lane, at, holder, draft.account)

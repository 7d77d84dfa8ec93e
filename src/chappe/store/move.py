"""Moving messages through their life: reports resolved, states set, money given back, news owed.

In: what happened, in the order it happened. Out: the news that came of it.
Promise: only what the table of `words.lifecycle` holds is done; rows are read and written in one
transaction that excludes other writers of the same rows, so a move is a compare-and-set.
"""

from collections.abc import Generator, Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from chappe.store.contract import NEVER, Move, PartRef
from chappe.store.rows import HOLDER, Key, Node, news_row
from chappe.store.script import Add, Ask, Run
from chappe.words.clock import HOUR
from chappe.words.lifecycle import Happening, Money, Reason, State, step
from chappe.words.parts import fold_part
from chappe.words.report import Report

_OURS = (int(Money.held), int(Money.spent))  # prices that can be given back
_WAITING = (int(State.queued), int(State.scheduled))


class Moved(NamedTuple):
    """What came of a set of moves."""

    news: list[Key]
    queued: set[tuple[int, int]]
    idle: int
    strange: int


class _Row(msgspec.Struct, array_like=True):
    """One message while its happenings are folded: the columns of query `move_rows`, as numbers,
    and what came of it."""

    id: int
    state: int
    reason: int
    money: int
    price: int
    sending: int
    fold: str | None
    news: int
    at: int
    due: int
    sent_at: int
    operator: str | None
    account: int
    route: int
    channel: int
    order: int
    purse: int
    events: int
    silent_h: int
    silence: int
    lane: int
    behind: bool | int
    fresh: list[tuple[Any, ...]] = []
    given_back: int = 0
    touched: bool = False


def move(
    moves: Iterable[Move],
    refs: Sequence[PartRef],
    reports: Sequence[tuple[str, Report]],
    node: Node,
) -> Generator[Any, Any, Moved]:
    """Write the operators' ids, find the messages that reports speak of, and move them all."""
    if refs:
        yield Add("part", refs)
        reports = [*(yield from _parked(refs)), *reports]  # they came first
    todo = list(moves)
    strange = 0
    if reports:
        found, unknown = yield from _resolved(reports)
        todo += found
        strange = len(unknown)
        if unknown:
            yield Add("parked", unknown)
    if not todo:
        return Moved([], set(), 0, strange)
    wanted = sorted({item.message for item in todo})
    found_rows: list[_Row] = yield Ask("move_rows", (wanted,), list[_Row])
    rows = {row.id: row for row in found_rows}
    idle = sum(not _apply(rows.get(item.message), item, node) for item in todo)
    touched = [row for row in rows.values() if row.touched]
    yield from _write(touched)
    fresh = [news for row in touched for news in row.fresh]
    return Moved(
        [(news[0], news[1]) for news in fresh if news[HOLDER] and news[8] != NEVER],
        {(row.route, row.channel) for row in touched if row.state == State.queued},
        idle,
        strange,
    )


def _parked(refs: Sequence[PartRef]) -> Generator[Any, Any, list[tuple[str, Report]]]:
    """Reports that came before the operator's id was known."""
    keys = [(ref.link, ref.ref) for ref in refs]
    found = yield Ask("parked", (keys,))
    if not found:
        return []
    yield Run("unpark", (keys,))
    return [(link, msgspec.json.decode(report, type=Report)) for link, report in found]


def _resolved(
    reports: Sequence[tuple[str, Report]],
) -> Generator[Any, Any, tuple[list[Move], list[tuple[Any, ...]]]]:
    keys = [(link, report.ref) for link, report in reports]
    found = yield Ask("parts", (keys,))
    known = {(link, ref): (message, no) for link, ref, message, no in found}
    moves: list[Move] = []
    unknown: list[tuple[Any, ...]] = []
    for link, report in reports:
        part = known.get((link, report.ref))
        if part is None:
            text = msgspec.json.encode(report).decode()
            unknown.append((link, report.ref, report.at, text))
            continue
        moves.append(
            Move(part[0], report.happening, report.reason, report.at, report.operator, part[1])
        )
    return moves, unknown


def _apply(row: _Row | None, item: Move, node: Node) -> bool:
    """Fold one happening into its row; False where it changes nothing."""
    if row is None:
        return False
    happening, reason = item.happening, item.reason
    if item.part and row.sending > 1:
        fold, outcome = fold_part(row.fold or "", row.sending, item.part, happening, reason)
        if outcome is None and fold == row.fold:
            return False
        row.fold, row.touched = fold, True
        if outcome is None:
            return True
        happening, reason = outcome
    if happening is Happening.fell_silent:
        reason = Reason(row.silence)
    if happening is Happening.progressed and reason == row.reason:
        return False
    taken = step(row.state, happening, row.reason)
    if taken is None:
        return False
    row.touched = True
    if item.operator:
        row.operator = item.operator
    if taken.money:
        _pay(row, taken.money)
    row.state, row.reason = int(taken.to), int(reason)
    row.at = max(item.at, row.at)
    _date(row, happening, item)
    told = int(taken.told)
    if told & row.events:
        _owe(row, told, node)
    return True


def _pay(row: _Row, money: Money) -> None:
    if money is Money.released:
        if row.money in _OURS and row.price:
            row.given_back += row.price
        row.money = int(Money.released)
    elif money is Money.spent and row.money == Money.held:
        row.money = int(Money.spent)


def _date(row: _Row, happening: Happening, item: Move) -> None:
    if happening is Happening.acknowledged:
        row.sent_at = row.at
        row.due = row.at + row.silent_h * HOUR
    elif happening is Happening.went_unanswered:
        row.due = row.at + row.silent_h * HOUR
    elif happening is Happening.fell_silent:
        row.due = NEVER
    elif row.state in _WAITING:
        row.due = item.due or row.at
        row.route = item.route or row.route
        row.fold = None


def _owe(row: _Row, event: int, node: Node) -> None:
    """A message's news are told one after another: what stands behind an unheard one waits."""
    row.news += 1
    row.fresh.append(
        news_row(
            row.id,
            row.news,
            event,
            row.state,
            row.reason,
            row.at,
            row.lane,
            NEVER if row.behind else row.at,
            0 if row.behind else node.hold(row.lane),
            row.account,
            row.operator or "",
        )
    )
    row.behind = 1


def _write(touched: Sequence[_Row]) -> Generator[Any, Any, None]:
    if not touched:
        return
    values = [
        (
            row.id,
            row.state,
            row.reason,
            row.at,
            row.due,
            row.sent_at,
            row.money,
            row.news,
            row.operator,
            row.fold,
            row.route,
        )
        for row in touched
    ]
    yield Run("move", (values,))
    fresh = [news for row in touched for news in row.fresh]
    if fresh:
        yield Add("news", fresh)
    yield from _give_back([row for row in touched if row.given_back])


def _give_back(rows: Sequence[_Row]) -> Generator[Any, Any, None]:
    """One ledger row per order and purse."""
    if not rows:
        return
    sums: dict[tuple[int, int], list[int]] = {}
    for row in rows:
        entry = sums.setdefault((row.purse, row.order), [0, 0])
        entry[0] += row.given_back
        entry[1] = max(entry[1], row.at)
    yield Add(
        "ledger",
        [
            (None, purse, at, amount, "released", order, "")
            for (purse, order), (amount, at) in sums.items()
        ],
    )
    purses: dict[int, int] = {}
    for (purse, _), (amount, _) in sums.items():
        purses[purse] = purses.get(purse, 0) + amount
    yield Run("add_to_balances", (sorted(purses.items()),))

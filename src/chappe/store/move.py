"""Moving messages through their life: reports resolved, states set, money given back, news owed.

In: what happened, in the order it happened. Out: the news that came of it.
Promise: only what the table of `words.lifecycle` holds is done; rows are known and written in one
transaction that excludes other writers of the same rows, so a move is a compare-and-set.
"""

from collections.abc import Generator, Mapping, Sequence
from typing import Any, NamedTuple

from chappe.store.contract import NEVER, Move, PartRef
from chappe.store.family import inherited
from chappe.store.recent import Recent, Row
from chappe.store.resolve import Reports, early, resolved
from chappe.store.rows import LEDGER, NEWS, PART, NewsRow, WritingNode, told_at
from chappe.store.script import Add, Ask, Run
from chappe.store.usage import stretches_of
from chappe.words.calls import MISSED, after_call, wait_ms
from chappe.words.clock import HOUR
from chappe.words.lifecycle import SILENCES, Happening, Money, Reason, State, step
from chappe.words.parts import fold_part
from chappe.words.report import Report

# As plain numbers: an enum's members are slow to name and to compare.
_ACKNOWLEDGED = int(Happening.acknowledged)
_UNANSWERED = int(Happening.went_unanswered)
_FELL_SILENT = int(Happening.fell_silent)
_PROGRESSED = int(Happening.progressed)
_MISSED, _CALLED_AGAIN = int(Happening.missed), int(Happening.called_again)
_CANCELLED = int(Happening.cancelled)
_AFTER_MISSED = frozenset((_CALLED_AGAIN, _CANCELLED))
_SCHEDULED, _QUEUED = int(State.scheduled), int(State.queued)
_WAITING = frozenset((_SCHEDULED, _QUEUED))
_SENT, _DELIVERED = int(State.sent), int(State.delivered)
_HELD, _SPENT, _RELEASED = int(Money.held), int(Money.spent), int(Money.released)


# How far a row was touched in this commit: what its statement must write.
_UNTOUCHED, _TAKEN, _ENDED, _CHANGED = range(4)


class Moved(NamedTuple):
    """What came of a set of moves."""

    news: list[NewsRow]  # those that this node is to tell now
    queued: set[tuple[int, int]]
    idle: int
    strange: Reports  # those of no part of ours
    crowded_out: int
    again: int  # when the first of those is due that are to be called again


class _Fold:
    """What folding the happenings of one commit needs and brings."""

    __slots__ = ("again", "fresh", "node", "steps")

    def __init__(self, node: WritingNode) -> None:
        self.node = node
        self.again = NEVER
        self.fresh: list[NewsRow] = []
        self.steps: dict[tuple[int, int, bool], tuple[int, int, int] | None] = {}

    def look_up(self, state: int, happening: int, reason: int) -> None:
        """A row of the table as numbers, once for all that it happens to in this commit."""
        row = step(state, happening, reason)
        found = None if row is None else (int(row.to), int(row.money), int(row.told))
        self.steps[state, happening, reason in SILENCES] = found

    def call_again(self, row: Row) -> None:
        """Nobody took the call: when the next one is due."""
        row.due = row.at + wait_ms(row.speech, row.fold)
        self.again = min(self.again, row.due)


def move(
    moves: Sequence[Move],
    refs: Sequence[PartRef],
    reports: Sequence[tuple[str, Report]],
    node: WritingNode,
    recent: Recent,
) -> Generator[Any, Any, Moved]:
    """Write the operators' ids, find the messages that reports speak of, and move them all."""
    if refs:
        # Of one that is given twice here the first counts.
        parts = {
            (part.link, part.ref): (part.link, part.ref, part.message, part.no)
            for part in reversed(refs)
        }
        added = yield Add(PART, parts.values(), fresh=True, counted=recent.is_shared)
        if recent and len(parts) == len(refs) and added in (None, len(parts)):
            recent.remember_parts(refs)
        waited = yield from early(refs, recent)
        reports = [*waited, *reports] if waited else reports
    found, strange, crowded_out = yield from resolved(reports, recent)
    wanted = {one.message for one in moves}
    wanted.update([part[0] for part, _ in found])
    if not wanted:
        return Moved([], set(), 0, strange, crowded_out, NEVER)
    rows = yield from _rows(wanted, recent)
    fold = _Fold(node)
    idle = 0
    for one in moves:
        row = rows.get(one.message)
        if row is not None and one.parts and one.parts != row.sending:
            # Its link made another number of parts of it; each of them will be reported.
            row.sending, row.touched = one.parts, _CHANGED
        if row is None or not _apply(row, one, one.part, one.due, one.route, fold):
            idle += 1
    for (message, no), report in found:
        row = rows.get(message)
        if row is None or not _apply(row, report, no, 0, 0, fold):
            idle += 1
    touched = [row for row in rows.values() if row.touched]
    yield from _write(touched, fold, recent)
    return Moved(
        [one for one in fold.fresh if one.holder and one.due != NEVER],
        {(row.route, row.channel) for row in touched if row.state == _QUEUED},
        idle,
        strange,
        crowded_out,
        fold.again,
    )


def _rows(wanted: set[int], recent: Recent) -> Generator[Any, Any, dict[int, Row]]:
    """Those that are there, known or read."""
    rows = recent.rows(wanted)
    if recent.is_shared:
        rows = yield from _untouched(sorted(wanted), rows)
        recent.forget(wanted - rows.keys())
    if len(rows) < len(wanted):
        found: list[Row] = yield Ask("move_rows", (sorted(wanted - rows.keys()),), list[Row])
        rows |= {row.id: row for row in found}
    return rows


def _untouched(
    wanted: Sequence[int], known: Mapping[int, Row]
) -> Generator[Any, Any, dict[int, Row]]:
    """Those that are as we know them. All are ours to write from here on, whether known or not."""
    asked = [
        (one, row.stamp, int(row.behind)) if (row := known.get(one)) else (one, 0, 0)
        for one in wanted
    ]
    same: list[int] = yield Ask("same_rows", (asked,))
    return {one: known[one] for one in same}


def _apply(row: Row, one: Move | Report, part: int, due: int, route: int, fold: _Fold) -> bool:
    """Fold one happening into its row; False where it changes nothing."""
    happening, reason = one.happening, one.reason
    if part and row.sending > 1:
        known, outcome = fold_part(row.fold, row.sending, part, happening, reason)
        if outcome is None and known == row.fold:
            return False
        row.fold, row.touched = known, _CHANGED
        if outcome is None:
            return True
        happening, reason = outcome
    if row.speech and row.state == _SENT:
        if row.reason in MISSED and happening not in _AFTER_MISSED:
            return False  # that call is over: whatever is said of it now was said before
        happening, reason = _of_call(row, happening, reason)
    happened, why = int(happening), int(reason)
    if happened == _FELL_SILENT:
        why = row.silence
    elif happened == _PROGRESSED and why == row.reason:
        return False
    key = (row.state, happened, row.reason in SILENCES)
    if key not in fold.steps:
        fold.look_up(row.state, happened, row.reason)
    taken = fold.steps[key]
    if taken is None:
        return False
    state, money, told = taken
    row.state, row.reason = state, why
    row.operator = one.operator or row.operator
    if money:
        _pay(row, money)
    if one.at > row.at:
        row.at = one.at
    if state in _WAITING:
        _line_up(row, due, route)
    elif happened == _MISSED:
        fold.call_again(row)
    elif state < _DELIVERED:
        _expect(row, happened)
    if event := told & row.events:
        _owe(row, event, fold)
    if row.touched:
        row.touched = _CHANGED
    elif state >= _DELIVERED:
        row.touched = _ENDED
    else:
        is_plain = state == _SENT and row.money == _SPENT and not (event or why or one.operator)
        is_taken = happened == _ACKNOWLEDGED and row.sent_at == row.at and is_plain
        row.touched = _TAKEN if is_taken else _CHANGED
    return True


def _of_call(row: Row, happening: Happening, reason: Reason) -> tuple[Happening, Reason]:
    """What comes of a call. Where there is to be no other one, the last one decides."""
    if row.reason in MISSED and happening == _CANCELLED:
        return Happening.was_undelivered, Reason(row.reason)
    happening, row.fold = after_call(row.speech, row.fold, happening, reason)
    return happening, reason


def _line_up(row: Row, due: int, route: int) -> None:
    """It waits. What became of its parts counts no more; of its calls, it does."""
    row.due = due or row.at
    row.route = route or row.route
    if not row.speech:
        row.fold = ""


def _expect(row: Row, happened: int) -> None:
    """When it falls silent, where it is out of our hands."""
    if happened == _ACKNOWLEDGED:
        if not (row.speech and row.fold):  # a call that is made again was sent the first time
            row.sent_at = row.at
        row.due = row.at + row.silent_h * HOUR
    elif happened == _UNANSWERED:
        row.due = row.at + row.silent_h * HOUR
    elif happened == _FELL_SILENT:
        row.due = NEVER


def _pay(row: Row, money: int) -> None:
    if money == _RELEASED:
        if row.speech and row.fold:
            return  # a call was made, which is paid for whatever becomes of the next one
        if row.price and row.money in (_HELD, _SPENT):
            row.given_back += row.price
        row.money = _RELEASED
    elif money == _SPENT and row.money == _HELD:
        row.money = _SPENT


def _owe(row: Row, event: int, fold: _Fold) -> None:
    """A message's news is told piece by piece: what stands behind an unheard one waits."""
    row.news += 1
    if row.behind:
        due, holder = NEVER, 0
    elif row.hold_m:
        due, holder = told_at(row.at, row.hold_m), 0
    else:
        due, holder = row.at, fold.node.hold(row.lane)
    row.behind = True
    fold.fresh.append(
        # In its order: names would take 0.3 us more.
        NewsRow(
            row.id,
            row.news,
            event,
            row.state,
            row.reason,
            row.at,
            row.operator,
            row.lane,
            due,
            row.at,
            holder,
            row.account,
        )
    )


def _write(touched: Sequence[Row], fold: _Fold, recent: Recent) -> Generator[Any, Any, None]:
    if not touched:
        return
    taken = [(row.id, row.at, row.due) for row in touched if row.touched == _TAKEN]
    if taken:
        yield Run("taken", (taken, _SENT, _SPENT))
    ended = [_end_of(row) for row in touched if row.touched == _ENDED]
    if ended:
        yield Run("ended", (ended,))
    changed = [_all_of(row) for row in touched if row.touched == _CHANGED]
    if changed:
        yield Run("move", (changed,))
    if fold.fresh:
        yield Add(NEWS, fold.fresh)
    yield from _give_back([row for row in touched if row.given_back], recent)
    for row in touched:
        row.touched, row.stamp = _UNTOUCHED, recent.stamp
    fold.node.changed.update(stretches_of([row.id for row in touched]))
    recent.forget([row.id for row in touched if row.state >= _DELIVERED and not row.behind])


def _end_of(row: Row) -> tuple[Any, ...]:
    return (row.id, row.state, row.reason, row.at, row.money, row.news, row.operator)


def _all_of(row: Row) -> tuple[Any, ...]:
    return (
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
        row.lapse,
        row.sending,
    )


def _give_back(rows: Sequence[Row], recent: Recent) -> Generator[Any, Any, None]:
    """One ledger row per order and purse."""
    if not rows:
        return
    sums: dict[tuple[int, int], list[int]] = {}
    for row in rows:
        entry = sums.setdefault((row.purse, row.order), [0, 0])
        entry[0] += row.given_back
        entry[1] = max(entry[1], row.at)
        row.given_back = 0
    yield Add(
        LEDGER,
        [
            (purse, at, amount, "released", order, "")
            for (purse, order), (amount, at) in sums.items()
        ],
    )
    recent.balances.clear()
    purses: dict[int, int] = {}
    for (purse, _), (amount, _) in sums.items():
        purses[purse] = purses.get(purse, 0) + amount
    yield Run("add_to_balances", (sorted(purses.items()),))
    yield from inherited(purses, max(at for _, at in sums.values()))

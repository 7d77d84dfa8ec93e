"""Claiming what may leave: the foremost channel first, accounts in turn.

In: a link's wish. Out: the messages that are its to send. Promise: no message is claimed twice;
one that opted out, whose hours closed or whose validity ran out does not leave.
"""

from collections.abc import Generator, Sequence
from typing import Any

import msgspec

from chappe.store.contract import Claimed, ClaimWish, Leaving, Move
from chappe.store.floors import Floors, QueueLook
from chappe.store.recent import Recent, Row
from chappe.store.script import Ask, Run
from chappe.store.settings import LeaveAt
from chappe.words.clock import HOUR
from chappe.words.lifecycle import TABLE, Happening, Reason, State

_CLAIMED = TABLE[State.queued, Happening.claimed]
_ACCOUNTS_AT_ONCE = 16
_PUT_OFF_AT_ONCE = 5_000


class _Due(msgspec.Struct, array_like=True, gc=False):
    """A row of query `claim_rows`."""

    leaving: Leaving
    letter: int
    start: int
    opens: int
    closes: int
    hours: int
    barred: int


def claim(
    wish: ClaimWish, holder: int, recent: Recent, leave_at: LeaveAt
) -> Generator[Any, Any, tuple[Claimed, list[Move]]]:
    """What the wish brought, and the moves of those that may not leave after all."""
    leaving: list[Leaving] = []
    moves: list[Move] = []
    dry: list[tuple[int, int]] = []
    last = wish.after
    for route, channel in wish.routes:
        room = wish.room - len(leaving)
        if room <= 0:
            break
        rows, last, more = yield from _fair_rows(wish, route, channel, room, last, recent.floors)
        good, bad = yield from _sorted_out(rows, wish.now, leave_at)
        leaving += good
        moves += bad
        if not more and not bad:
            dry.append((route, channel))
    if leaving:
        ids = [message.id for message in leaving]
        yield Run("claim", (int(_CLAIMED.to), holder, ids))
        if recent:
            yield from _remembered(ids, recent)
    return Claimed(wish, leaving, last, dry), moves


def _remembered(ids: Sequence[int], recent: Recent) -> Generator[Any, Any, None]:
    """What just left is heard of soon: what is not known of it is read now, all at once."""
    known = {} if recent.is_shared else recent.rows(ids)
    for row in known.values():
        row.state = int(_CLAIMED.to)
    missing = [ident for ident in ids if ident not in known]
    if missing:
        recent.remember((yield Ask("left_rows", (missing,), list[Row])))


def _fair_rows(
    wish: ClaimWish, route: int, channel: int, room: int, after: int, floors: Floors
) -> Generator[Any, Any, tuple[list[_Due], int, bool]]:
    """Equal shares for the accounts that wait here, going on after the one served last."""
    rows: list[_Due] = []
    look = floors.look((route, channel))
    accounts = yield from _waiting(look, after, wish.now)
    if not accounts:
        floors.over(look)
        return rows, after, False
    more = len(accounts) == _ACCOUNTS_AT_ONCE
    if len(accounts) > room:
        accounts, more = accounts[:room], True
    share = room // len(accounts)
    spare = room - share * len(accounts)
    for account in accounts:
        limit = share + spare
        args = (route, channel, account, wish.now, limit, *look.floor(account))
        found = yield Ask("claim_rows", args, list[_Due])
        floors.found(look, account, [(row.leaving.since, row.leaving.id) for row in found])
        rows += found
        spare = limit - len(found)
        more = more or not spare
    floors.over(look)
    return rows, accounts[-1], more or spare == 0


def _waiting(look: QueueLook, after: int, now: int) -> Generator[Any, Any, list[int]]:
    found = yield from _waiting_after(look, after, now)
    if len(found) < _ACCOUNTS_AT_ONCE and after:
        begin = yield from _waiting_after(look, 0, now)
        found += [account for account in begin if account <= after]
    return found[:_ACCOUNTS_AT_ONCE]


def _waiting_after(look: QueueLook, after: int, now: int) -> Generator[Any, Any, list[int]]:
    args = (*look.queue, after, now, _ACCOUNTS_AT_ONCE, look.floors(after))
    found: list[int] = yield Ask("claim_accounts", args)
    return found


def _sorted_out(
    rows: Sequence[_Due], now: int, leave_at: LeaveAt
) -> Generator[Any, Any, tuple[list[Leaving], list[Move]]]:
    """Those that may leave, and what happens to the others."""
    good: list[Leaving] = []
    bad: list[Move] = []
    closed: dict[int, tuple[int, Leaving]] = {}
    for row in rows:
        message, letter = row.leaving, row.letter
        if row.barred:
            bad.append(Move(message.id, Happening.barred, Reason.opted_out, now))
        elif row.start + message.validity_h * HOUR <= now:
            bad.append(Move(message.id, Happening.lapsed, Reason.validity, now))
        elif not row.hours and row.opens < 0:
            good.append(message)
        elif letter in closed:
            continue
        elif (at := leave_at(now, row.hours, row.opens, row.closes)) > now:
            closed[letter] = (at, message)
        else:
            good.append(message)
    for letter, (at, first) in closed.items():
        # The whole letter is closed: what else of it is due is put off with it, many at a time.
        args = (first.route, first.channel, first.account, now, letter, _PUT_OFF_AT_ONCE)
        ids = yield Ask("claim_letter", args)
        bad += [Move(ident, Happening.put_off, Reason.none, now, due=at) for ident in ids]
        yield Run("start_anew", (at, letter))  # what waits for an opening does not grow too old
    return good, bad

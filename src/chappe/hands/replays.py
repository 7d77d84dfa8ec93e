"""Replays by hand: telling an account again what befell in some time, counted first.

In: an account, two instants, how it ended. Out: how many; or how far it came. Promise: a page is
one durable step; the cursor that it ends with is where to go on, and any cursor of a run will do to
go on with that run, since what was owed anew by it is not owed anew once more.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from chappe.engine import replay as engine
from chappe.engine.replay import ReplayRun
from chappe.hands.accounts import account_of
from chappe.hands.shown import CannotDo, Shown
from chappe.hands.when import instant_of
from chappe.node import Node
from chappe.store.contract.replays import BEGIN, Mark
from chappe.store.told import GIVEN_UP, HEARD

RATE_MOST = 1_000
_CURSOR = re.compile(r"(\d{1,15})\.(\d{1,15})\.(\d{1,19})\.(\d{1,19})\.(\d{1,10})", re.ASCII)
_ENDS: Mapping[str, Sequence[int]] = {
    "": (HEARD, GIVEN_UP),
    "heard": (HEARD,),
    "given-up": (GIVEN_UP,),
}


class ReplayStretch(msgspec.Struct, kw_only=True):
    """What befell from `since` on and before `until` ('': now), as these were typed; `after` is a
    cursor, '' at the beginning."""

    login: str
    since: str
    until: str = ""
    only: Literal["", "heard", "given-up"] = ""
    after: str = ""
    # Of what is owed again: how many at most, how many a second, when the first one is due.
    most: int = RATE_MOST
    rate: int = RATE_MOST
    begin: int = 0


async def count(node: Node, asked: ReplayStretch) -> Shown:
    """Some of what would be told, by how it ended."""
    run, mark = _run_of(node, asked)
    found = await engine.count_over(node.desk, run, mark)
    ends = {"heard": found.ends.get(HEARD, 0), "given_up": found.ends.get(GIVEN_UP, 0)}
    here = _cursor_of(run, mark)
    after = _cursor_of(run, found.mark) if found.mark else ""
    return Shown({"account": run.account.login, **ends, "here": here, "after": after})


async def some(node: Node, asked: ReplayStretch) -> Shown:
    """Owe the next ones again."""
    run, mark = _run_of(node, asked)
    most, rate = max(1, min(asked.most, RATE_MOST)), max(1, min(asked.rate, RATE_MOST))
    done = await engine.replay(node.desk, run, mark, most, rate, asked.begin)
    after = _cursor_of(run, done.mark) if done.mark else ""
    return Shown({"replayed": done.total, "after": after, "next_at": done.next_at})


def _run_of(node: Node, asked: ReplayStretch) -> tuple[ReplayRun, Mark]:
    account, now = account_of(node, asked.login), node.clock.now()
    since = instant_of(asked.since)
    begun, until, mark = now, now, BEGIN
    if asked.after:
        match = _CURSOR.fullmatch(asked.after)
        if match is None:
            raise CannotDo(f"{asked.after[:40]!r} is not what a replay said to go on with.")
        begun, until, *place = map(int, match.groups())
        mark = (place[0], place[1], place[2])
    elif asked.until:
        until = instant_of(asked.until)
    if until <= since:
        raise CannotDo("That time is over before it begins: look at --since and --until.")
    return ReplayRun(account, since, until, _ENDS[asked.only], begun), mark


def _cursor_of(run: ReplayRun, mark: Mark) -> str:
    return ".".join(map(str, (run.begun, run.until, *mark)))

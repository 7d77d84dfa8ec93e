"""Accepting an order: made ready, priced, routed, and kept with its price reserved.

In: an order and the account that asks. Out: a receipt once it is on disk, or a refusal with all
its reasons. Promise: taken whole or refused whole; where the order says so, recipients that can't
be served stand apart or are kept in error.
"""

import asyncio

import msgspec

from chappe.engine.desk import Desk
from chappe.engine.not_now import or_not_now
from chappe.engine.ready import Ready, bars, make_ready
from chappe.store.contract import Draft
from chappe.words.account import Account
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.lifecycle import Happening
from chappe.words.order import Amiss, Order

_ASIDE = 500  # an order of more recipients is made ready beside the loop, which goes on meanwhile
_ENCODER = msgspec.json.Encoder()
_NOBODY: frozenset[int] = frozenset()


@or_not_now
async def accept(desk: Desk, account: Account, order: Order) -> Receipt | Refusal:
    """Take the order, or say why not. It waits only where something is missing in memory."""
    now = desk.clock.now()
    trouble = _shut(desk, account, order, now)
    if trouble is not None:
        return Refusal((trouble,))
    barred = await _barred(desk, account, order) if _asks_opt_outs(order) else _NOBODY
    if sum([len(letter.numbers) for letter in order.letters]) > _ASIDE:
        ready = await asyncio.to_thread(make_ready, desk, account, order, now, barred)
    else:
        ready = make_ready(desk, account, order, now, barred)
    if ready.troubles:
        return Refusal(tuple(ready.troubles), ready.detail, ready.recipients)
    total = sum([len(letter.numbers) for letter in ready.letters])
    blocks = desk.blocks
    ident = blocks.at_hand("order", 1) or await blocks.take("order", 1)
    first = blocks.at_hand("message", total) or await blocks.take("message", total)
    for name in ready.purses:
        if not desk.accounts.purse_at_hand(account.id, name):
            await desk.accounts.purse(account.id, name)
    draft = _draft(desk, account, order, ready, now, ident, first)
    kept: asyncio.Future[Receipt | Refusal] = asyncio.get_running_loop().create_future()
    desk.store.keep(draft, lambda answer: None if kept.done() else kept.set_result(answer))
    answer = await kept
    if isinstance(answer, Refusal):
        return answer
    desk.counts["orders"] += 1
    desk.counts["messages"] += total
    if order.amiss is Amiss.apart and ready.recipients:
        return msgspec.structs.replace(answer, troubles=ready.recipients)
    return answer


def _shut(desk: Desk, account: Account, order: Order, now: int) -> Trouble | None:
    """What refuses any order now."""
    if desk.draining:
        return Trouble.draining
    if desk.paused:
        return Trouble.not_now
    if not order.letters:
        return Trouble.no_recipient
    if account.rate and desk.pace.over(account.id, account.rate, now):
        return Trouble.too_often
    return None


def _asks_opt_outs(order: Order) -> bool:
    return any(bars(letter) for letter in order.letters)


async def _barred(desk: Desk, account: Account, order: Order) -> frozenset[int]:
    """Which of the recipients opted out, asked only where it matters."""
    asked = [
        number for letter in order.letters if bars(letter) for number in letter.numbers if number
    ]
    return frozenset(await desk.store.opted_out(account.id, asked)) if asked else _NOBODY


def _draft(
    desk: Desk, account: Account, order: Order, ready: Ready, now: int, ident: int, first: int
) -> Draft:
    """Numbers given and purses named: all that is left to do is to keep it."""
    cost: dict[int, int] = {}
    following = first
    for letter, name in zip(ready.letters, ready.purses, strict=True):
        purse = letter.purse = desk.accounts.purse_at_hand(account.id, name)
        letter.first = following
        following += len(letter.numbers)
        cost[purse] = cost.get(purse, 0) + sum(letter.prices)
        # Born on its way, where a link has room now: no queue, no claim, no second update.
        if letter.happening is Happening.accepted and not (letter.routes or letter.bad):
            letter.happening = Happening.launched if desk.launch(letter) else letter.happening
    return Draft(
        id=ident,
        account=account.id,
        dialect=order.dialect,
        at=now,
        reference=order.reference,
        request_id=order.request_id,
        facts=_ENCODER.encode(order.facts).decode() if order.facts else "{}",
        first=first,
        total=following - first,
        cost=cost,
        letters=ready.letters,
    )

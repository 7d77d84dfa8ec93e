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


@or_not_now
async def accept(desk: Desk, account: Account, order: Order) -> Receipt | Refusal:
    """Take the order, or say why not."""
    if desk.draining:
        return Refusal((Trouble.draining,))
    if desk.paused:
        return Refusal((Trouble.not_now,))
    if not order.letters:
        return Refusal((Trouble.no_recipient,))
    now = desk.clock.now()
    if account.rate and desk.pace.over(account.id, account.rate, now):
        return Refusal((Trouble.too_often,))
    barred = await _barred(desk, account, order)
    count = sum(len(letter.numbers) for letter in order.letters)
    if count > _ASIDE:
        ready = await asyncio.to_thread(make_ready, desk, account, order, now, barred)
    else:
        ready = make_ready(desk, account, order, now, barred)
    if ready.troubles:
        return Refusal(tuple(ready.troubles), ready.detail, ready.recipients)
    draft = await _draft(desk, account, order, ready, now)
    _launch(desk, draft)
    answer = await _kept(desk, draft)
    if isinstance(answer, Refusal):
        return answer
    desk.counts["orders"] += 1
    desk.counts["messages"] += draft.total
    if order.amiss is Amiss.apart and ready.recipients:
        return msgspec.structs.replace(answer, troubles=ready.recipients)
    return answer


async def _barred(desk: Desk, account: Account, order: Order) -> frozenset[int]:
    """Which of the recipients opted out, asked only where it matters."""
    asked = [
        number for letter in order.letters if bars(letter) for number in letter.numbers if number
    ]
    return frozenset(await desk.store.opted_out(account.id, asked)) if asked else frozenset()


async def _draft(desk: Desk, account: Account, order: Order, ready: Ready, now: int) -> Draft:
    """Numbers drawn, purses found: all that is left to do is to keep it."""
    total = sum(len(letter.numbers) for letter in ready.letters)
    take, blocks = desk.blocks.take, desk.blocks
    ident = blocks.at_hand("order", 1) or await take("order", 1)
    first = blocks.at_hand("message", total) or await take("message", total)
    cost: dict[int, int] = {}
    following = first
    for letter, name in zip(ready.letters, ready.purses, strict=True):
        purse = desk.accounts.purse_at_hand(account.id, name)
        letter.purse = purse or await desk.accounts.purse(account.id, name)
        letter.first = following
        following += len(letter.numbers)
        cost[letter.purse] = cost.get(letter.purse, 0) + sum(letter.prices)
    return Draft(
        id=ident,
        account=account.id,
        dialect=order.dialect,
        at=now,
        reference=order.reference,
        request_id=order.request_id,
        facts=_ENCODER.encode(order.facts).decode() if order.facts else "{}",
        first=first,
        total=total,
        cost=cost,
        letters=ready.letters,
    )


def _launch(desk: Desk, draft: Draft) -> None:
    """Born on its way, where a link has room now: no queue, no claim, no second update."""
    for letter in draft.letters:
        if letter.happening is not Happening.accepted or letter.routes or letter.bad:
            continue
        if desk.launch(letter):
            letter.happening = Happening.launched


async def _kept(desk: Desk, draft: Draft) -> Receipt | Refusal:
    kept: asyncio.Future[Receipt | Refusal] = asyncio.get_running_loop().create_future()
    desk.store.keep(draft, lambda answer: None if kept.done() else kept.set_result(answer))
    return await kept

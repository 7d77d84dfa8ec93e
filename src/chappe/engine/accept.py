"""Accepting an order: made ready, priced, routed, and kept with its price reserved.

In: an order and the account that asks. Out: a receipt once it is on disk, or a refusal with all
its reasons. Promise: taken whole or refused whole; where the order says so, recipients that can't
be served stand apart or are kept in error.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence

import msgspec

from chappe.engine.decline import or_not_now
from chappe.engine.desk import Desk
from chappe.engine.indulge import weight
from chappe.engine.ready import Ready, bars, make_ready, written
from chappe.store.contract import Draft
from chappe.words.account import Account
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.order import Order

log = logging.getLogger("chappe.engine")

_ASIDE = 500  # an order of more recipients is made ready beside the loop, which goes on meanwhile
_ASKED_AT_ONCE = 10_000  # recipients, of whom the store is asked whether they opted out
_LETTERS_ASIDE = 100_000  # and so is one whose texts come to more letters than this
_NOBODY: frozenset[int] = frozenset()


class Wanted(msgspec.Struct, frozen=True):
    """An order, the account that asks for it, and who is told the answer."""

    account: Account
    order: Order
    received: Callable[[Receipt | Refusal], None]


def accept_all(desk: Desk, wanted: Sequence[Wanted]) -> list[int]:
    """Take orders that came together, step by step for all of them. The places of those that would
    have to wait for something are given back; they are untouched, and `accept`'s to take."""
    now = desk.clock.now()
    waiting = [place for place, one in enumerate(wanted) if _must_wait(one)]
    going = wanted
    if waiting:
        going = [one for place, one in enumerate(wanted) if place not in waiting]
    made = [(one, _made_ready(desk, one, now)) for one in going]
    drafts = [(one, ready, _drafted(desk, one, ready, now)) for one, ready in made if ready]
    desk.launch([letter for *_, draft in drafts if draft for letter in draft.letters])
    for one, ready, draft in drafts:
        if draft is None:
            desk.background(_numbered_later(desk, one, ready, now))
        else:
            desk.store.keep(draft, _told(ready, one.received))
    return waiting


def _must_wait(one: Wanted) -> bool:
    order = one.order
    if one.account.queue_max or order.wrong:
        return True
    letters = order.letters
    if len(letters) == 1:
        return len(letters[0].numbers) > _ASIDE or bars(letters[0])
    return sum([len(letter.numbers) for letter in letters]) > _ASIDE or _asks_opt_outs(order)


def _made_ready(desk: Desk, one: Wanted, now: int) -> Ready | None:
    """The order ready to be kept; or None, once it has been told that it is refused."""
    trouble = shut(desk, one.account, one.order, now)
    if trouble is not None:
        one.received(Refusal((trouble,)))
        return None
    try:
        ready = make_ready(desk, one.account, one.order, now, _NOBODY)
    except Exception:  # an order that is a fault of ours must not take others with it
        log.exception("an order could not be made ready")
        one.received(Refusal((Trouble.fault,)))
        return None
    refusal = _unless_kept(desk, one.account, one.order, ready)
    if refusal is None:
        return ready
    if one.order.request_id and ready.is_refused:
        desk.background(_refused_later(desk, one, ready))
    else:
        one.received(refusal)
    return None


def _unless_kept(desk: Desk, account: Account, order: Order, ready: Ready) -> Refusal | None:
    """What refuses an order whose texts and recipients are known; None if it may be kept."""
    if ready.is_refused:
        return _refusal(order, ready)
    if desk.leeway.is_over(account.id, weight(ready.letters)):
        return Refusal((Trouble.too_often,))
    return None


def _drafted(desk: Desk, one: Wanted, ready: Ready, now: int) -> Draft | None:
    """The order as the store keeps it; None where the numbers of its messages must be drawn
    first."""
    numbers = desk.blocks.at_hand(sum([len(letter.numbers) for letter in ready.letters]))
    if not numbers:
        return None
    draft = draft_of(desk, one.account, one.order, ready, now, numbers)
    _fill(ready)
    return draft


async def _numbered_later(desk: Desk, one: Wanted, ready: Ready, now: int) -> None:
    one.received(await _kept(desk, one.account, one.order, ready, now))


@or_not_now
async def accept(desk: Desk, account: Account, order: Order) -> Receipt | Refusal:
    """Take the order and answer once it is on disk, or say why it is refused."""
    now = desk.clock.now()
    ready = await examined(desk, account, order, now)
    if isinstance(ready, Refusal):
        return ready
    refusal = _unless_kept(desk, account, order, ready)
    return refusal or await _kept(desk, account, order, ready, now)


async def examined(desk: Desk, account: Account, order: Order, now: int) -> Ready | Refusal:
    """All that can be known of an order before it is kept: ready for that, or everything that is
    wrong with it, so that its dialect can tell what its provider would tell first."""
    trouble = shut(desk, account, order, now)
    if trouble is not None:
        return Refusal((trouble,), wrong=order.wrong)
    barred = await _barred(desk, account, order) if _asks_opt_outs(order) else _NOBODY
    count = sum([len(letter.numbers) for letter in order.letters])
    is_over = await desk.backlog.is_over(account, count)
    if count > _ASIDE or _is_wordy(order):
        ready = await asyncio.to_thread(make_ready, desk, account, order, now, barred)
    else:
        ready = make_ready(desk, account, order, now, barred)
    if is_over:
        ready.troubles.append(Trouble.queue_full)
    if ready.is_refused or order.wrong:
        return await _refused(desk, account, order, ready)
    return ready


async def _refused(desk: Desk, account: Account, order: Order, ready: Ready) -> Refusal:
    """The refusal of an order that is not kept. Whether its request id was used before is asked
    here: the commit that would find it never comes."""
    if order.request_id and await desk.store.is_used(account.id, order.request_id):
        ready.troubles.append(Trouble.duplicate)
    return _refusal(order, ready)


def _refusal(order: Order, ready: Ready) -> Refusal:
    troubles = tuple(ready.troubles)
    return Refusal(troubles, ready.detail, ready.recipients, order.wrong, ready.wrong)


@or_not_now
async def _looked_up(desk: Desk, one: Wanted, ready: Ready) -> Refusal:
    return await _refused(desk, one.account, one.order, ready)


async def _refused_later(desk: Desk, one: Wanted, ready: Ready) -> None:
    one.received(await _looked_up(desk, one, ready))


@or_not_now
async def _kept(
    desk: Desk, account: Account, order: Order, ready: Ready, now: int
) -> Receipt | Refusal:
    """Number the order's messages and wait until all of it is on disk."""
    numbers = await desk.blocks.take(sum([len(letter.numbers) for letter in ready.letters]))
    draft = draft_of(desk, account, order, ready, now, numbers)
    if ready.tinies is not None and draft.total > _ASIDE:
        await asyncio.to_thread(_fill, ready)
    else:
        _fill(ready)
    desk.launch(draft.letters)
    kept: asyncio.Future[Receipt | Refusal] = asyncio.get_running_loop().create_future()
    told = _told(ready, lambda answer: None if kept.done() else kept.set_result(answer))
    desk.store.keep(draft, told)
    return await kept


def _is_wordy(order: Order) -> bool:
    """Whether filling the texts takes so long that it is done in a thread."""
    letters = [len(one.values) * len(one.text) for one in order.letters if one.values]
    return sum(letters) > _LETTERS_ASIDE


def _fill(ready: Ready) -> None:
    """Put the short URLs into the texts; they are made of the messages' numbers."""
    if ready.tinies is not None:
        for letter in ready.letters:
            if letter.tinies:
                ready.tinies.fill(letter)


def _told(
    ready: Ready, received: Callable[[Receipt | Refusal], None]
) -> Callable[[Receipt | Refusal], None]:
    """Whom the store tells the answer, with the recipients put back that the store never saw."""
    if not ready.apart:
        return received

    def with_those_apart(answer: Receipt | Refusal) -> None:
        received(among_those_apart(answer, ready) if isinstance(answer, Receipt) else answer)

    return with_those_apart


def among_those_apart(receipt: Receipt, ready: Ready) -> Receipt:
    """The receipt of those that were kept, spread over the recipients as they were given."""
    parts, prices = iter(receipt.parts), iter(receipt.prices)
    places = range(ready.count)
    return msgspec.structs.replace(
        receipt,
        parts=[0 if place in ready.apart else next(parts) for place in places],
        prices=[0 if place in ready.apart else next(prices) for place in places],
        troubles=ready.recipients,
        apart=ready.apart,
        wrong=ready.wrong,
    )


def shut(desk: Desk, account: Account, order: Order, now: int) -> Trouble | None:
    """What refuses any order of this account now, whatever it says; None if nothing does."""
    if desk.draining:
        return Trouble.draining
    if desk.paused:
        return Trouble.not_now
    if not order.letters and not order.wrong:
        return Trouble.no_recipient
    if account.rate and desk.pace.over(account.id, account.rate, now):
        return Trouble.too_often
    return None


def _asks_opt_outs(order: Order) -> bool:
    return any(bars(letter) for letter in order.letters)


async def _barred(desk: Desk, account: Account, order: Order) -> frozenset[int]:
    """Which recipients opted out. The store is asked only where that stops a letter, and of some at
    a time, since others ask it as well."""
    barred: list[int] = []
    for letter in order.letters:
        if bars(letter):
            for at in range(0, len(letter.numbers), _ASKED_AT_ONCE):
                asked = [number for number in letter.numbers[at : at + _ASKED_AT_ONCE] if number]
                barred += await desk.store.opted_out(account.id, asked) if asked else ()
    return frozenset(barred) if barred else _NOBODY


def draft_of(
    desk: Desk, account: Account, order: Order, ready: Ready, now: int, numbers: tuple[int, int]
) -> Draft:
    """The order as the store keeps it, with its messages' numbers and the purses that pay."""
    cost: dict[int, int] = {}
    ident, first = numbers
    following = first
    for letter, name in zip(ready.letters, ready.purses, strict=True):
        purse = letter.purse = desk.accounts.purse(account, name)
        letter.first = following
        following += len(letter.numbers)
        cost[purse] = cost.get(purse, 0) + sum(letter.prices)
    return Draft(
        id=ident,
        account=account.id,
        dialect=order.dialect,
        at=now,
        reference=order.reference,
        request_id=order.request_id,
        facts=written(order.facts),
        first=first,
        total=following - first,
        cost=cost,
        letters=ready.letters,
    )

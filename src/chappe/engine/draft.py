"""Drafting: an order made ready becomes what the store keeps, and its receipt what is answered.

In: an order made ready, and its numbers. Out: a draft; the receipt with the recipients in it that
the store never saw. Pure but for the purses.
"""

from msgspec.structs import replace

from chappe.engine.desk import Desk
from chappe.engine.ready import Ready, once, written
from chappe.store.contract import Draft
from chappe.words.account import Account
from chappe.words.answer import Receipt
from chappe.words.order import Order


def draft_of(
    desk: Desk,
    account: Account,
    order: Order,
    ready: Ready,
    numbers: tuple[int, int],
    now: int,
    *,
    unasked: bool = False,
) -> Draft:
    """Numbers given and purses named: all that is left to do is to keep it. `unasked`: nobody asked
    who of its recipients opted out."""
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
        request_id=once(order),
        facts=written(order.facts),
        origin=order.origin,
        trace=order.trace,
        span=order.span,
        first=first,
        total=following - first,
        cost=cost,
        letters=ready.letters,
        unasked=unasked and any(letter.bars for letter in ready.letters),
    )


def filled(draft: Draft, ready: Ready) -> Draft:
    """With its short URLs, which come of the messages' numbers."""
    tinies = ready.tinies
    if tinies is None:
        return draft
    letters = [tinies.filled(letter) if letter.tinies else letter for letter in draft.letters]
    return replace(draft, letters=letters)


def among_those_apart(receipt: Receipt, ready: Ready) -> Receipt:
    """The receipt of those that were kept, spread over the recipients as they were given."""
    parts, prices = iter(receipt.parts), iter(receipt.prices)
    places = range(ready.count)
    return replace(
        receipt,
        parts=[0 if place in ready.apart else next(parts) for place in places],
        prices=[0 if place in ready.apart else next(prices) for place in places],
        troubles=ready.recipients,
        apart=ready.apart,
        wrong=ready.wrong,
    )

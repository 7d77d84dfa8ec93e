"""Accepting an order: made ready, priced, routed, and kept with its price reserved.

In: an order and the account that asks. Out: a receipt once it is on disk, or a refusal with all
its reasons. Promise: taken whole or refused whole; where the order says so, recipients that can't
be served stand apart or are kept in error. Orders that came together take each step together; one
that has to wait for something takes the same steps by itself. Who opted out is asked with the
commit where the recipients are few, which nearly never finds any: then the order goes the long way.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Protocol

import msgspec

from chappe.engine.bar import NOBODY, Barred, barred, bars
from chappe.engine.book import expanded
from chappe.engine.clear import clear
from chappe.engine.desk import Desk
from chappe.engine.draft import among_those_apart, draft_of, filled
from chappe.engine.indulge import weight
from chappe.engine.portion import is_large, keep_in_portions
from chappe.engine.ready import Ready, count_of, make_ready, once
from chappe.engine.shut import is_bound, shut
from chappe.store.contract import UNWILLING, Draft, StoreAway
from chappe.words.account import Account
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.lifecycle import Happening
from chappe.words.order import Crowd, Order, are_many, goes_to_group
from chappe.words.steps import OneStep, Steps, Waited

log = logging.getLogger("chappe.engine")

_ASIDE = 500  # an order of more recipients is made ready beside the loop, which goes on meanwhile
_LETTERS_ASIDE = 100_000  # and so is one whose texts have more letters to be filled
_FEW = 50  # recipients of whom nobody asks beforehand who opted out
_AND_UP = Crowd.bound_and_up
_UNSURE = frozenset((Trouble.not_now, Trouble.fault))  # what was answered so may have been kept

Said = Receipt | Refusal


class Orderer(Protocol):
    """Who is told what became of an order."""

    def answer(self, answer: Said) -> None: ...

    def answer_later(self, work: Coroutine[Any, Any, Said]) -> None:
        """The answer is whatever comes of this."""


class Wanted(msgspec.Struct, frozen=True):
    """An order, the account that asks for it, and whose turn it is."""

    desk: Desk
    account: Account
    order: Order
    turn: Orderer
    now: int
    unwilling: Barred | None = None  # which of the recipients opted out; None: nobody asked
    is_over: bool = False  # whether more messages would wait for a link than may
    numbers: tuple[int, int] | None = None  # of a draft of it that was not kept
    most: int = 0  # ... and how many messages these are for
    waste: list[list[Any]] = []  # what a large one was made of, for whoever asked to clear


class Made(msgspec.Struct, frozen=True):
    """An order made ready: everything is known of it but whether it can be kept."""

    one: Wanted
    ready: Ready

    @property
    def turn(self) -> Orderer:
        return self.one.turn


class _Drafted(msgspec.Struct, frozen=True):
    one: Wanted
    ready: Ready
    draft: Draft


def accept_all(wanted: Sequence[Wanted]) -> None:
    """Take orders that came together, or say why not."""
    _ACCEPT.together(wanted)


async def accept(desk: Desk, account: Account, order: Order) -> Said:
    """Take one order, or say why not."""
    return await gone_through(_ACCEPT, desk, account, order)


async def gone_through(
    steps: Steps[Wanted, Said], desk: Desk, account: Account, order: Order
) -> Said:
    """What comes of one order."""
    waited: Waited[Said] = Waited()
    wanted = Wanted(desk, account, order, waited, desk.clock.now())
    steps.together([wanted])
    said = await waited.heard()
    if wanted.waste:
        desk.background(clear(wanted.waste))
    return said


# The steps. Whether anything is taken now:


def _let_in(one: Wanted) -> Wanted | Refusal | None:
    """Where the store must be asked about it, that has to be waited for."""
    return _let_in_of(one, _FEW)


def let_in_to_rehearse(one: Wanted) -> Wanted | Refusal | None:
    """What is not kept comes to no commit, with which it could be asked who opted out."""
    return _let_in_of(one, 0)


def _let_in_of(one: Wanted, few: int) -> Wanted | Refusal | None:
    trouble = shut(one.desk, one.account, one.order, one.now)
    if trouble is not None:
        return Refusal((trouble,), wrong=one.order.wrong)
    return None if is_bound(one.account, one.order) or _asks(one.order, few) else one


async def looked_up(one: Wanted, *, rehearsed: bool = False) -> Wanted:
    """What has to be read for it."""
    desk, account = one.desk, one.account
    order = await expanded(desk, account, one.order)
    unwilling = await barred(desk, account, order.letters)
    is_over = is_bound(account, order) and await desk.backlog.is_over(
        account, count_of(order), rehearsed=rehearsed
    )
    return msgspec.structs.replace(one, order=order, unwilling=unwilling, is_over=is_over)


# What it says, and to whom:


def _made(one: Wanted) -> Made | None:
    if _takes_long(one.order):
        return None
    return Made(one, make_ready(*_asked(one)))


async def _made_aside(one: Wanted) -> Made:
    ready = await asyncio.to_thread(make_ready, *_asked(one))
    if are_many(one.order.letters):
        one.waste.extend((ready.letters, ready.purses))
    return Made(one, ready)


def _asked(one: Wanted) -> tuple[Desk, Account, Order, int, Barred]:
    return one.desk, one.account, one.order, one.now, one.unwilling or NOBODY


# Everything that is wrong with it, so that its dialect can tell what its provider would tell first:


def _judged(made: Made) -> Made | Refusal | None:
    one = made.one
    if _can_be_kept(made):
        return made
    return None if once(one.order) or _is_unasked(one) else _refusal(made)


def _can_be_kept(made: Made) -> bool:
    """As far as it is known before the commit."""
    one, ready = made.one, made.ready
    if one.is_over or (one.order.crowd is _AND_UP and _is_stuck(one.desk, ready)):
        ready.troubles.append(Trouble.queue_full)
    return not (ready.is_refused or one.order.wrong)


async def _judged_at_length(made: Made) -> Made | Refusal:
    """What would be found with the commit, to which this never comes: who opted out, and that the
    request id was used up."""
    if _is_unasked(made.one):
        one = await looked_up(made.one)
        made = _made(one) or await _made_aside(one)
        if _can_be_kept(made):
            return made
    one, borne = made.one, once(made.one.order)
    if borne and await one.desk.store.is_used(one.account.id, borne):
        made.ready.troubles.append(Trouble.duplicate)
    return _refusal(made)


def _refusal(made: Made) -> Refusal:
    order, ready = made.one.order, made.ready
    troubles = tuple(ready.troubles)
    return Refusal(troubles, ready.detail, ready.recipients, order.wrong, ready.wrong)


# By which numbers it is kept:


def _drafted(made: Made) -> _Drafted | Refusal | None:
    one, ready = made.one, made.ready
    if are_many(one.order.letters):
        return None
    if one.desk.leeway.is_over(one.account.id, weight(ready.letters)):
        return Refusal((Trouble.too_often,))
    count = _kept(ready)
    if count > _ASIDE and (ready.tinies is not None or is_large(count, len(ready.letters))):
        return None
    numbers = one.numbers if count <= one.most else one.desk.blocks.at_hand(count)
    if numbers is None:
        return None
    return _Drafted(one, ready, filled(_draft_of(made, numbers), ready))


async def _drafted_later(made: Made) -> _Drafted | Refusal:
    one, ready = made.one, made.ready
    if are_many(one.order.letters):
        heavy = await asyncio.to_thread(weight, ready.letters)
        if one.desk.leeway.is_over(one.account.id, heavy):
            return Refusal((Trouble.too_often,))
        numbers = await one.desk.blocks.take(_kept(ready))
        draft = await asyncio.to_thread(_draft_of, made, numbers)
    else:
        draft = _draft_of(made, await one.desk.blocks.take(_kept(ready)))
    if ready.tinies is not None and draft.total > _ASIDE:
        draft = await asyncio.to_thread(filled, draft, ready)
    else:
        draft = filled(draft, ready)
    return _Drafted(one, ready, draft)


def _kept(ready: Ready) -> int:
    letters = ready.letters
    if len(letters) == 1:
        return len(letters[0].numbers)
    return sum([len(letter.numbers) for letter in letters])


def _draft_of(made: Made, numbers: tuple[int, int]) -> Draft:
    one, unasked = made.one, made.one.unwilling is None
    return draft_of(one.desk, one.account, one.order, made.ready, numbers, one.now, unasked=unasked)


class _Keep:
    """The last step: all are on disk before it is said."""

    def together(self, ones: Sequence[_Drafted]) -> None:
        for drafted in ones:
            drafted.one.desk.store.keep(drafted.draft, _told(drafted, drafted.one.turn.answer))

    async def alone(self, one: _Drafted) -> Said:
        waited: Waited[Said] = Waited()
        desk, told = one.one.desk, _told(one, waited.answer)
        if is_large(one.draft.total, len(one.draft.letters)):
            told(await keep_in_portions(desk, one.draft))
        else:
            desk.store.keep(one.draft, told)
        return await waited.heard()


class _Answering:
    """A refusal is an answer like a receipt, and so is that the store is away."""

    def refuse(self, one: Wanted | Made, refusal: Refusal) -> None:
        one.turn.answer(refusal)

    def fail(self, one: Wanted | Made, fault: Exception) -> None:
        one.turn.answer(_unless_away(one, fault))

    def later(self, one: Wanted | Made, work: Coroutine[Any, Any, Said]) -> None:
        one.turn.answer_later(work)

    async def refused(self, one: Wanted | Made, refusal: Refusal) -> Said:
        return refusal

    async def failed(self, one: Wanted | Made, fault: Exception) -> Said:
        return _unless_away(one, fault)


def _unless_away(one: Wanted | Made, fault: Exception) -> Refusal:
    if isinstance(fault, StoreAway):
        return Refusal((Trouble.not_now,))
    log.exception("an order could not be taken")
    desk = one.desk if isinstance(one, Wanted) else one.one.desk
    desk.counts["faults"] += 1
    return Refusal((Trouble.fault,))


def up_to(
    end: Steps[Made, Said],
    let_in: Callable[[Wanted], Wanted | Refusal | None] = _let_in,
    look_up: Callable[[Wanted], Awaitable[Wanted]] = looked_up,
) -> Steps[Wanted, Said]:
    """The steps up to where it is known that an order can be kept, and what follows them."""
    answering = _Answering()
    judged = OneStep[Made, Made, Said](answering, _judged, _judged_at_length, end)
    made = OneStep[Wanted, Made, Said](answering, _made, _made_aside, judged)
    return OneStep[Wanted, Wanted, Said](answering, let_in, look_up, made)


_END = OneStep[Made, _Drafted, Said](_Answering(), _drafted, _drafted_later, _Keep())
_ACCEPT = up_to(_END)
_ACCEPT_ASKING = up_to(_END, lambda one: None)


async def ask(one: Wanted, draft: Draft, told: Callable[[Said], None]) -> None:
    """Somebody among its recipients opted out, so it is asked who; nothing was kept by the numbers
    of this draft."""
    again = msgspec.structs.replace(one, numbers=(draft.id, draft.first), most=draft.total)
    said = await _ACCEPT_ASKING.alone(again)
    if isinstance(said, Refusal) and _UNSURE.isdisjoint(said.troubles):
        again.desk.blocks.put_back(draft.id, draft.first, draft.total)
    told(said)


# What the steps ask.


def _is_unasked(one: Wanted) -> bool:
    """Whether it could matter who opted out, and nobody asked."""
    return one.unwilling is None and any(map(bars, one.order.letters))


def _is_stuck(desk: Desk, ready: Ready) -> bool:
    """Whether some of it would leave now, and no link is there that could take it."""
    return any(
        not desk.dispatch.is_up(route)
        for letter in ready.letters
        if letter.happening is Happening.accepted
        for route in letter.routes or (letter.route,)
    )


def _takes_long(order: Order) -> bool:
    """Whether to make it ready takes so long that the loop should go on meanwhile."""
    letters = order.letters
    if len(letters) == 1 and not (letters[0].values or letters[0].texts):
        return len(letters[0].numbers) > _ASIDE
    if are_many(letters) or count_of(order) > _ASIDE:
        return True
    filled = [len(one.values) * len(one.text) for one in order.letters if one.values]
    own = [len(text) for one in order.letters for text in one.texts]
    return sum(filled) + sum(own) > _LETTERS_ASIDE


def _told(drafted: _Drafted, received: Callable[[Said], None]) -> Callable[[Said], None]:
    """Whom the store tells the answer, with the recipients put back that the store never saw."""
    ready = drafted.ready
    if not (ready.apart or drafted.draft.unasked):
        return received

    def with_those_apart(answer: Said) -> None:
        if answer is UNWILLING:
            drafted.one.desk.background(ask(drafted.one, drafted.draft, received))
        elif ready.apart and isinstance(answer, Receipt):
            received(among_those_apart(answer, ready))
        else:
            received(answer)

    return with_those_apart


def _asks(order: Order, few: int) -> bool:
    """Whether something has to be read for it: who is in a group, or who of more than a few opted
    out."""
    letters = order.letters
    if len(letters) == 1:
        one = letters[0]  # nearly always there is no more, and a call for it would cost
        if one.group or one.group_name:
            return True
        return len(one.numbers) > few and bars(one) > 0
    if are_many(letters) or any(map(goes_to_group, letters)):
        return True
    return count_of(order) > few and any(map(bars, letters))

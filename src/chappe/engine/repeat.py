"""Repeating: what all orders of a kind have alike is worked out once.

In: two orders of a kind, one with the shortest text and one with the longest; then numbers and
texts. Out: drafts, each the very one that making it ready would have given; or None, where it has
to be made ready. Promise: only what is sure to be alike is taken from one order to another: one
French mobile, one text of one part, at once. Whatever may change meanwhile is asked anew, or ends
the plan.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from chappe.engine.accept import Said, Wanted, ask
from chappe.engine.bar import NOBODY
from chappe.engine.desk import Desk
from chappe.engine.draft import draft_of
from chappe.engine.price import Tariff
from chappe.engine.ready import due_of, make_ready, once
from chappe.engine.shut import is_bound, shut
from chappe.store.contract import UNWILLING, Draft, DraftLetter
from chappe.words.account import Account
from chappe.words.answer import Refusal
from chappe.words.lifecycle import Happening
from chappe.words.number import are_mainland_mobiles, operator
from chappe.words.order import Crowd, Letter, Order, goes_to_group
from chappe.words.steps import Waited

_NO_NUMBERS = (0, 0)
_HOME = "FR"
_AND_UP = Crowd.bound_and_up


class OrderPlan(msgspec.Struct, frozen=True):
    """A kind of orders."""

    account: Account
    order: Order
    draft: Draft
    letter: DraftLetter
    ending: str  # what follows each text
    tariff: Tariff


class Repeat(msgspec.Struct, frozen=True):
    """An order by a plan, and who is told what became of it."""

    plan: OrderPlan
    draft: Draft
    told: Callable[[Said], None]


class PlanSample(NamedTuple):
    """An order, and the text that it was asked with."""

    order: Order
    text: str

    @property
    def ending(self) -> str | None:
        """What its reader put behind the text; None where it did something else with it."""
        text = self.order.letters[0].text
        return text[len(self.text) :] if text.startswith(self.text) else None


def plan_of(desk: Desk, account: Account, short: PlanSample, long: PlanSample) -> OrderPlan | None:
    """The plan of a kind; None: each of it has to be made ready."""
    now, order = desk.clock.now(), long.order
    if not (_is_plain(order) and _are_alike(order, short.order)) or is_bound(account, order):
        return None
    letter, ending = order.letters[0], long.ending
    if ending is None or ending != short.ending:
        return None
    ready = make_ready(desk, account, order, now, NOBODY)
    if ready.is_refused or ready.apart or ready.tinies or len(ready.letters) != 1:
        return None
    draft = draft_of(desk, account, order, ready, _NO_NUMBERS, now, unasked=True)
    made = ready.letters[0]
    is_usual = (
        (*made.parts, *made.sending) == (1, 1)
        and made.text == letter.text
        and made.happening is Happening.accepted
        and not (made.bad or made.routes)
    )
    if not is_usual:
        return None
    return OrderPlan(account, order, draft, made, ending, desk.tariff)


def _is_plain(order: Order) -> bool:
    """Whether it is one whose like differ in nothing but number and text."""
    if len(order.letters) != 1 or order.wrong or once(order) or order.crowd is _AND_UP:
        return False
    letter = order.letters[0]
    if goes_to_group(letter) or len(letter.numbers) != 1 or letter.start or letter.opens >= 0:
        return False
    more: tuple[object, ...] = (
        letter.given,
        letter.refs,
        letter.texts,
        letter.values,
        letter.shared,
        letter.wrong,
    )
    more += (letter.target, letter.speech)
    return not any(more) and are_mainland_mobiles(letter.numbers)


def _are_alike(order: Order, other: Order) -> bool:
    """Whether they differ in nothing else."""
    if len(other.letters) != 1:
        return False
    letter = order.letters[0]
    same = replace(other.letters[0], numbers=letter.numbers, text=letter.text)
    same = replace(same, abroad=letter.abroad)
    return replace(other, letters=[same]) == replace(order, letters=[letter])


def drafted(
    desk: Desk, plan: OrderPlan, number: int, text: str, now: int, trace: str, span: str
) -> Draft | Refusal | None:
    """An order of that kind, to a French mobile, while its price list holds; what refuses it."""
    account, template = plan.account, plan.letter
    asked = template.asked
    if due_of(account, asked, now) != now:
        return None
    routes, sender = desk.routes, asked.sender or asked.code
    if routes.by_number:
        route = routes.choose(account.login, asked.channel, sender, _HOME, operator(number))
    else:
        route = routes.choose(account.login, asked.channel, sender)
    purse = desk.accounts.purse(account, asked.purse)
    if not (route and purse):
        return None
    numbers = desk.blocks.at_hand(1)
    if numbers is None:
        return None
    trouble = shut(desk, account, plan.order, now)  # which counts it, so nothing may follow it
    if trouble is not None:
        desk.blocks.put_back(*numbers, 1)
        return Refusal((trouble,))
    order, first = numbers
    letter: DraftLetter = replace(
        template,
        numbers=[number],
        text=text + plan.ending,
        due=now,
        route=route,
        purse=purse,
        first=first,
    )
    draft: Draft = replace(
        plan.draft,
        id=order,
        first=first,
        at=now,
        trace=trace,
        span=span,
        cost={purse: letter.prices[0]},
        letters=[letter],
    )
    return draft


def keep_all(desk: Desk, repeats: Sequence[Repeat]) -> None:
    """All are on disk before it is said."""
    for repeat in repeats:
        draft = repeat.draft
        told = _unless_unwilling(desk, repeat) if draft.unasked else repeat.told
        desk.store.keep(draft, told)


def _unless_unwilling(desk: Desk, repeat: Repeat) -> Callable[[Said], None]:
    """Whom the store tells; who opted out is asked in full."""

    def told(answer: Said) -> None:
        if answer is UNWILLING:
            # `repeat` is told by itself, so that nobody waits for this turn.
            turn, account = Waited[Said](), repeat.plan.account
            one = Wanted(desk, account, _order_of(repeat), turn, repeat.draft.at)
            desk.background(ask(one, repeat.draft, repeat.told))
        else:
            repeat.told(answer)

    return told


def _order_of(repeat: Repeat) -> Order:
    """As its reader would have read it."""
    draft, order = repeat.draft, repeat.plan.order
    kept = draft.letters[0]
    letter: Letter = replace(kept.asked, numbers=kept.numbers, text=kept.text)
    return replace(order, letters=[letter], origin=draft.origin, trace=draft.trace, span=draft.span)

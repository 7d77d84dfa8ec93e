"""Orders made ready: what the engine hands over to be kept.

In: filled by the engine. Out: rows, and a receipt. Recipients stand in columns of one length.
"""

from collections.abc import Mapping, Sequence, Set

import msgspec

from chappe.words.answer import TROUBLE_OF, Receipt, Refusal, Trouble
from chappe.words.lifecycle import Happening, Reason
from chappe.words.order import Letter

_POSTPONED = Happening.postponed


class DraftLetter(msgspec.Struct, kw_only=True):
    """A letter made ready: every figure known, recipients in columns of one length. What was asked
    for and needs no making ready is read from `asked`. Its number and its purse are given with its
    draft, what it is born by just before its commit; nothing else of it is ever changed."""

    asked: Letter
    first: int  # its first message's number, and its own
    text: str
    purse: int
    hours: int
    bars: int  # the lists that stop it, as their sum: checked once more when it is claimed
    lane: int
    facts: str
    route: int
    due: int
    happening: Happening  # what the good ones are born by
    numbers: Sequence[int]
    given: Sequence[str]
    refs: Sequence[str]
    texts: Sequence[str]  # () where all have the letter's text
    parts: Sequence[int]  # billed
    sending: Sequence[int]  # on the air
    prices: Sequence[int]
    bad: Mapping[int, Reason]  # index -> why this one is turned away
    routes: Sequence[int] = ()  # per recipient, where they differ
    speech: str = ""  # how it is spoken, as `words.calls` writes it; '' is a text
    tinies: Sequence[tuple[str, str]] = ()  # (short URL, its target); '' leads nowhere


class Draft(msgspec.Struct, kw_only=True):
    """An order made ready to be kept."""

    id: int
    account: int
    dialect: str
    at: int
    reference: str
    request_id: str
    facts: str
    origin: str
    trace: str
    first: int
    total: int
    cost: Mapping[int, int]  # purse -> what it pays
    letters: Sequence[DraftLetter]
    span: str = ""  # of its request, for whoever traces it; it is not kept
    unasked: bool = False  # whether any recipient opted out was not asked before


class Unwilling(Refusal, frozen=True):
    """Nothing was kept of an order that was made ready without asking who opted out, since one of
    its recipients did."""


UNWILLING = Unwilling()


def begins_of(letters: Sequence[DraftLetter]) -> tuple[int, int]:
    """When an order begins, and when the last of its letters does that begin later; 0: with its
    acceptance."""
    if len(letters) == 1:  # nearly always
        only = letters[0]
        due = only.due if only.happening is _POSTPONED else 0
        return due, due
    dues = [one.due if one.happening is _POSTPONED else 0 for one in letters]
    return min(dues, default=0), max(dues, default=0)


def is_short(cost: Mapping[int, int], balances: Mapping[int, int], free: Set[int]) -> bool:
    """Whether one of the purses that pay holds too little; `free` ones have no floor."""
    for purse, price in cost.items():
        if price > 0 and balances.get(purse, 0) < price and purse not in free:
            return True
    return False


def receipt_of(draft: Draft, balance: int) -> Receipt:
    """What is answered for a draft that is kept; `balance` is its purse's, afterwards."""
    letters = draft.letters
    if len(letters) == 1:
        parts, prices, begins = letters[0].parts, letters[0].prices, letters[0].due
    else:
        parts = [n for letter in letters for n in letter.parts]
        prices = [n for letter in letters for n in letter.prices]
        # A bulk order has its letters in portions, and nobody asks when it begins.
        begins = min([letter.due for letter in letters], default=draft.at)
    troubles: dict[int, Trouble] = {}
    for letter in letters:
        if letter.bad:
            start = letter.first - draft.first
            troubles |= {start + index: TROUBLE_OF[reason] for index, reason in letter.bad.items()}
    cost = sum(draft.cost.values())
    return Receipt(
        draft.id,
        draft.at,
        draft.first,
        draft.total,
        cost,
        balance,
        parts,
        prices,
        troubles,
        begins=begins,
    )

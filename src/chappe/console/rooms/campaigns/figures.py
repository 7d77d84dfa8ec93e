"""What a campaign would come to: rehearsed by the engine, and put into figures and verdicts.

In: a wish and its recipients. Out: figures, as a page shows them. Promise: nothing is kept, and
nothing is counted here that the engine or the words count; where only some of the recipients were
rehearsed, what follows for all of them is said to be an estimate.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from chappe.console.rooms.campaigns import letters
from chappe.console.rooms.campaigns.people import (
    Composed,
    People,
    composed,
    marks_of,
    mention_of,
    people_of,
    unknown_marks,
)
from chappe.console.rooms.campaigns.shelf import shelf_of
from chappe.console.rooms.campaigns.wish import CampaignWish
from chappe.console.shape import Visit
from chappe.engine import look
from chappe.engine.desk import Desk
from chappe.engine.mention import mentions
from chappe.engine.personalise import Template
from chappe.engine.rehearse import rehearse
from chappe.words.account import Account
from chappe.words.alphabet import STANDARD, Alphabet
from chappe.words.answer import Receipt, Refusal, Trouble
from chappe.words.asked import CreditWanted, Rehearsal
from chappe.words.order import CONSOLE, Channel, Hours, Order
from chappe.words.text import fits_gsm, parts_billed, weight

SAMPLE: Final = 1_000  # recipients that are rehearsed while somebody types
_NAMED_MOST: Final = 10  # numbers that are named of those who are left out
_EXAMPLES: Final = 3
# Why recipients are left out.
WHY: Final[Mapping[Trouble, str]] = {
    Trouble.bad_number: "No mobiles, left out",
    Trouble.not_served: "Countries that are not served, left out",
    Trouble.no_route: "No link leads there, left out",
    Trouble.too_long: "The text is too long for them, left out",
    Trouble.opted_out: "Opted out, left out",
    Trouble.no_quality: "Not served in this quality, left out",
}
OTHER: Final = "Can't be served, left out"
_WAIT: Final = Hours.wait


class Weighed(NamedTuple):
    """A text by itself."""

    letters: int  # as they count
    parts: int
    room: int  # that the last part has left
    alphabet: Alphabet
    unicode: Sequence[letters.Costly]
    double: Sequence[letters.Costly]


class LeftOut(NamedTuple):
    """Recipients who get nothing, and why."""

    why: str  # in English
    people: int
    numbers: Sequence[int]


class Example(NamedTuple):
    """A text as it arrives."""

    number: int
    text: str
    parts: int


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """What a campaign would come to."""

    weighed: Weighed
    people: People
    is_estimate: bool = False
    receipt: Receipt | None = None
    served: int = 0
    parts: Sequence[tuple[int, int]] = ()  # parts -> how many recipients get as many
    unicode_count: int = 0  # whose own text is Unicode, where not all are
    cost: int = 0
    balance: int = 0
    is_free: bool = False  # post-paid
    begins: int = 0
    waits: bool = False  # for legal hours, and for nothing else
    lacks_stop: bool = False
    is_outside: bool = False  # of legal hours, where it is not to wait
    left_out: Sequence[LeftOut] = ()
    unknown: Sequence[str] = ()  # variables that are none
    unfilled: int = 0  # recipients for whom nothing is filled in, where it is for others
    examples: Sequence[Example] = ()
    troubles: Sequence[Trouble] = ()  # what refuses it as a whole

    @property
    def left(self) -> int:
        """What credit is left after it."""
        return self.balance - self.cost

    @property
    def is_short(self) -> bool:
        return self.left < 0 and self.cost > 0 and not self.is_free


async def figures_of(visit: Visit, wish: CampaignWish, most: int = 0) -> tuple[Forecast, Composed]:
    """`most` bounds the recipients that are looked at, of a group and of a file each."""
    desk = visit.node.desk
    people = await people_of(desk, shelf_of(visit.node), wish, most)
    made = await composed(wish, people)
    figures = Forecast(weighed=weighed(_first_text(wish, people)), people=people)
    figures = msgspec.structs.replace(figures, unknown=unknown_marks(wish))
    if not people.numbers:
        return figures, made
    said, lacks_stop, is_outside = await _rehearsed(desk, wish.account, made.order)
    figures = msgspec.structs.replace(figures, lacks_stop=lacks_stop, is_outside=is_outside)
    if isinstance(said, Refusal):
        left_out = _left_out(said.recipients, made.numbers)
        return msgspec.structs.replace(figures, left_out=left_out, troubles=said.troubles), made
    return await _counted(desk, wish, figures, said, made), made


async def _rehearsed(
    desk: Desk, account: Account, order: Order
) -> tuple[Receipt | Refusal, bool, bool]:
    """What becomes of it; whether it lacks its mention of STOP, or would leave outside its hours.
    Either way the figures are those of the order without that condition."""
    # To look takes nothing of what the account may ask in a second.
    account = msgspec.structs.replace(account, rate=0, parent="")
    said = await rehearse(desk, account, CONSOLE, Rehearsal(order, paid=False))
    if not isinstance(said, Refusal):
        return said, False, False
    lacks_stop = Trouble.no_stop in said.troubles
    is_outside = Trouble.outside_hours in said.troubles
    if not (lacks_stop or is_outside):
        return said, False, False
    lenient = [
        msgspec.structs.replace(letter, mention=None if lacks_stop else letter.mention, hours=_WAIT)
        for letter in order.letters
    ]
    again = msgspec.structs.replace(order, letters=lenient)
    said = await rehearse(desk, account, CONSOLE, Rehearsal(again, paid=False))
    return said, lacks_stop, is_outside


async def _counted(
    desk: Desk, wish: CampaignWish, figures: Forecast, said: Receipt, made: Composed
) -> Forecast:
    people = figures.people
    served = [parts for parts in said.parts if parts]
    is_estimate = people.total > len(people.numbers)
    share = people.total / len(people.numbers)
    credit = await look.credit(desk, wish.account, CONSOLE, CreditWanted())
    balance, is_free = (0, False) if isinstance(credit, Refusal) else (credit.balance, credit.free)
    now = desk.clock.now()
    return msgspec.structs.replace(
        figures,
        receipt=said,
        is_estimate=is_estimate,
        served=round(len(served) * share) if is_estimate else len(served),
        parts=sorted(Counter(served).items()),
        unicode_count=_unicode_count(made.order),
        unfilled=sum(not own for own in people.values),
        cost=round(said.cost * share) if is_estimate else said.cost,
        balance=balance,
        is_free=is_free,
        begins=said.begins,
        waits=_waits(wish, made.order, said, now),
        left_out=_left_out(said.troubles, made.numbers),
        examples=_examples(wish, made, said),
    )


def _waits(wish: CampaignWish, order: Order, said: Receipt, now: int) -> bool:
    """Whether the hours hold it back: it begins later than it was to."""
    is_marketing = any(letter.channel is Channel.marketing for letter in order.letters)
    return is_marketing and said.begins > max(now, wish.start)


def _unicode_count(order: Order) -> int:
    if len({letter.alphabet for letter in order.letters}) < 2:
        return 0
    return sum(len(one.numbers) for one in order.letters if one.alphabet is Alphabet.ucs2)


def _left_out(troubles: Mapping[int, Trouble], numbers: Sequence[int]) -> Sequence[LeftOut]:
    """By why they are; the most first."""
    places: dict[Trouble, list[int]] = {}
    for place, trouble in troubles.items():
        places.setdefault(trouble, []).append(place)
    return [
        LeftOut(
            WHY.get(trouble, OTHER), len(some), [numbers[place] for place in some[:_NAMED_MOST]]
        )
        for trouble, some in sorted(places.items(), key=lambda pair: -len(pair[1]))
    ]


def _examples(wish: CampaignWish, made: Composed, said: Receipt) -> Sequence[Example]:
    """The texts of the first recipients, where not all get the same."""
    place, found = 0, list[Example]()
    for letter in made.order.letters:
        for index, number in enumerate(letter.numbers):
            own = letter.values[index] if letter.values else None
            parts = said.parts[place + index]
            if own and parts:
                found.append(Example(number, _said(wish, letter.text, own), parts))
            if len(found) == _EXAMPLES:
                return found
        place += len(letter.numbers)
    return found


def _first_text(wish: CampaignWish, people: People) -> str:
    """The text as the first recipient of a file gets it, where anything is filled in."""
    own = next(filter(None, people.values), None) if marks_of(wish) else None
    return _said(wish, letters.plain(wish.text) if wish.plain else wish.text, own)


def _said(wish: CampaignWish, text: str, own: Mapping[str, str] | None) -> str:
    """A text as the engine fits it, but for being cut."""
    said = Template(text).fill(own) if own else text
    mention = mention_of(wish)
    if mention is None or not mention.is_added or not said or mentions(said, mention):
        return said
    return f"{said} {mention.wording}"


def weighed(text: str) -> Weighed:
    """What a text weighs by itself."""
    alphabet = Alphabet.gsm if fits_gsm(text) else Alphabet.ucs2
    count, parts = weight(text, alphabet), parts_billed(text, alphabet, STANDARD)
    is_gsm = alphabet is Alphabet.gsm
    one, many = (
        (STANDARD.gsm_one, STANDARD.gsm_many) if is_gsm else (STANDARD.ucs2_one, STANDARD.ucs2_many)
    )
    room = one if parts == 1 else many * parts
    return Weighed(
        letters=count,
        parts=parts,
        room=max(0, room - count),
        alphabet=alphabet,
        unicode=letters.unicode_letters(text),
        double=letters.double_letters(text) if is_gsm else (),
    )

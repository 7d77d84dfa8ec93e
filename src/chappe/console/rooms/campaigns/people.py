"""Who gets a campaign, and the order that it becomes.

In: a wish. Out: recipients, each once; an order with letters to those who are alike. Promise: those
of a file take the values of their own row; an order of 100,000 is made beside the loop.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from chappe.console.rooms.campaigns.letters import plain
from chappe.console.rooms.campaigns.sheet import ROWS_MOST
from chappe.console.rooms.campaigns.shelf import FileShelf
from chappe.console.rooms.campaigns.wish import CampaignWish
from chappe.engine.desk import Desk
from chappe.engine.personalise import Template
from chappe.words.alphabet import Alphabet
from chappe.words.lifecycle import Reason
from chappe.words.number import country
from chappe.words.order import (
    CONSOLE,
    Channel,
    Excess,
    Hours,
    Letter,
    Lists,
    Mention,
    OptOut,
    Order,
)
from chappe.words.text import fits_gsm

PARTS_MOST: Final = 10
_HOME: Final = "FR"
_MARK: Final = re.compile(r"\{([^{}\n]{1,40})\}")
# Whoever can't be served is left out, and named.
_APART: Final = frozenset(
    (
        *(Reason.bad_number, Reason.not_served, Reason.no_route, Reason.too_long),
        *(Reason.opted_out, Reason.no_quality),
    )
)

Values = Mapping[str, str] | None


class People(msgspec.Struct, frozen=True, kw_only=True):
    """Recipients, each once, and what is filled in for each; () where nothing is."""

    numbers: Sequence[int]
    values: Sequence[Values] = ()
    total: int  # how many there are, where only the first were taken
    doubles: int = 0


class Composed(msgspec.Struct, frozen=True, kw_only=True):
    """An order, and its recipients in the sequence of its letters."""

    order: Order
    numbers: Sequence[int]


def marks_of(wish: CampaignWish) -> Mapping[str, int]:
    """The variables of the text that a file has a column for, each with its place in a row."""
    if wish.brought is None or wish.brought.found is None:
        return {}
    columns = {f"{{{name}}}": place for place, name in enumerate(wish.brought.found.columns)}
    return {mark: place for mark, place in columns.items() if mark in wish.text}


def unknown_marks(wish: CampaignWish) -> Sequence[str]:
    """What looks like a variable in the text, and is none."""
    known = marks_of(wish)
    return sorted({mark[0] for mark in _MARK.finditer(wish.text)} - known.keys())


async def people_of(desk: Desk, shelf: FileShelf, wish: CampaignWish, most: int = 0) -> People:
    """All of them; or of a group and a file `most` at most."""
    group = wish.group
    members: Sequence[int] = ()
    if group is not None:
        bound = min(group.size, most) if most else group.size
        members = await desk.store.member_numbers(wish.account.id, group.id, bound)
    found = wish.brought.found if wish.brought is not None else None
    numbers, rows = list[int](), list[Sequence[str]]()
    if wish.brought is not None and found is not None:
        named = await shelf.recipients(wish.token, wish.brought.reading, most or ROWS_MOST)
        numbers, rows = named.numbers, named.rows
    people = await asyncio.to_thread(_together, wish, members, numbers, rows)
    if not most:
        return people
    left = max(0, (group.size if group else 0) - len(members))
    left += max(0, (found.good if found else 0) - len(numbers))
    return msgspec.structs.replace(people, total=people.total + left)


def _together(
    wish: CampaignWish,
    members: Sequence[int],
    numbers: Sequence[int],
    rows: Sequence[Sequence[str]],
) -> People:
    """Those that were typed, those of the group, those of the file; each once."""
    marks = marks_of(wish)
    before = dict.fromkeys([*wish.numbers, *members])
    count = len(wish.numbers) + len(members) + len(numbers)
    if not marks:
        everybody = list(dict.fromkeys([*before, *numbers]))
        return People(numbers=everybody, total=len(everybody), doubles=count - len(everybody))
    values: list[Values] = [None] * len(before)
    everybody = list(before)
    for number, row in zip(numbers, rows, strict=True):
        if number not in before:
            everybody.append(number)
            values.append(_filled_in(marks, row, wish.plain))
    return People(
        numbers=everybody, values=values, total=len(everybody), doubles=count - len(everybody)
    )


def _filled_in(marks: Mapping[str, int], row: Sequence[str], is_plain: bool) -> Mapping[str, str]:
    cells = {mark: row[place].strip() if place < len(row) else "" for mark, place in marks.items()}
    return {mark: plain(cell) for mark, cell in cells.items()} if is_plain else cells


async def composed(wish: CampaignWish, people: People, request_id: str = "") -> Composed:
    """The order that a wish is."""
    return await asyncio.to_thread(_composed, wish, people, request_id)


def _composed(wish: CampaignWish, people: People, request_id: str) -> Composed:
    text = plain(wish.text) if wish.plain else wish.text
    alike: dict[tuple[Channel, Alphabet], list[int]] = {}
    shared = Alphabet.gsm if fits_gsm(text) else Alphabet.ucs2
    fill = Template(text).fill
    for place, number in enumerate(people.numbers):
        alphabet, own = shared, people.values[place] if people.values else None
        if own:
            alphabet = Alphabet.gsm if fits_gsm(fill(own)) else Alphabet.ucs2
        alike.setdefault((_channel(wish, number), alphabet), []).append(place)
    letters = [
        _letter(wish, text, people, places, channel, alphabet)
        for (channel, alphabet), places in alike.items()
    ]
    order = Order(
        dialect=CONSOLE,
        letters=letters,
        reference=request_id,
        request_id=request_id,
        apart=_APART,
        facts={"name": wish.name} if wish.name else {},
    )
    numbers = [people.numbers[place] for places in alike.values() for place in places]
    return Composed(order=order, numbers=numbers)


def _channel(wish: CampaignWish, number: int) -> Channel:
    """Legal hours are those of France, and so is what only marketing is there."""
    if wish.kind != "marketing":
        return Channel.notification
    return Channel.marketing if country(number) == _HOME else Channel.international


def mention_of(wish: CampaignWish) -> Mention | None:
    """What an advertisement must say."""
    if wish.kind != "marketing":
        return None
    return Mention(wish.code, f"STOP {wish.code}", wish.add_stop)


def _letter(
    wish: CampaignWish,
    text: str,
    people: People,
    places: Sequence[int],
    channel: Channel,
    alphabet: Alphabet,
) -> Letter:
    is_marketing = wish.kind == "marketing"
    values = [people.values[place] for place in places] if people.values else ()
    return Letter(
        text=text,
        numbers=[people.numbers[place] for place in places],
        values=values if any(values) else (),
        sender=wish.sender,
        code=wish.code,
        channel=channel,
        alphabet=alphabet,
        mention=mention_of(wish),
        parts_max=PARTS_MOST,
        excess=Excess.refuse,
        start=wish.start,
        hours=Hours.refuse if wish.hours == "refuse" else Hours.wait,
        # Whom the account barred by hand hears nothing; who wrote STOP, no advertisement.
        opt_out=OptOut.always,
        lists=Lists.stop | Lists.black if is_marketing else Lists.black,
    )

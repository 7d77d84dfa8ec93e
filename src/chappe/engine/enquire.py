"""Enquiring: which operator serves a number, asked of whoever knows.

In: numbers, none of them 0. Out: the MCCMNC of each one's operator, '' where nobody can say which,
or None: nobody has that number. Promise: where nothing real is asked, the simulated network speaks
for itself, and the numbering plan for all others.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping

from chappe.links.contract import KnowsSubscribers, Link
from chappe.words.number import is_mobile, operator

Served = Mapping[int, str | None]
Enquire = Callable[[Collection[int]], Awaitable[Served]]


class NoWord(Exception):
    """Whoever knows can't be asked at present, or makes no sense. Trying again may help."""


async def enquire_here(links: Collection[Link], numbers: Collection[int]) -> Served:
    """What is known without asking anybody: what the simulated network says where all links are
    simulated, else what the numbering plan does."""
    knowing = [link for link in links if isinstance(link, KnowsSubscribers)]
    known = knowing[0].subscriber_of if knowing and len(knowing) == len(links) else operator
    return {number: known(number) if is_mobile(number) else None for number in numbers}

"""Routing: which links may take a message, and in which order.

In: the installation's [[route]] rules and links. Out: a route's number: an ordered list of links,
kept by the store so that what waits for it outlives a change of the rules.
"""

import random
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from chappe.store.contract import Store
from chappe.words.order import Channel

_CALLS = "calls"


class Rule(NamedTuple):
    """Which messages go which way; () fits anything, and the first rule that fits decides."""

    links: tuple[str, ...]
    account: tuple[str, ...] = ()
    channel: tuple[Channel, ...] = ()
    country: tuple[str, ...] = ()
    operator: tuple[str, ...] = ()
    sender: tuple[str, ...] = ()
    pick: str = "order"  # order | cost | weight


class Way(NamedTuple):
    """A link, as far as a rule needs to know it."""

    name: str
    kind: str
    cost: float = 0.0
    weight: int = 1
    centre: str = ""  # whose ids its receipts bear; '': nobody else's


class Routes:
    """The rules made ready, and the numbers of the lists they choose."""

    def __init__(self, store: Store) -> None:
        self._store = store
        # With whether it is for calls: they go by links of their own.
        self._rules: list[tuple[Rule, list[int], bool]] = []
        self._lists: dict[int, tuple[str, ...]] = {}
        self._numbers_of: dict[tuple[str, ...], int] = {}
        self.dice = random.Random()
        self.has_calls = False  # whether any link places calls
        self.by_number = False  # whether any rule looks at the recipient's number
        self._centres: dict[str, str] = {}  # of the links that have one with others

    async def set(self, rules: Sequence[Rule], ways: Sequence[Way]) -> None:
        """Take new rules. Without a rule: all real links in file order, or else the simulated; a
        call goes by those of kind 'calls'."""
        calls = tuple(way.name for way in ways if way.kind == _CALLS)
        texts = [way for way in ways if way.kind != _CALLS]
        real = [way.name for way in texts if way.kind != "operator"]
        default = Rule(tuple(real or [way.name for way in texts]))
        by_name = {way.name: way for way in ways}
        ready = []
        for rule in (*rules, default, Rule(calls)):
            if rule.links:
                for_calls = by_name[rule.links[0]].kind == _CALLS
                ready.append((rule, await self._numbers(rule, by_name), for_calls))
        self._rules = ready
        self.has_calls = bool(calls)
        self._centres = {way.name: way.centre for way in ways if way.centre}
        self.by_number = any(rule.country or rule.operator for rule, *_ in ready)
        self._lists = {ident: tuple(links) for ident, links in (await self._store.routes()).items()}
        self._numbers_of = {links: ident for ident, links in self._lists.items()}

    async def _numbers(self, rule: Rule, ways: Mapping[str, Way]) -> list[int]:
        """The numbers of a rule's lists: one, or by weight one for each link, led by that link."""
        links = list(rule.links)
        if rule.pick == "cost":
            links.sort(key=lambda name: ways[name].cost)
        turned = [
            await self._store.route_id(links[index:] + links[:index]) for index in range(len(links))
        ]
        if rule.pick != "weight":
            return turned[:1]
        return [
            number
            for name, number in zip(links, turned, strict=True)
            for _ in range(max(1, ways[name].weight))
        ]

    def centre_of(self, link: str) -> str:
        """By which name ids of a link's operator are known."""
        return self._centres.get(link, link)

    def choose(
        self, account: str, channel: Channel, sender: str, country: str = "", operator: str = ""
    ) -> int:
        """The number of the route, 0 where no rule matches."""
        is_call = channel is Channel.voice
        for rule, numbers, for_calls in self._rules:
            if (
                for_calls is is_call
                and (not rule.account or account in rule.account)
                and (not rule.channel or channel in rule.channel)
                and (not rule.sender or sender in rule.sender)
                and (not rule.country or country in rule.country)
                and (not rule.operator or operator in rule.operator)
            ):
                return numbers[0] if len(numbers) == 1 else self.dice.choice(numbers)
        return 0

    def links(self, route: int) -> tuple[str, ...]:
        """The links of a route, foremost first."""
        return self._lists.get(route, ())

    def all(self) -> Mapping[int, tuple[str, ...]]:
        return self._lists

    def after(self, route: int, link: str) -> int:
        """The route with the same links that begins behind `link`: the way on when that link says
        'later'."""
        links = self.links(route)
        if len(links) < 2 or link not in links:
            return route
        at = links.index(link) + 1
        return self._numbers_of.get(links[at:] + links[:at], route)

"""A noun, since it is what dispatch chooses from: this node's links, and what others have up.

In: links that come and go, words of other nodes. Out: who serves a route. Promise: of one route one
node serves all: the one that has the first of its links that are up.
"""

from collections.abc import Callable, Iterable, Sequence, Set

from chappe.engine.outlet import Outlet
from chappe.links.contract import Link
from chappe.words.clock import Clock


class Outlets:
    """Links by their names."""

    def __init__(self, clock: Clock, links_of: Callable[[int], Sequence[str]]) -> None:
        self._clock = clock
        self._links_of = links_of  # a route's, the first one first
        self._here: dict[str, Outlet] = {}
        self.elsewhere: Set[str] = frozenset()  # links that other nodes have and that are up

    def hear_of(self, up: Set[str]) -> bool:
        """Whether others have others up than before."""
        before, self.elsewhere = self.elsewhere, up
        return before != up

    def add(self, link: Link) -> None:
        self._here[link.name] = Outlet(link, self._clock)

    def remove(self, name: str) -> Outlet | None:
        return self._here.pop(name, None)

    def get(self, name: str) -> Outlet | None:
        return self._here.get(name)

    def all(self) -> Iterable[Outlet]:
        return self._here.values()

    def of(self, route: int) -> Outlet | None:
        """The first link of a route that is up, if this node has it."""
        for name in self._links_of(route):
            outlet = self._here.get(name)
            if outlet is not None:
                if outlet.up:
                    return outlet
            elif name in self.elsewhere:
                return None
        return None

    @property
    def all_down(self) -> bool:
        """Whether there are links here, none of them is up, and none elsewhere."""
        here = self._here.values()
        return bool(here) and not (self.elsewhere or any(outlet.up for outlet in here))

    def is_up(self, route: int) -> bool:
        """Whether a link of this route is up, here or elsewhere."""
        return self.of(route) is not None or not self.elsewhere.isdisjoint(self._links_of(route))

    def is_served_here(self, route: int) -> bool:
        """Whether this node serves a route, or would if any of its links were up."""
        names = self._links_of(route)
        if self.of(route) is not None:
            return True
        return self.elsewhere.isdisjoint(names) and not self._here.keys().isdisjoint(names)

    def is_link_up(self, name: str) -> bool:
        """Whether this node has a link, and it is up."""
        return name in self._here and self._here[name].up

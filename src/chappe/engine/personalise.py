"""Personalising a text: its variables are filled with each recipient's values.

In: a text once, and for each recipient the values by name. Any string may be a name. Out: the
texts. Promise: one pass over the text whatever the number of variables, so that a value is never
read for variables again; at one place the longest name wins; a variable without a value stays as
it stands; an empty name is no variable. Nothing of one recipient is kept for longer than
`PLANS_MAX` further sets of names. What is filled has `LETTERS_MAX` letters at most.
"""

from collections.abc import Iterable, Mapping
from heapq import heapify, heappop, heapreplace
from typing import NamedTuple

PLANS_MAX = 64
"""Sets of names that a template keeps ready. Recipients of one letter mostly share one set."""

LETTERS_MAX = 1 << 16
"""Longer than any number of parts can carry: the rest of such a text would only cost memory, and
values of a kilobyte each can make gigabytes of a short one."""


class Template:
    """One text with variables. Where the names of a set stand in it is found once for each set."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._plans: dict[tuple[str, ...], _Plan] = {}

    def fill(self, values: Mapping[str, str]) -> str:
        """The text with each variable that has a value replaced by it. Empty is a value too."""
        segments = self.segments(values)
        if sum(map(len, segments)) > LETTERS_MAX:
            return _bounded(segments)
        return "".join(segments)

    def segments(self, values: Mapping[str, str]) -> list[str]:
        """The filled text in segments, every second of them a value; the list is the caller's
        own."""
        names = tuple(values)
        plan = self._plans.get(names) or self._learn(names)
        segments = plan.segments.copy()
        segments[1::2] = [values[name] for name in plan.names]
        return segments

    def fill_all(self, recipients: Iterable[Mapping[str, str] | None]) -> list[str]:
        """One text a recipient, in their order; the text as it stands for one without values."""
        return [self.fill(values) if values else self.text for values in recipients]

    def _learn(self, names: tuple[str, ...]) -> "_Plan":
        if len(self._plans) >= PLANS_MAX:
            self._plans.clear()
        self._plans[names] = plan = _plan(self.text, names)
        return plan


def _bounded(segments: Iterable[str]) -> str:
    """The first `LETTERS_MAX` characters of the segments together."""
    begun: list[str] = []
    left = LETTERS_MAX
    for segment in segments:
        begun.append(segment[:left])
        left -= len(segment)
        if left <= 0:
            break
    return "".join(begun)


class _Plan(NamedTuple):
    """The text in segments, every second of them a variable, and those variables in order."""

    segments: list[str]
    names: list[str]


def _plan(text: str, names: Iterable[str]) -> _Plan:
    # Each name waits at its next place; the foremost is taken, the longest where several share
    # a place. A search per name, and not one pattern of them all: with values of its own for
    # each of 10,000 recipients, compiling patterns would cost a hundred times as much.
    places = [(text.find(name), -len(name), name) for name in names if name]
    waiting = [place for place in places if place[0] >= 0]
    heapify(waiting)
    segments: list[str] = []
    end = 0
    while waiting:
        at, _, name = waiting[0]
        if at >= end:
            segments += (text[end:at], name)
            end = at + len(name)
        following = text.find(name, end)
        if following < 0:
            heappop(waiting)
        else:
            heapreplace(waiting, (following, -len(name), name))
    segments.append(text[end:])
    return _Plan(segments, segments[1::2])

"""A public class name stands once in the product.

In: a file under src. Out: a fault for each class that another file, or another place of the same
file, calls by the same name.
"""

import re
from collections.abc import Iterator
from functools import cache

from tests.tidy.rule import Fault, Rule, product
from tests.tidy.tree import Source, sources

STILL_DOUBLE = frozenset(
    (
        *("Add", "Answered", "Bounds", "Call", "Change", "Clock", "Counts"),
        *("Credit", "Declared", "Draft", "Error", "Excess", "Fault", "Hall", "Key", "Lane"),
        *("Listing", "Named", "Names", "Node", "Pace", "Ready", "Reply", "Share", "Shares"),
        *("Status", "Tariff", "Together", "Told", "Turns", "Wire", "Word"),
    )
)
"""Names that two rooms have and that are to go: whoever makes one of them single takes its name
from here, and nothing is ever added."""

_CLASS = re.compile(r"^ *class ([A-Z]\w*)(?=[(:\[])", re.MULTILINE)


def find_double_names(source: Source) -> Iterator[Fault]:
    here = [(found[1], found.start()) for found in _CLASS.finditer(source.text)]
    for n, (name, at) in enumerate(here):
        others = [path for path in _homes().get(name, ()) if path != source.path]
        others += [source.path] * (name in (before for before, _ in here[:n]))
        if others and name not in STILL_DOUBLE:
            line = source.text.count("\n", 0, at) + 1
            yield Fault(line, f"`{name}` is a class of {others[0]} too")


@cache
def _homes() -> dict[str, list[str]]:
    """Each public class name of the product, and the files that have it."""
    homes: dict[str, list[str]] = {}
    for source in sources():
        if product(source.path):
            for name in dict.fromkeys(_CLASS.findall(source.text)):
                homes.setdefault(name, []).append(source.path)
    return homes


def still_double() -> frozenset[str]:
    """The names that two files have."""
    return frozenset(name for name, paths in _homes().items() if len(paths) > 1)


RULES = (
    Rule(
        "class names",
        product,
        find_double_names,
        law="a public class name stands once in src.",
        reason="whoever reads, searches or imports it needs no room's name to know what it is; "
        "two things of one name are sooner or later taken for each other.",
        remedy="name it by what sets it apart, in the words of its room or of its protocol; a "
        "class that is its file's own affair begins with an underscore.",
    ),
)

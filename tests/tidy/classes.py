"""A public class name stands once in the product.

In: a file under src. Out: a fault for each class that another file, or another place of the same
file, calls by the same name.
"""

import re
from collections.abc import Iterator
from functools import cache

from tests.tidy.rule import Fault, Rule, product
from tests.tidy.tree import Source, sources

OF_THE_SHAPE = frozenset(("Error", "Word"))
"""Names that every dialect's tables have, since each has errors, and words for them."""

_CLASS = re.compile(r"^ *class ([A-Z]\w*)(?=[(:\[])", re.MULTILINE)


def find_double_names(source: Source) -> Iterator[Fault]:
    here = [(found[1], found.start()) for found in _CLASS.finditer(source.text)]
    for n, (name, at) in enumerate(here):
        others = [path for path in _homes().get(name, ()) if path != source.path]
        others += [source.path] * (name in (before for before, _ in here[:n]))
        if others and name not in OF_THE_SHAPE:
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

"""A house rule as a value, and what it says to whoever broke it.

In: nothing. Out: `Rule`, whose `find` reads a file and yields its faults, and `complaint`, which
words them: where, which rule, why there is one, and how to put it right.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from tests.tidy.tree import Source


class Fault(NamedTuple):
    """One place that breaks a rule."""

    line: int
    what: str


class Rule(NamedTuple):
    """`covers` says which paths the rule holds for; `law`, `reason` and `remedy` are sentences."""

    name: str
    covers: Callable[[str], bool]
    find: Callable[[Source], Iterable[Fault]]
    law: str
    reason: str
    remedy: str


def complaint(rule: Rule, source: Source) -> str:
    """The faults of this file against this rule, worded; empty where there is none."""
    places = [f"{source.path}:{line}: {what}" for line, what in rule.find(source)]
    if not places:
        return ""
    return "\n".join(
        ["", *places, f"Rule: {rule.law}", f"Why:  {rule.reason}", f"Mend: {rule.remedy}"]
    )


def python(path: str) -> bool:
    return path.endswith(".py")


def product(path: str) -> bool:
    """Python that we ship, as against tests and benchmarks."""
    return path.startswith("src/") and path.endswith(".py")


def anything(path: str) -> bool:
    return bool(path)


def matching_lines(source: Source, find: Callable[[str], str | None]) -> Iterator[Fault]:
    """A fault for each line in which `find` sees one."""
    for number, line in enumerate(source.lines, start=1):
        what = find(line)
        if what is not None:
            yield Fault(number, what)

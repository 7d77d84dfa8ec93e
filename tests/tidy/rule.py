"""A house rule as a value, and what it says to whoever broke it.

In: nothing. Out: `Rule`, whose `find` reads a file and yields its faults; `places`, which goes
through the files with all rules at once; and `complaint`, which words what it found: where, which
rule, why there is one, and how to put it right.
"""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
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


def places(rules: Iterable[Rule], sources: Iterable[Source]) -> dict[str, list[str]]:
    """For each rule, by its name, every place that breaks it; each file is parsed once."""
    found: dict[str, list[str]] = {rule.name: [] for rule in rules}
    with without_collector():
        for source in sources:
            for rule in rules:
                if rule.covers(source.path):
                    faults = rule.find(source)
                    found[rule.name] += (f"{source.path}:{line}: {what}" for line, what in faults)
    return found


@contextmanager
def without_collector() -> Iterator[None]:
    """A syntax tree is many small objects without a cycle: looking for one takes five times as
    long as parsing does."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def complaint(rule: Rule, broken: Sequence[str]) -> str:
    """What to tell whoever broke this rule in these places; empty where there is none."""
    if not broken:
        return ""
    return "\n".join(
        ["", *broken, f"Rule: {rule.law}", f"Why:  {rule.reason}", f"Mend: {rule.remedy}"]
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

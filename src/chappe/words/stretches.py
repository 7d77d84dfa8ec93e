"""Numbers that lie near each other, as stretches.

In: numbers, in order. Out: as few stretches as hold them. Promise: none passes over more than a
gap.
"""

from collections.abc import Iterator, Sequence


def stretches(numbers: Sequence[int], gap: int) -> Iterator[tuple[int, int]]:
    """The first and the last number of each."""
    first = last = 0
    for number in numbers:
        if first and number - last > gap:
            yield first, last
            first = number
        first, last = first or number, number
    if first:
        yield first, last

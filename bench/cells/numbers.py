"""Numbers that say which cell drew them.

In: a cell, or a number. Out: its first number, or its cell. Promise: every number has one cell,
for good: a row stays where its number was drawn. The first cell's numbers are those of an
installation that has no cells, and none is greater than what clients can hold that read JSON into
doubles.
"""

LAST = 2**53 - 1
NUMBER_BITS = 44  # 17 million million numbers a cell: at 35,000 a second, 16 years
CELLS_MAX = (LAST >> NUMBER_BITS) + 1


def first_of(cell: int) -> int:
    """The number before the first that this cell draws."""
    if not 0 <= cell < CELLS_MAX:
        raise ValueError(f"there is no cell {cell}: they are 0 to {CELLS_MAX - 1}")
    return cell << NUMBER_BITS


def cell_of(number: int) -> int:
    """Who drew it."""
    if not 0 < number <= LAST:
        raise ValueError(f"{number} is nobody's number")
    return number >> NUMBER_BITS

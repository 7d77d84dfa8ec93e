"""The page of figures: what a whole run of the torture found.

In: the outcomes. Out: a dated section at the end of `docs/figures.md`. Promise: a section is
appended whole, and what stood there stays.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from tests.torture.judge import Figures

_HEAD = """| run | kills | messages answered | kept | lost | held in doubt, unsent | doubles \
| doubts | calls | seconds |
|---|---|---|---|---|---|---|---|---|---|"""


class Table(NamedTuple):
    """A table in Markdown, of a run whose figures are its own."""

    text: str


class Outcome(NamedTuple):
    """What one run came to."""

    name: str
    found: Figures | Table | str  # a str is what another program printed
    seconds: float


def row(outcome: Outcome) -> str:
    """One line of the table."""
    found, seconds = outcome.found, f"{outcome.seconds:.0f}"
    if not isinstance(found, Figures):
        return f"| {outcome.name} | see below | | | | | | | | {seconds} |"
    cells = [found.kills, found.answered, found.kept, found.lost, found.unsent]
    cells += [found.doubles, found.doubts, found.calls]
    return " | ".join([f"| {outcome.name}", *(f"{cell:,}" for cell in cells), f"{seconds} |"])


def section(outcomes: Sequence[Outcome], seed: str, at: datetime) -> str:
    """The whole section, in Markdown."""
    lines = [
        f"## Torture, {at:%Y-%m-%d %H:%M} UTC",
        f"`python -m tests.torture --seed {seed}`. Doubles are parts, doubts are messages; the "
        "bound of both is one window after each kill. Lost is what was answered and is neither "
        "with the operator nor listed in doubt.",
        "\n".join([_HEAD, *map(row, outcomes)]),
    ]
    lines += [
        f"What `{outcome.name}` printed:\n\n```\n{outcome.found}\n```"
        for outcome in outcomes
        if isinstance(outcome.found, str)
    ]
    lines += [
        f"What `{outcome.name}` measured:\n\n{outcome.found.text}"
        for outcome in outcomes
        if isinstance(outcome.found, Table)
    ]
    return "\n\n".join(lines) + "\n"


def append(page: Path, outcomes: Sequence[Outcome], seed: str) -> None:
    """Add the section of this moment."""
    known = page.read_text("utf-8").rstrip() if page.exists() else "# Figures"
    page.write_text(f"{known}\n\n{section(outcomes, seed, datetime.now(UTC))}", "utf-8")

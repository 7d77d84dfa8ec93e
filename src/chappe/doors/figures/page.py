"""The page of the figures: docs/metrics.md, drawn from the table.

In: the table. Out: Markdown; `python -m chappe.doors.figures.page` prints it. Promise: every figure
stands on it, with its labels and its meaning.
"""

from chappe.doors.figures.table import FAMILIES, HISTOGRAM

_HEAD = """\
# What `/metrics` shows

Every figure of a node in Prometheus' format; [operating.md](operating.md#figures) says how to get \
at it, and
[deploy](../deploy/README.md) has a board and alerts made of it. A histogram comes as \
`_bucket{le=...}`, `_sum` and
`_count`. Beside these stand `process_cpu_seconds_total`, `process_resident_memory_bytes`, \
`process_open_fds` and what else the
system knows of a program.

This page is written by `python -m chappe.doors.figures.page`.

| figure | kind | labels | what it is |
|---|---|---|---|
"""


def metrics_page() -> str:
    return _HEAD + "".join(
        f"| `{family.name}` | {family.kind} | {', '.join(family.labels)} | "
        f"{family.meaning}{_bounds(family.kind)} |\n"
        for family in FAMILIES
    )


def _bounds(kind: str) -> str:
    return " In seconds." if kind == HISTOGRAM else ""


if __name__ == "__main__":
    print(metrics_page(), end="")

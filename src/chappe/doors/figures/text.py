"""The figures in Prometheus' text format.

In: a row of the table, a glance. Out: the lines of that row. Promise: a label may hold anything.
"""

from collections.abc import Iterator, Sequence

from chappe.doors.figures.glance import Glance
from chappe.doors.figures.table import Family
from chappe.words.clock import SECOND
from chappe.words.histogram import Histogram

FORMAT = "text/plain; version=0.0.4; charset=utf-8"


def text_of(family: Family, glance: Glance) -> str:
    """All lines of one figure, its head first."""
    name, labels = family.name, family.labels
    lines = [f"# HELP {name} {family.meaning}", f"# TYPE {name} {family.kind}"]
    for values, found in family.read(glance):
        pairs = [
            f'{label}="{_escaped(value)}"' for label, value in zip(labels, values, strict=True)
        ]
        if isinstance(found, Histogram):
            lines += _histogram(name, pairs, found)
        else:
            lines.append(f"{name}{_braced(pairs)} {found}")
    lines.append("")
    return "\n".join(lines)


def _histogram(name: str, pairs: Sequence[str], found: Histogram) -> Iterator[str]:
    """Its buckets, each with all that lies below it."""
    before = "".join([f"{pair}," for pair in pairs])
    below = 0
    for bound, count in zip(found.bounds, found.counts, strict=False):
        below += count
        yield f'{name}_bucket{{{before}le="{bound / SECOND:g}"}} {below}'
    below += found.counts[-1]
    yield f'{name}_bucket{{{before}le="+Inf"}} {below}'
    yield f"{name}_sum{_braced(pairs)} {found.total / SECOND}"
    yield f"{name}_count{_braced(pairs)} {below}"


def _braced(pairs: Sequence[str]) -> str:
    return f"{{{','.join(pairs)}}}" if pairs else ""


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")

"""Tables for programs that calculate: CSV, made piece by piece.

In: rows. Out: octets. Promise: no cell is taken for a formula, whatever somebody wrote into it.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

from chappe.words.exchange import Response, Stream

TYPE: Final = "text/csv; charset=utf-8"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def lines(rows: Iterable[Sequence[Any]]) -> bytes:
    """Rows as lines. What is no number and begins as a formula does gets a `'` before it."""
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows([[bare(one) for one in row] for row in rows])
    return made.getvalue().encode("utf-8", "replace")


def download(name: str, stream: Stream) -> Response:
    """A file that a browser keeps under this name, which is ours and plain."""
    kept = ("Content-Disposition", f'attachment; filename="{name}"')
    return Response(type=TYPE, headers=(kept,), stream=stream)


def bare(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(cell, str) and cell.startswith(_FORMULA) and not _is_number(cell):
        return f"'{cell}"
    return cell


def _is_number(cell: str) -> bool:
    return cell.removeprefix("-").replace(".", "", 1).isdecimal()

"""What a hand shows, put on a page: plain text for people, JSON for programs.

In: Shown. Out: text. Promise: nothing in it can move the cursor of a terminal; JSON holds the value
and nothing else.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from chappe.hands.shown import Shown
from chappe.logs import one_line

_CELL_MAX = 60
_GAP = "  "


def as_json(shown: Shown) -> str:
    return msgspec.json.format(msgspec.json.encode(shown.value), indent=2).decode()


def as_text(shown: Shown) -> str:
    """The sentence, then facts as `name  value`, then tables under their names."""
    if shown.said and not shown.more and isinstance(shown.value, Mapping):
        return shown.said
    return "\n".join([*_lines(shown.value), *filter(None, [shown.said])])


def _lines(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return _facts(value)
    return _table(value) if isinstance(value, list) else []


def _facts(facts: Mapping[str, Any]) -> list[str]:
    plain = {name: value for name, value in facts.items() if not _is_table(value)}
    width = max(map(len, plain), default=0)
    lines = [f"{_title(name):{width}}{_GAP}{_plain(value)}" for name, value in plain.items()]
    for name, value in facts.items():
        if _is_table(value):
            lines += ["", f"{_title(name)}: {len(value) or 'none'}", *_table(value)]
    return [line.rstrip() for line in lines]


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, Mapping) for row in value)


def _table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    if not rows:
        return []
    names = [name for name in rows[0] if any(row[name] not in ("", [], {}) for row in rows)]
    cells = [[one_line(_plain(row[name]), _CELL_MAX) for name in names] for row in rows]
    cells.insert(0, [_title(name) for name in names])
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        _GAP.join(f"{cell:{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    ]


def _title(name: str) -> str:
    return name.replace("_", " ")


def _plain(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(_plain, value))
        case Mapping():
            return " ".join(f"{name}={_plain(inner)}" for name, inner in value.items())
        case _:
            return one_line(str(value))

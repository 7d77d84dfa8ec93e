"""What stands in `deploy`: the rules of Prometheus, and the board of Grafana.

In: the files as they are shipped. Out: alerts and panels. Promise: a line of the rules that is not
of the few forms that they have is an error, so that nothing is left out.
"""

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import msgspec

from tests.deploy.promql import Query
from tests.deploy.samples import Labels, Samples
from tests.tidy.tree import ROOT

RULES: Final = ROOT / "deploy" / "prometheus" / "rules.yml"
BOARD: Final = ROOT / "deploy" / "grafana" / "chappe.json"

_LINE: Final = re.compile(r"( *)(- )?(\w+):(?: (.*))?")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600}


class Alert(NamedTuple):
    name: str
    expr: str
    for_s: int
    severity: str
    annotations: dict[str, str]


class Panel(NamedTuple):
    title: str
    row: str
    exprs: tuple[str, ...]


def alerts() -> list[Alert]:
    return [
        Alert(
            one["alert"],
            one["expr"],
            _seconds(one.get("for", "0s")),
            one["severity"],
            {name: one[name] for name in ("summary", "todo")},
        )
        for one in _rules()
    ]


def _rules() -> Iterator[dict[str, str]]:
    """The keys of each rule, its labels and annotations with them."""
    rule: dict[str, str] = {}
    for line in RULES.read_text("utf-8").splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        hit = _LINE.fullmatch(line)
        if hit is None:
            raise ValueError(f"no line of a rule: {line!r}")
        _, begins, key, value = hit.groups()
        if begins and "alert" in rule:
            yield rule
            rule = {}
        if value is not None:
            rule[key] = value[1:-1] if value.startswith('"') else value
    yield rule


def _seconds(text: str) -> int:
    return int(text[:-1]) * _SECONDS[text[-1]]


def panels() -> list[Panel]:
    """All that show something, each with the row that it stands under."""
    board: dict[str, Any] = msgspec.json.decode(BOARD.read_bytes())
    found, row = [], ""
    for panel in board["panels"]:
        if panel["type"] == "row":
            row = panel["title"]
        else:
            exprs = tuple(target["expr"] for target in panel["targets"])
            found.append(Panel(panel["title"], row, exprs))
    return found


def plain(expr: str) -> str:
    """As Grafana fills it in for a board of five minutes."""
    return expr.replace("$__rate_interval", "5m").replace('"$instance"', '".*"')


def firing(alert: Alert, samples: Samples) -> Iterator[tuple[float, set[Labels]]]:
    """At each minute: for which labels it fires."""
    query = Query(alert.expr)
    since: dict[Labels, float] = {}
    for minute in range(round(samples.times[-1] / 60) + 1):
        at = minute * 60.0
        found = query.vector(samples, at)
        since = {labels: since.get(labels, at) for labels in found}
        yield at, {labels for labels, begun in since.items() if at - begun >= alert.for_s}

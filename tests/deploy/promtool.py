"""Prometheus' own verdict, where it is found: the same samples, rules and queries for `promtool`.

In: samples of every minute, alerts, queries, and what the small reader makes of them. Out: a file
for `promtool test rules`, which says what it makes of them. Promise: figures are held equal to
three places; what is no number is held equal to nothing.
"""

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from tests.deploy.promql import Query
from tests.deploy.samples import Labels, Samples, Vector
from tests.deploy.shipped import RULES, Alert, firing

_MINUTE_S: Final = 60.0
_NEAREST: Final = 0.00037  # half-way between two of these lies no figure made of round numbers
_LATE_S: Final = 5  # so that no sample lies at the edge of a range: that changed with version 3


def written(path: Path, samples: Samples, alerts: Sequence[Alert], exprs: Iterable[str]) -> None:
    """JSON, which is YAML as well."""
    last = round(samples.times[-1] / _MINUTE_S)
    test: dict[str, Any] = {
        "interval": "1m",
        "input_series": [
            {"series": _shown(labels), "values": " ".join(map(_value, values))}
            for labels, values in samples.series(_MINUTE_S, last)
        ],
        "promql_expr_test": [
            *_of_alerts(samples, alerts),
            *[
                _question(
                    f"round(({expr}) >= 0, {_NEAREST})", at, _rounded(Query(expr), samples, at)
                )
                for expr in exprs
                for at in (last * _MINUTE_S * share // 1 + _LATE_S for share in (0.14, 0.4, 0.8))
            ],
        ],
    }
    page = {"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": [test]}
    path.write_bytes(msgspec.json.encode(page))


def _of_alerts(samples: Samples, alerts: Sequence[Alert]) -> Iterable[dict[str, Any]]:
    """Which fire, at each minute."""
    minutes: dict[float, Vector] = {}
    for alert in alerts:
        for at, labels in firing(alert, samples):
            found = minutes.setdefault(at, {})
            if labels:
                found[frozenset([("alertname", alert.name)])] = float(len(labels))
    expr = 'count by (alertname) (ALERTS{alertstate="firing"})'
    return [_question(expr, at, found) for at, found in minutes.items()]


def _question(expr: str, at: float, said: Vector) -> dict[str, Any]:
    samples = [{"labels": _shown(labels), "value": value} for labels, value in said.items()]
    return {"expr": expr, "eval_time": f"{at:.0f}s", "exp_samples": samples}


def _rounded(query: Query, samples: Samples, at: float) -> Vector:
    return {
        frozenset(one for one in labels if one[0] != "__name__"): _round(value)
        for labels, value in query.vector(samples, at).items()
        if value >= 0
    }


def _round(value: float) -> float:
    """By the same steps as Prometheus."""
    steps = 1 / _NEAREST
    return math.floor(value * steps + 0.5) / steps


def _shown(labels: Labels) -> str:
    said = dict(labels)
    name = said.pop("__name__", "")
    pairs = ",".join(
        f"{label}={msgspec.json.encode(said[label]).decode()}" for label in sorted(said)
    )
    return f"{name}{{{pairs}}}"


def _value(value: float | None) -> str:
    if value is None:
        return "_"
    return "stale" if math.isnan(value) else repr(value)

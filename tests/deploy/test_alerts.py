"""Rules and board, against the real pages of a node to which everything happens.

Each alert fires when it should, and at no other time; each panel shows something. What decides is a
small reader of Prometheus' language; where `promtool` is found, it is asked the same.
"""

import asyncio
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from chappe.doors.figures.table import FAMILIES
from tests.deploy.misfortune import Misfortune
from tests.deploy.promql import Query
from tests.deploy.promtool import written
from tests.deploy.shipped import RULES, Alert, alerts, firing, panels, plain
from tests.journeys.house import House

# Alert -> during what it fires, and only then.
FIRES = {
    "ChappeOperatorRefusesAll": {"refused"},
    "ChappeInDoubt": {"doubted"},
    "ChappeKeepSlow": {"slow"},
    "ChappeFaults": {"broken"},
    "ChappeLinkDown": {"paused"},
    "ChappeAllLinksDown": {"paused"},
    "ChappeNotificationsWait": {"paused"},
    "ChappeQueueOld": {"paused"},
    "ChappeCallbacksOld": {"paused"},
    "ChappeDiskFull": {"full"},
    "ChappeLogGrows": {"full", "away"},  # until it is closed
    "ChappeStoreAway": {"away"},
    "ChappeDown": {"down"},
    "ChappeRestarted": {"down"},
}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Misfortune:
    course = Misfortune(House(tmp_path_factory.mktemp("house")))

    async def run() -> None:
        try:
            await course.run()
        finally:
            await course.house.close()

    asyncio.run(run())
    return course


def test_each_alert_fires_when_it_should_and_at_no_other_time(course: Misfortune) -> None:
    """E53: twelve minutes of traffic wake nobody; then one thing after the other goes wrong."""
    assert {alert.name: _during(course, alert) for alert in alerts()} == FIRES


def test_each_panel_shows_something(course: Misfortune) -> None:
    """E53: each of its queries, at some moment; and it asks for nothing that is not there."""
    samples = course.samples
    names = samples.names()
    dumb = []
    for panel in panels():
        for expr in panel.exprs:
            query = Query(plain(expr))
            for selector in query.selectors:
                asked = {matcher.label for matcher in selector.matchers} | query.labels
                assert asked - {"le"} <= names[selector.name], (panel.title, expr)
            if not any(query.vector(samples, at) for at in samples.times[10::10]):
                dumb.append((panel.title, expr))
    assert dumb == []


def test_whatever_is_asked_for_is_a_row_of_the_table() -> None:
    """E53: by its name there, or the system's."""
    shown = {family.name for family in FAMILIES}
    asked = {
        re.sub("_bucket$", "", selector.name)
        for expr in (*[alert.expr for alert in alerts()], *[e for p in panels() for e in p.exprs])
        for selector in Query(plain(expr)).selectors
    }
    assert {name for name in asked - shown if not name.startswith("process_")} == {"up"}


def test_prometheus_itself_says_the_same(course: Misfortune, tmp_path: Path) -> None:
    """Where it is found; the file for it is written either way."""
    page = tmp_path / "test.yml"
    exprs = sorted({plain(expr) for panel in panels() for expr in panel.exprs})
    written(page, course.samples, alerts(), exprs)
    if (promtool := shutil.which("promtool")) is not None:
        for what in (["check", "rules", str(RULES)], ["test", "rules", str(page)]):
            ended = subprocess.run([promtool, *what], capture_output=True, text=True, check=False)
            assert ended.returncode == 0, ended.stdout + ended.stderr


def _during(course: Misfortune, alert: Alert) -> set[str]:
    times = [at for at, labels in firing(alert, course.samples) if labels]
    return {
        name
        for name, (begin, end) in course.spans.items()
        if any(begin <= at <= end for at in times)
    }

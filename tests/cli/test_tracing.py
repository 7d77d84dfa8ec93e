"""`[tracing]` from outside: what the real command says where its packages are, and where not."""

import signal
from pathlib import Path

import pytest

from chappe.hands.finding import OK, WRONG
from tests.cli.running import fetch, run, running, until
from tests.cli.test_doctor import says
from tests.journeys.collector import Collector
from tests.journeys.test_traces import OTHER, TRACE

WANTING = "[tracing] takes packages that are not installed: pip install 'chappe[tracing]'."
FILE = """
[http]
listen = "127.0.0.1:0"

[tracing]
endpoint = "{}"

[[account]]
login = "fred"
password = "word-of-fred"
balance = "10.00"
"""
ORDER = "/http/1.6/sendSMS.do?pseudo=fred&pass=word-of-fred&message=x&numero=0639980000"


def written(folder: Path, endpoint: str) -> list[str]:
    path = folder / "chappe.toml"
    path.write_text(FILE.format(endpoint))
    path.chmod(0o600)
    return ["--config", str(path)]


def test_without_the_extra_neither_doctor_nor_serve_is_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the program finds in the place of the packages is none."""
    hidden = tmp_path / "hidden"
    (hidden / "opentelemetry").mkdir(parents=True)
    (hidden / "opentelemetry" / "__init__.py").write_text("raise ImportError")
    file = written(tmp_path, "http://127.0.0.1:1")
    monkeypatch.setattr("tests.cli.running.PATHS", [str(hidden)])
    found = run(tmp_path, "doctor", *file, "--data", "kept")
    assert (found.returncode, f"{WRONG:8}tracing: {WANTING}" in found.stdout) == (1, True)
    refused = run(tmp_path, "serve", *file, "--data", "kept")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert WANTING in refused.stderr
    assert not (tmp_path / "kept" / "chappe.db").exists()


def test_the_real_server_tells_a_real_collector(tmp_path: Path) -> None:
    """And says nothing of it on its own screen."""
    collector = Collector()
    try:
        file = written(tmp_path, collector.endpoint)
        with running(tmp_path, "serve", *file, "--data", "kept") as server:
            url = f"http://127.0.0.1:{server.port}"
            assert fetch(f"{url}{ORDER}", headers={"traceparent": OTHER})[0] == 200
            until(lambda: len(collector.spans) > 1, lambda: repr(collector.spans))
            server.signal(signal.SIGTERM)
            assert (server.ends(), server.err) == (0, "")
    finally:
        collector.close()
    assert {one.trace[3:35] for one in collector.spans} == {TRACE}
    assert {one.name for one in collector.spans} >= {"request", "keep", "submit"}
    assert says(tmp_path, "tracing", *file) == [(OK, "Spans go to 127.0.0.1.")]

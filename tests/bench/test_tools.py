"""The load generator itself, as it is built: what it puts where a request leaves room."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bench.build import build
from bench.children import Children
from bench.load import Ask, run_load


class Taker(ThreadingHTTPServer):
    """Answers whatever comes, and keeps it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taken)
        self.seen: list[str] = []


class Taken(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: Taker

    def do_GET(self) -> None:
        self._keep(self.path)

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self._keep(self.rfile.read(length).decode())

    def log_message(self, format: str, *words: object) -> None:
        pass

    def _keep(self, said: str) -> None:
        self.server.seen.append(said)
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()


@pytest.fixture
def taker() -> Iterator[Taker]:
    with Taker() as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield made
        finally:
            made.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("ask", "seen"),
    [
        (
            Ask(0, "/{other}?a={who}&to={to}&b={who}", many=2, first=90, prefix="06"),
            [
                "/{other}?a=0000&to=0600000090&b=0000",
                "/{other}?a=0001&to=0600000091&b=0001",
                "/{other}?a=0000&to=0600000092&b=0000",
            ],
        ),
        (
            Ask(0, "/", '{"{who}": [{to}]}', many=1_000, recipients=2, prefix="", joined_by=","),
            [
                '{"0000": [00000000,00000001]}',
                '{"0001": [00000002,00000003]}',
                '{"0002": [00000004,00000005]}',
            ],
        ),
        (Ask(0, "/{who}", prefix=""), ["/{who}"] * 3),
    ],
    ids=["target", "body", "nobody"],
)
def test_each_request_is_of_another_account_whatever_its_recipients(
    taker: Taker, tmp_path: Path, ask: Ask, seen: list[str]
) -> None:
    asked = ask._replace(port=taker.server_port, connections=1, requests=3, well=202)
    load = run_load(Children(), build() / "hload", asked, tmp_path / "out", None)
    assert (taker.seen, load.ok) == (seen, 3)

"""`chappe listen --forward-to`: each call is made there too, as it came."""

import http.server
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import fetch, run, running
from tests.cli.test_listen import ANSWERED, ENDED, TICKET, WEBHOOK

RECEIPT = TICKET + b"&status=DELIVERED&delivery_date=2026"
REPLIED = TICKET + b"&text=Oui&sms_ticket=api1&answer_date=2026"
STOPPED = TICKET + b"&text=Stop&sms_ticket=api1&answer_date=2026"
PUSHED = b"number=%2B33639980040&text=STOP&stop_date=2026"
CLICKED = WEBHOOK.replace(b'"DLR"', b'"CLICK"')


class Behind:
    """The customer's own page."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, bytes, str]] = []
        behind = self

        class Page(http.server.BaseHTTPRequestHandler):
            def _hear(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                kind = self.headers.get("Content-Type", "")
                behind.heard.append((self.command, self.path, body, kind))
                self.send_response(418)
                self.send_header("Content-Type", "text/plain")
                self.send_header("Content-Length", "5")
                self.end_headers()
                self.wfile.write(b"heard")

            do_GET = do_POST = _hear

            def log_message(self, *words: Any) -> None:
                """Nothing is printed."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
        self.url = f"http://127.0.0.1:{self.server.server_port}/sms"


@pytest.fixture
def behind() -> Iterator[Behind]:
    made = Behind()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


@contextmanager
def listening(folder: Path, *args: str) -> Iterator[tuple[Any, str]]:
    with running(folder, "listen", "--port", "0", *args) as page:
        page.prints("callbacks at")
        found = re.search(r"callbacks at (http://[\d.:]+)", page.out)
        assert found is not None
        yield page, found[1]


def test_a_call_is_made_there_as_it_came(tmp_path: Path, behind: Behind) -> None:
    """E64: its answer is the answer."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    with listening(tmp_path, "--forward-to", f"{behind.url}?k=1") as (page, url):
        assert fetch(f"{url}/in?{ENDED.decode()}") == (418, "heard")
        assert fetch(f"{url}/x", "POST", RECEIPT.decode(), form) == (418, "heard")
        assert fetch(f"{url}/what", "POST", "<a/>") == (418, "heard")
        page.prints("unknown POST /what  <a/>")
        page.prints("forward   418 after")
    assert behind.heard == [
        ("GET", f"/sms?k=1&{ENDED.decode()}", b"", ""),
        ("POST", "/sms?k=1", RECEIPT, form["Content-Type"]),
        ("POST", "/sms?k=1", b"<a/>", ""),
    ]


@pytest.mark.parametrize(
    ("only", "passed"),
    [
        (("--only", "receipt"), [RECEIPT, WEBHOOK]),
        (("--only", "reply"), [REPLIED, STOPPED]),
        (("--only", "stop"), [STOPPED, PUSHED]),
        (("--only", "click"), [CLICKED]),
        (("--only", "stop, click"), [STOPPED, PUSHED, CLICKED]),
        (("--dialect", "highsms"), [WEBHOOK, CLICKED]),
        (("--dialect", "highsms", "--only", "receipt"), [WEBHOOK]),
    ],
)
def test_others_are_heard_and_go_no_further(
    tmp_path: Path, behind: Behind, only: tuple[str, ...], passed: list[bytes]
) -> None:
    """E64: they are answered, so that nobody makes them again."""
    with listening(tmp_path, "--forward-to", behind.url, *only) as (page, url):
        for body in (RECEIPT, REPLIED, STOPPED, PUSHED, WEBHOOK, CLICKED):
            status, said = fetch(f"{url}/in", "POST", body.decode())
            assert (status, said) == ((418, "heard") if body in passed else (200, "OK"))
        page.prints("forward   418")
        assert page.out.count("  callback  ") == len(passed)
    assert [body for _, _, body, _ in behind.heard] == passed


def test_what_nobody_takes_was_not_heard(tmp_path: Path, behind: Behind) -> None:
    """So that it is made again."""
    behind.server.server_close()
    with listening(tmp_path, "--forward-to", behind.url) as (page, url):
        assert fetch(f"{url}/in?{ANSWERED.decode()}") == (502, "502 Bad Gateway\n")
        page.prints("forward   unreachable (ConnectionRefusedError)")


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("--forward-to", "here"), "--forward-to 'here' is no URL"),
        (("--forward-to", "http://h:x/"), "--forward-to 'http://h:x/' is no URL"),
        (("--forward-to", "http://h/", "--answer", "OK"), "With --forward-to the answer is URL's"),
        (("--only", "receipt,all"), "--only 'all' is none of receipt, reply, stop, click."),
        (("--dialect", "other"), "Invalid value for '--dialect'"),
    ],
)
def test_what_is_typed_wrongly_is_said(
    tmp_path: Path, args: tuple[str, ...], sentence: str
) -> None:
    done = run(tmp_path, "listen", *args)
    assert (done.returncode, sentence in done.stderr) == (2, True), done.stderr

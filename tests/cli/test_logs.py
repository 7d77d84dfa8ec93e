"""Logs: quiet, in two forms, and without a secret or a text, whatever happens."""

import asyncio
import io
import json
import logging
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from chappe import logs
from tests.cli.running import Running, fetch, running, typed

FILE = """
[http]
listen = "127.0.0.1:0"

[callbacks]
allow_private = true

[[account]]
login = "fred"
password = "word-of-fred"
api_keys = ["key-of-fred"]
balance = "1.00"
callbacks = "http://127.0.0.1:{port}/hook-of-fred"

[account.highsms]
token = "token-of-fred"

[[account]]
login = "anna"
password = "word-of-anna"
balance = "1.00"
callbacks = "http://127.0.0.1:{closed}/hook-of-anna"
"""
SECRETS = (
    "word-of-fred",
    "key-of-fred",
    "token-of-fred",
    "word-of-anna",
    "wrong-word",
    "new-word-of-fred",
    "Text-of-fred",
    "Reply-of-fred",
)


def whole_run(folder: Path, form: str) -> Running:
    """Wrong and right logins, refusals, deliveries, replies, callbacks, hands, a bad reload."""
    file = folder / "chappe.toml"
    with running(folder / "page", "listen", "--port", "0") as page:
        page.prints("Listening")
        with socket.create_server(("127.0.0.1", 0)) as gone:
            closed = gone.getsockname()[1]
        file.write_text(FILE.format(port=page.out.split(":")[-1].strip(), closed=closed))
        args = ("--config", "chappe.toml", "--data", "kept", "--log", form, "--log-level", "debug")
        with running(folder, "serve", *args) as server:
            url = f"http://127.0.0.1:{server.port}/api?accountid=fred&text=Text-of-fred"
            assert fetch(f"{url}&to=0639980001&password=wrong-word") == (200, "BAD PASSWORD")
            assert fetch(f"{url}&to=0639980040&password=word-of-fred") == (200, "1")
            assert fetch(f"{url}&to=0&password=word-of-fred")[0] == 200
            for _ in range(24):
                fetch(f"{url}&to=0639980011&password=word-of-fred")
            anna = url.replace("fred&", "anna&password=word-of-anna&")
            assert fetch(f"{anna}&to=0639980001")[0] == 200
            body = '{"push":{"accountid":"fred","password":"word-of-fred","message":"Text-of-fred'
            assert fetch(url.split("/api")[0] + "/campaign", "POST", body)[0] == 200
            page.prints("highsms MO")
            typed(folder, "reply", "0639980001", "36105", "Reply-of-fred")
            typed(folder, "account", "password", "fred", "--password-stdin", stdin=NEW)
            file.write_text(file.read_text() + "pasword = 'word-of-fred'\n")
            server.signal(signal.SIGHUP)
            server.prints("Nothing was applied")
            server.signal(signal.SIGTERM)
            assert server.ends() == 0
            return server


NEW = "new-word-of-fred\n"


@pytest.mark.parametrize("form", logs.FORMS)
def test_no_secret_and_no_text_is_ever_logged(tmp_path: Path, form: str) -> None:
    """E53: not at the chattiest level, in neither form."""
    server = whole_run(tmp_path, form)
    assert "refused highsms" in server.err
    assert [word for word in SECRETS if word in server.err + server.out] == []
    if form == "json":
        lines = [line for line in server.err.splitlines() if not line.startswith("Error: ")]
        rooms = {json.loads(line)["room"].split(".")[0] for line in lines}
        assert rooms <= {"chappe", "asyncio"}


def test_who_was_turned_away_and_what_was_not_told_is_logged(tmp_path: Path) -> None:
    """E53: at `info`, with login and dialect; at `debug` every request as well."""
    text = FILE.replace("allow_private = true", "allow_private = false")
    (tmp_path / "chappe.toml").write_text(text.format(port=8026, closed=8026))
    args = ("serve", "--config", "chappe.toml", "--data", "kept", "--log-level", "debug")
    with running(tmp_path, *args) as server:
        url = f"http://127.0.0.1:{server.port}"
        send = f"{url}/api?accountid=fred&password={{}}&to=0639980001&text=Text-of-fred"
        assert fetch(send.format("wrong-word"))[0] == 200
        assert fetch(send.format("word-of-fred"))[0] == 200
        assert fetch(f"{url}/nowhere?word-of-fred")[0] == 404
        for line in (
            "INFO chappe.doors: refused highsms submit by somebody as fred from 127.0.0.1: bad_",
            "INFO chappe.doors: unknown path GET /nowhere from 127.0.0.1\n",
            "INFO chappe.callbacks: callback of highsms to fred was not made: the URL leads to a "
            "private address; [callbacks] allow_private allows that\n",
            "DEBUG chappe.doors: GET /api from 127.0.0.1\n",
        ):
            server.prints(line)
        assert [word for word in SECRETS if word in server.err + server.out] == []


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """What is logged; afterwards logging is as it was."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield io.StringIO()
    root.handlers[:] = before
    root.setLevel(level)


def fault(words: str) -> None:
    raise ValueError(words)


def test_a_fault_is_told_by_its_type_and_place_never_by_its_words(stream: io.StringIO) -> None:
    """E53: what an exception says may be what a customer wrote."""
    logs.set_up("text", stream=stream)
    try:
        fault("Text-of-fred")
    except ValueError:
        logging.getLogger("chappe.doors").exception("a request could not be answered")
    lines = stream.getvalue().splitlines()
    assert lines[0].endswith(" ERROR chappe.doors: a request could not be answered")
    assert (lines[1], lines[-1].endswith(" in fault")) == ("    ValueError", True)
    assert "Text-of-fred" not in stream.getvalue()


def test_json_is_one_object_a_line(stream: io.StringIO) -> None:
    """E53: also where a word holds a line break or a fault is told."""
    logs.set_up("json", stream=stream)
    logging.getLogger("chappe.doors").warning("one\ntwo %s", "\x1b[2J")
    try:
        fault("Text-of-fred")
    except ValueError:
        logging.getLogger("chappe").exception("no")
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    del first["at"]
    assert first == {"level": "warning", "room": "chappe.doors", "message": r"one\ntwo \x1b[2J"}
    assert (second["fault"][0], "Text-of-fred" in str(second)) == ("ValueError", False)


def test_it_is_quiet_below_its_level(stream: io.StringIO) -> None:
    logs.set_up("text", stream=stream)
    logging.getLogger("chappe").info("nobody wants to know")
    assert stream.getvalue() == ""


async def test_a_fault_on_the_loop_shows_no_arguments(stream: io.StringIO) -> None:
    """E53: the loop itself would print the callback with all that it was given."""
    logs.set_up("text", stream=stream)
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(logs.loop_fault)
    loop.call_soon(fault, "Text-of-fred")
    await asyncio.sleep(0)
    assert "ERROR chappe.loop: work on the loop failed\n    ValueError" in stream.getvalue()
    assert "Text-of-fred" not in stream.getvalue()

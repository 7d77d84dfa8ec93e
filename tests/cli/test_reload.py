"""SIGHUP: the file is read again, whole or not at all."""

import asyncio
import signal
from pathlib import Path

import pytest

from chappe.cli.serving import Reloader
from chappe.config import Config
from chappe.node import Node
from tests.cli.running import fetch, running

FILE = """
[http]
listen = "127.0.0.1:0"

[[account]]
login = "fred"
password = "word-of-fred"
"""
MORE = """
[[account]]
login = "anna"
password = "word-of-anna"
balance = "3.00"
"""
ANNA = "/api?accountid=anna&password=word-of-anna&to=0639980001&text=Bonjour"


def test_a_good_file_is_applied_and_a_bad_one_is_not(tmp_path: Path) -> None:
    """E51: a mistake names the line, nothing is half applied, and the next reading is whole."""
    file = tmp_path / "chappe.toml"
    file.write_text(FILE)
    with running(tmp_path, "serve", "--config", str(file), "--data", "kept") as server:
        url = f"http://127.0.0.1:{server.port}"
        file.write_text(f"{FILE}{MORE}hours = 'never'\n")
        server.signal(signal.SIGHUP)
        server.prints("Nothing was applied: chappe.toml, line 13: [[account]] hours: ")
        assert fetch(url + ANNA) == (200, "BAD PASSWORD")

        file.write_text(FILE + MORE + "[retention]\nrecords_days = 500\n")
        server.signal(signal.SIGHUP)
        server.prints("Reloaded: account anna applied")
        assert fetch(url + ANNA) == (200, "1")

        server.signal(signal.SIGHUP)
        server.prints("Reloaded: nothing has changed")
        file.unlink()
        server.signal(signal.SIGHUP)
        server.prints("can't be read: No such file or directory.")
        server.signal(signal.SIGTERM)
        assert server.ends() == 0


def test_a_real_link_is_refused_while_the_clock_is_pretended(tmp_path: Path) -> None:
    """E51: as at the start."""
    file = tmp_path / "chappe.toml"
    file.write_text(FILE)
    args = ("serve", "--config", "chappe.toml", "--data", "kept", "--clock-speed", "10")
    with running(tmp_path, *args) as server:
        assert server.port
        real = '[[link]]\nname = "real"\nkind = "smpp"\nhost = "smpp.example.org"\n'
        file.write_text(FILE + real)
        server.signal(signal.SIGHUP)
        server.prints("Nothing was applied: a real link can't be declared while --clock is set.")


async def test_without_a_file_there_is_nothing_to_read_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reloader = Reloader(Node(Config(), tmp_path), None, keeps_time=True)
    for _ in range(2):
        reloader.ask()
        for _ in range(10):  # the reader has a task of its own, which needs a turn or two
            await asyncio.sleep(0)
        printed = capsys.readouterr().err
        assert printed == (
            "Error: Nothing was applied: no --config was given, so there is no file to read "
            "again.\n"
        )
    reloader.stop()

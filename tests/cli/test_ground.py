"""What a server begins on: whose directory it is, who may read it, what keeps it from starting."""

import contextlib
import os
import signal
import socket
import sqlite3
from pathlib import Path

import pytest

from tests.cli.running import Running, fetch, run, running, typed, until

FILE = """
[http]
listen = "127.0.0.1:0"

[[account]]
login = "fred"
password = "word-of-fred"
balance = "10.00"
"""
DEMO = (
    *("demo", "--data", "kept", "--port", "0"),
    *("--sftp-port", "0", "--smtp-port", "0", "--console-port", "0", "--listen-port", "0"),
)


def written(folder: Path, text: str = FILE) -> tuple[str, ...]:
    (folder / "chappe.toml").write_text(text)
    return ("serve", "--config", "chappe.toml", "--data", "kept")


def wide_open(folder: Path, *args: str) -> Running:
    """Run with an umask that takes nothing away."""
    before = os.umask(0)
    try:
        return Running(folder, *args)
    finally:
        os.umask(before)


def open_to_others(kept: Path) -> list[str]:
    return [
        f"{path.name} {path.stat().st_mode & 0o777:o}"
        for path in sorted(kept.rglob("*"))
        if path.lstat().st_mode & 0o077
    ]


@pytest.mark.parametrize("args", [None, DEMO])
@pytest.mark.parametrize("is_there", [False, True])
def test_all_that_is_made_is_its_owners_alone(
    tmp_path: Path, args: tuple[str, ...] | None, is_there: bool
) -> None:
    """E55: under any umask, in a directory that somebody else made as well."""
    kept = tmp_path / "kept"
    if is_there:
        kept.mkdir()
        kept.chmod(0o755)
    server = wide_open(
        tmp_path, *(args or written(tmp_path, FILE + '[sftp]\nlisten = "[::1]:0"\n'))
    )
    try:
        url = f"http://127.0.0.1:{server.port}/api?accountid=fred&password=word-of-fred"
        fetch(f"{url}&to=0639980001&text=Bonjour")
        assert open_to_others(kept) == []
        assert {"chappe.db", "chappe.db-wal", "chappe.key"} <= {p.name for p in kept.iterdir()}
        server.signal(signal.SIGTERM)
        assert server.ends() == 0
    finally:
        server.process.kill()
        server.process.wait()
    assert open_to_others(kept) == []
    assert kept.stat().st_mode & 0o777 == (0o755 if is_there else 0o700)


def test_what_a_hand_or_a_centre_makes_is_its_owners_alone(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    (tmp_path / "kept").mkdir(mode=0o755)
    wide_open(tmp_path, "account", "add", "fred", "--data", "kept").ends()
    assert (kept / "chappe.db").exists()
    assert open_to_others(kept) == []
    centre = wide_open(tmp_path, "smsc", "--port", "0", "--data", "centre")
    centre.prints("is ready")
    centre.signal(signal.SIGTERM)
    centre.ends()
    assert (open_to_others(tmp_path / "centre"), (tmp_path / "centre").stat().st_mode & 0o77) == (
        [],
        0,
    )


def test_what_lies_open_already_is_narrowed_and_told(tmp_path: Path) -> None:
    """E55: a directory of an older installation, made under a wide umask."""
    (tmp_path / "kept").mkdir(mode=0o700)
    typed(tmp_path, "account", "add", "fred")
    kept = tmp_path / "kept"
    (kept / "chappe.db").chmod(0o644)
    (kept / "files" / "fred").mkdir(parents=True)
    for folder in (kept / "files", kept / "files" / "fred"):
        folder.chmod(0o755)
    with running(tmp_path, *written(tmp_path)) as server:
        assert server.port
        assert open_to_others(kept) == []
        assert "kept/chappe.db was open to others (mode 644)" in server.err


# whose it is


def test_the_demos_directory_is_served_by_the_demo_alone(tmp_path: Path) -> None:
    """E50, E55: its password is printed for everybody to read."""
    with running(tmp_path, *DEMO) as demo:
        demo.prints("Ctrl-C")
        demo.signal(signal.SIGTERM)
        assert demo.ends() == 0
    refused = run(tmp_path, *written(tmp_path))
    assert (refused.returncode, refused.stdout, refused.stderr) == (
        1,
        "",
        "Error: kept is the demo's, whose password everybody knows: give `chappe serve` a fresh "
        "directory with --data.\n",
    )
    assert [row.split()[0] for row in typed(tmp_path, "account", "list").stdout.splitlines()] == [
        "login",
        "demo",
    ]
    with running(tmp_path, *DEMO) as demo:
        demo.prints("Ctrl-C")


def test_the_demo_does_not_move_into_an_installation(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir(mode=0o700)
    typed(tmp_path, "account", "add", "fred")
    refused = run(tmp_path, *DEMO)
    assert (refused.returncode, refused.stdout, refused.stderr) == (
        1,
        "",
        "Error: kept holds an installation that is no demo's: give `chappe demo` a directory of "
        "its own with --data.\n",
    )
    assert "demo" not in typed(tmp_path, "account", "list").stdout


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:1/none", "sqlite:///other.db"])
def test_a_second_store_in_one_directory_is_refused(tmp_path: Path, url: str) -> None:
    """E51: an installation would seem empty, and its accounts gone."""
    (tmp_path / "kept").mkdir(mode=0o700)
    typed(tmp_path, "account", "add", "fred")
    refused = run(tmp_path, *written(tmp_path, f'{FILE}[store]\nurl = "{url}"\n'))
    shown = url.replace("nobody@", "")
    along = ", take it along with `chappe move-store`" if "postgresql" in url else ""
    assert (refused.returncode, refused.stdout, refused.stderr) == (
        1,
        "",
        f"Error: kept/chappe.db holds an installation, but the settings name {shown}: take [store] "
        f"url out of the settings to go on with it{along}, or give another directory with "
        "--data.\n",
    )
    assert not (tmp_path / "kept" / "other.db").exists()


# what keeps it from starting


@pytest.mark.parametrize("door", ["http", "sftp"])
def test_no_link_is_bound_where_a_door_is_taken(tmp_path: Path, door: str) -> None:
    """E30: an operator that lets one session in would shut out the server that serves."""
    with (
        socket.create_server(("127.0.0.1", 0)) as operator,
        socket.create_server(("127.0.0.1", 0)) as taken,
    ):
        operator.setblocking(False)
        link = '[[link]]\nname = "real"\nkind = "smpp"\nhost = "127.0.0.1"\nport = {}\n'
        text = FILE + link.format(operator.getsockname()[1])
        port = taken.getsockname()[1]
        if door == "http":
            text = text.replace(":0", f":{port}", 1)
        else:
            text += f'[sftp]\nlisten = "127.0.0.1:{port}"\n'
        refused = run(tmp_path, *written(tmp_path, text))
        assert (refused.returncode, refused.stdout, "door can't be opened" in refused.stderr) == (
            1,
            "",
            True,
        )
        with pytest.raises(BlockingIOError):
            operator.accept()


def test_a_signal_ends_it_while_it_is_being_opened(tmp_path: Path) -> None:
    """E54: another program holds the database, which is waited for a while."""
    (tmp_path / "kept").mkdir(mode=0o700)
    typed(tmp_path, "account", "add", "fred")
    other = sqlite3.connect(tmp_path / "kept" / "chappe.db", isolation_level=None)
    other.execute("PRAGMA journal_mode = DELETE")
    other.execute("BEGIN EXCLUSIVE")
    with running(tmp_path, *written(tmp_path)) as server:
        until((tmp_path / "kept" / "chappe.lock").exists, lambda: "its lock")
        until(
            lambda: is_held(tmp_path / "kept" / "chappe.db", server.process.pid), lambda: "a look"
        )
        server.signal(signal.SIGTERM)
        assert server.process.wait(3) == 0
        assert (server.out, server.err) == ("", "")
    other.close()


def is_held(path: Path, process: int) -> bool:
    """Whether a process has a file open."""
    for file in Path(f"/proc/{process}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # it was closed meanwhile
            if os.readlink(file) == str(path):
                return True
    return False

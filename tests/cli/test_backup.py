"""`chappe backup` and `chappe restore` from outside: under load, elsewhere, and what is refused."""

import asyncio
import os
import signal
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from chappe.hands import pack
from chappe.hands.backup import NewBackup
from chappe.hands.shown import CannotDo, NothingMore
from tests.cli.running import DEADLINE_S, Running, fetch, run, running, typed, until
from tests.cli.test_hands import hands_on, serving

FILE = """
[http]
listen = "127.0.0.1:0"

[[account]]
login = "fred"
password = "word-of-fred"
balance = "1000.00"
"""
SERVE = ("serve", "--config", "chappe.toml", "--data", "kept")


class Client:
    """A customer who sends all the time, each message to a number of its own."""

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}/api?accountid=fred&password=word-of-fred&text=x&to="
        self._stopped = threading.Event()
        self.answered: list[int] = []

    def send_all_the_time(self) -> None:
        number = 33_612_000_000
        while not self._stopped.is_set():
            number += 1
            status, said = fetch(f"{self._url}%2B{number}")
            assert status == 200, said
            self.answered.append(number)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        thread = threading.Thread(target=self.send_all_the_time)
        thread.start()
        try:
            yield
        finally:
            self._stopped.set()
            thread.join()

    def sends(self, more: int) -> None:
        goal = len(self.answered) + more
        until(lambda: len(self.answered) >= goal, lambda: f"{more} more answers")


def there(folder: Path) -> Path:
    """Another machine, with the same settings."""
    other = folder / "elsewhere"
    other.mkdir()
    (other / "chappe.toml").write_text(FILE)
    return other


def submits(kept: Path) -> int:
    """How many messages the simulated operator was ever given."""
    return (kept / "operator.log").read_bytes().count(b"\nS\t")


def test_a_backup_under_load_is_whole_and_sends_nothing_before_somebody_says_so(
    tmp_path: Path,
) -> None:
    """E56: what was answered before it began is there, the balance is the sum of its ledger, and
    what was under way is in doubt."""
    (tmp_path / "chappe.toml").write_text(FILE)
    other = there(tmp_path)
    with running(tmp_path, *SERVE) as server:
        client = Client(server.port)
        with client.at_work():
            client.sends(50)
            assert typed(tmp_path, "links", "pause", "sim").exit_code == 0
            client.sends(20)  # which wait for the link
            before = list(client.answered)
            made = typed(tmp_path, "backup", str(tmp_path / "of.tar"))
            assert (made.exit_code, made.stderr) == (0, "")
            again = typed(tmp_path, "backup", str(tmp_path / "of.tar"))
            client.sends(5)
        assert again.stderr == (
            f"Error: {tmp_path}/of.tar is there already: name a file that is not.\n"
        )
        server.signal(signal.SIGTERM)
        assert server.ends() == 0
    assert (tmp_path / "of.tar").stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob("of.tar.*"))

    kept = put_back(other)
    with closing(sqlite3.connect(kept / "chappe.db")) as found:
        numbers = {number for (number,) in found.execute("SELECT number FROM message")}
    assert set(before) <= numbers
    given = submits(kept)
    with running(other, *SERVE) as server:
        waits_for_somebody(other, server)
        assert submits(kept) == given
        goes_on(other, server)
        # Nothing left but what was sent now.
        until(lambda: submits(kept) == given + 1, lambda: "the new message")


def put_back(other: Path) -> Path:
    """By the command, which says what there is; the directory, all of it its owner's alone."""
    restored = run(other, "restore", "../of.tar", "--data", "kept")
    assert (restored.returncode, restored.stderr) == (0, "")
    facts = dict(line.split("  ", 1) for line in restored.stdout.splitlines() if "  " in line)
    assert (facts["accounts"].strip(), facts["damage"].strip(), facts["ledger"].strip()) == (
        "1",
        "none is found",
        "every balance is the sum of it",
    )
    kept = other / "kept"
    assert sorted(path.name for path in kept.iterdir()) == [
        "calls.log",
        "chappe.db",
        "chappe.key",
        "chappe.lock",
        "chappe.restored",
        "operator.log",
    ]
    assert [path.name for path in kept.iterdir() if path.stat().st_mode & 0o077] == []
    return kept


def waits_for_somebody(other: Path, server: Running) -> None:
    url = f"http://127.0.0.1:{server.port}"
    server.prints("`chappe resume` says what becomes of what was under way then.")
    assert fetch(f"{url}/readyz") == (
        503,
        "put back from a backup: `chappe resume` lets it begin\n",
    )
    asked = f"{url}/api?accountid=fred&password=word-of-fred&text=x&to=%2B33612999999"
    assert fetch(asked)[0] == 503
    refused = typed(other, "resume")
    assert refused.exit_code == 1
    assert "messages may have been sent since and 0 callbacks told. Say what" in refused.stderr
    server.signal(signal.SIGHUP)
    server.prints("put back from a backup: `chappe resume` first.")


def goes_on(other: Path, server: Running) -> None:
    url = f"http://127.0.0.1:{server.port}"
    resumed = typed(other, "resume", "--messages", "doubt")
    assert (resumed.exit_code, resumed.stderr) == (0, "")
    held = int(resumed.stdout.partition("again. ")[2].partition(" ")[0])
    rows = typed(other, "doubt", "list").stdout.splitlines()[1:]
    assert (len(rows), held >= 20) == (held, True)
    assert {" held " in row and row.rstrip().endswith("unknown") for row in rows} == {True}
    assert fetch(f"{url}/readyz")[0] == 200
    assert typed(other, "resume", "--messages", "send").exit_code == 1  # nothing is old any more
    asked = f"{url}/api?accountid=fred&password=word-of-fred&text=x&to=%2B33612999999"
    assert fetch(asked)[0] == 200


def test_a_backup_that_can_not_be_made_is_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir(mode=0o700)
    typed(tmp_path, "account", "add", "fred")
    lost = typed(tmp_path, "backup", str(tmp_path / "gone" / "of.tar"))
    assert (lost.exit_code, lost.stderr) == (
        1,
        f"Error: The backup {tmp_path}/gone/of.tar can't be made: No such file or directory "
        f"({tmp_path}/gone/of.tar.part).\n",
    )
    part = os.open(tmp_path / "of.tar.part", os.O_CREAT | os.O_RDWR)
    os.close(part)  # one that a kill left is no hindrance
    assert typed(tmp_path, "backup", str(tmp_path / "of.tar")).exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept", "of.tar"]


# while it is made


async def grown(path: Path, size: int) -> None:
    """Wait until a file is there, and has so many octets."""

    def is_grown() -> bool:
        return path.exists() and path.stat().st_size >= size

    await asyncio.to_thread(until, is_grown, lambda: f"{size} octets in {path}")


async def test_a_backup_keeps_no_other_hand_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = threading.Event()
    monkeypatch.setattr(pack.BackupPace, "breathe", lambda pace, file: goes_on.wait(DEADLINE_S))
    async with serving(tmp_path / "kept"):
        do = hands_on(tmp_path / "kept")
        making = asyncio.ensure_future(do("backup", NewBackup(file=str(tmp_path / "of.tar"))))
        await grown(tmp_path / "of.tar.part.db", 0)
        assert (await do("account list", NothingMore())).value == []
        second = do("backup", NewBackup(file=str(tmp_path / "of.tar")))
        with pytest.raises(CannotDo, match="Another backup writes"):
            await second
        assert not making.done()
        goes_on.set()
        assert (await making).value["files"] == 4


async def test_a_server_that_stops_leaves_nothing_of_a_backup(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    with (tmp_path / "kept" / "operator-large.log").open("wb") as large:
        large.truncate(8 << 30)
    async with serving(tmp_path / "kept"):
        do = hands_on(tmp_path / "kept")
        making = asyncio.ensure_future(do("backup", NewBackup(file=str(tmp_path / "of.tar"))))
        await grown(tmp_path / "of.tar.part", 4 * pack.PIECE)
    with pytest.raises(CannotDo, match="The server went away"):
        await making
    assert os.listdir(tmp_path) == ["kept"]

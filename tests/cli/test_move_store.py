"""`chappe move-store` from outside: from one server on SQLite to the next one on PostgreSQL."""

import json
import signal
from pathlib import Path

from tests.cli.running import fetch, run, running, typed, until
from tests.store.server import Server

FILE = """
[http]
listen = "127.0.0.1:0"

[[account]]
login = "fred"
password = "word-of-fred"
balance = "10.00"
"""
SERVE = ("serve", "--config", "chappe.toml", "--data", "kept")
MOVE = ("move-store", "--config", "old.toml", "--data", "kept", "--to")


def serve_one(folder: Path, number: int) -> None:
    """A server takes a message, its receipt comes, and it stops."""
    with running(folder, *SERVE) as server:
        asked = f"accountid=fred&password=word-of-fred&text=x&to=%2B{number}"
        status, said = fetch(f"http://127.0.0.1:{server.port}/api?{asked}")
        assert status == 200, said
        until(lambda: "delivered" in states(folder, number), lambda: "a receipt")
        server.signal(signal.SIGTERM)
        assert server.ends() == 0, server.err


def states(folder: Path, number: int) -> list[str]:
    args = ("--number", str(number), "--json", "--config", str(folder / "chappe.toml"))
    listed = typed(folder, "message", "list", *args)
    assert listed.exit_code == 0, listed.stderr
    return [row["state"] for row in json.loads(listed.stdout)["messages"]]


def balance(folder: Path) -> str:
    config = str(folder / "chappe.toml")
    listed = typed(folder, "account", "list", "--json", "--config", config)
    assert listed.exit_code == 0, listed.stderr
    found: str = json.loads(listed.stdout)[0]["balance"]
    return found


def test_a_customer_finds_everything_on_the_other_side(tmp_path: Path, postgres: Server) -> None:
    """E56: messages, money and the way back; neither of two stores is begun on by mistake."""
    (tmp_path / "chappe.toml").write_text(FILE)
    (tmp_path / "old.toml").write_text(FILE)
    serve_one(tmp_path, 33_639_980_001)
    before = balance(tmp_path)
    url = postgres.fresh()
    shown = f"postgresql:///{postgres.psql('SELECT current_database()', url)}"
    new = f'{FILE}\n[store]\nurl = "{url}"\n'

    (tmp_path / "chappe.toml").write_text(new)
    early = run(tmp_path, *SERVE)
    assert early.stderr == (
        f"Error: kept/chappe.db holds an installation, but the settings name {shown}: take [store] "
        "url out of the settings to go on with it, take it along with `chappe move-store`, or give "
        "another directory with --data.\n"
    )

    moved = run(tmp_path, *MOVE, url)
    assert (moved.returncode, moved.stderr) == (0, "")
    head, *rows, last = moved.stdout.splitlines()
    assert head.split() == ["table", "rows"]
    assert {"message": "1", "account": "1", "part": "1"}.items() <= dict(
        map(str.split, rows)
    ).items()
    assert last == (
        f"All of it is in {shown} now, and every balance is the sum of its ledger. Set [store] url "
        "to that database and start `chappe serve`; keep kept/chappe.db.moved until you are "
        "content."
    )

    (tmp_path / "chappe.toml").write_text(FILE)
    late = run(tmp_path, *SERVE)
    assert (late.returncode, late.stdout, late.stderr) == (
        1,
        "",
        "Error: what kept/chappe.db held was moved to PostgreSQL: name that database in [store] "
        "url, or rename kept/chappe.db.moved to chappe.db to go back to what was before.\n",
    )
    assert not (tmp_path / "kept" / "chappe.db").exists()

    (tmp_path / "chappe.toml").write_text(new)
    assert (balance(tmp_path), states(tmp_path, 33_639_980_001)) == (before, ["delivered"])
    serve_one(tmp_path, 33_639_980_002)
    assert balance(tmp_path) < before

    (tmp_path / "kept" / "chappe.db.moved").rename(tmp_path / "kept" / "chappe.db")
    (tmp_path / "chappe.toml").write_text(FILE)
    assert (balance(tmp_path), states(tmp_path, 33_639_980_002)) == (before, [])


def test_a_server_is_not_robbed_of_its_store(tmp_path: Path, postgres: Server) -> None:
    (tmp_path / "chappe.toml").write_text(FILE)
    (tmp_path / "old.toml").write_text(FILE)
    with running(tmp_path, *SERVE) as server:
        assert server.port
        refused = run(tmp_path, *MOVE, postgres.fresh())
    assert (refused.returncode, refused.stdout, refused.stderr) == (
        1,
        "",
        "Error: Another Chappe already works on kept: stop it first, or give this one a directory "
        "of its own with --data.\n",
    )


def test_where_to_is_a_postgresql(tmp_path: Path) -> None:
    refused = typed(tmp_path, "move-store", "--to", "sqlite:///other.db")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "Write it as postgresql://user@host/database." in refused.stderr
    assert not (tmp_path / "kept").exists()

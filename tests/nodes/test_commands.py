"""Nodes as processes of their own."""

import signal
from pathlib import Path

from tests.cli.running import fetch, run, running, until
from tests.store.server import Server

_FILE = """
[http]
listen = "127.0.0.1:0"

[store]
url = "{url}"

[[account]]
login = "fred"
password = "word-of-fred"
balance = "10.00"
hours = "any"
"""
_ASKED = "/api?accountid=fred&password=word-of-fred&text=Bonjour&to=%2B33612345678"


def test_a_node_that_others_took_to_be_over_begins_anew_by_itself(
    tmp_path: Path, postgres: Server
) -> None:
    """E52: pitfall 1: it stood still past its lease and wakes: another life of the same process, at
    the same address, which takes what it is asked."""
    url = postgres.fresh()
    file = tmp_path / "chappe.toml"
    file.write_text(_FILE.format(url=url))
    with running(tmp_path, "serve", "--config", str(file), "--data", str(tmp_path / "a")) as node:
        assert fetch(f"http://127.0.0.1:{node.port}{_ASKED}")[0] == 200
        before = int(postgres.psql("SELECT id FROM node WHERE over = 0", url))
        postgres.psql("UPDATE node SET over = 1", url)
        node.prints("Others took this node to be over: it begins anew.")
        until(lambda: node.out.count("ready at") == 2, lambda: node.err)
        assert int(postgres.psql("SELECT id FROM node WHERE over = 0", url)) > before
        port = int(node.out.rpartition("ready at http://127.0.0.1:")[2].split()[0])
        assert fetch(f"http://127.0.0.1:{port}{_ASKED}")[0] == 200
        node.signal(signal.SIGTERM)
        assert node.process.wait(10) == 0


def test_nodes_are_shown(tmp_path: Path, postgres: Server) -> None:
    """E52: `chappe nodes`, of a server that runs."""
    file = tmp_path / "chappe.toml"
    file.write_text(_FILE.format(url=postgres.fresh()))
    where = ("--config", str(file), "--data", str(tmp_path / "kept"))
    with running(tmp_path, "serve", *where) as node:
        assert node.port
        shown = run(tmp_path, "nodes", *where).stdout.splitlines()
    assert shown[0].split() == ["node", "life", "here", "links", "upkeep"]
    assert [line.split()[2:] for line in shown[1:]] == [["yes", "calls,", "sim", "yes"]]

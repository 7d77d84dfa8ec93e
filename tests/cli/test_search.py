"""Commands that show messages by what is known of them, and what waits."""

import asyncio
import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from chappe.cli import search
from chappe.hands.search import COLUMNS
from chappe.words.clock import HOUR
from chappe.words.lifecycle import Event, State
from chappe.words.order import Tell, Urls
from tests.cli.running import run, typed
from tests.cli.test_hands import add, becomes, hands_on, sent, serving

FIRST = 33_639_980_001


def test_what_is_typed_wrongly_is_exit_code_2(tmp_path: Path) -> None:
    for args in (
        ("--state", "asleep"),
        ("--reason", "none"),
        ("--channel", "smoke"),
        ("--limit", "0"),
        ("--csv", "--json"),
    ):
        ended = typed(tmp_path, "message", "list", *args)
        assert (ended.exit_code, ended.stdout) == (2, "")
    assert not (tmp_path / "kept").exists()


async def test_messages_and_what_waits_are_shown_with_and_without_a_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E51: by the real commands, as people, programs and tables want them."""
    data = tmp_path / "kept"
    async with serving(data) as node:
        do = hands_on(data)
        await do("account add", add(balance="10"))
        tell = Tell(urls=Urls("http://127.0.0.1:9/cb?key=secret"), events=Event.final)
        receipt = await sent(node, FIRST, FIRST + 100, tell=tell)
        await becomes(node, receipt.first + 1, State.delivered)
        await sent(node, FIRST, start=node.clock.now() + HOUR)
        args = ("message", "list", "--data", str(data), "--limit", "1", "--json")
        shown = await asyncio.to_thread(run, tmp_path, *args)
        assert shown.returncode == 0, shown.stderr
        page = json.loads(shown.stdout)
        assert [row["state"] for row in page["messages"]] == ["scheduled"]
        last = page["messages"][0]["message"]
        owed = await asyncio.to_thread(run, tmp_path, "callbacks", "endpoints", "--data", str(data))
        assert owed.stdout.split()[:2] == ["account", "endpoint"]
        assert ("http://127.0.0.1:9" in owed.stdout, "secret" in owed.stdout) == (True, False)
    alone = await asyncio.to_thread(_typed_alone, tmp_path, monkeypatch, page["next"])
    pages, table, queue = alone
    assert [row["message"] for row in pages] == [
        f"{ident}" for ident in (last, receipt.first + 1, receipt.first)
    ]
    assert [row["links"] for row in pages] == ["sim"] * 3
    assert (table[0].split()[0], table[1].split()[0]) == ("message", f"{receipt.first + 1}")
    assert table[-1].startswith("There may be older ones: --after ")
    assert queue["queued"] == 0
    assert [(row["account"], row["scheduled"]) for row in queue["queues"]] == [("fred", 1)]


def _typed_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch, after: str
) -> tuple[list[dict[str, str]], list[str], dict[str, Any]]:
    """All as CSV, in pages of one; a page as a table; the queues."""
    monkeypatch.setattr(search, "_CSV_PAGE", 1)
    listed = typed(folder, "message", "list", "--csv")
    assert listed.stdout.splitlines()[0] == ",".join(COLUMNS)
    pages = list(csv.DictReader(io.StringIO(listed.stdout)))
    table = typed(folder, "message", "list", "--limit", "1", "--after", after)
    queue: dict[str, Any] = json.loads(typed(folder, "queue", "--json").stdout)
    return pages, table.stdout.splitlines(), queue

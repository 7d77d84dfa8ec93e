"""`chappe tail` and `chappe trigger`: what happens at a running server, and what is made to."""

import asyncio
import contextlib
import json
import re
import signal
from collections.abc import AsyncGenerator, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from chappe.cli.tail import line_of
from chappe.config import Config, read_config
from chappe.engine.accept import accept
from chappe.hands import accounts, triggers, ways
from chappe.hands.reach import reach, tail
from chappe.hands.shown import CannotDo
from chappe.hands.tail import TailAsked
from chappe.node import Node
from chappe.words.answer import Receipt
from chappe.words.order import Letter, Order, Target
from tests.cli.running import Running, fetch, run, running, until
from tests.cli.test_hands import serving

CONFIG = read_config('[http]\nlisten = "127.0.0.1:0"\n')
DELIVERED, SILENT, LOST = 33639980001, 33639980033, 33639980011
Row = Mapping[str, Any]


@contextlib.asynccontextmanager
async def open_house(data: Path, config: Config = CONFIG) -> AsyncGenerator[Node, None]:
    """A server with fred and zoe."""
    async with serving(data, config) as node:
        for login in ("fred", "zoe"):
            asked = accounts.NewAccount(login=login, balance="10", password="a-word")
            await reach(data, lambda: config, "account add", asked)
        yield node


async def send(node: Node, number: int, text: str = "Bonjour", login: str = "fred") -> Receipt:
    account = node.accounts.by_login(login)
    assert account is not None
    target = Target("https://shop.example/7", "@") if "@" in text else None
    letter = Letter(text=text, numbers=[number], code="36105", target=target)
    receipt = await accept(node.desk, account, Order(dialect="plain", letters=[letter]))
    assert isinstance(receipt, Receipt), receipt
    return receipt


class Seen:
    """Somebody who looks on, and what they saw."""

    def __init__(self, data: Path, asked: TailAsked) -> None:
        self._rows = tail(data, asked)
        self.rows: list[Row] = []

    async def until(self, **facts: Any) -> Row:
        """The first row with these facts."""
        async with asyncio.timeout(20):
            async for row in self._rows:
                self.rows.append(row)
                if all(row.get(name) == value for name, value in facts.items()):
                    return row
        raise AssertionError(f"the server went away before {facts}")

    async def close(self) -> None:
        await self._rows.aclose()


@contextlib.asynccontextmanager
async def looking(node: Node, data: Path, **asked: Any) -> AsyncGenerator[Seen, None]:
    """From now on: a first message shows that somebody looks."""
    seen = Seen(data, TailAsked(**asked))
    first = asyncio.create_task(seen.until(what="message"))
    while not first.done():
        await send(node, DELIVERED, "first", asked.get("account") or "fred")
        await asyncio.wait({first}, timeout=0.3)
    try:
        yield seen
    finally:
        await seen.close()


async def test_each_change_of_a_message_is_a_line(tmp_path: Path) -> None:
    """E64"""
    async with open_house(tmp_path / "kept") as node, looking(node, tmp_path / "kept") as seen:
        receipt = await send(node, LOST, "Votre code")
        row = await seen.until(message=receipt.first, state="undelivered")
    assert {name: value for name, value in row.items() if name != "at"} == {
        "what": "message",
        "message": receipt.first,
        "account": "fred",
        "api": "plain",
        "to": f"+{LOST}",
        "from": "36105",
        "state": "undelivered",
        "reason": "npai",
        "text": "Votre code",
    }


async def test_only_what_was_asked_for_is_shown(tmp_path: Path) -> None:
    data = tmp_path / "kept"
    wanted = {"account": "zoe", "states": ["delivered"]}
    async with open_house(data) as node, looking(node, data, **wanted) as seen:
        await send(node, DELIVERED, "fred's")
        await send(node, LOST, "lost", "zoe")
        await send(node, DELIVERED, "zoe's", "zoe")
        await seen.until(text="zoe's")
    assert {(row["account"], row["state"]) for row in seen.rows} == {("zoe", "delivered")}


async def test_what_was_under_way_is_told_of_when_it_changes(tmp_path: Path) -> None:
    """E64: and a receipt by hand is one like any other."""
    data = tmp_path / "kept"
    async with open_house(data) as node:
        receipt = await send(node, SILENT)
        message = receipt.first
        async with looking(node, data) as seen:
            shown = await reach(
                data, lambda: CONFIG, "trigger receipt", triggers.TriggeredReceipt(message=message)
            )
            await seen.until(message=message, state="delivered")
    assert shown.value == {"message": message, "row": "00", "receipts": 1}


async def test_what_is_asked_wrongly_is_said(tmp_path: Path) -> None:
    data = tmp_path / "kept"
    with pytest.raises(CannotDo, match="No server runs on"):
        await Seen(data, TailAsked()).until()
    async with open_house(data):
        for asked, sentence in (
            (TailAsked(account="nobody"), "nobody"),
            (TailAsked(to="x"), "'x' is no phone number"),
            (TailAsked(states=["new"]), "There is no state 'new'"),
        ):
            with pytest.raises(CannotDo, match=sentence):
                await Seen(data, asked).until()


def test_refusals_and_callbacks_are_lines_too(tmp_path: Path) -> None:
    """E64: of the demo, over its doors; `--json` is one object a line."""
    kept = str(tmp_path / "kept")
    ports = ("--port", "0", "--listen-port", "0", "--sftp-port", "0", "--smtp-port", "0")
    with running(tmp_path / "a", "demo", *ports, "--console-port", "0", "--data", kept) as server:
        url = f"http://127.0.0.1:{port_of(server)}"
        with (
            running(tmp_path / "b", "tail", "--data", kept, "--json") as machine,
            running(tmp_path / "c", "tail", "--data", kept, "--account", "demo") as human,
        ):
            ask = f"{url}/cgi-bin/?keyid=demo-key&sms=Bonjour&num="
            until_seen(lambda: fetch(f"{ask}0639980001"), machine, human)
            fetch(f"{ask}12")
            fetch(f"{url}/cgi-bin/?keyid=wrong&sms=Bonjour&num=0639980001")
            machine.prints('"what":"callback"')
            machine.prints('"account":"somebody"')
            human.prints("  refusal   isendpro")
            for one in (machine, human):
                one.signal(signal.SIGINT)
                assert one.ends() == 0
        rows = [json.loads(line) for line in machine.out.splitlines()]
        assert {row["what"] for row in rows} == {"message", "callback", "refusal"}
        assert "somebody" not in human.out


def port_of(server: Running) -> str:
    """Of the door, as the card has it."""
    server.prints("/api?accountid")
    found = re.search(r"http://127.0.0.1:(\d+)/api", server.out)
    assert found is not None
    return found[1]


def until_seen(act: Callable[[], object], *tails: Running) -> None:
    """Do it until all who look on have seen something of it."""

    def seen() -> bool:
        act()
        return all(one.out for one in tails)

    until(seen, lambda: "a line")


def test_lines_move_no_cursor() -> None:
    row = {"at": "2026-11-24 10:00:00", "what": "message", "message": 7, "account": "fred"}
    more = {"to": "+33639980001", "state": "undelivered", "reason": "npai", "text": "a\n\x1b[2J"}
    said = "10:00:00  message   7  fred  +33639980001  undelivered (npai)  a\\n\\x1b[2J"
    assert line_of(row | more) == said
    assert line_of({"at": row["at"], "what": "missed", "count": 3}) == (
        "10:00:00  missed    3 more were too many to be shown"
    )


# what is made to happen


async def test_a_handset_answers_stops_and_clicks(tmp_path: Path) -> None:
    """E64"""
    data = tmp_path / "kept"
    async with open_house(data) as node:
        message = (await send(node, DELIVERED, "Voir @")).first

        async def do(name: str, **facts: Any) -> Any:
            asked = {"message": message, **facts}
            return (
                await reach(data, lambda: CONFIG, f"trigger {name}", asked_of(name, asked))
            ).value

        assert await do("reply", text="OUI") == {
            "message": message,
            "from": f"+{DELIVERED}",
            "to": "36105",
            "link": "sim",
            "text": "OUI",
        }
        assert (await do("stop"))["text"] == "STOP"
        assert await do("click") == {"message": message, "url": "https://shop.example/7"}
        async with asyncio.timeout(20):
            while len((await node.store.number_story(DELIVERED))["replies"]) < 2:
                await node.store.settled()
                await asyncio.sleep(0.01)
        assert node.commits.counts["clicks"] == 1


def asked_of(name: str, facts: dict[str, Any]) -> Any:
    kinds: Any = {"reply": triggers.TriggeredReply, "receipt": triggers.TriggeredReceipt}
    return kinds.get(name, triggers.TriggeredMessage)(**facts)


@pytest.mark.parametrize(
    ("name", "facts", "sentence"),
    [
        ("receipt", {"message": 99}, "There is no message 99."),
        ("receipt", {"message": 1, "row": 34}, "No receipt comes by row 34 of the table"),
        ("reply", {"message": 1, "text": ""}, "The text must have 1 to 1600 characters."),
        ("click", {"message": 1}, "There is no short URL in message 1."),
        ("stop", {"message": 99}, "There is no message 99."),
    ],
)
async def test_what_cannot_be_triggered_is_said(
    tmp_path: Path, name: str, facts: dict[str, Any], sentence: str
) -> None:
    data = tmp_path / "kept"
    async with open_house(data) as node:
        await send(node, DELIVERED)
        with pytest.raises(CannotDo, match=sentence):
            await reach(data, lambda: CONFIG, f"trigger {name}", asked_of(name, facts))


async def test_what_has_not_left_has_no_receipt(tmp_path: Path) -> None:
    data = tmp_path / "kept"
    async with open_house(data) as node:
        await reach(data, lambda: CONFIG, "links pause", ways.OneLink(name="sim"))
        message = (await send(node, DELIVERED)).first
        asked = triggers.TriggeredReceipt(message=message)
        with pytest.raises(CannotDo, match="has not left"):
            await reach(data, lambda: CONFIG, "trigger receipt", asked)


def test_it_needs_a_server(tmp_path: Path) -> None:
    done = run(tmp_path, "trigger", "reply", "1", "OUI", "--data", "kept")
    assert (done.returncode, "No server runs on kept" in done.stderr) == (1, True), done.stderr

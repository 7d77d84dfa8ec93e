"""Commands that tell what was used, and one message's story."""

import asyncio
import csv
import io
import json
from pathlib import Path

import pytest

from chappe.words import paris
from chappe.words.clock import DAY
from chappe.words.lifecycle import Event, State
from chappe.words.order import Tell, Urls
from tests.cli.running import run, typed
from tests.cli.test_hands import add, becomes, hands_on, sent, serving

FIRST = 33_639_980_001


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--from", "2026-02-30"), "'2026-02-30' is no day such as 2026-11-30."),
        (("--from", "2026-03-02", "--to", "2026-03-01"), "The first day is after the last one."),
        (("--from", "1990-01-01", "--to", "2026-01-01"), "That is more than twenty years."),
        (("--by", "colour"), "Usage is not counted by 'colour', but by day, month, account"),
        (("--by", "day,day"), "Each can be counted by once."),
        (("--account", "nobody"), "There is no account 'nobody'"),
    ],
)
async def test_what_can_t_be_counted_is_told_in_a_sentence(
    tmp_path: Path, args: tuple[str, ...], said: str
) -> None:
    async with serving(tmp_path / "kept"):
        pass
    ended = await asyncio.to_thread(typed, tmp_path, "usage", *args)
    assert (ended.exit_code, ended.stdout, said in ended.stderr) == (1, "", True)


async def test_usage_and_a_story_are_told_with_and_without_a_server(tmp_path: Path) -> None:
    """E51: by the real commands, to the message and the mill."""
    data = tmp_path / "kept"
    async with serving(data) as node:
        do = hands_on(data)
        await do("account add", add(balance="10"))
        tell = Tell(urls=Urls("http://127.0.0.1:9/cb?key=secret"), events=Event.final)
        receipt = await sent(node, FIRST, FIRST + 10, tell=tell)
        await becomes(node, receipt.first, State.delivered)
        await becomes(node, receipt.first + 1, State.undelivered)
        today = paris.utc_stamp(paris.day(node.clock.now()) * DAY, paris.DASHED_DAY)
        args = ("usage", "--data", str(data), "--by", "day,account,link,outcome", "--json")
        shown = await asyncio.to_thread(run, tmp_path, *args)
        whose = {"day": today, "account": "fred", "link": "sim"}
        counts = {"messages": 1, "parts": 1, "price": "0.0400"}
        assert json.loads(shown.stdout) == [
            {**whose, "outcome": "delivered", **counts},
            {**whose, "outcome": "undelivered", **counts},
        ]
        args = ("message", "show", str(receipt.first + 1), "--data", str(data), "--json")
        story = json.loads((await asyncio.to_thread(run, tmp_path, *args)).stdout)
    told = await asyncio.to_thread(typed, tmp_path, "usage", "--csv", "--by", "country")
    assert [*csv.reader(io.StringIO(told.stdout))] == [
        ["country", "messages", "parts", "price"],
        ["FR", "2", "2", "0.0800"],
    ]
    steps = [(step["step"], step["says"]) for step in story["steps"]]
    assert (steps[0], steps[-1][0]) == (("accepted", "0.0400 held"), "undelivered")
    assert [one["link"] for one in story["ids"]] == ["sim"]
    called = story["callbacks"]
    assert {one["endpoint"] for one in called} == {"http://127.0.0.1:9"}
    assert {one["event"] for one in called} == {"final"}
    assert "secret" not in json.dumps(story)

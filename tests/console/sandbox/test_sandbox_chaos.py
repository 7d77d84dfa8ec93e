"""Chaos: what goes wrong on purpose, for one account and for a while."""

import asyncio
from typing import Any

import pytest

from chappe.engine.disturb import ACCOUNTS_MOST
from chappe.hands import perform
from chappe.links.operator.mind.courses import BEFALLS, TEXTS
from chappe.words.chaos import AT_DOOR, AT_OPERATOR, Chaos
from chappe.words.lifecycle import Reason, State
from tests.console.sandbox.program import Program, key_of
from tests.console.site import Site, family
from tests.journeys.house import many, to

RECEIPT = (State.delivered, Reason.none)


async def put(site: Site, **fields: Any) -> Any:
    """What fred asks for."""
    status, told = await Program(site).ask("PUT", "/chaos", fields)
    assert status == 200, told
    return told


async def fates(site: Site, login: str = "fred") -> list[tuple[State, Reason]]:
    """What becomes of a message of this account that is sent now."""
    receipt = await site.take([to(1)], account=login)
    await site.let(20)
    return await site.fates(receipt)


async def submitted(site: Site, login: str = "fred") -> Any:
    """What the door answers to an order of this account."""
    return await site.post([to(1)], key_of(login))


def test_whatever_may_befall_a_message_is_a_row_of_the_network() -> None:
    assert BEFALLS.keys() == AT_OPERATOR.keys()
    assert set(BEFALLS.values()) <= TEXTS.keys()


@pytest.mark.parametrize("trouble", AT_DOOR)
async def test_the_door_refuses_in_the_words_of_the_dialect(site: Site, trouble: str) -> None:
    """E64: nothing was taken, and nobody else notices."""
    await put(site, **{trouble: 1})
    assert await submitted(site) == [trouble]
    assert (await submitted(site, "zoe")).total == 1
    assert await Program(site).texts() == []
    await Program(site).ask("DELETE", "/chaos")
    assert (await submitted(site)).total == 1


async def test_a_share_of_the_requests_is_refused(site: Site) -> None:
    """The same ones where the seed is the same."""
    answers = []
    for _ in range(2):
        await put(site, fault=0.5, seed=7)
        answers.append([isinstance(await submitted(site), list) for _ in range(20)])
    assert answers[0] == answers[1]
    assert 3 < sum(answers[0]) < 17


@pytest.mark.parametrize("name", ["fault", "not_now"])
async def test_the_answer_has_the_providers_own_shape(site: Site, name: str) -> None:
    """E64: the same as of a server that is in trouble by itself."""
    head = "GET /cgi-bin/?keyid=key-of-fred&num=0639980001&sms=Bonjour HTTP/1.1"
    taken = await site.ask(head)
    await site.ask(head)  # a kind that is known goes another way
    site.node.desk.pause()
    in_trouble = await site.ask(head)
    site.node.desk.resume()
    await put(site, **{name: 1})
    assert await site.ask(head) == in_trouble != taken


async def test_answers_come_later(site: Site) -> None:
    """E64: by the clock of the node; until then nothing is done."""
    await put(site, answer_ms=5_000)
    asked = asyncio.create_task(submitted(site))
    async with asyncio.timeout(30):
        while not site.node.desk.disturbing.waiting:
            await site.settle()
    await site.let(4)
    assert await Program(site).texts() == []
    await site.let(2)
    assert (await asked).total == 1


@pytest.mark.parametrize(
    ("fields", "fate"),
    [
        ({"refused": 1}, (State.refused, Reason.rejected)),
        ({"refused": 1, "reason": "blocked"}, (State.refused, Reason.blocked)),
        ({"undelivered": 1}, (State.undelivered, Reason.network)),
        ({"expired": 1}, (State.expired, Reason.validity)),
        ({"lost": 1}, (State.sent, Reason.none)),
        ({"doubled": 1}, RECEIPT),
        ({"receipt_ms": 30_000}, (State.sent, Reason.none)),
        ({"throttled": 1}, (State.queued, Reason.none)),
        ({"dead": True}, (State.queued, Reason.none)),
    ],
)
async def test_the_operator_does_what_was_asked_for(
    site: Site, fields: dict[str, Any], fate: tuple[State, Reason]
) -> None:
    """E64: to this account's messages and to no others."""
    await put(site, **fields, seconds=3_600)
    assert await fates(site) == [fate]
    assert await fates(site, "zoe") == [RECEIPT]


async def test_what_the_operator_never_answers_is_in_doubt(site: Site) -> None:
    """E64"""
    await put(site, in_doubt=1)
    message, *_ = await site.sent("fred", "Bonjour", [to(1)])
    await site.let(20)
    steps = (await Program(site).get(f"/messages/{message}"))["steps"]
    assert "in doubt: sent again" in [step["step"] for step in steps]


async def test_all_parts_of_a_long_message_have_one_fate(site: Site) -> None:
    await put(site, undelivered=0.5, lost=0.5, seed=2)
    receipt = await site.take(many(20), "x" * 400)
    await site.let(5)
    assert set(await site.fates(receipt)) == {
        (State.undelivered, Reason.network),
        (State.sent, Reason.none),
    }


async def test_a_restart_ends_it_and_keeps_what_it_did(site: Site) -> None:
    """What an operator lost stays lost."""
    await put(site, lost=1, seconds=3_600)
    receipt = await site.take([to(1)])
    await site.let(5)
    await site.restart()
    assert await site.fates(receipt) == [(State.sent, Reason.none)]
    assert await Program(site).get("/chaos") == {"chaos": None}
    assert await fates(site) == [RECEIPT]


async def test_a_doubled_receipt_comes_twice(site: Site) -> None:
    await put(site, doubled=1)
    idle = site.node.commits.counts["idle_happenings"]
    assert await fates(site) == [RECEIPT]
    assert site.node.commits.counts["idle_happenings"] == idle + 1


@pytest.mark.parametrize("fields", [{"throttled": 1}, {"dead": True}])
async def test_what_waited_leaves_when_chaos_is_over(site: Site, fields: dict[str, Any]) -> None:
    """E64: it expires by itself."""
    await put(site, **fields, seconds=60)
    receipt = await site.take([to(1)])
    await site.let(58)
    assert await site.fates(receipt) == [(State.queued, Reason.none)]
    await site.let(5)
    assert await site.fates(receipt) == [RECEIPT]
    assert await Program(site).get("/chaos") == {"chaos": None}


async def test_a_share_of_the_messages_is_hit(site: Site) -> None:
    await put(site, refused=0.3, lost=0.3, seed=1)
    receipt = await site.take(many(200))
    await site.let(5)
    tally = await site.tally(receipt)
    assert tally.keys() == {"refused", "sent", "delivered"}
    assert all(30 < count < 120 for count in tally.values())


async def test_it_is_told_as_it_was_asked_for(site: Site) -> None:
    fields = {"fault": 0.1, "refused": 0.5, "reason": "blocked", "receipt_ms": 100, "dead": True}
    told = await put(site, **fields, answer_ms=200, seconds=90, seed=3)
    assert told == {
        "chaos": {**fields, "answer_ms": 200, "seed": 3},
        "until": "2026-11-24T09:01:30.000Z",
        "seconds_left": 90,
    }
    await site.let(30.5)
    assert (await Program(site).get("/chaos"))["seconds_left"] == 60
    assert await Program(site, "zoe").get("/chaos") == {"chaos": None}
    assert await put(site, lost=1) == {
        "chaos": {"lost": 1},
        "until": "2026-11-24T09:01:30.500Z",
        "seconds_left": 60,
    }


async def test_it_is_written_down(site: Site) -> None:
    await put(site, lost=1)
    await Program(site).ask("DELETE", "/chaos")
    await Program(site).ask("DELETE", "/chaos")
    rows = (await perform(site.node, "console log", {})).value
    assert [(row["who"], row["what"]) for row in rows] == [
        ("fred", "chaos end"),
        ("fred", "chaos begin"),
    ]


async def test_it_ends_where_the_file_is_read_again(site: Site) -> None:
    """Its links may be real from then on."""
    await put(site, fault=1)
    await site.node.reload(family())
    assert (await submitted(site)).total == 1


async def test_only_so_many_accounts_have_any(site: Site) -> None:
    for ident in range(ACCOUNTS_MOST):
        site.node.desk.disturbing.begin(1_000 + ident, Chaos(dead=True), 60)
    status, told = await Program(site).ask("PUT", "/chaos", {"lost": 1})
    assert (status, told) == (429, {"error": "Too many accounts have chaos now."})


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({}, "", "Nothing goes wrong by this: say what, such as fault, refused, lost or dead."),
        ({"lost": 0, "dead": False}, "", "Nothing goes wrong by this"),
        ({"lost": 1.1}, "lost", "This is to be a number from 0 to 1."),
        ({"lost": -0.1}, "lost", "This is to be a number from 0 to 1."),
        ({"lost": "much"}, "lost", "This is to be a number from 0 to 1."),
        ({"lost": 0.6, "doubled": 0.6}, "refused", "The shares of refused, throttled"),
        ({"fault": 0.6, "not_now": 0.6}, "fault", "The shares of fault, not_now, too_often add"),
        ({"lost": 1, "seconds": 3_601}, "seconds", "This is to be a whole number from 1 to 3600."),
        ({"lost": 1, "seconds": 0}, "seconds", "This is to be a whole number from 1 to 3600."),
        ({"answer_ms": 60_001}, "answer_ms", "This is to be a whole number from 0 to 60000."),
        ({"receipt_ms": 3_600_001}, "receipt_ms", "This is to be a whole number"),
        ({"refused": 1, "reason": "none"}, "reason", "An operator's reasons are: buffered, npai"),
        ({"dead": "maybe"}, "dead", "This is to be true or false."),
        ({"dead": True, "seed": -1}, "seed", "This is to be a whole number from 0"),
        ({"death": True}, "death", "There is no such field here; those are: answer_ms"),
    ],
)
async def test_what_does_not_add_up_is_said(
    site: Site, fields: dict[str, Any], field: str, sentence: str
) -> None:
    status, told = await Program(site).ask("PUT", "/chaos", fields)
    assert (status, told.get("field", "")) == (400, field)
    assert told["error"].startswith(sentence)
    assert await Program(site).get("/chaos") == {"chaos": None}


async def test_a_family_is_not_disturbed_with_its_parent(site: Site) -> None:
    await put(site, fault=1)
    assert (await submitted(site, "lea")).total == 1

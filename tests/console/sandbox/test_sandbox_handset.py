"""The sandbox as a handset: it answers, writes STOP, follows the short URL."""

import pytest

from chappe.words.lifecycle import Event
from chappe.words.order import Target
from tests.console.sandbox.program import Program
from tests.console.site import Site, family
from tests.journeys.house import EVERYTHING, link, to


def told_of(site: Site, event: Event) -> list[str]:
    """The replies that fred was told of by news of this event."""
    return [one.reply for one in site.ears.heard["/fred"] if one.event & event]


async def test_a_handset_answers_the_last_message_to_it(site: Site) -> None:
    """E64: the reply goes the way of all others, to the customer's own page."""
    message, *_ = await site.sent("fred", "Oui ?", [to(1)], tell=site.tell(EVERYTHING))
    await site.let(5)
    told = await Program(site).post("/answer", number="0639980001", text="OUI")
    await site.let(1)
    assert told == {
        "message": message,
        "from": f"+{to(1)}",
        "to": "36105",
        "link": "sim",
        "text": "OUI",
    }
    assert told_of(site, Event.reply) == ["OUI"]


async def test_a_stop_opts_out(site: Site) -> None:
    """E64"""
    await site.sent("fred", "Bonjour", [to(1)], tell=site.tell(EVERYTHING))
    await Program(site).post("/stop", number=f"+{to(1)}")
    await site.let(1)
    assert told_of(site, Event.reply | Event.stop) == ["STOP"]


async def test_a_click_follows_the_short_url_of_a_message(site: Site) -> None:
    """E64"""
    message, *_ = await site.sent(
        "fred",
        "Voir @",
        [to(1)],
        target=Target("https://shop.example/7", "@"),
        tell=site.tell(EVERYTHING),
    )
    program = Program(site)
    told = await program.post("/click", message=message)
    assert told == {"message": message, "url": "https://shop.example/7"}
    await site.settle()
    assert told_of(site, Event.click) == [""]
    assert (await program.post("/click", number="0639980001"))["message"] == message


async def test_a_reply_may_go_to_another_code_of_the_account(site: Site) -> None:
    await site.sent("fred", "One", [to(1)], code="36105")
    await site.sent("fred", "Two", [to(1)], code="38100")
    program = Program(site)
    assert (await program.post("/answer", number="0639980001", text="A"))["to"] == "38100"
    told = await program.post("/answer", number="0639980001", text="A", to="36105")
    assert told["to"] == "36105"


async def test_nobody_writes_to_anothers_code(site: Site) -> None:
    """A STOP to it would opt out for whoever has it."""
    await site.sent("fred", "One", [to(1)], code="36105")
    await site.sent("zoe", "Two", [to(1)], code="38100")
    fields = {"number": "0639980001", "text": "STOP", "to": "38100"}
    status, told = await Program(site).ask("POST", "/answer", fields)
    assert (status, told["field"]) == (422, "to")
    assert told["error"] == f"This account sent +{to(1)} nothing from 38100."


@pytest.mark.parametrize(
    ("path", "fields", "status", "field", "sentence"),
    [
        ("/answer", {}, 400, "text", "This is needed."),
        ("/answer", {"text": "A"}, 400, "number", "This is needed."),
        ("/answer", {"number": "x", "text": "A"}, 400, "number", "This is no phone number"),
        ("/answer", {"number": "0639980002", "text": "A"}, 422, "number", "No message went to"),
        ("/answer", {"number": "0639980001", "text": "A" * 1601}, 400, "text", "This is too long"),
        ("/stop", {"number": "0639980001", "text": "A"}, 400, "text", "There is no such field"),
        ("/click", {"number": "0639980001"}, 422, "", "There is no short URL in message 1."),
        ("/click", {"message": 2}, 422, "message", "There is no message 2 of this account."),
        ("/click", {"message": "x"}, 400, "message", "This is to be a whole number"),
    ],
)
async def test_what_cannot_be_done_is_said(
    site: Site, path: str, fields: dict[str, str], status: int, field: str, sentence: str
) -> None:
    await site.sent("fred", "Bonjour", [to(1)])
    await site.sent("zoe", "Bonjour", [to(2)])
    answered, told = await Program(site).ask("POST", path, fields)
    assert (answered, told.get("field", "")) == (status, field)
    assert told["error"].startswith(sentence)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/answer"),
        ("POST", "/stop"),
        ("POST", "/click"),
        ("GET", "/chaos"),
        ("PUT", "/chaos"),
        ("DELETE", "/chaos"),
    ],
)
async def test_where_a_link_is_real_nothing_is_pretended(
    site: Site, method: str, path: str
) -> None:
    """E64: but messages are seen all the same."""
    await site.stop()
    real = link("orange", kind="smpp", host="127.0.0.1", port=9)
    await site.start(family(links=(real,)))
    status, told = await Program(site).ask(method, path, {})
    assert status == 403
    assert told["error"].startswith("Only a simulated network does this")
    assert await Program(site).texts() == []

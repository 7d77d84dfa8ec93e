"""Messages in doubt on the console: who sees them, and what is chosen of each."""

from collections.abc import Sequence

import pytest

from chappe.links.operator.mind.judgement import FAIR, Weather
from chappe.words.lifecycle import State
from chappe.words.order import Channel
from tests.console.forms import deeds
from tests.console.site import OPERATOR, READER, SUPPORT, Answer, Site, Tab
from tests.journeys.house import many

NOBODY_ANSWERS = Weather(rates={36: 1.0})
IN_DOUBT = State.unknown


async def doubted(site: Site, count: int = 3) -> Sequence[int]:
    """Messages that nobody answered."""
    site.link().set_weather(NOBODY_ANSWERS)
    sent = await site.sent("fred", "Secret", many(count), channel=Channel.marketing)
    await site.let(30)
    site.link().set_weather(FAIR)
    return sent


async def fates(site: Site, messages: Sequence[int]) -> list[State]:
    await site.let(5)
    found = await site.node.store.messages(messages[0], messages[-1], len(messages))
    return [one.state for one in found]


async def chosen(tab: Tab, what: str, *messages: int) -> Answer:
    """What is answered to a choice: a question, or what is wrong."""
    return await tab.post("/doubt", [("what", what), *[("message", str(one)) for one in messages]])


async def sure(tab: Tab, what: str, *messages: int) -> Answer:
    pairs = [("message", str(one)) for one in messages]
    return await tab.follow(await tab.post("/doubt", [("what", what), *pairs, ("sure", "1")]))


async def test_what_is_in_doubt_is_seen_by_staff_alone(site: Site) -> None:
    """E63: without its text; only an operator has buttons."""
    first, second, third = await doubted(site)
    for login in (OPERATOR, SUPPORT, READER):
        page = await (await site.visit(login)).get("/doubt")
        rows = [row[1:] if login == OPERATOR else row for row in page.rows]
        told = ["2026-11-24 10:00:10", "held", "1", "unknown in doubt"]
        assert rows == [
            [str(one), "fred", f"+{number}", *told]
            for one, number in zip((third, second, first), reversed(many(3)), strict=True)
        ]
        assert ("Send all again" in page.main) == (login == OPERATOR)
        assert "Secret" not in page.html
        status = (await chosen(await site.visit(login), "drop all")).status
        assert status == (200 if login == OPERATOR else 404)
    for login in ("fred", "zoe"):
        tab = await site.visit(login)
        assert (await tab.get("/doubt")).status == 404
        assert (await tab.post("/doubt", {"what": "drop all", "sure": "1"})).status == 404


async def test_some_are_sent_again_and_one_is_left(site: Site) -> None:
    """E63: once somebody is sure."""
    first, second, third = messages = await doubted(site)
    tab = await site.visit()
    page = await chosen(tab, "resend", first, second)
    assert (page.status, page.title) == (200, "Send 2 again?")
    assert await fates(site, messages) == [IN_DOUBT] * 3
    page = await sure(tab, "resend", first, second)
    assert page.said == "2 messages are sent again."
    assert await fates(site, messages) == [State.delivered, State.delivered, IN_DOUBT]
    page = await sure(tab, "drop", third)
    assert page.said == "1 messages are left as they are."
    assert page.rows == [["Nothing is in doubt."]]
    assert await fates(site, messages) == [State.delivered, State.delivered, State.failed]
    page = await tab.get("/doubt?all=1")
    assert sorted(row[5] for row in page.rows) == ["dropped", "sent again", "sent again"]
    assert await deeds(site) == [(OPERATOR, "doubt drop"), (OPERATOR, "doubt resend")]


@pytest.mark.parametrize(
    ("what", "said", "fate"),
    [
        ("resend all", "3 messages are sent again.", State.delivered),
        ("drop all", "3 messages are left as they are.", State.failed),
    ],
)
async def test_all_are_chosen_at_once(site: Site, what: str, said: str, fate: State) -> None:
    """E63"""
    messages, tab = await doubted(site), await site.visit()
    assert (await chosen(tab, what)).title.partition(" ")[2].startswith("3 ")
    assert (await sure(tab, what)).said == said
    assert await fates(site, messages) == [fate] * 3


@pytest.mark.parametrize(
    ("what", "message", "sentence"),
    [
        ("odd", "", "Choose one of those that are offered."),
        ("", "", "Choose one of those that are offered."),
        ("resend", "", "Choose some messages first."),
        ("resend", "12345", "Choose one of those that are offered."),
        ("drop", "<script>", "Choose one of those that are offered."),
    ],
)
async def test_what_is_wrong_touches_nothing(
    site: Site, what: str, message: str, sentence: str
) -> None:
    messages, tab = await doubted(site, 2), await site.visit()
    pairs = [("what", what), ("message", message), ("sure", "1")]
    page = await tab.post("/doubt", pairs)
    assert page.status == 422
    assert sentence in page.main
    assert await fates(site, messages) == [IN_DOUBT] * 2
    assert await deeds(site) == []


async def test_many_are_paged(site: Site) -> None:
    messages, tab = await doubted(site, 120), await site.visit()
    page = await tab.get("/doubt")
    assert [int(row[1]) for row in page.rows] == list(reversed(messages))[:100]
    page = await tab.get("/doubt?from=100")
    assert [int(row[1]) for row in page.rows] == list(reversed(messages))[100:]
    assert (await tab.get("/doubt?from=-1")).status == 422


async def test_nothing_is_in_doubt(site: Site) -> None:
    tab = await site.visit()
    assert (await tab.get("/doubt")).rows == [["Nothing is in doubt."]]
    page = await tab.post("/doubt", {"what": "resend all", "sure": "1"})
    assert (page.status, "Choose some messages first." in page.main) == (422, True)

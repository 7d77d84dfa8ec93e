"""Links: how they are, what went over them in the last hour, and who may pause them."""

import msgspec
import pytest

from chappe.config import LinkConfig
from chappe.console.history import LinkHistory
from chappe.words.clock import HOUR
from tests.console.site import OPERATOR, READER, SUPPORT, Answer, Site, family
from tests.journeys.house import many, to

SLOW = family(links=(LinkConfig(name="sim", kind="operator", rate=2.0),))


def named(page: Answer) -> dict[str, str]:
    """What a page says of its first link."""
    return dict(reversed(page.lists))


async def test_a_link_tells_how_it_is_and_what_went_over_it(site: Site) -> None:
    """E63: condition, window, flow, refusals by reason, times."""
    await site.sent("fred", "Bonjour", [*many(3), to(34), to(11)])
    await site.let(5)
    tab = await site.visit(READER)
    page = await tab.get("/links")
    assert page.title == "Links"
    assert '<span class="badge good">up</span>' in page.html
    said = named(page)
    assert {name: said[name] for name in ("Kind", "Window", "Pace", "Reconnects")} == {
        "Kind": "operator",
        "Window": "50 parts unanswered at a time",
        "Pace": "without bound",
        "Reconnects": "0",
    }
    assert (said["Left"], said["Taken by it"], said["Turned down"]) == ("5", "4", "rejected 1")
    assert said["Receipts"] == "delivered 3, undelivered 1"
    assert said["Answered within"].endswith("99 of 100")
    assert "Nothing waits." in page.main


async def test_it_is_renewed_by_itself(site: Site) -> None:
    tab = await site.visit()
    assert 'hx-get="/links/live" hx-trigger="every 2s"' in (await tab.get("/links")).html
    await site.sent("fred", "Bonjour", many(7))
    await site.let(5)
    pieces = await tab.get("/links/live")
    assert '<template hx type="partial" hx-target="#link-1"' in pieces.html
    assert '<template hx type="partial" hx-target="#waiting"' in pieces.html
    assert "<html" not in pieces.html
    assert named(pieces)["Left"] == "7"


async def test_a_link_is_paused_and_goes_on(site: Site) -> None:
    """E63: by the operator alone; it asks before, and is written down."""
    tab = await site.visit()
    page = await tab.get("/links")
    assert "What would leave by sim waits then, or takes another link. Pause it?" in page.html
    paused = await tab.follow(await tab.post("/links/pause", {"link": "sim"}))
    assert paused.said == "Link sim is paused."
    assert '<span class="badge odd">paused</span>' in paused.html
    (message,) = await site.sent("fred", "Bonjour", [to(1)])
    await site.let(5)
    page = await tab.get("/links")
    assert page.rows[-1] == ["sim", "notification", "fred", "1", "2026-11-24 10:00:00", "0", ""]
    gone_on = await tab.follow(await tab.post("/links/resume", {"link": "sim"}))
    assert gone_on.said == "Link sim takes messages."
    await site.let(5)
    (found,) = await site.node.store.messages(message, message, 1)
    assert found.sent_at > 0
    deeds = await site.node.store.deeds(0)
    assert [(one.who, one.what) for one in deeds] == [
        (OPERATOR, "links resume"),
        (OPERATOR, "links pause"),
    ]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ([], "Fill this in."),
        ([("link", "")], "Fill this in."),
        ([("link", "nowhere")], "There is no such link here that can be paused."),
        ([("link", "<script>")], "There is no such link here that can be paused."),
        ([("link", "sim"), ("link", "calls")], "This was given twice."),
        ([("link", "s" * 300)], "This is too long: at most 200 characters."),
        ([("link", b"\xff")], "This is not text in UTF-8."),
    ],
)
async def test_what_is_no_link_is_not_paused(
    site: Site, fields: list[tuple[str, str]], wrong: str
) -> None:
    """E63"""
    tab = await site.visit()
    for path in ("/links/pause", "/links/resume"):
        page = await tab.post(path, fields)
        assert (page.status, wrong in page.main) == (422, True)
    assert '<span class="badge good">up</span>' in (await tab.get("/links")).html
    assert await site.node.store.deeds(0) == []


async def test_who_may_see_and_do_it(site: Site) -> None:
    """E63: the staff looks, the operator pauses, an account finds nothing."""
    for login, sees, may in (
        (OPERATOR, 200, True),
        (READER, 200, False),
        (SUPPORT, 200, False),
        ("fred", 404, False),
    ):
        tab = await site.visit(login)
        for path in ("/links", "/links/live", "/links/figures?link=sim"):
            assert (await tab.get(path)).status == sees
        assert ('href="/links"' in (await tab.get("/")).html) is (sees == 200)
        assert ('action="/links/pause"' in (await tab.get("/links")).html) is may
        if not may:
            assert (await tab.post("/links/pause", {"link": "sim"})).status == 404
    assert '<span class="badge good">up</span>' in (await (await site.visit()).get("/links")).html


async def test_what_waits_is_shown_by_queue(site: Site) -> None:
    """E63: with its oldest, and what waits for its time."""
    await site.stop()
    await site.start(SLOW)
    site.link().pause()
    await site.sent("fred", "Bonjour", many(3))
    await site.sent("zoe", "Bonjour", many(1), start=site.clock.now() + HOUR)
    page = await (await site.visit()).get("/links")
    assert page.rows[-2:] == [
        ["sim", "notification", "fred", "3", "2026-11-24 10:00:00", "0", ""],
        ["sim", "notification", "zoe", "0", "", "1", "2026-11-24 11:00:00"],
    ]
    assert "Waiting for a link 3 Waiting for their time 1" in page.main
    assert "The oldest waits since 2026-11-24 10:00:00" in page.main
    assert "of 2 parts a second" in page.main
    # It is counted once in five seconds.
    await site.sent("fred", "Bonjour", many(1))
    tab = await site.visit()
    assert (await tab.get("/links")).rows[-2][3] == "3"
    await site.let(5)
    assert (await tab.get("/links")).rows[-2][3] == "4"


async def test_the_last_hour_is_kept_in_points(site: Site) -> None:
    """E63: what its charts and their table are made of; no more of it than of an hour."""
    history = LinkHistory(site.node)
    history.look()
    await site.sent("fred", "Bonjour", [*many(6), to(34)])
    await site.let(15)
    history.look()
    first, second = history.points("sim")
    assert (first.left, second.left, second.taken, second.refused) == (0, 7, 6, 1)
    assert (second.lasted, second.delivered, second.condition) == (15_000, 6, 1)
    assert history.points("nowhere") == []
    for _ in range(300):
        history.look()
    assert len(history.points("sim")) == 240
    await site.let(3_601)
    assert history.points("sim") == []


async def test_a_chart_and_its_table_say_the_same(site: Site) -> None:
    """E63: both are made of what the console itself kept."""
    tab = await site.visit()
    await site.sent("fred", "Bonjour", many(30))
    await site.let(15)
    site.console.history.look()
    answer = await tab.get("/links/figures?link=sim")
    points = msgspec.json.decode(answer.body)
    assert (points["left"], points["delivered"], points["refused"]) == ([2.0], [2.0], [0.0])
    page = await tab.get("/links")
    (row,) = [row for row in page.rows if row[1] == "30"]
    assert row == ["10:00", "30", "30", "0", "0", "30", "0", *row[7:9], "up"]
    assert points["answer"] == [float(row[7])]
    assert (await tab.get("/links/figures?link=nowhere")).status == 404
    assert (await tab.get("/links/figures")).status == 404


async def test_a_link_that_is_down_is_seen_to_be(site: Site) -> None:
    """E63: the charts' table as well."""
    site.link().go_down()
    site.console.history.look()
    page = await (await site.visit()).get("/links")
    assert '<span class="badge bad">down</span>' in page.html
    assert page.rows[0] == ["10:00", "0", "0", "0", "0", "0", "0", "", "", "down"]


async def test_it_is_said_in_french(site: Site) -> None:
    page = await (await site.visit(language="fr")).get("/links")
    assert (page.title, "en service" in page.main, "La dernière heure" in page.main) == (
        "Liens",
        True,
        True,
    )

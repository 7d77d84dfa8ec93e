"""Endpoints and callbacks, as whoever may sees them; and telling a stretch of time again."""

import re
from collections.abc import Mapping
from html import unescape

import pytest

from chappe.config import Secret
from chappe.store import callbacks
from chappe.words.clock import DAY, HOUR
from chappe.words.lifecycle import Event
from tests.console.site import OPERATOR, PASSWORD, READER, SUPPORT, Answer, Site, Tab, family
from tests.journeys.house import account, many, to

NOTHING = [["No callback fits."]]
FINAL = Event.final


async def told(site: Site, login: str, count: int = 1, path: str = "/fred") -> range:
    """Messages whose account is told of their end alone: one callback each."""
    found = await site.sent(login, "Secret", many(count), tell=site.tell(FINAL, path))
    await site.let(3)
    return found


def called(page: Answer) -> list[list[str]]:
    """The rows of the callbacks: message, what, state, tries, answers."""
    rows = [row for row in page.rows if len(row) in (7, 8) and row[0].isdigit()]
    return [[row[0], row[1], row[3].split()[0], row[4]] for row in rows]


async def test_callbacks_are_shown_with_every_try(site: Site) -> None:
    """E63: of the account itself, the newest first, with each answer."""
    first, *_ = await told(site, "fred")
    site.ears.status["/fred"] = 500
    second, *_ = await told(site, "fred")
    page = await (await site.visit("fred")).get("/callbacks")
    assert (page.status, page.title) == (200, "Callbacks")
    assert called(page) == [
        [str(second), "end state", "owed", "1"],
        [str(first), "end state", "heard", "1"],
    ]
    (owed, heard) = [row for row in page.rows if row[0].isdigit()]
    assert re.fullmatch(r"500 \d+ ms missed: 1 2026-11-24 10:00:\d\d 500 \d+ ms", owed[5])
    assert re.fullmatch(r"204 \d+ ms", heard[5])
    assert heard[6] == site.ears.url("")
    assert "Secret" not in page.html
    endpoint = page.rows[0]
    assert endpoint[:4] == ["fred", site.ears.url(""), "limps", "1"]
    assert endpoint[7:9] == ["1", "500"]


@pytest.mark.parametrize(
    ("login", "query", "shown"),
    [
        (OPERATOR, "?account=fred", 2),
        (SUPPORT, "?account=fred", 2),
        (READER, "?account=fred", 2),
        (OPERATOR, "?account=lea", 1),
        ("fred", "", 2),
        ("fred", "?account=lea", 1),
        ("lea", "", 1),
        ("zoe", "", 0),
    ],
)
async def test_everybody_sees_what_they_may(site: Site, login: str, query: str, shown: int) -> None:
    """E63: endpoints as well; and the button only who may press it."""
    site.ears.status["/fred"] = 500
    await told(site, "fred", 2)
    await told(site, "lea")
    page = await (await site.visit(login)).get(f"/callbacks{query}")
    assert page.status == 200
    assert len(called(page)) == shown
    assert ("Tell again what befell" in page.main) is (login != READER)
    buttons = re.findall(r"<button[^>]*>Tell again</button>", page.html)
    assert len(buttons) == (0 if login == READER else shown)
    owed = [row for row in page.rows if site.ears.url("") in row[:2]]
    assert len(owed) == {"lea": 1, "zoe": 0}.get(login, 2)


async def test_of_others_there_is_nothing(site: Site) -> None:
    """Not even whether there is such an account, or such a message."""
    (message, *_) = await told(site, "fred")
    tab = await site.visit("lea")
    for login in ("fred", "zoe", "nobody"):
        page = await tab.get(f"/callbacks?account={login}")
        assert page.status == 422
        assert f"There is no account {login}, or none that you see." in page.main
    page = await tab.get(f"/callbacks?message={message}")
    assert (page.status, page.rows[-1:]) == (200, NOTHING)


async def test_an_account_is_to_be_named_by_who_has_none(site: Site) -> None:
    page = await (await site.visit(OPERATOR)).get("/callbacks")
    assert "Name an account to see what it was told." in page.main
    assert page.rows == [["No endpoint is owed anything."]]


async def test_callbacks_are_found_by_their_end_and_message(site: Site) -> None:
    """E63"""
    heard = await told(site, "fred", 2)
    site.ears.status["/fred"] = 500
    owed = await told(site, "fred")
    await site.leap(site.clock.now() + 3 * DAY, HOUR)
    site.ears.status["/fred"] = 500
    newest = await told(site, "fred")
    tab = await site.visit("fred")
    for query, expected in (
        ("end=heard", [*reversed(heard)]),
        ("end=given-up", [*owed]),
        ("end=owed", [*newest]),
        ("end=unwanted", []),
        (f"message={heard[0]}", [heard[0]]),
        (f"message={heard[0]}&end=owed", []),
    ):
        page = await tab.get(f"/callbacks?{query}")
        assert [int(row[0]) for row in called(page)] == expected, query


WRONG: Mapping[str, dict[str, str]] = {
    "end=gone": {"end": "Choose one of those that are offered."},
    "of=x": {"of": "Choose one of those that are offered."},
    "message=x": {"message": "Write a whole number from 1 to 999999999999999."},
    "message=0": {"message": "Write a whole number from 1 to 999999999999999."},
    "message=1&message=2": {"message": "This was given twice."},
    "account=%00": {"account": "There is a character in it that can't be written."},
}


async def test_what_is_wrong_is_said_beside_its_field(site: Site) -> None:
    tab = await site.visit("fred")
    for query, wrong in WRONG.items():
        page = await tab.get(f"/callbacks?{query}")
        assert (page.status, page.wrong) == (422, wrong), query
    for place in ("x", "1.2", "1.2.-3", "9999999999999999999.1.1"):
        page = await tab.get(f"/callbacks?before={place}")
        assert page.status == 422
        assert "That is the end of no page of callbacks." in page.main


async def test_pages_lead_from_one_to_the_next(site: Site) -> None:
    """E63: nothing is missed or shown twice."""
    sent = await told(site, "fred", 70)
    tab = await site.visit("fred")
    page = await tab.get("/callbacks?end=heard")
    numbers = [int(row[0]) for row in called(page)]
    (older,) = re.findall(r'<a href="([^"]*)" rel="next">Older</a>', page.html)
    page = await tab.get(unescape(older))
    numbers += [int(row[0]) for row in called(page)]
    assert numbers == [*reversed(sent)]
    assert "Older" not in page.main
    assert page.typed("end") == "heard"


async def test_a_page_that_came_short_says_how_far_it_looked(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await told(site, "fred", 30)
    monkeypatch.setattr(callbacks, "_MESSAGES", 10)
    page = await (await site.visit("fred")).get("/callbacks?end=given-up")
    said = "Looked back to what was accepted at 2026-11-24 10:00:00 , and no further at a time."
    assert f"{said} 'Older' goes on there." in page.main


async def test_what_replies_are_told_by_stands_apart(site: Site) -> None:
    """E63: of replies that answer nothing; and one is told again by whose it is alone."""
    await site.close()
    coded = account(
        "fred", short_code="38000", callbacks=site.ears.url("/fred"), password=Secret(PASSWORD)
    )
    stranger = account("zoe", password=Secret(PASSWORD))
    await site.open(family(accounts=(coded, stranger)))
    await site.write(to(1), "Secret", "38000")
    tab = await site.visit("fred")
    page = await tab.get("/callbacks?of=replies")
    rows = [row for row in page.rows if row[0].startswith("reply ")]
    assert {row[1] for row in rows} == {"reply"}
    assert "heard" in {row[3] for row in rows}
    assert "Secret" not in page.html
    ident = rows[0][0].removeprefix("reply ")
    (once,) = site.ears.heard["/fred"]
    fields = {"account": "fred", "seq": str(once.seq)}
    for login, status in (("zoe", 404), (READER, 404), ("fred", 303)):
        answer = await (await site.visit(login)).post(f"/callbacks/replies/{ident}/replay", fields)
        assert answer.status == status, login
    deeds = [(deed.who, deed.what) for deed in await site.node.store.deeds(0)]
    assert deeds == [("fred", "callbacks replay")]
    await site.let(2)
    assert site.ears.heard["/fred"] == [once, once]
    for wrong in ({**fields, "seq": "99"}, {**fields, "account": "zoe"}, {**fields, "seq": "x"}):
        assert (await tab.post(f"/callbacks/replies/{ident}/replay", wrong)).status == 404
    assert (await tab.post("/callbacks/replies/99/replay", fields)).status == 404


async def test_what_a_server_answers_is_escaped(site: Site) -> None:
    """XSS: an endpoint's name is the customer's own."""
    await site.sent("fred", "One", [to(1)], tell=site.tell(FINAL, "/<script>alert(1)</script>"))
    page = await (await site.visit("fred")).get("/callbacks")
    assert "<script>alert" not in page.html


# a stretch of time


SPAN = {"account": "fred", "since": "today", "until": "", "only": "heard", "rate": "2"}


async def counted(site: Site, tab: Tab, **fields: str) -> Answer:
    went = await tab.post("/callbacks/replay/count", {**SPAN, **fields})
    assert went.status == 303, went.main
    return await tab.follow(went)


async def quiet(site: Site) -> None:
    """Until replays only wait for their pace."""
    site.restless = lambda: site.console.replaying.is_at_work
    await site.settle()


async def test_what_befell_in_some_time_is_counted_and_told_at_a_pace(site: Site) -> None:
    """E63: a dry count first; it goes on when nobody looks, and says how far it is."""
    await told(site, "fred", 5)
    await told(site, "zoe", 3, "/zoe")
    tab = await site.visit("fred")
    page = await counted(site, tab)
    assert "Counted 5 given up: 0, heard: 5" in page.main
    assert "Nothing is told yet. All of it takes 0 min 3 s." in page.main
    assert len(site.ears.heard["/fred"]) == 5
    went = await tab.post("/callbacks/replay/begin", {"account": "fred"})
    await quiet(site)
    page = await tab.follow(went)
    assert 'hx-get="/callbacks/replay/part?account=fred" hx-trigger="every 1s"' in page.html
    assert "Count them" not in page.main
    for done in (2, 4):
        part = await tab.get("/callbacks/replay/part?account=fred")
        assert f"Owed again: {done} of 5" in part.html
        await site.let(1)
    part = await tab.get("/callbacks/replay/part?account=fred")
    assert "<html" not in part.html
    assert "Done: 5 are owed again." in part.html
    assert "hx-get" not in part.html
    await site.let(3)
    assert (len(site.ears.heard["/fred"]), len(site.ears.heard["/zoe"])) == (10, 3)
    deeds = [(deed.who, deed.what) for deed in await site.node.store.deeds(0)]
    assert deeds == [("fred", "callbacks replay some")] * 2


async def test_it_is_stopped_and_goes_on(site: Site) -> None:
    """E63: nothing is told twice, nothing left out."""
    await told(site, "fred", 5)
    tab = await site.visit(SUPPORT)
    await counted(site, tab)
    await tab.post("/callbacks/replay/begin", {"account": "fred"})
    await quiet(site)
    page = await tab.follow(await tab.post("/callbacks/replay/stop", {"account": "fred"}))
    assert "Stopped: 2 are owed again." in page.main
    await site.let(60)
    assert len(site.ears.heard["/fred"]) == 7
    assert "Go on" in page.main
    await tab.post("/callbacks/replay/begin", {"account": "fred"})
    for _ in range(4):
        await quiet(site)
        await site.let(1)
    assert "Done: 5 are owed again." in (await tab.get("/callbacks/replay?account=fred")).main
    assert len(site.ears.heard["/fred"]) == 10


async def test_one_goes_on_at_a_time_for_an_account(site: Site) -> None:
    """E63"""
    await told(site, "fred", 5)
    await told(site, "zoe", 5, "/zoe")
    tab = await site.visit(OPERATOR)
    await counted(site, tab)
    await tab.post("/callbacks/replay/begin", {"account": "fred"})
    page = await tab.post("/callbacks/replay/count", SPAN)
    assert page.status == 422
    assert "One replay of this account is under way." in page.main
    assert "Counted 5" in (await counted(site, tab, account="zoe")).main
    await tab.post("/callbacks/replay/stop", {"account": "fred"})


async def test_only_what_ended_so_in_that_time_is_counted(site: Site) -> None:
    await told(site, "fred", 2)
    site.ears.status["/fred"] = 500
    await told(site, "fred", 3)
    await site.leap(site.clock.now() + 3 * DAY, HOUR)
    tab = await site.visit("fred")
    for fields, count in (
        ({"only": "given-up", "since": "2026-11-24"}, "Counted 3 given up: 3, heard: 0"),
        ({"only": "heard", "since": "2026-11-24"}, "Counted 2 given up: 0, heard: 2"),
        ({"only": "both", "since": "2026-11-24"}, "Counted 5 given up: 3, heard: 2"),
        ({"only": "both", "since": "2026-11-23", "until": "2026-11-24"}, "Counted 0"),
        ({"only": "both", "since": "1h"}, "Counted 0"),
    ):
        page = await counted(site, tab, **fields)
        assert count in page.main, fields
    assert "Nothing would be told again." in page.main
    went = await tab.post("/callbacks/replay/begin", {"account": "fred"})
    assert (await tab.follow(went)).said == "Nothing is counted that waits to be told."


WRONG_SPANS: list[tuple[dict[str, str], dict[str, str]]] = [
    ({"account": "nobody"}, {"account": "There is no account nobody, or none that you see."}),
    ({"account": ""}, {"account": "Fill this in."}),
    ({"since": ""}, {"since": "Fill this in."}),
    (
        {"since": "soon"},
        {"since": "soon is no time such as 2026-11-01, 2026-11-01 14:30, today or 24h."},
    ),
    (
        {"until": "<b>"},
        {"until": "<b> is no time such as 2026-11-01, 2026-11-01 14:30, today or 24h."},
    ),
    ({"until": "yesterday"}, {"until": "That time is over before it begins."}),
    ({"since": "2030-01-01"}, {"until": "That time is over before it begins."}),
    ({"only": "owed"}, {"only": "Choose one of those that are offered."}),
    ({"rate": "0"}, {"rate": "Write a whole number from 1 to 1000."}),
    ({"rate": "1001"}, {"rate": "Write a whole number from 1 to 1000."}),
    ({"rate": "fast"}, {"rate": "Write a whole number from 1 to 1000."}),
    ({"since": "1" * 201}, {"since": "This is too long: at most 200 characters."}),
]


async def test_a_wrong_form_changes_nothing(site: Site) -> None:
    """E63: each mistake beside its field, what was typed kept."""
    await told(site, "fred", 1)
    tab = await site.visit(OPERATOR)
    for fields, wrong in WRONG_SPANS:
        page = await tab.post("/callbacks/replay/count", {**SPAN, **fields})
        assert (page.status, page.wrong) == (422, wrong), fields
        for name, value in fields.items():
            assert name == "only" or page.typed(name) == value[:200]
    assert (await tab.get("/callbacks/replay/part?account=fred")).status == 404
    assert await site.node.store.deeds(0) == []


@pytest.mark.parametrize("login", [READER, "lea", "zoe"])
async def test_nobody_else_replays_it(site: Site, login: str) -> None:
    """E63: a reader, a child, a stranger; nor sees how far another's is."""
    await told(site, "fred", 2)
    await counted(site, await site.visit("fred"))
    tab = await site.visit(login)
    await tab.get("/")
    assert (await tab.get("/callbacks/replay/part?account=fred")).status == 404
    for path in ("begin", "stop"):
        assert (await tab.post(f"/callbacks/replay/{path}", {"account": "fred"})).status == 404
    status = 404 if login == READER else 422
    assert (await tab.post("/callbacks/replay/count", SPAN)).status == status
    await site.let(5)
    assert len(site.ears.heard["/fred"]) == 2


async def test_it_ends_with_the_server(site: Site) -> None:
    """What is owed again by then stays owed; nothing hangs."""
    await told(site, "fred", 5)
    tab = await site.visit("fred")
    await counted(site, tab)
    await tab.post("/callbacks/replay/begin", {"account": "fred"})
    await quiet(site)
    await site.restart()
    assert not site.console.replaying.is_at_work
    await site.let(5)
    assert len(site.ears.heard["/fred"]) == 7


async def test_it_speaks_french(site: Site) -> None:
    """E63"""
    await told(site, "fred", 1)
    tab = await site.visit("fred", "fr")
    assert "entendu" in (await tab.get("/callbacks")).main
    assert "Comptés 1 abandonnés : 0, entendus : 1" in (await counted(site, tab)).main

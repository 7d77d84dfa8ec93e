"""The list of messages: what a filter finds, for whom, page by page and as a file."""

import csv
import io
import re
from collections.abc import Sequence
from html import unescape

import pytest

from chappe.console.rooms.messages import language, listing
from chappe.store import search
from chappe.words.order import Channel
from tests.console.site import OPERATOR, READER, SUPPORT, Answer, Site, Tab
from tests.journeys.house import many, to

DELIVERED, NPAI = to(1), to(11)
NOTHING = [["No message fits."]]


async def sent_by_all(site: Site) -> None:
    """Four messages, a minute apart: 1 and 2 of fred, 3 of his child, 4 of a stranger."""
    await site.sent("fred", "One", [DELIVERED], channel=Channel.marketing)
    await site.let(60)
    await site.sent("fred", "Two", [NPAI], code="38000")
    await site.let(60)
    await site.sent("lea", "Three", [DELIVERED])
    await site.let(60)
    await site.sent("zoe", "Four", [DELIVERED])
    await site.let(60)


def texts(page: Answer) -> list[str]:
    """The texts of a list, from the newest on; none where nothing fits."""
    assert page.status == 200, page.text
    return [] if page.rows == NOTHING else [row[-2] for row in page.rows]


async def found(tab: Tab, q: str) -> list[str]:
    return texts(await asked(tab, q))


async def asked(tab: Tab, q: str) -> Answer:
    return await tab.get("/messages?q=" + q.replace("+", "%2B").replace(" ", "+"))


async def test_a_list_shows_what_is_known_of_each(site: Site) -> None:
    """E63: whole rows, the newest first; the account only where there are several."""
    await sent_by_all(site)
    page = await (await site.visit(OPERATOR)).get("/messages")
    assert (page.status, page.title) == (200, "Messages")
    assert [[row[1], *row[2:]] for row in page.rows][-2:] == [
        [row[1], *row[2:]]
        for row in (
            ["", _id(page, 2), "fred", "plain", "+33639980011", "38000", "Two", "undelivered npai"],
            ["", _id(page, 3), "fred", "plain", "+33639980001", "36105", "One", "delivered"],
        )
    ]
    assert [row[0] for row in page.rows] == [f"2026-11-24 10:0{at}:00" for at in (3, 2, 1, 0)]
    own = await (await site.visit("zoe")).get("/messages")
    (row,) = own.rows
    assert row[2:] == ["plain", "+33639980001", "36105", "Four", "delivered"]


def _id(page: Answer, place: int) -> str:
    return page.rows[place][1]


@pytest.mark.parametrize(
    ("login", "shown"),
    [
        (OPERATOR, ["Four", "Three", "Two", "One"]),
        (READER, ["Four", "Three", "Two", "One"]),
        (SUPPORT, ["hidden", "hidden", "hidden", "hidden"]),
        ("fred", ["Three", "Two", "One"]),
        ("lea", ["Three"]),
        ("zoe", ["Four"]),
    ],
)
async def test_everybody_sees_what_they_may(site: Site, login: str, shown: list[str]) -> None:
    """E63"""
    await sent_by_all(site)
    tab = await site.visit(login)
    page = await tab.get("/messages")
    assert texts(page) == shown
    if login == SUPPORT:
        assert re.search("One|Two|Three|Four", page.html) is None


async def test_nobody_else_sees_any(site: Site) -> None:
    for path in ("/messages", "/messages.csv", "/messages/1", "/orders/1"):
        assert (await site.tab().get(path)).location.startswith("/login")


FITS: Sequence[tuple[str, str]] = (
    ("", "Four Three Two One"),
    ("to:0639980001", "Four Three One"),
    ("to:+33639980011", "Two"),
    ("0639980011", "Two"),
    ("TO:0639980011", "Two"),
    ("to:0612345678", ""),
    ("state:delivered", "Four Three One"),
    ("state:delivered,undelivered", "Four Three Two One"),
    ("state:delivered state:undelivered account:fred", "Two One"),
    ("state:queued", ""),
    ("account:fred", "Two One"),
    ("account:FRED state:undelivered", "Two"),
    ("reason:npai", "Two"),
    ("channel:marketing", "One"),
    ("api:plain", "Four Three Two One"),
    ("api:octopush", ""),
    ("link:sim", "Four Three Two One"),
    ("since:2026-11-24T10:02", "Four Three"),
    ('since:"2026-11-24 10:02"', "Four Three"),
    ("until:2026-11-24T10:02", "Two One"),
    ("since:2026-11-24T10:01 until:2026-11-24T10:02", "Two"),
    ("since:today", "Four Three Two One"),
    ("until:today", ""),
    ("since:yesterday until:1m", "Three Two One"),
    ("since:2m", "Four Three"),
    ("order:{0}", "One"),
    ("order:{0} state:undelivered", ""),
    ("order:999999", ""),
)


async def test_a_filter_finds_what_it_says(site: Site) -> None:
    """E63: each word by itself and with others."""
    await sent_by_all(site)
    tab = await site.visit(OPERATOR)
    first = await site.node.store.messages(0, 1 << 62, 1)
    for said, expected in FITS:
        q = said.format(first[0].order)
        assert await found(tab, q) == expected.split(), q


async def test_a_filter_finds_nothing_of_others(site: Site) -> None:
    """Whatever is asked for: no account of another's is known at all."""
    await sent_by_all(site)
    tab = await site.visit("lea")
    for q in ("to:0639980001", "link:sim", "since:today", "api:plain"):
        assert await found(tab, q) == ["Three"], q
    for q in ("order:1", "reason:npai"):
        assert await found(tab, q) == [], q
    for login in ("fred", "zoe", "nobody"):
        page = await asked(tab, f"account:{login}")
        assert page.wrong == {"q": f"There is no account {login}, or none that you see."}


WRONG: Sequence[tuple[str, str]] = (
    ("to:abc", "abc is no phone number."),
    ("to:", "After to: stands nothing."),
    ("state:gone", "There is no state gone."),
    ("state:new", "There is no state new."),
    ("link:nowhere", "There is no link nowhere."),
    ("api:soap", "There is no API soap."),
    ("channel:pigeon", "There is no channel pigeon."),
    ("reason:none", "There is no reason none."),
    ("order:-1", "-1 is no number of that kind."),
    ("order:1x", "1x is no number of that kind."),
    ("order:9999999999999999999", "9999999999999999999 is no number of that kind."),
    (
        "since:soon",
        "soon is no time such as 2026-11-01, 2026-11-01 14:30, today or 24h.",
    ),
    (
        "until:2026-13-01",
        "2026-13-01 is no time such as 2026-11-01, 2026-11-01 14:30, today or 24h.",
    ),
    ("since:today until:yesterday", "That time is over before it begins."),
    ("colour:red", "colour: is no word of this search."),
    ("hello", "hello is neither a number nor a word with its colon."),
    ("to:0639980001 to:0639980002", "to: is said twice."),
    ("message:1 state:sent", "message: stands alone."),
    ("foo:1 bar:2", "foo: is no word of this search. bar: is no word of this search."),
    ("x" * 1001, "This is too long: at most 1000 characters."),
    ("to:\x00", "There is a character in it that can't be written."),
)


async def test_what_is_wrong_is_said_beside_the_box(site: Site) -> None:
    """E63: every mistake, with the words that are not known; what was typed is kept."""
    await sent_by_all(site)
    tab = await site.visit(OPERATOR)
    for q, sentence in WRONG:
        page = await asked(tab, q.replace("\x00", "%00"))
        assert page.status == 422, q
        assert page.wrong["q"].startswith(sentence), q
        assert page.rows == []
        assert page.typed("q") == q[:1000].replace("\x00", "")


ODD: Sequence[tuple[str, str]] = (
    ("q=to:1&q=to:2", "This was given twice."),
    ("q=%ff", "This is not text in UTF-8."),
    ("before=x", "That is the end of no page of messages."),
    ("before=12", "That is the end of no page of messages."),
    ("before=-1.2", "That is the end of no page of messages."),
)


async def test_an_odd_address_is_said_to_be_odd(site: Site) -> None:
    tab = await site.visit()
    for query, sentence in ODD:
        page = await tab.get(f"/messages?{query}")
        assert (page.status, page.wrong) == (422, {"q": sentence}), query


async def test_fields_say_the_same_as_the_language(site: Site) -> None:
    """E63: they become one line of it, which is the address; and are filled from it."""
    await sent_by_all(site)
    tab = await site.visit(OPERATOR)
    went = await tab.get(
        "/messages?by=fields&to=0639980001&account=fred&since=2026-11-24+10:00&until="
        "&state=delivered&state=sent&api=plain&channel=marketing&link=sim&reason=&order="
    )
    assert unescape(went.location) == (
        "/messages?q=to%3A%2B33639980001+state%3Asent%2Cdelivered+account%3Afred+since%3A%222026-11"
        "-24+10%3A00%22+link%3Asim+api%3Aplain+channel%3Amarketing"
    )
    page = await tab.follow(went)
    assert texts(page) == ["One"]
    for name, value in {"to": "+33639980001", "account": "fred", "api": "plain"}.items():
        assert page.typed(name) == value
    assert (page.typed("since"), page.typed("channel")) == ("2026-11-24 10:00", "marketing")
    assert re.findall(r'name="state" value="(\w+)" checked', page.html) == ["sent", "delivered"]
    assert (await tab.get("/messages?by=fields&to=&state=")).location == "/messages"


WRONG_FIELDS: Sequence[tuple[str, dict[str, str]]] = (
    ("to=abc", {"to": "abc is no phone number."}),
    ("account=nobody", {"account": "There is no account nobody, or none that you see."}),
    ("state=gone", {"state": "Choose one of those that are offered."}),
    (
        "order=x&link=y",
        {"order": "x is no number of that kind.", "link": "There is no link y."},
    ),
    ("since=today&until=yesterday", {"until": "That time is over before it begins."}),
    ("reason=a&reason=b", {"reason": "This was given twice."}),
)


async def test_what_is_wrong_is_said_beside_its_field(site: Site) -> None:
    tab = await site.visit()
    for query, wrong in WRONG_FIELDS:
        page = await tab.get(f"/messages?by=fields&{query}")
        assert page.status == 422, query
        assert {name: page.wrong.get(name) for name in wrong} == wrong
        assert page.rows == []


async def test_a_number_of_a_message_leads_to_its_page(site: Site) -> None:
    (message,) = await site.sent("fred", "One", [to(1)])
    tab = await site.visit("fred")
    for q in (f"message:{message}", str(message)):
        assert (await asked(tab, q)).location == f"/messages/{message}"


async def test_pages_lead_from_one_to_the_next(site: Site) -> None:
    """E63: by a link, with the filter in it; nothing is missed or shown twice."""
    await site.sent("fred", "Many", many(70))
    await site.sent("fred", "Few", many(3))
    tab = await site.visit("fred")
    page = await asked(tab, "state:queued,sending,sent,delivered")
    numbers = [row[1] for row in page.rows]
    (older,) = re.findall(r'<a href="([^"]*)" rel="next">Older</a>', page.html)
    page = await tab.get(unescape(older))
    assert page.typed("q") == "state:queued,sending,sent,delivered"
    numbers += [row[1] for row in page.rows]
    assert (len(numbers), len({*numbers})) == (73, 73)
    assert "Older" not in page.main
    (newest,) = re.findall(r'<a href="([^"]*)">Newest</a>', page.html)
    assert [row[1] for row in (await tab.get(unescape(newest))).rows] == numbers[:50]


async def test_a_page_that_came_short_says_how_far_it_looked(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E63"""
    await site.sent("fred", "Old", [to(11)])
    await site.let(60)
    await site.sent("fred", "New", many(40))
    await site.let(5)
    monkeypatch.setattr(search, "_MESSAGES", 20)
    tab = await site.visit("fred")
    page = await asked(tab, "reason:npai")
    assert page.rows == NOTHING
    said = "Looked back to what was accepted at 2026-11-24 10:01:00 , and no further at a time."
    assert f"{said} 'Older' goes on there." in page.main
    for _ in range(3):
        if older := re.findall(r'<a href="([^"]*)" rel="next">Older</a>', page.html):
            page = await tab.get(unescape(older[0]))
    assert texts(page) == ["Old"]


async def test_every_word_and_value_that_is_suggested_is_one(site: Site) -> None:
    """E63: each leads to a page; and every word of the language is told of."""
    await sent_by_all(site)
    tab = await site.visit()
    page = await asked(tab, "account:fred state:delivered")
    named = re.findall(r"<dt><code>(\w+):</code></dt>", page.html)
    assert named == [*language.WORDS] == [*language.MEANINGS]
    words = re.search(r'<dl class="words">(.*?)</dl>', page.html, re.S)
    assert words is not None
    ways = [unescape(way) for way in re.findall(r'href="([^"]*)"', words[1])]
    assert len(ways) > 60
    for way in (ways[0], *ways[9:20], ways[-1]):
        assert (await tab.get(way)).status == 200, way
    assert "account%3Afred" in ways[0]
    assert "state%3Adelivered%2Cscheduled" in ways[0]


# as a file


def lines(answer: Answer) -> list[list[str]]:
    assert answer.status == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return [*csv.reader(io.StringIO(answer.html, newline=""))]


async def test_a_file_holds_all_that_fits(site: Site) -> None:
    """E63"""
    await sent_by_all(site)
    await site.sent("fred", "Many\nlines", many(60), sender="ACME")
    tab = await site.visit("fred")
    rows = lines(await tab.get("/messages.csv?q=account:fred"))
    assert len(rows) == 63
    assert " ".join(rows[0]) == (
        "message order account api channel to from state reason accepted sent changed links parts "
        "price order_reference reference text"
    )
    told = dict(zip(rows[0], rows[-1], strict=True))
    del told["message"], told["order"], told["changed"]
    assert told == {
        "account": "fred",
        "api": "plain",
        "channel": "marketing",
        "to": "+33639980001",
        "from": "36105",
        "state": "delivered",
        "reason": "",
        "links": "sim",
        "parts": "1",
        "accepted": "2026-11-24 10:00:00",
        "sent": "2026-11-24 10:00:00",
        "price": "0.0400",
        "order_reference": "",
        "reference": "",
        "text": "One",
    }
    assert rows[1][-1] == "Many\nlines"
    assert (await tab.get("/messages.csv")).headers["content-disposition"] == (
        'attachment; filename="messages.csv"'
    )


async def test_a_file_has_nothing_that_may_not_be_seen(site: Site) -> None:
    """E63: no texts for support, nothing of others."""
    await sent_by_all(site)
    rows = lines(await (await site.visit(SUPPORT)).get("/messages.csv"))
    assert "text" not in rows[0]
    assert len(rows) == 5
    assert not {"One", "Two", "Three", "Four"} & {cell for row in rows for cell in row}
    assert [row[2] for row in lines(await (await site.visit("zoe")).get("/messages.csv"))] == [
        "account",
        "zoe",
    ]


async def test_a_file_is_bounded_and_says_so(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "CSV_MOST", 7)
    monkeypatch.setattr(listing, "_CSV_PAGE", 5)
    await site.sent("fred", "Many", many(9))
    rows = lines(await (await site.visit("fred")).get("/messages.csv"))
    assert len(rows) == 9
    assert rows[-1] == ["Cut off here: there may be older ones."]


async def test_a_file_harms_no_spreadsheet(site: Site) -> None:
    await site.sent("fred", "=HYPERLINK(1)", [to(1)])
    rows = lines(await (await site.visit("fred")).get("/messages.csv"))
    assert rows[1][-1] == "'=HYPERLINK(1)"


async def test_a_file_of_nothing_is_a_page_that_says_why(site: Site) -> None:
    page = await (await site.visit()).get("/messages.csv?q=state:gone")
    assert (page.status, page.wrong) == (422, {"q": "There is no state gone."})


async def test_what_comes_from_outside_is_escaped(site: Site) -> None:
    """XSS: a text, a sender, and what was typed."""
    hostile = '"><script>alert(1)</script>'
    await site.sent("fred", hostile, [to(1)])
    tab = await site.visit()
    page = await tab.get("/messages")
    assert "<script>alert" not in page.html
    assert hostile in page.main
    for path in (f"/messages?q={hostile}", f"/messages?by=fields&to={hostile}&link={hostile}"):
        page = await tab.get(path.replace(" ", "+").replace('"', "%22"))
        assert page.status == 422
        assert "<script>alert" not in page.html

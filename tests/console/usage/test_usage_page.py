"""Usage on the console: what was sent and paid for, who sees it, and the same as CSV."""

import csv
import io
import re

import pytest

from chappe.words.clock import DAY
from tests.console.site import OPERATOR, READER, SUPPORT, Site
from tests.journeys.house import many, to

TODAY, TOMORROW = "2026-11-24", "2026-11-25"


async def traffic(site: Site) -> None:
    """Two days of fred, lea and zoe."""
    await site.sent("fred", "Bonjour", many(2))
    await site.sent("lea", "x" * 200, many(1))
    await site.sent("zoe", "Bonjour", [to(11)])
    await site.leap(site.clock.now() + DAY)
    await site.sent("fred", "Bonjour", many(1))
    await site.let(5)


BY_DAY = {
    OPERATOR: [[TODAY, "4", "5", "€0.20"], [TOMORROW, "1", "1", "€0.04"]],
    "fred": [[TODAY, "3", "4", "€0.16"], [TOMORROW, "1", "1", "€0.04"]],
    "lea": [[TODAY, "1", "2", "€0.08"]],
    "zoe": [[TODAY, "1", "1", "€0.04"]],
}


@pytest.mark.parametrize("login", [OPERATOR, SUPPORT, READER, "fred", "lea", "zoe"])
async def test_each_sees_what_is_theirs(site: Site, login: str) -> None:
    """E63: by day, of a week, where nothing else is asked for; in the CSV as well."""
    await traffic(site)
    tab, rows = await site.visit(login), BY_DAY.get(login, BY_DAY[OPERATOR])
    page = await tab.get("/usage")
    assert (page.status, page.title, page.rows) == (200, "Usage", rows)
    assert (page.typed("first"), page.typed("last")) == ("2026-11-19", TOMORROW)
    at = re.findall(r'href="(/usage\.csv[^"]*)"', page.html)[0].replace("&amp;", "&")
    answer = await tab.get(at)
    assert answer.headers["content-disposition"] == 'attachment; filename="usage.csv"'
    assert list(csv.reader(io.StringIO(answer.html))) == [
        ["day", "messages", "parts", "price"],
        *[[*row[:3], f"{row[3][1:]}00"] for row in rows],
    ]


async def test_it_is_counted_by_whatever_is_asked(site: Site) -> None:
    """E63: the chart's figures stand in the table."""
    await traffic(site)
    tab = await site.visit()
    page = await tab.get("/usage?by=account&by=outcome")
    assert page.rows == [
        ["fred", "delivered", "3", "3", "€0.12"],
        ["lea", "delivered", "1", "2", "€0.08"],
        ["zoe", "undelivered", "1", "1", "€0.04"],
    ]
    assert [float(one) for one in re.findall(r'data-paid="([\d.]+)"', page.html)] == [
        *(0.12, 0.08, 0.04)
    ]
    assert re.findall(r'data-messages="(\d+)"', page.html) == ["3", "1", "1"]
    page = await tab.get("/usage?by=month&by=dialect&by=channel&by=country&by=link")
    assert page.rows == [["2026-11", "plain", "notification", "FR", "sim", "5", "6", "€0.24"]]
    page = await tab.get(f"/usage?first={TOMORROW}&last={TOMORROW}&by=account&account=FRED")
    assert page.rows == [["fred", "1", "1", "€0.04"]]
    french = await (await site.visit(language="fr")).get("/usage?by=outcome")
    assert [row[0] for row in french.rows] == ["remis", "non remis"]


async def test_links_are_the_installations_own_affair(site: Site) -> None:
    await traffic(site)
    tab = await site.visit("fred")
    page = await tab.get("/usage?by=link")
    assert (page.status, page.rows) == (422, [["Nothing here yet."]])
    assert 'value="link"' not in page.html
    page = await tab.get("/usage?account=zoe")
    assert page.wrong == {"account": "There is no such account."}
    assert "Only this account" not in (await (await site.visit("zoe")).get("/usage")).main


@pytest.mark.parametrize(
    ("query", "field", "sentence"),
    [
        ("first=soon", "first", "Write a day such as 2026-11-30."),
        ("last=2026-02-30", "last", "Write a day such as 2026-11-30."),
        ("first=2026-11-24&last=2026-11-23", "first", "The first day is after the last one."),
        ("first=1990-01-01", "first", "That is more than twenty years."),
        ("first=2026-11-24&first=2026-11-23", "first", "This was given twice."),
        ("account=nobody", "account", "There is no such account."),
        (f"account={'a' * 201}", "account", "This is too long: at most 200 characters."),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field(
    site: Site, query: str, field: str, sentence: str
) -> None:
    tab = await site.visit()
    for path in ("/usage", "/usage.csv"):
        page = await tab.get(f"{path}?{query}")
        assert (page.status, page.wrong) == (422, {field: sentence})


async def test_by_what_nobody_counts(site: Site) -> None:
    tab = await site.visit()
    for query in ("by=colour", "by=%3Cscript%3E", "&".join(["by=day"] * 9)):
        page = await tab.get(f"/usage?{query}")
        assert page.status == 422
        assert "Choose one of those that are offered." in page.main
    assert (await tab.get("/usage?by=day&by=day")).rows == [["Nothing here yet."]]


async def test_stretches_that_are_asked_for_often_have_links(site: Site) -> None:
    page = await (await site.visit()).get("/usage?by=account")
    spans = re.findall(r'href="/usage\?first=([\d-]+)&amp;last=([\d-]+)&amp;by=account"', page.html)
    assert spans == [
        (TODAY, TODAY),
        ("2026-11-18", TODAY),
        ("2026-11-01", TODAY),
        ("2026-10-01", "2026-10-31"),
        ("2026-01-01", TODAY),
    ]

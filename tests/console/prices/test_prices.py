"""Prices and routes: as they are set, and tried on a number."""

from typing import Any
from urllib.parse import urlencode

import pytest

from chappe.config import LinkConfig, RouteConfig, Secret
from chappe.config.values import PRICES, TariffRow
from chappe.words.order import Channel
from tests.console.site import OPERATOR, PASSWORD, READER, SUPPORT, Answer, Site, Tab, family
from tests.journeys.house import account

ROUTED = family(
    links=(
        LinkConfig(name="sim", kind="operator", cost=100),
        LinkConfig(name="other", kind="operator", weight=3),
        LinkConfig(name="calls", kind="calls"),
    ),
    routes=(
        RouteConfig(links=("other",), account=("zoe",), channel=(Channel.marketing,)),
        RouteConfig(links=("sim", "other"), country=("BE",), pick="cost"),
    ),
    prices=(*PRICES, TariffRow(Channel.notification, "BE", "", 650)),
)


async def tried(tab: Tab, **fields: Any) -> Answer:
    return await tab.get(f"/prices?{urlencode(fields)}")


def said(page: Answer) -> dict[str, str]:
    return dict(page.lists)


async def test_prices_and_routes_stand_as_they_are_set(site: Site) -> None:
    """E63: to the staff."""
    await site.stop()
    await site.start(ROUTED)
    for login in (OPERATOR, SUPPORT, READER):
        page = await (await site.visit(login)).get("/prices")
        assert page.title == "Prices"
        assert page.rows == [
            ["notification", "BE", "ordinary", "€0.065"],
            ["notification", "mainland France", "ordinary", "€0.04"],
            ["notification", "mainland France", "low quality", "€0.03"],
            ["notification", "French overseas", "ordinary", "€0.08"],
            ["notification", "near countries", "ordinary", "€0.08"],
            ["calls", "mainland France", "ordinary", "€0.08"],
            ["calls", "French overseas", "ordinary", "€0.16"],
            ["calls", "near countries", "ordinary", "€0.16"],
            ["international", "mainland France", "ordinary", "€0.04"],
            ["international", "French overseas", "ordinary", "€0.08"],
            ["international", "near countries", "ordinary", "€0.08"],
            ["marketing", "mainland France", "ordinary", "€0.04"],
            ["marketing", "mainland France", "low quality", "€0.03"],
            ["marketing", "French overseas", "ordinary", "€0.08"],
            ["marketing", "near countries", "ordinary", "€0.08"],
            ["1", "other", "in this order", "zoe", "marketing", "–", "–", "–"],
            ["2", "sim → other", "the cheapest first", "–", "–", "BE", "–", "–"],
            [
                *("3", "sim → other", "in this order", "–"),
                *("notification, international, marketing", "–", "–", "–"),
            ],
            ["4", "calls", "in this order", "–", "calls", "–", "–", "–"],
            ["sim", "operator", "€0.01", "1"],
            ["other", "operator", "€0.00", "3"],
            ["calls", "calls", "€0.00", "1"],
        ]


async def test_an_account_sees_the_prices_that_hold_for_it(site: Site) -> None:
    """E63: and no link."""
    await site.stop()
    config = family(
        accounts=(
            account("fred", password=Secret(PASSWORD)),
            account("zoe", password=Secret(PASSWORD), countries=("FR", "BE", "JP")),
        ),
        prices=ROUTED.prices,
    )
    await site.start(config)
    fred = await (await site.visit("fred")).get("/prices")
    assert len(fred.rows) == len(ROUTED.prices)
    assert "Routes" not in fred.main
    assert "calls → " not in fred.main
    zoe = await (await site.visit("zoe")).get("/prices")
    assert [row for row in zoe.rows if row[0] == "notification"] == [
        ["notification", "BE", "ordinary", "€0.065"],
        ["notification", "FR", "ordinary", "€0.04"],
        ["notification", "FR", "low quality", "€0.03"],
    ]
    assert not [row for row in zoe.rows if row[1] == "JP"]


FRANCE, BELGIUM = "FR (mainland France)", "BE (near countries)"


@pytest.mark.parametrize(
    ("wishes", "country", "links", "price"),
    [
        (
            {"number": "0612345678", "account": "fred"},
            FRANCE,
            "sim → other",
            "€0.04",
        ),
        (
            {"number": "0612345678", "account": "zoe", "channel": "marketing", "quality": "low"},
            FRANCE,
            "other",
            "€0.03",
        ),
        (
            {"number": "+32470123456", "account": "zoe"},
            BELGIUM,
            "other → sim",
            "€0.065",
        ),
        (
            {"number": "+32470123456", "account": "lea", "channel": "international"},
            BELGIUM,
            "other → sim",
            "€0.08",
        ),
        (
            {"number": "0145678901", "account": "FRED", "channel": "voice"},
            FRANCE,
            "calls",
            "€0.08",
        ),
    ],
)
async def test_a_number_is_tried(
    site: Site, wishes: dict[str, str], country: str, links: str, price: str
) -> None:
    """E63: which way it would go and what it would cost; nothing of it is kept."""
    await site.stop()
    await site.start(ROUTED)
    page = await tried(await site.visit(READER), **wishes)
    found = said(page)
    assert (found["Country"], found["By which links"], found["Price"]) == (country, links, price)
    assert page.typed("number") == wishes["number"]
    assert site.submits() == []


@pytest.mark.parametrize(
    ("wishes", "why"),
    [
        (
            {"number": "+81312345678"},
            "That country is not served: it has no price, or is closed to the account.",
        ),
        ({"number": "0145678901"}, "Such a number can't be written to on this channel."),
        (
            {"number": "+32470123456", "quality": "low"},
            "That country is served, but not in this quality.",
        ),
        ({"number": "0612345678", "sender": "ELSE"}, "The account may not use that sender."),
    ],
)
async def test_why_it_would_not_be_sent_is_said(
    site: Site, wishes: dict[str, str], why: str
) -> None:
    """E63"""
    await site.stop()
    await site.start(family(accounts=(account("fred", senders=("ACME",)),)))
    found = said(await tried(await site.visit(), account="fred", **wishes))
    assert found["Would not be sent"] == why
    assert "Price" not in found


async def test_an_account_tries_its_own_and_its_childrens(site: Site) -> None:
    """E63: others are not there, and no link is named."""
    tab = await site.visit("fred")
    found = said(await tried(tab, number="0612345678"))
    assert (found["Account"], found["Price"]) == ("fred", "€0.04")
    assert "By which links" not in found
    assert said(await tried(tab, number="0612345678", account="lea"))["Account"] == "lea"
    for stranger in ("zoe", "nobody", "<script>"):
        page = await tried(tab, number="0612345678", account=stranger)
        assert (page.status, page.wrong) == (422, {"account": "There is no such account."})
    lea = await site.visit("lea")
    assert 'name="account"' not in (await lea.get("/prices")).html
    assert said(await tried(lea, number="0612345678"))["Price"] == "€0.04"


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("number=&account=fred", {"number": "Fill this in."}),
        ("number=abc&account=fred", {"number": "That is no phone number."}),
        ("number=%3Cscript%3E&account=fred", {"number": "That is no phone number."}),
        ("number=0612345678", {"account": "Fill this in."}),
        ("number=0612345678&number=1&account=fred", {"number": "This was given twice."}),
        (
            f"number={'1' * 201}&account=fred",
            {"number": "This is too long: at most 200 characters."},
        ),
        (
            "number=0612345678&account=fred&channel=pigeon",
            {"channel": "Choose one of those that are offered."},
        ),
        (
            "number=0612345678&account=fred&quality=best",
            {"quality": "Choose one of those that are offered."},
        ),
        (
            f"number=0612345678&account=fred&sender={'A' * 21}",
            {"sender": "This is too long: at most 20 characters."},
        ),
        ("number=%FF&account=fred", {"number": "This is not text in UTF-8."}),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field(
    site: Site, query: str, wrong: dict[str, str]
) -> None:
    """E63"""
    page = await (await site.visit()).get(f"/prices?{query}")
    assert (page.status, page.wrong) == (422, wrong)
    assert "<script>" not in page.html.replace("<script src=", "")


async def test_it_is_said_in_french(site: Site) -> None:
    page = await (await site.visit(language="fr")).get("/prices?number=0612345678&account=fred")
    assert page.title == "Prix"
    assert said(page)["Prix"] == "0,04 €"
    assert "Qualité" in page.main

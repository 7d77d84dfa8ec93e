"""What customers do on the console to their own account and to their family."""

import pytest

from chappe.hands import perform
from chappe.words.clock import DAY
from tests.console.forms import deeds, enters, fields, secrets, sent
from tests.console.site import OPERATOR, PASSWORD, Site
from tests.journeys.house import CREDIT

NEW = "another-password"


async def test_an_account_changes_its_own_password_with_the_present_one(site: Site) -> None:
    """E63: whoever was in by the old one is out."""
    tab, other, path = await site.visit("fred"), await site.visit("fred"), "/accounts/fred/password"
    typed = {"present": PASSWORD, "password": NEW, "again": NEW}
    answer = await tab.post(path, typed)
    assert answer.location == "/login"
    assert (await other.get("/")).status == 303
    assert (await enters(site, "fred", NEW), await enters(site, "fred", PASSWORD)) == (True, False)
    assert await deeds(site) == [("fred", "account password")]


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        (("not-it-at-all", NEW, NEW), {"present": "That is not the present password."}),
        (("", NEW, NEW), {"present": "Fill this in."}),
        ((PASSWORD, "", ""), {"password": "Fill this in.", "again": "Fill this in."}),
        ((PASSWORD, NEW, NEW + "x"), {"again": "This is not the same."}),
        ((PASSWORD, "short", "short"), {"password": "A password has 8 characters at least."}),
    ],
)
async def test_a_wrong_one_changes_nothing(
    site: Site, typed: tuple[str, str, str], wrong: dict[str, str]
) -> None:
    tab = await site.visit("fred")
    form = dict(zip(("present", "password", "again"), typed, strict=True))
    page = await tab.post("/accounts/fred/password", form)
    assert (page.status, page.wrong) == (422, wrong)
    assert not [one for one in typed if one and one in page.html]
    assert await enters(site, "fred", PASSWORD)
    assert await deeds(site) == []


async def test_an_account_makes_keys_and_revokes_them(site: Site) -> None:
    """E63: shown once; a key of somebody else can't be revoked."""
    tab, path = await site.visit("fred"), "/accounts/fred/keys"
    page = await tab.post(path, {"kind": "api", "days": "3"})
    (key,) = secrets(page)
    by_key, now = site.node.accounts.by_key, site.clock.now()
    found = by_key("api", key, now)
    assert found is not None
    assert found.login == "fred"
    assert by_key("api", key, now + 3 * DAY) is None
    page = await tab.get(path)
    ((ident, *row),) = page.rows
    assert row == ["api", "2026-11-24 10:00:00", "2026-11-27 00:00:00", "active", "Revoke"]
    assert key not in page.html
    other = await site.visit("zoe")
    asked = {"id": ident, "sure": "1"}
    assert (await other.post("/accounts/zoe/keys/revoke", asked)).status == 422
    assert (await other.post(f"{path}/revoke", asked)).status == 404
    page = await tab.post(f"{path}/revoke", {"id": ident})
    assert (page.title, by_key("api", key, now) is None) == (f"Revoke the key {ident}?", False)
    page = await tab.follow(await tab.post(f"{path}/revoke", fields(page)))
    assert page.said == f"The key {ident} is no longer taken."
    assert by_key("api", key, now) is None
    assert await deeds(site) == [("fred", "account revoke"), ("fred", "key make")]


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"kind": "odd"}, "kind", "Choose one of those that are offered."),
        ({}, "kind", "Choose one of those that are offered."),
        ({"kind": "api", "days": "-1"}, "days", "Write a whole number from 0 to 3660."),
        ({"kind": "api", "days": "soon"}, "days", "Write a whole number from 0 to 3660."),
    ],
)
async def test_no_key_is_made_of_what_is_wrong(
    site: Site, typed: dict[str, str], field: str, sentence: str
) -> None:
    page = await (await site.visit("fred")).post("/accounts/fred/keys", typed)
    assert (page.status, page.wrong) == (422, {field: sentence})
    assert (await (await site.visit("fred")).get("/accounts/fred/keys")).rows == [
        ["Nothing here yet."]
    ]


async def test_a_child_is_made_and_comes_in(site: Site) -> None:
    """E63"""
    tab, path = await site.visit("fred"), "/accounts/fred/children"
    answer = await tab.post(path, {"login": "Tom", "password": NEW, "again": NEW})
    page = await tab.follow(answer)
    assert (page.title, page.said) == ("Tom active", "The account Tom is made.")
    assert [row[0] for row in (await tab.get("/accounts")).rows] == ["Tom", "fred", "lea"]
    assert await enters(site, "tom", NEW)
    assert await deeds(site) == [("fred", "child make")]


@pytest.mark.parametrize(
    ("login", "password", "again", "wrong"),
    [
        ("", NEW, NEW, {"login": "Fill this in."}),
        ("zoe", NEW, NEW, {"login": "Nobody can have this login, or somebody has it."}),
        ("a" * 101, NEW, NEW, {"login": "This is too long: at most 100 characters."}),
        ("tom", "", "", {"password": "Fill this in."}),
        ("tom", "short", "short", {"password": "A password has 8 characters at least."}),
        ("tom", NEW, "x", {"again": "This is not the same."}),
    ],
)
async def test_no_child_is_made_of_what_is_wrong(
    site: Site, login: str, password: str, again: str, wrong: dict[str, str]
) -> None:
    tab = await site.visit("fred")
    typed = {"login": login, "password": password, "again": again}
    page = await tab.post("/accounts/fred/children", typed)
    assert (page.status, {**page.wrong, **wrong}) == (422, page.wrong)
    assert NEW not in page.html
    assert page.typed("login") == login[:100]
    assert len(site.node.accounts.all()) == 3


async def test_a_child_is_closed_once_its_parent_is_sure(site: Site) -> None:
    """E63: what it had left is its parent's."""
    tab = await site.visit("fred")
    page = await tab.post("/accounts/lea/close")
    assert page.title == "Close lea?"
    assert await enters(site, "lea", PASSWORD)
    page = await tab.follow(await tab.post("/accounts/lea/close", fields(page)))
    assert page.said == "lea is closed; what it had left is yours: €1,000.00."
    assert (await site.balance("fred"), await site.balance("lea")) == (2 * CREDIT, 0)
    assert not await enters(site, "lea", PASSWORD)
    again = await tab.post("/accounts/lea/close", {"sure": "1"})
    assert again.title == "There is no such account, or it is closed."
    assert "Close" not in (await tab.get("/accounts/lea")).main.partition("Purses")[0]
    assert await deeds(site) == [("fred", "child close")]


async def test_credit_moves_within_the_family_and_once(site: Site) -> None:
    """E63: up and down; the same form sent twice moves once."""
    tab, path = await site.visit("fred"), "/accounts/fred/transfer"
    form = {**fields(await tab.get(path)), "to": "lea", "amount": "12,50", "note": "March"}
    page = await tab.follow(await tab.post(path, form))
    assert page.said == "€12.50 moved to lea."
    assert (await tab.post(path, form)).status == 422
    assert await site.balance("lea") == CREDIT + 125_000
    row = (await tab.get("/accounts/fred/ledger")).rows[0]
    assert row[1:] == ["-€12.50", "€987.50", "moved", "", "to lea: March"]
    child = await site.visit("lea")
    page = await child.follow(
        await sent(child, "/accounts/lea/transfer", to="fred", amount="1012.50")
    )
    assert page.said == "€1,012.50 moved to fred."
    assert (await site.balance("fred"), await site.balance("lea")) == (2 * CREDIT, 0)
    assert await deeds(site) == [("lea", "credit move"), ("fred", "credit move")]


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"to": "", "amount": "1"}, "to", "Fill this in."),
        ({"to": "zoe", "amount": "1"}, "to", "There is no such account, or it is closed."),
        ({"to": "fred", "amount": "1"}, "to", "There is no such account, or it is closed."),
        ({"to": "lea", "amount": ""}, "amount", "Fill this in."),
        ({"to": "lea", "amount": "-1"}, "amount", "Write an amount in euros such as 12.50."),
        ({"to": "lea", "amount": "0"}, "amount", "Write an amount in euros such as 12.50."),
        ({"to": "lea", "amount": "all"}, "amount", "Write an amount in euros such as 12.50."),
        ({"to": "lea", "amount": "1000.01"}, "amount", "There is not so much credit."),
    ],
)
async def test_what_is_wrong_moves_nothing(
    site: Site, typed: dict[str, str], field: str, sentence: str
) -> None:
    page = await sent(await site.visit("fred"), "/accounts/fred/transfer", **typed)
    assert (page.status, page.wrong) == (422, {field: sentence})
    assert (page.typed("to"), page.typed("amount")) == (typed["to"], typed["amount"])
    assert [await site.balance(one) for one in ("fred", "lea", "zoe")] == [CREDIT] * 3
    assert await deeds(site) == []


async def test_a_paused_installation_changes_nothing_for_customers(site: Site) -> None:
    await perform(site.node, "pause", {}, OPERATOR)
    tab = await site.visit("fred")
    page = await sent(tab, "/accounts/fred/transfer", to="lea", amount="1")
    assert "It can't be done now" in page.main
    assert (await tab.post("/accounts/fred/keys", {"kind": "api"})).status == 422
    typed = {"login": "tom", "password": NEW, "again": NEW}
    assert (await tab.post("/accounts/fred/children", typed)).status == 422
    page = await tab.post("/accounts/lea/close", {"sure": "1"})
    assert page.title == "It can't be done now: try again in a moment."
    assert await deeds(site) == [(OPERATOR, "pause")]
